// SPDX-License-Identifier: Apache-2.0
#include <string>

#include <doctest/doctest.h>

#include "generators/formats.h"
#include "pipeline/command_table.h"
#include "pipeline/manual.h"

using namespace reposbom::pipeline;

// That bash completes by it is the matter of tests/cli/manual-and-completion.sh.
TEST_CASE("the completion knows every command, option and format") {
  const std::string script = bash_completion();
  const auto has = [&](const std::string& part) { return script.find(part) != std::string::npos; };
  for (const CommandRow& row : command_rows()) {
    CHECK(has("    " + std::string(row.name) + ")\n"));
    for (const Option& option : row.options)
      CHECK(has("--" + std::string(option.name)));
  }
  for (const reposbom::generators::FormatRow& row : reposbom::generators::formats())
    CHECK(has(std::string(row.name)));
  CHECK(script.ends_with("complete -F _reposbom reposbom\n"));
}
