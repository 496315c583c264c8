// SPDX-License-Identifier: Apache-2.0
//
// Expected outputs as files: a test compares bytes and shows the first line that
// differs. With UPDATE_GOLDEN=1 in the environment the files are written instead,
// and what is reviewed is their difference in version control.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <string_view>

#include <doctest/doctest.h>

namespace reposbom::tests {

// "line N: expected …, found …" of the first line that differs; empty if none does.
inline std::string first_difference(const std::string& expected, const std::string& found) {
  if (expected == found) return {};
  std::istringstream expected_lines(expected);
  std::istringstream found_lines(found);
  for (std::size_t number = 1;; ++number) {
    std::string wanted;
    std::string got;
    const bool has_wanted = static_cast<bool>(std::getline(expected_lines, wanted));
    const bool has_got = static_cast<bool>(std::getline(found_lines, got));
    const std::string line = "line " + std::to_string(number) + ": ";
    if (!has_wanted && !has_got) return line + "only line ends differ";
    if (!has_wanted) return line + "expected the end, found '" + got + "'";
    if (!has_got) return line + "expected '" + wanted + "', found the end";
    if (wanted != got) return line + "expected '" + wanted + "', found '" + got + "'";
  }
}

// `name` is a path below fixtures/golden.
inline void check_golden(std::string_view name, const std::string& bytes) {
  const std::filesystem::path file =
      std::filesystem::path(REPOSBOM_SOURCE_DIR) / "fixtures" / "golden" / name;
  const char* update = std::getenv("UPDATE_GOLDEN");
  if (update != nullptr && std::string_view(update) == "1") {
    std::filesystem::create_directories(file.parent_path());
    std::ofstream stream(file, std::ios::binary);
    stream << bytes;
    REQUIRE(stream.flush());
    return;
  }
  std::ifstream stream(file, std::ios::binary);
  REQUIRE_MESSAGE(stream, file.string() << " cannot be read; UPDATE_GOLDEN=1 writes it");
  const std::string expected(std::istreambuf_iterator<char>(stream), {});
  CHECK_MESSAGE(expected == bytes, file.string() << ": " << first_difference(expected, bytes));
}

}  // namespace reposbom::tests
