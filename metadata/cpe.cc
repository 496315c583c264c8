// SPDX-License-Identifier: Apache-2.0

#include "metadata/cpe.h"

namespace reposbom::metadata {

namespace {

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '-' || c == '_';
}

// What is not a letter, digit or .-_ is quoted by a backslash. CPE knows printable ASCII alone and
// writes '_' for blanks; so here for all it has no character for. What is not known is "*", any.
std::string bound(std::string_view value) {
  if (value.empty()) return "*";
  std::string text;
  for (const char c : value) {
    if (is_plain(c)) {
      text += c;
    } else if (c > ' ' && c < '\x7f') {
      text += '\\';
      text += c;
    } else {
      text += '_';
    }
  }
  return text;
}

}  // namespace

std::string rpm_cpe(const Package& package, std::string_view vendor) {
  const Evr& evr = package.evr;
  std::string version = evr.epoch == 0 ? "" : std::to_string(evr.epoch) + ':';
  version += evr.version;
  if (!evr.release.empty()) version += '-' + evr.release;
  return "cpe:2.3:a:" + bound(vendor) + ':' + bound(package.name) + ':' + bound(version) +
         ":*:*:*:*:*:*:*";
}

}  // namespace reposbom::metadata
