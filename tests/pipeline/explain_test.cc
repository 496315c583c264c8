// SPDX-License-Identifier: Apache-2.0
#include "pipeline/explain.h"

#include <string>

#include <doctest/doctest.h>

#include "metadata/error.h"
#include "tests/support/tiny_run.h"

using namespace reposbom::pipeline;
using namespace reposbom::tests;

namespace {

std::string explain(const TinyRun& run, const std::string& subject) {
  return explain_package({.subject = subject, .repositories = {run.repository.path().string()}});
}

// The line that begins with `name` and holds `value`; empty if there is none.
std::string line_of(const std::string& text, const std::string& name, const std::string& value) {
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = text.find('\n', begin);
    const std::string line = text.substr(begin, end - begin);
    if (line.starts_with(name + " ") && line.find(value) != std::string::npos) return line;
    begin = end + 1;
  }
  return {};
}

}  // namespace

TEST_CASE("explain_package names the repository whose primary.xml a fact is from") {
  TinyRun run;
  run.repository.write({{.name = "hello"}});
  const std::string line = line_of(explain(run, "hello-1.0-1.el9.x86_64"), "version", "1.0-1.el9");
  CHECK(line.ends_with("[primary.xml of repository]"));
}

TEST_CASE("explain_package tells how the licence was read from the tag") {
  TinyRun run;
  run.repository.write({{.name = "hello", .license = "GPLv2+ and BSD"}});
  const std::string text = explain(run, "hello-1.0-1.el9.x86_64");
  CHECK(line_of(text, "licence", "GPL-2.0-or-later AND LicenseRef-Callaway-BSD")
            .ends_with("[conversion of the tag]"));
  CHECK(line_of(text, "licence flag", "ambiguous") != "");
}

TEST_CASE("explain_package names the chosen provider and what nothing provides") {
  TinyRun run;
  run.repository.write({{.name = "hello", .needs = {"world", "moon"}}, {.name = "world"}});
  const std::string text = explain(run, "hello-1.0-1.el9.x86_64");
  CHECK(line_of(text, "depends on", "world-1.0-1.el9.x86_64") != "");
  CHECK(line_of(text, "unresolved", "moon") != "");
}

TEST_CASE("explain_package says when the source package is not known") {
  TinyRun run;
  run.repository.write({{.name = "hello"}});
  const std::string line =
      line_of(explain(run, "hello-1.0-1.el9.x86_64"), "sources and patches", "unknown");
  CHECK(line.find("no source repository lists hello-1.0-1.el9.src") != std::string::npos);
}

TEST_CASE("explain_package refuses a package that is not there") {
  TinyRun run;
  run.repository.write({{.name = "hello"}});
  CHECK_THROWS_AS(explain(run, "hello-2.0-1.el9.x86_64"), reposbom::Error);
}
