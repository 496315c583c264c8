// SPDX-License-Identifier: Apache-2.0
//
// What the vendor gave the customer to ask with (a certificate and its key, as
// PKCS#12 or PEM) becomes the two files that transfers read.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "companion/certificate.h"

namespace reposbom::companion {

struct ImportRequest {
  std::filesystem::path file = {};
  std::optional<std::filesystem::path> key = {};            // Of a PEM file that has none.
  std::optional<std::filesystem::path> password_file = {};  // Its first line.
  std::filesystem::path settings = {};                      // settings_folder().
  std::int64_t now = 0;

  // Asks a person for the password of `file`; nothing if there is nobody to ask.
  std::function<std::optional<std::string>(const std::filesystem::path& file)> ask = {};
};

struct ImportedCertificate {
  CertificateFacts facts = {};
  bool is_near_expiry = false;
  std::filesystem::path certificate = {};  // Written, with the chain.
  std::filesystem::path key = {};
};

// Asks on the terminal, without echo, if standard input is one.
std::optional<std::string> ask_for_password(const std::filesystem::path& file);

// Throws Error: Usage if the file or its password is of no use, or the certificate has expired;
// Output if the two cannot be written, and then those that were there before still are.
ImportedCertificate import_certificate(const ImportRequest& request);

}  // namespace reposbom::companion
