// SPDX-License-Identifier: Apache-2.0
//
// The primary.xml of two real repositories as text, and just enough to cut
// elements out of it: a check on the readers and converters that owes them nothing.
#pragma once

#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "metadata/archive.h"

namespace reposbom::tests {

inline std::string read_primary(const std::filesystem::path& repository) {
  constexpr std::uint64_t limit = 1u << 30;
  for (const auto& entry : std::filesystem::directory_iterator(repository / "repodata")) {
    const std::string name = entry.path().filename().string();
    if (!name.ends_with("primary.xml.gz")) continue;
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(file)), {});
    return metadata::decompress(bytes, name, limit);
  }
  throw std::runtime_error("no primary.xml.gz in " + repository.string());
}

// CentOS Stream 9, BaseOS and AppStream: 18,774 packages.
inline std::string read_real_primaries(const std::filesystem::path& data) {
  return read_primary(data / "repos" / "centos-stream-9-baseos-2022") +
         read_primary(data / "repos" / "centos-stream-9-appstream-2025");
}

// Hands over what stands between each `open` and the next `close`.
inline void for_each_between(
    std::string_view text,
    std::string_view open,
    std::string_view close,
    const std::function<void(std::string_view)>& take) {
  for (std::size_t at = text.find(open); at != std::string_view::npos; at = text.find(open, at)) {
    at += open.size();
    const std::size_t end = text.find(close, at);
    if (end == std::string_view::npos) return;
    take(text.substr(at, end - at));
    at = end;
  }
}

inline std::string without_entities(std::string_view text) {
  static constexpr std::pair<std::string_view, char> entities[] = {
      {"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&apos;", '\''}};
  std::string decoded;
  while (!text.empty()) {
    std::size_t used = 1;
    char c = text.front();
    for (const auto& [entity, meaning] : entities) {
      if (!text.starts_with(entity)) continue;
      used = entity.size();
      c = meaning;
      break;
    }
    decoded += c;
    text.remove_prefix(used);
  }
  return decoded;
}

}  // namespace reposbom::tests
