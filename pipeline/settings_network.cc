// SPDX-License-Identifier: Apache-2.0
#include "pipeline/settings_network.h"

#include <array>
#include <charconv>
#include <cstdint>
#include <string_view>
#include <system_error>

#include "metadata/mirrors.h"
#include "pipeline/settings.h"
#include "pipeline/yaml_section.h"

namespace reposbom::pipeline {
namespace {

using Node = YamlNode;
using Source = YamlSource;

constexpr std::size_t kMostRetries = 20;
constexpr std::uint32_t kLongestTimeout = 3600;

// "http://proxy.example.com:3128" or "none".
std::string proxy_of(const Node& node, const Source& source) {
  const std::string& text = text_of(node, source);
  if (text == "none") return "";
  if (!is_url(text)) fail_value(node, source, "'none' or a URL of http:// or https://");
  if (has_credentials(text)) {
    source.fail(
        node.place,
        name_of(node) +
            " must have no user and password in it: put USER:PASSWORD into a file, "
            "and name that as 'proxy_user_file'");
  }
  return text;
}

unsigned retries_of(const Node& node, const Source& source) {
  const std::size_t count = count_of(node, source);
  if (count > kMostRetries) {
    source.fail(
        node.place, name_of(node) + " must be " + std::to_string(kMostRetries) + " or less");
  }
  return static_cast<unsigned>(count);
}

// "30s", "2m", or seconds alone.
std::chrono::seconds timeout_of(const Node& node, const Source& source) {
  const std::string& text = text_of(node, source);
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  const bool is_known = unit.empty() || unit == "s" || unit == "m";
  if (error == std::errc() && is_known && number != 0 && number <= kLongestTimeout) {
    const std::chrono::seconds seconds(unit == "m" ? 60 * std::uint64_t{number} : number);
    if (seconds.count() <= kLongestTimeout) return seconds;
  }
  fail_value(node, source, "a time from 1s to 3600s or 60m");
}

constexpr std::array<YamlKey<NetworkSettings>, 9> kNetworkKeys = {{
    {"proxy", into<&NetworkSettings::proxy, proxy_of>},
    {"proxy_user_file", into<&NetworkSettings::proxy_user_file, secret_path_of>},
    {"user_file", into<&NetworkSettings::user_file, secret_path_of>},
    {"ca_file", into<&NetworkSettings::ca_file, path_of>},
    {"client_certificate", into<&NetworkSettings::client_certificate, path_of>},
    {"client_key", into<&NetworkSettings::client_key, secret_path_of>},
    {"client_passphrase_file", into<&NetworkSettings::client_passphrase_file, secret_path_of>},
    {"retries", into<&NetworkSettings::retries, retries_of>},
    {"timeout", into<&NetworkSettings::timeout, timeout_of>},
}};

}  // namespace

NetworkSettings over(NetworkSettings own, const NetworkSettings& common) {
  const auto complete = [&](auto member) {
    if (!(own.*member)) own.*member = common.*member;
  };
  // A key or password belongs to what stands beside it.
  if (!own.client_certificate) {
    complete(&NetworkSettings::client_certificate);
    complete(&NetworkSettings::client_key);
    complete(&NetworkSettings::client_passphrase_file);
  }
  if (!own.proxy) {
    complete(&NetworkSettings::proxy);
    complete(&NetworkSettings::proxy_user_file);
  }
  complete(&NetworkSettings::user_file);
  complete(&NetworkSettings::ca_file);
  complete(&NetworkSettings::retries);
  complete(&NetworkSettings::timeout);
  return own;
}

NetworkSettings read_network(const Node& node, const Source& source) {
  return read_section(node, source, kNetworkKeys);
}

Mirrors read_mirrors(const Node& node, const Source& source) {
  if (node.kind != Node::Kind::Sequence) {
    const std::string& text = text_of(node, source);
    if (is_url(text)) return {.list = text};
    if (text.find("://") != std::string::npos) {
      fail_value(node, source, "a file, a URL of http:// or https://, or a list of such URLs");
    }
    return {.list = path_of(node, source).string()};
  }
  Mirrors mirrors;
  for (const Node& item : items_of(node, source)) {
    const std::string& text = text_of(item, source);
    if (!is_url(text)) fail_value(item, source, "a URL of http:// or https://");
    mirrors.urls.push_back(*repository_place(text, source.folder));
  }
  return mirrors;
}

void check_mirrors(
    const Mirrors& mirrors, const std::string& place, const Node& node, const Source& source) {
  if (mirrors.urls.empty() && mirrors.list.empty()) return;
  if (!is_url(place)) {
    source.fail(node.place, "has 'mirrors', but its 'packages' is a directory and not a URL");
  }
  for (const std::string& url : mirrors.urls) {
    if (place.starts_with("https://") && !url.starts_with("https://")) {
      source.fail(
          node.place,
          "its 'packages' is a URL of https://, so its mirrors must be too: " +
              metadata::shown_url(url));
    }
  }
}

}  // namespace reposbom::pipeline
