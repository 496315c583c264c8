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

// The first lines that differ, as "line N: expected …, found …"; empty if none does. The first of
// all is often only an id that is made of the rest.
inline std::string first_difference(const std::string& expected, const std::string& found) {
  constexpr int kShown = 5;
  std::istringstream expected_lines(expected);
  std::istringstream found_lines(found);
  std::string text;
  int shown = 0;
  for (std::size_t number = 1; shown != kShown && expected != found; ++number) {
    std::string wanted;
    std::string got;
    const bool has_wanted = static_cast<bool>(std::getline(expected_lines, wanted));
    const bool has_got = static_cast<bool>(std::getline(found_lines, got));
    if (!has_wanted && !has_got) break;
    if (has_wanted && has_got && wanted == got) continue;
    ++shown;
    text += "line " + std::to_string(number) + ": expected " +
            (has_wanted ? "'" + wanted + "'" : "the end") + ", found " +
            (has_got ? "'" + got + "'" : "the end") + "\n";
  }
  return text;
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
  const bool is_same = expected == bytes;  // Not to show the whole of both.
  CHECK_MESSAGE(is_same, file.string() << ": " << first_difference(expected, bytes));
}

}  // namespace reposbom::tests
