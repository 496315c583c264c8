// SPDX-License-Identifier: Apache-2.0
//
// The part of the settings that says who signs, and how it is read from the
// configuration file, for settings_file.cc. No key that it names has been tried.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace reposbom::pipeline {

struct YamlNode;
struct YamlSource;

// Either the file `key`, or the key `gpg` of GnuPG, whose agent signs.
struct OpenPgpSettings {
  std::filesystem::path key = {};
  std::optional<std::filesystem::path> passphrase_file = {};
  std::string gpg = {};                // Fingerprint.
  std::filesystem::path homedir = {};  // Of gpg; the user's own if empty.
};

struct X509Settings {
  std::filesystem::path key = {};  // Or the URI of a key in a token, as in pkcs11_uri.h.
  std::filesystem::path certificate = {};
  std::optional<std::filesystem::path> passphrase_file = {};  // Of a token: its PIN.
};

// Several of a kind while one key takes the place of another: all sign.
struct Signing {
  std::vector<OpenPgpSettings> openpgp = {};
  std::vector<X509Settings> x509 = {};
};

Signing read_signing(const YamlNode& node, const YamlSource& source);

}  // namespace reposbom::pipeline
