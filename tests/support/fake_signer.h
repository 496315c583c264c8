// SPDX-License-Identifier: Apache-2.0
//
// A signer whose signatures can be read: they say what was signed and when.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "metadata/digest.h"
#include "pipeline/signer.h"

namespace reposbom::tests {

class FakeSigner : public pipeline::Signer {
 public:
  explicit FakeSigner(std::string name = "first", std::string suffix = ".asc")
      : name_(std::move(name)), suffix_(std::move(suffix)) {}

  std::string_view suffix() const override { return suffix_; }

  std::string sign(std::string_view data, std::int64_t time) const override {
    return name_ + " signed " + metadata::sha256(data) + " at " + std::to_string(time) + "\n";
  }

  std::vector<pipeline::PublicKeyFile> public_keys() const override {
    return {
        {.name = name_ + ".key",
         .bytes = "the public key " + name_ + "\n",
         .fingerprint = metadata::sha256(name_)}};
  }

  std::string description() const override { return "Test key " + name_; }

  std::optional<std::int64_t> expires() const override { return std::nullopt; }

 private:
  std::string name_;
  std::string suffix_;
};

}  // namespace reposbom::tests
