// SPDX-License-Identifier: Apache-2.0

#include "metadata/purl.h"

#include <algorithm>
#include <cstddef>

#include "metadata/text.h"

namespace reposbom::metadata {

namespace {

bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

// ':' is not of RFC 3986's unreserved set, but purl-spec leaves it as it is.
bool is_plain(char c) {
  return is_lower(lower(c)) || is_digit(c) || c == '.' || c == '-' || c == '_' || c == '~' ||
         c == ':';
}

void append_encoded(std::string& url, std::string_view text) {
  constexpr std::string_view hex = "0123456789ABCDEF";
  for (const char c : text) {
    if (is_plain(c)) {
      url += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    url += '%';
    url += hex[byte >> 4U];
    url += hex[byte & 0xFU];
  }
}

// Empty segments, and in subpaths "." and "..", have no meaning and are left out.
void append_segments(std::string& url, std::string_view path, bool is_subpath) {
  bool is_first = true;
  while (!path.empty()) {
    const std::string_view segment = path.substr(0, path.find('/'));
    path.remove_prefix(std::min(path.size(), segment.size() + 1));
    if (segment.empty() || (is_subpath && (segment == "." || segment == ".."))) continue;
    if (!is_first) url += '/';
    is_first = false;
    append_encoded(url, segment);
  }
}

int hex_value(char c) {
  if (is_digit(c)) return c - '0';
  const char folded = lower(c);
  return folded >= 'a' && folded <= 'f' ? folded - 'a' + 10 : -1;
}

std::optional<std::string> percent_decode(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded += text[i];
      continue;
    }
    if (i + 2 >= text.size()) return std::nullopt;
    const int high = hex_value(text[i + 1]);
    const int low = hex_value(text[i + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    decoded += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return decoded;
}

// A letter, then letters, digits and .-_ (type and qualifier keys), already in lower case.
bool is_key(std::string_view text) {
  return !text.empty() && is_lower(text.front()) && std::ranges::all_of(text, [](char c) {
    return is_lower(c) || is_digit(c) || c == '.' || c == '-' || c == '_';
  });
}

// Decodes each segment of "a/b/c", leaving out those without meaning.
std::optional<std::string> parse_segments(std::string_view path, bool is_subpath) {
  std::string joined;
  while (!path.empty()) {
    const std::string_view encoded = path.substr(0, path.find('/'));
    path.remove_prefix(std::min(path.size(), encoded.size() + 1));
    const auto segment = percent_decode(encoded);
    if (!segment || segment->find('/') != std::string::npos) return std::nullopt;
    if (segment->empty() || (is_subpath && (*segment == "." || *segment == ".."))) continue;
    if (!joined.empty()) joined += '/';
    joined += *segment;
  }
  return joined;
}

bool parse_qualifiers(std::string_view text, PurlParts& parts) {
  while (!text.empty()) {
    const std::string_view pair = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(text.size(), pair.size() + 1));
    const std::size_t equals = pair.find('=');
    if (equals == std::string_view::npos) return false;
    std::string key = ascii_lower(pair.substr(0, equals));
    auto value = percent_decode(pair.substr(equals + 1));
    if (!is_key(key) || !value) return false;
    if (!value->empty()) parts.qualifiers.emplace_back(std::move(key), std::move(*value));
  }
  std::ranges::sort(parts.qualifiers);
  return std::ranges::adjacent_find(parts.qualifiers, {}, [](const auto& pair) {
           return pair.first;
         }) == parts.qualifiers.end();
}

// "namespace/name@version"; an '@' before the last '/' is a scope's that was left unencoded.
bool parse_path(std::string_view path, PurlParts& parts) {
  const std::size_t at = path.rfind('@');
  if (at != std::string_view::npos && path.find('/', at) == std::string_view::npos) {
    const auto version = percent_decode(path.substr(at + 1));
    if (!version) return false;
    parts.version = *version;
    path = path.substr(0, at);
  }
  while (path.ends_with('/'))
    path.remove_suffix(1);
  const std::size_t slash = path.rfind('/');
  const auto name = percent_decode(path.substr(slash == std::string_view::npos ? 0 : slash + 1));
  if (!name || name->empty()) return false;
  parts.name = *name;
  if (slash == std::string_view::npos) return true;
  const auto name_space = parse_segments(path.substr(0, slash), /*is_subpath=*/false);
  if (name_space) parts.name_space = *name_space;
  return name_space.has_value();
}

// Takes what follows the last `mark` off the end of `text`.
std::string_view cut_last(std::string_view& text, char mark) {
  const std::size_t at = text.rfind(mark);
  if (at == std::string_view::npos) return {};
  const std::string_view tail = text.substr(at + 1);
  text = text.substr(0, at);
  return tail;
}

}  // namespace

std::string percent_encode(std::string_view text) {
  std::string encoded;
  encoded.reserve(text.size());
  append_encoded(encoded, text);
  return encoded;
}

std::string to_string(const PurlParts& parts) {
  std::string url = "pkg:" + parts.type + '/';
  append_segments(url, parts.name_space, /*is_subpath=*/false);
  if (url.back() != '/') url += '/';
  append_encoded(url, parts.name);
  if (!parts.version.empty()) {
    url += '@';
    append_encoded(url, parts.version);
  }
  auto qualifiers = parts.qualifiers;
  std::ranges::sort(qualifiers);
  char separator = '?';
  for (const auto& [key, value] : qualifiers) {
    if (value.empty()) continue;
    url += separator;
    separator = '&';
    url += key;
    url += '=';
    append_encoded(url, value);
  }
  std::string subpath;
  append_segments(subpath, parts.subpath, /*is_subpath=*/true);
  return subpath.empty() ? url : url + '#' + subpath;
}

std::optional<PurlParts> parse_purl(std::string_view purl) {
  PurlParts parts = {};
  const auto subpath = parse_segments(cut_last(purl, '#'), /*is_subpath=*/true);
  if (!subpath) return std::nullopt;
  parts.subpath = *subpath;
  if (!parse_qualifiers(cut_last(purl, '?'), parts)) return std::nullopt;

  constexpr std::string_view scheme = "pkg:";
  if (ascii_lower(purl.substr(0, scheme.size())) != scheme) return std::nullopt;
  purl.remove_prefix(scheme.size());
  purl.remove_prefix(std::min(purl.find_first_not_of('/'), purl.size()));
  const std::size_t slash = purl.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  parts.type = ascii_lower(purl.substr(0, slash));
  if (!is_key(parts.type) || !parse_path(purl.substr(slash + 1), parts)) return std::nullopt;
  return parts;
}

std::string rpm_purl(
    const Package& package, const PurlScheme& scheme, std::string_view repository_id) {
  PurlParts parts = {
      .type = "rpm",
      .name_space = ascii_lower(scheme.name_space),
      .name = package.name,
      .version = package.evr.version};
  if (!package.evr.release.empty()) parts.version += '-' + package.evr.release;
  const bool is_source = package.arch == "src" || package.arch == "nosrc";
  parts.qualifiers = {
      {"arch", package.arch},
      {"distro", scheme.distro},
      {"epoch", package.evr.epoch == 0 ? "" : std::to_string(package.evr.epoch)},
      {"repository_id", std::string(repository_id)},
      {"rpmmod", package.module},
      {"upstream", is_source ? "" : package.source_rpm}};
  return to_string(parts);
}

}  // namespace reposbom::metadata
