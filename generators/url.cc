// SPDX-License-Identifier: Apache-2.0
#include "generators/url.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "metadata/text.h"

namespace reposbom::generators {
namespace {

constexpr std::array<std::string_view, 4> kSchemes = {"https://", "http://", "ftp://", "git://"};

// What may stand in a URL beside letters and digits: unreserved and reserved characters of RFC 3986
// section 2. Square brackets may stand in hosts alone, and hosts that have them are refused.
constexpr std::string_view kInUrl = "-._~:/?#@!$&'()*+,;=";
constexpr std::string_view kInPath = "-._~:/@!$&'()*+,;=";

constexpr std::string_view kHex = "0123456789ABCDEF";

// Whether `text` begins with "%XX".
bool is_encoded(std::string_view text) {
  return text.size() > 2 && text[0] == '%' &&
         std::isxdigit(static_cast<unsigned char>(text[1])) != 0 &&
         std::isxdigit(static_cast<unsigned char>(text[2])) != 0;
}

std::string encode(std::string_view text, std::string_view allowed) {
  std::string encoded;
  encoded.reserve(text.size());
  for (std::size_t i = 0; i != text.size(); ++i) {
    const char c = text[i];
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0 || allowed.find(c) != std::string_view::npos ||
        is_encoded(text.substr(i))) {
      encoded += c;
    } else {
      encoded += '%';
      encoded += kHex[byte >> 4U];
      encoded += kHex[byte & 15U];
    }
  }
  return encoded;
}

bool is_host_letter(unsigned char c) {
  return std::isalnum(c) != 0 || c == '-' || c == '.';
}

// Validators refuse hosts without a dot ("localhost") and those that end in no top-level domain,
// which has two letters at least: bare IPv4 addresses.
bool is_public_host(std::string_view host) {
  const std::size_t dot = host.rfind('.');
  if (dot == std::string_view::npos || host.front() == '.') return false;
  const std::string_view domain = host.substr(dot + 1);
  return domain.size() > 1 && std::isalpha(static_cast<unsigned char>(domain[0])) != 0 &&
         std::isalpha(static_cast<unsigned char>(domain[1])) != 0 &&
         host.find("..") == std::string_view::npos &&
         std::all_of(host.begin(), host.end(), is_host_letter);
}

// ":8080", ":" or nothing.
bool is_port(std::string_view text) {
  return text.empty() || text.find_first_not_of("0123456789", 1) == std::string_view::npos;
}

}  // namespace

std::string web_url(std::string_view text) {
  const auto scheme = std::find_if(kSchemes.begin(), kSchemes.end(), [&](std::string_view known) {
    return metadata::ascii_lower(text.substr(0, known.size())) == known;
  });
  if (scheme == kSchemes.end()) return {};
  std::string_view rest = text.substr(scheme->size());
  std::string_view host = rest.substr(0, rest.find_first_of("/?#"));
  rest.remove_prefix(host.size());
  std::string_view user;
  if (const std::size_t at = host.rfind('@'); at != std::string_view::npos) {
    user = host.substr(0, at + 1);
    host.remove_prefix(user.size());
  }
  const std::string_view port = host.substr(std::min(host.find(':'), host.size()));
  host.remove_suffix(port.size());
  if (!is_public_host(host) || !is_port(port)) return {};
  // Validators know schemes and hosts in lower case alone.
  std::string url(*scheme);
  url.append(encode(user, kInUrl)).append(metadata::ascii_lower(host)).append(port);
  return url + encode(rest, kInUrl);
}

std::string vcs_url(std::string_view text) {
  constexpr std::array<std::string_view, 4> kinds = {"git+", "hg+", "svn+", "bzr+"};
  std::string url = metadata::trimmed(text);
  std::string kind;
  for (const std::string_view known : kinds) {
    if (metadata::ascii_lower(url.substr(0, known.size())) != known) continue;
    kind = known;
    url.erase(0, known.size());
    break;
  }
  url = web_url(url);
  return url.empty() ? url : kind + url;
}

std::string url_below(std::string_view base, std::string_view href) {
  if (base.empty()) return {};
  std::string url(base);
  if (url.back() != '/') url += '/';
  return url + encode(href, kInPath);
}

}  // namespace reposbom::generators
