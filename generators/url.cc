// SPDX-License-Identifier: Apache-2.0
#include "generators/url.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace reposbom::generators {
namespace {

constexpr std::array<std::string_view, 4> kSchemes = {"https://", "http://", "ftp://", "git://"};

// RFC 3986 section 2: unreserved, reserved and "%".
bool is_url_character(unsigned char c) {
  return std::isalnum(c) != 0 ||
         std::string_view("-._~:/?#[]@!$&'()*+,;=%").find(static_cast<char>(c)) !=
             std::string_view::npos;
}

std::string encode(std::string_view text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string encoded;
  encoded.reserve(text.size());
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (is_url_character(byte)) {
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

// Validators refuse hosts without a dot ("localhost") and bare IPv4 addresses.
bool is_public_host(std::string_view host) {
  const bool has_letter =
      std::any_of(host.begin(), host.end(), [](unsigned char c) { return std::isalpha(c) != 0; });
  return has_letter && host.find('.') != std::string_view::npos && host.front() != '.' &&
         host.back() != '.' && host.find("..") == std::string_view::npos &&
         std::all_of(host.begin(), host.end(), is_host_letter);
}

}  // namespace

std::string web_url(std::string_view text) {
  const auto scheme = std::find_if(kSchemes.begin(), kSchemes.end(), [&](std::string_view known) {
    return text.substr(0, known.size()) == known;
  });
  if (scheme == kSchemes.end()) return {};
  std::string_view host = text.substr(scheme->size());
  host = host.substr(0, host.find_first_of("/?#"));
  if (const std::size_t at = host.rfind('@'); at != std::string_view::npos)
    host.remove_prefix(at + 1);
  host = host.substr(0, host.find(':'));
  if (host.empty() || !is_public_host(host)) return {};
  return encode(text);
}

std::string url_below(std::string_view base, std::string_view href) {
  if (base.empty()) return {};
  std::string url(base);
  if (url.back() != '/') url += '/';
  return url + encode(href);
}

}  // namespace reposbom::generators
