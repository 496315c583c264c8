// SPDX-License-Identifier: Apache-2.0
//
// What report.html is put together from: text of two languages, text from outside, and
// tables. Everything here returns HTML that is whole in itself.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace reposbom::pipeline {

// report.css, which embed_text.cmake puts into the program.
extern const std::string_view kReportStyle;

struct Phrase {
  std::string_view english;
  std::string_view japanese;
};
// Both, of which the styles show one.
std::string both(const Phrase& phrase);
std::string heading(const Phrase& phrase);
std::string note(const Phrase& phrase);

// Text from outside: it is only text, and its direction of writing ends with it.
std::string foreign(std::string_view text);
// The same for places that take no elements.
std::string escaped(std::string_view text);

// 94870 as "94,870".
std::string grouped(std::uint64_t number);

// The columns of a table, and whether they hold numbers.
struct Column {
  Phrase title;
  std::string_view kind = {};  // Class of its cells: "", "wide", "number" or "bar".
};
using Cells = std::vector<std::string>;  // HTML, one a column.

// A list can be as long as the repositories are: the first rows stand open, those after them can be
// opened, and what is beyond a page is left to the file that has all of it.
std::string table(
    const std::vector<Column>& columns, const std::vector<Cells>& rows, std::string_view file);
std::string name_list(const std::vector<std::string>& names, std::string_view file);

struct Counted {
  std::string name = {};
  std::size_t count = 0;
};
// The most frequent first, then by name.
std::vector<Counted> by_frequency(const std::map<std::string, std::size_t>& counts);

// A bar as long as its share of `whole`; the number stands beside it, so it is not read out.
std::string bar(std::uint64_t part, std::uint64_t whole);

}  // namespace reposbom::pipeline
