// SPDX-License-Identifier: Apache-2.0
//
// Digests of bytes and files by OpenSSL's libcrypto. A Hasher is used by one
// thread; separate ones are independent.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "metadata/package.h"

namespace reposbom::metadata {

// Takes bytes as they come; hex() may be called once, at the end.
class Hasher {
 public:
  explicit Hasher(ChecksumType type);
  ~Hasher();
  Hasher(Hasher&&) noexcept;
  Hasher& operator=(Hasher&&) noexcept;

  void update(std::string_view bytes);
  std::string hex();  // Lower case.

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

// The digest of `bytes`, lower-case hexadecimal.
std::string digest(ChecksumType type, std::string_view bytes);

inline std::string sha256(std::string_view bytes) {
  return digest(ChecksumType::Sha256, bytes);
}

// The digest of a whole file. Throws Error (Cause::Untrusted) if it cannot be read.
Checksum digest_file(ChecksumType type, const std::filesystem::path& file);

// Several at once: the file is read once.
std::vector<Checksum> digest_file(
    std::span<const ChecksumType> types, const std::filesystem::path& file);

// RFC 4122 version 5 (SHA-1) UUID of `name` in the namespace `space`, which is itself a UUID in
// its 36-character form; lower case.
std::string uuid_v5(std::string_view space, std::string_view name);

}  // namespace reposbom::metadata
