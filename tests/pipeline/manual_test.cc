// SPDX-License-Identifier: Apache-2.0
#include "pipeline/manual.h"

#include <sstream>
#include <string>

#include <doctest/doctest.h>

#include "pipeline/command_table.h"

using namespace reposbom::pipeline;

namespace {

std::string roff(std::string_view text) {
  std::string escaped;
  for (const char c : text)
    escaped += c == '-' ? std::string("\\-") : std::string(1, c);
  return escaped;
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("the man page describes every command, option, exit code and variable") {
  const std::string text = manual();
  for (const CommandRow& row : command_rows()) {
    CHECK(has(text, "\n.SS " + std::string(row.name) + "\n"));
    CHECK(has(text, roff(row.details)));
    for (const Option& option : row.options) {
      CHECK(has(text, "\\fB" + roff("--" + std::string(option.name)) + "\\fR"));
      CHECK(has(text, "\n" + roff(option.description) + "\n"));
    }
  }
  for (const Term& code : exit_codes())
    CHECK(has(text, "\\fB" + roff(code.name) + "\\fR\n" + roff(code.meaning) + "\n"));
  for (const Term& variable : variables())
    CHECK(has(text, "\\fB" + roff(variable.name) + "\\fR\n"));
}

TEST_CASE("no text of the man page is taken for a request") {
  std::istringstream lines(manual());
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with('.') && !line.starts_with('\'')) continue;
    CAPTURE(line);
    const std::string request = line.substr(0, line.find(' '));
    const bool is_known = request == ".TH" || request == ".SH" || request == ".SS" ||
                          request == ".TP" || request == ".PP" || request == ".br" ||
                          request == ".nh" || request == ".ad" || request == "'\\\"";
    CHECK(is_known);
  }
}
