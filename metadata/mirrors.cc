// SPDX-License-Identifier: Apache-2.0
#include "metadata/mirrors.h"

#include <algorithm>

#include "metadata/error.h"
#include "metadata/text.h"

namespace reposbom::metadata {
namespace {

constexpr std::string_view kScheme = "://";
constexpr std::size_t kMostMirrors = 1000;
constexpr std::chrono::milliseconds kFirstDelay(500);
constexpr std::chrono::milliseconds kLongestDelay(30'000);
constexpr std::chrono::seconds kLongestWish(60);

bool stays(char c) {
  const bool is_alphanumeric =
      (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  return is_alphanumeric || std::string_view("-._~/!$&'()*,;=:@").find(c) != std::string_view::npos;
}

std::string encoded(std::string_view path) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string text;
  for (const char c : path) {
    if (stays(c)) {
      text += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    text.append(1, '%').append(1, kDigits[byte >> 4U]).append(1, kDigits[byte & 0xFU]);
  }
  return text;
}

std::string_view without_slashes(std::string_view text) {
  while (text.ends_with('/'))
    text.remove_suffix(1);
  return text;
}

struct UrlParts {
  std::string_view scheme = {};  // With "://".
  std::string_view user = {};    // With '@'.
  std::string_view host = {};    // With the port.
  std::string_view path = {};
  std::string_view query = {};  // With '?'.
};

UrlParts parts_of(std::string_view url) {
  UrlParts parts;
  url = url.substr(0, url.find('#'));
  const std::size_t scheme = url.find(kScheme);
  const std::size_t begin = scheme == std::string_view::npos ? 0 : scheme + kScheme.size();
  parts.scheme = url.substr(0, begin);
  url.remove_prefix(begin);
  const std::size_t query = std::min(url.find('?'), url.size());
  parts.query = url.substr(query);
  url = url.substr(0, query);
  const std::size_t path = std::min(url.find('/'), url.size());
  parts.path = url.substr(path);
  url = url.substr(0, path);
  const std::size_t at = url.rfind('@');
  const std::size_t user = at == std::string_view::npos ? 0 : at + 1;
  parts.user = url.substr(0, user);
  parts.host = url.substr(user);
  return parts;
}

// "https://host:443" and "https://host" are one.
std::string server_of(std::string_view url) {
  const UrlParts parts = parts_of(url);
  std::string server = ascii_lower(parts.scheme) + ascii_lower(parts.host);
  const std::string_view port = server.starts_with("https") ? ":443" : ":80";
  if (server.ends_with(port)) server.resize(server.size() - port.size());
  return server;
}

}  // namespace

bool is_url(std::string_view text) {
  std::size_t host = 0;
  if (text.starts_with("http://")) host = 7;
  if (text.starts_with("https://")) host = 8;
  const bool has_host = host != 0 && host < text.size() && text[host] != '/' && text[host] != ':';
  return has_host && std::all_of(text.begin(), text.end(), [](char c) {
           return static_cast<unsigned char>(c) > 0x20 && c != 0x7F &&
                  std::string_view("\"<>\\^`{|}").find(c) == std::string_view::npos;
         });
}

std::string join_url(std::string_view base, std::string_view href) {
  const UrlParts parts = parts_of(base);
  std::string url(parts.scheme);
  url.append(parts.user).append(parts.host).append(without_slashes(parts.path));
  return url.append("/").append(encoded(href)).append(parts.query);
}

std::string shown_url(std::string_view url) {
  const UrlParts parts = parts_of(url);
  return std::string(parts.scheme).append(parts.host).append(parts.path);
}

bool is_same_server(std::string_view url, std::string_view other) {
  return server_of(url) == server_of(other);
}

std::vector<std::string> parse_mirrorlist(std::string_view text, const std::string& subject) {
  std::vector<std::string> mirrors;
  const bool is_markup = trimmed(text.substr(0, text.find('\n'))).starts_with('<');
  while (!text.empty() && mirrors.size() < kMostMirrors && !is_markup) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    // Some lists end their lines as Windows does.
    std::string_view raw = text.substr(0, end);
    if (raw.ends_with('\r')) raw.remove_suffix(1);
    const std::string whole_line = trimmed(raw);
    const std::string_view line = without_slashes(whole_line);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (!is_url(line)) continue;
    if (std::ranges::find(mirrors, line) == mirrors.end()) mirrors.emplace_back(line);
  }
  if (!mirrors.empty()) return mirrors;
  throw Error(
      Cause::Untrusted,
      subject,
      is_markup ? "is XML or HTML; a mirror list is plain text with one URL a line"
                : "names no mirror: no line is a URL of http:// or https://");
}

std::chrono::milliseconds retry_delay(unsigned rounds, std::chrono::seconds retry_after) {
  std::chrono::milliseconds delay = kFirstDelay;
  for (unsigned i = 1; i < rounds && delay < kLongestDelay; ++i)
    delay *= 2;
  delay = std::min(delay, kLongestDelay);
  return std::max<std::chrono::milliseconds>(delay, std::min(retry_after, kLongestWish));
}

}  // namespace reposbom::metadata
