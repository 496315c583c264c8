// SPDX-License-Identifier: Apache-2.0
#include "metadata/package.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <rpm/rpmver.h>

namespace reposbom::metadata {
namespace {

// What no part of a NEVRA may hold: it separates parts, paths or words, or cannot be seen.
bool is_nevra_text(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return static_cast<unsigned char>(c) > ' ' && c != '/' && c != '\x7f';
  });
}

// Cuts `text` at its last `separator`: what follows is returned and, with the separator, removed.
std::optional<std::string_view> cut_last(std::string_view& text, char separator) {
  const std::size_t at = text.rfind(separator);
  if (at == std::string_view::npos) return std::nullopt;
  const std::string_view tail = text.substr(at + 1);
  text = text.substr(0, at);
  return tail;
}

// "[epoch:]version" into `evr`; false if the epoch is not a number that rpm can hold.
bool parse_epoch_version(std::string_view text, Evr& evr) {
  const std::size_t colon = text.find(':');
  if (colon != std::string_view::npos) {
    const char* end = text.data() + colon;
    const auto [stop, error] = std::from_chars(text.data(), end, evr.epoch);
    if (error != std::errc() || stop != end) return false;
    text = text.substr(colon + 1);
  }
  evr.version = text;
  return !text.empty() && text.find(':') == std::string_view::npos;
}

struct ChecksumName {
  std::string_view name;  // Points to literals alone.
  ChecksumType type;
};

// "sha" is what createrepo wrote for SHA-1 before it knew others.
constexpr std::array kChecksumNames = {
    ChecksumName{"md5", ChecksumType::Md5},
    ChecksumName{"sha", ChecksumType::Sha1},
    ChecksumName{"sha1", ChecksumType::Sha1},
    ChecksumName{"sha224", ChecksumType::Sha224},
    ChecksumName{"sha256", ChecksumType::Sha256},
    ChecksumName{"sha384", ChecksumType::Sha384},
    ChecksumName{"sha512", ChecksumType::Sha512},
};

constexpr std::array<std::string_view, 2> kSourceSuffixes = {".src.rpm", ".nosrc.rpm"};

}  // namespace

std::string to_string(const Evr& evr) {
  const std::string plain = evr.version + "-" + evr.release;
  return evr.epoch == 0 ? plain : std::to_string(evr.epoch) + ":" + plain;
}

std::string nevra(const Package& package) {
  return package.name + "-" + to_string(package.evr) + "." + package.arch;
}

std::string nvra(const Package& package) {
  return package.name + "-" + package.evr.version + "-" + package.evr.release + "." + package.arch;
}

std::optional<SourceRpmName> parse_source_rpm(std::string_view file_name) {
  const auto suffix = std::ranges::find_if(
      kSourceSuffixes, [&](std::string_view each) { return file_name.ends_with(each); });
  if (suffix == kSourceSuffixes.end()) return std::nullopt;
  file_name.remove_suffix(suffix->size());
  if (!is_nevra_text(file_name)) return std::nullopt;
  const auto release = cut_last(file_name, '-');
  const auto version = cut_last(file_name, '-');
  if (!version || file_name.empty() || version->empty() || release->empty()) return std::nullopt;
  return SourceRpmName{
      .name = std::string(file_name),
      .version = std::string(*version),
      .release = std::string(*release)};
}

std::optional<Package> parse_nevra(std::string_view text) {
  if (!is_nevra_text(text)) return std::nullopt;
  const auto arch = cut_last(text, '.');
  const auto release = cut_last(text, '-');
  const auto version = cut_last(text, '-');
  if (!arch || !release || !version) return std::nullopt;
  if (arch->empty() || release->empty() || text.empty()) return std::nullopt;
  Package package;
  if (!parse_epoch_version(*version, package.evr)) return std::nullopt;
  package.name = text;
  package.evr.release = *release;
  package.arch = *arch;
  return package;
}

int compare(const Evr& left, const Evr& right) {
  if (left.epoch != right.epoch) return left.epoch < right.epoch ? -1 : 1;
  const int versions = rpmvercmp(left.version.c_str(), right.version.c_str());
  return versions != 0 ? versions : rpmvercmp(left.release.c_str(), right.release.c_str());
}

std::string_view to_string(ChecksumType type) {
  switch (type) {
    case ChecksumType::Md5:
      return "MD5";
    case ChecksumType::Sha1:
      return "SHA1";
    case ChecksumType::Sha224:
      return "SHA224";
    case ChecksumType::Sha256:
      return "SHA256";
    case ChecksumType::Sha384:
      return "SHA384";
    case ChecksumType::Sha512:
      return "SHA512";
  }
  return "";
}

std::optional<ChecksumType> checksum_type(std::string_view name) {
  std::string plain;
  for (const char c : name) {
    if (c == '-') continue;
    plain += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  const auto found = std::ranges::find(kChecksumNames, plain, &ChecksumName::name);
  if (found == kChecksumNames.end()) return std::nullopt;
  return found->type;
}

}  // namespace reposbom::metadata
