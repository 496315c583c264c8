// SPDX-License-Identifier: Apache-2.0
//
// The part of the settings that says how servers are reached, and how it is read
// from the configuration file, for settings_file.cc.
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace reposbom::pipeline {

struct YamlNode;
struct YamlSource;

// How servers are reached. What is not set is as libcurl and the environment have it.
struct NetworkSettings {
  std::optional<std::string> proxy = {};  // A URL; empty: none, whatever the environment says.
  std::optional<std::filesystem::path> proxy_user_file = {};  // Its first line: "USER:PASSWORD".
  std::optional<std::filesystem::path> user_file = {};        // The same, for the server itself.
  std::optional<std::filesystem::path> ca_file = {};
  std::optional<std::filesystem::path> client_certificate = {};
  std::optional<std::filesystem::path> client_key = {};
  std::optional<std::filesystem::path> client_passphrase_file = {};
  std::optional<unsigned> retries = {};
  std::optional<std::chrono::seconds> timeout = {};
};

// What is set in `own`, and the rest of `common`.
NetworkSettings over(NetworkSettings own, const NetworkSettings& common);

// More servers with the same files: their base URLs, or a file or URL that lists them.
struct Mirrors {
  std::vector<std::string> urls = {};
  std::string list = {};
};

NetworkSettings read_network(const YamlNode& node, const YamlSource& source);

// A list of base URLs, or the file or URL of a mirror list.
Mirrors read_mirrors(const YamlNode& node, const YamlSource& source);

// Refuses, at `node`, mirrors of a directory, and those that do not prove who they are where the
// repository's own server at `place` does.
void check_mirrors(
    const Mirrors& mirrors,
    const std::string& place,
    const YamlNode& node,
    const YamlSource& source);

}  // namespace reposbom::pipeline
