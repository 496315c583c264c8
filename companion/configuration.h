// SPDX-License-Identifier: Apache-2.0
//
// /etc/sbomget.conf: lines of `key = value`, comments after #. Options of the command line
// take the place of what it says. Paths are relative to the folder of the file.
#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace reposbom::companion {

struct Configuration {
  std::filesystem::path file = "/etc/sbomget.conf";
  std::vector<std::string> sources = {};  // In the order in which they are asked.
  std::vector<std::string> formats = {"spdx-json"};
  std::filesystem::path output = "/var/lib/sbomget";
  std::vector<std::filesystem::path> keys = {};  // OpenPGP keys and certificates (.pem, .crt).

  std::optional<std::string> proxy = {};  // "": none, whatever the environment says.
  std::filesystem::path proxy_user_file = {};
  std::filesystem::path ca_file = {};
  std::filesystem::path client_certificate = {};
  std::filesystem::path client_key = {};
  std::chrono::seconds timeout{30};
  unsigned retries = 4;
  std::size_t connections = 8;
};

// Throws Error (Cause::Usage) with the line of what is wrong.
Configuration parse_configuration(std::string_view text, const std::filesystem::path& file);

// What is there beside what it says: keys in `sbomget/keys/` and the certificate in `sbomget/`
// beside the file, where none are named. The file may be absent if `is_default`.
Configuration read_configuration(const std::filesystem::path& file, bool is_default);

// "sbomget" beside the configuration file: where `import` puts the client certificate.
std::filesystem::path settings_folder(const std::filesystem::path& file);

}  // namespace reposbom::companion
