// SPDX-License-Identifier: Apache-2.0
//
// The folder of real repositories that stands beside the project on some
// machines. Tests that need it skip, and say so, where it is absent.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string_view>

namespace reposbom::tests {

// REPOSBOM_SHARED in the environment, else `../shared` beside the source tree.
inline std::optional<std::filesystem::path> shared_folder() {
  const char* set = std::getenv("REPOSBOM_SHARED");
  const std::filesystem::path folder =
      set != nullptr ? std::filesystem::path(set)
                     : std::filesystem::path(REPOSBOM_SOURCE_DIR) / ".." / "shared";
  std::error_code ignored;
  if (!std::filesystem::is_directory(folder, ignored)) return std::nullopt;
  return std::filesystem::canonical(folder);
}

inline std::optional<std::filesystem::path> shared_data() {
  const auto folder = shared_folder();
  if (!folder || !std::filesystem::is_directory(*folder / "data")) return std::nullopt;
  return *folder / "data";
}

}  // namespace reposbom::tests
