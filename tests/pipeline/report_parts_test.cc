// SPDX-License-Identifier: Apache-2.0
#include "pipeline/report_parts.h"

#include <string>

#include <doctest/doctest.h>

using namespace reposbom::pipeline;

namespace {

std::size_t count_of(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
    ++count;
  return count;
}

std::vector<std::string> names(std::size_t count) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i != count; ++i)
    names.push_back("name" + std::to_string(i));
  return names;
}

}  // namespace

TEST_CASE("grouped puts a comma before every three digits") {
  CHECK(grouped(0) == "0");
  CHECK(grouped(999) == "999");
  CHECK(grouped(1000) == "1,000");
  CHECK(grouped(1'234'567) == "1,234,567");
}

TEST_CASE("by_frequency sorts by count, then by name") {
  const auto sorted = by_frequency({{"a", 1}, {"b", 3}, {"c", 3}});
  REQUIRE(sorted.size() == 3);
  CHECK(sorted[0].name == "b");
  CHECK(sorted[1].name == "c");
  CHECK(sorted[2].name == "a");
}

TEST_CASE("bar is a share of a thousand, and never more than the whole") {
  CHECK(count_of(bar(1, 3), "<rect width=\"333\"") == 1);
  CHECK(count_of(bar(5, 3), "<rect width=\"1000\"") == 1);
  CHECK(count_of(bar(0, 0), "<rect width=\"0\"") == 1);
}

TEST_CASE("a list stands open as far as a page can show it, and names the file that has all") {
  CHECK(count_of(name_list(names(20), "all.json"), "<li>") == 20);
  CHECK(count_of(name_list(names(20), "all.json"), "<details>") == 0);
  const std::string longer = name_list(names(21), "all.json");
  CHECK(count_of(longer, "<li>") == 21);
  CHECK(count_of(longer, "<summary><span lang=\"en\">1 more<") == 1);
  CHECK(count_of(longer, "all.json") == 0);
  const std::string endless = name_list(names(5000), "all.json");
  CHECK(count_of(endless, "<li>") == 1000);
  CHECK(count_of(endless, "4,980 more<") == 1);
  CHECK(count_of(endless, "all.json lists all of them.") == 1);
}

TEST_CASE("table has a heading for every column and every row") {
  const std::string html =
      table({{{"Name", "名前"}}, {{"Count", "数"}, "number"}}, {{"a", "1"}, {"b", "2"}}, "all");
  CHECK(count_of(html, "<th scope=\"col\"") == 2);
  CHECK(count_of(html, "<tr><th scope=\"row\">b</th><td class=\"number\">2</td></tr>") == 1);
}
