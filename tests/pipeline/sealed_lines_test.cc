// SPDX-License-Identifier: Apache-2.0
#include "pipeline/sealed_lines.h"

#include <array>
#include <string>
#include <utility>

#include <doctest/doctest.h>

using namespace reposbom::pipeline;

namespace {

constexpr std::string_view kTitle = "things 1";

std::string sample() {
  SealedLines lines(kTitle);
  REQUIRE(lines.add(std::array<std::string_view, 3>{"a", "", "c"}));
  REQUIRE(lines.add(std::array<std::string_view, 3>{"", "", ""}));
  return std::move(lines).seal();
}

}  // namespace

TEST_CASE("unsealed gives the lines that were sealed") {
  const std::string text = sample();
  auto lines = unsealed(text, kTitle);
  REQUIRE(lines);
  CHECK(*lines == "a\t\tc\n\t\t\n");
  std::array<std::string_view, 3> fields = {};
  REQUIRE(take_fields(*lines, fields));
  CHECK(fields == std::array<std::string_view, 3>{"a", "", "c"});
  REQUIRE(take_fields(*lines, fields));
  CHECK(fields == std::array<std::string_view, 3>{"", "", ""});
  CHECK(lines->empty());
  CHECK(unsealed(SealedLines(kTitle).seal(), kTitle) == "");
}

TEST_CASE("unsealed gives nothing of what was cut, changed or has another title") {
  const std::string text = sample();
  for (std::size_t size = 0; size != text.size(); ++size)
    CHECK(!unsealed(text.substr(0, size), kTitle));
  CHECK(!unsealed(text + text, kTitle));
  CHECK(!unsealed(text, "things 2"));
  CHECK(!unsealed(text, "things"));
  CHECK(!unsealed(text, "things 1\na"));
}

TEST_CASE("take_fields refuses a line with more or fewer fields") {
  std::array<std::string_view, 2> fields = {};
  for (std::string_view lines : {"a\n", "a\tb\tc\n", "\n"}) {
    CAPTURE(lines);
    CHECK(!take_fields(lines, fields));
    CHECK(lines.empty());
  }
}

TEST_CASE(
    "what would end a field or a line is no part of one, and what was added can be taken back") {
  SealedLines lines(kTitle);
  const std::size_t size = lines.size();
  CHECK(!lines.add(std::array<std::string_view, 2>{"a", "b\tc"}));
  CHECK(!lines.add(std::array<std::string_view, 2>{"a\nb", "c"}));
  CHECK(lines.size() == size);
  CHECK(lines.add(std::array<std::string_view, 1>{"a"}));
  lines.cut(size);
  CHECK(std::move(lines).seal() == SealedLines(kTitle).seal());
}
