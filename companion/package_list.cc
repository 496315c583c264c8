// SPDX-License-Identifier: Apache-2.0
#include "companion/package_list.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "metadata/error.h"
#include "metadata/primary.h"

namespace reposbom::companion {
namespace {

constexpr std::string_view kBlanks = " \t\r";
constexpr std::string_view kNone = "(none)";  // What rpm prints where a tag is missing.
constexpr std::string_view kKeyPrefix = "gpg-pubkey-";

// The next word of a line, which is taken off it.
std::string_view next_word(std::string_view& line) {
  line.remove_prefix(std::min(line.find_first_not_of(kBlanks), line.size()));
  const std::string_view word = line.substr(0, line.find_first_of(kBlanks));
  line.remove_prefix(word.size());
  return word;
}

// "bash-(none):5.1.8-9.el9.x86_64", as a format of rpm with %{EPOCH} prints it.
std::string without_no_epoch(std::string_view nevra) {
  std::string text(nevra);
  const std::string epoch = std::string(kNone) + ":";
  const std::size_t at = text.find(epoch);
  if (at != std::string::npos) text.erase(at, epoch.size());
  return text;
}

// Throws Error if it is no package.
metadata::Package parse_line(
    std::string_view nevra, std::string_view source_rpm, const std::string& subject) {
  std::optional<metadata::Package> package = metadata::parse_nevra(without_no_epoch(nevra));
  if (!package) {
    throw Error(
        Cause::Usage,
        subject,
        "'" + std::string(nevra) + "' is not name-[epoch:]version-release.arch");
  }
  if (source_rpm != kNone) package->source_rpm = source_rpm;
  if (!package->source_rpm.empty() && !metadata::parse_source_rpm(package->source_rpm)) {
    throw Error(
        Cause::Usage, subject, "'" + package->source_rpm + "' is not name-version-release.src.rpm");
  }
  if (const std::string reason = metadata::refusal(*package); !reason.empty()) {
    throw Error(Cause::Usage, subject, std::string(nevra) + ": " + reason);
  }
  return *std::move(package);
}

}  // namespace

PackageList parse_package_list(std::string_view text, const std::string& subject) {
  PackageList list;
  std::map<std::string, metadata::Package> packages;
  std::size_t number = 0;
  while (!text.empty()) {
    ++number;
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    line = line.substr(0, line.find('#'));
    const std::string_view nevra = next_word(line);
    if (nevra.empty()) continue;
    if (nevra.starts_with(kKeyPrefix)) {
      ++list.keys;
      continue;
    }
    const std::string place = subject + ":" + std::to_string(number);
    metadata::Package package = parse_line(nevra, next_word(line), place);
    if (const std::string_view more = next_word(line); !more.empty()) {
      throw Error(
          Cause::Usage,
          place,
          "'" + std::string(more) + "' is too much: a line is a NEVRA and a source RPM");
    }
    packages.emplace(metadata::nevra(package), std::move(package));
  }
  if (packages.empty()) throw Error(Cause::Usage, subject, "lists no package");
  for (auto& [nevra, package] : packages)
    list.packages.push_back(std::move(package));
  return list;
}

}  // namespace reposbom::companion
