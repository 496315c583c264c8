// SPDX-License-Identifier: Apache-2.0
#include "metadata/spec_macros.h"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "metadata/error.h"
#include "metadata/spec_condition.h"
#include "metadata/spec_text.h"

using namespace reposbom::metadata;

namespace {

// What `text` expands to behind these definitions.
std::string expanded(const std::string& definitions, const std::string& text) {
  SpecMacros macros("test.spec");
  macros.expand(definitions);
  return macros.expand(text);
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  read_logical_lines(text, [&](std::string_view line) { lines.emplace_back(line); });
  return lines;
}

}  // namespace

TEST_CASE("expand puts in what was defined, with braces and without") {
  CHECK(expanded("%define name bash", "%name-%{name}.tar.gz") == "bash-bash.tar.gz");
}

TEST_CASE("expand takes a %define where it is used and a %global where it stands") {
  const std::string first = "%global v 1\n%define late %{v}\n%global early %{v}\n%global v 2\n";
  CHECK(expanded(first, "%{late} %{early}") == "2 1");
}

TEST_CASE("expand keeps what nobody defined as it was written") {
  CHECK(
      expanded("", "%{nobody} %nobody %{nobody x y} %{nobody:x}") ==
      "%{nobody} %nobody %{nobody x y} %{nobody:x}");
}

TEST_CASE("expand makes one percent sign of two, and none of one that begins no name") {
  CHECK(expanded("", "100%% 50% %20x %") == "100% 50% %20x %");
}

TEST_CASE("expand leaves a test of what is not defined empty") {
  CHECK(expanded("", "a%{?x}b%?x%{?x:c}d") == "abd");
}

TEST_CASE("expand gives the value, or the body, of a test that holds") {
  CHECK(expanded("%global x 9", "%{?x} %?x %{?x:el%{x}} %{!?x:no} %{!?y:yes}") == "9 9 el9  yes");
}

TEST_CASE("expand obeys a definition within a test, as old specs have it") {
  CHECK(expanded("%{!?lib: %define lib /usr/lib}", "%{lib}/x") == "/usr/lib/x");
}

TEST_CASE("expand joins the lines of a definition") {
  CHECK(expanded("%define two a\\\nb", "%{two}") == "a\nb");
  CHECK(expanded("%define two \\\n  a %{?x:1\n2}\\\nb  \n", "%{two}") == "a \nb");
}

TEST_CASE("expand takes the braces off a body that stands in them") {
  CHECK(expanded("%define braced {a b}", "[%{braced}]") == "[a b]");
}

TEST_CASE("expand brings back with %undefine what the name meant before") {
  const std::string twice = "%global x 1\n%global x 2\n%undefine x\n";
  CHECK(expanded(twice, "%{x}") == "1");
  CHECK(expanded(twice + "%undefine x\n", "[%{?x}]") == "[]");
}

TEST_CASE("expand answers %{defined x} and %{undefined x}") {
  CHECK(expanded("%global x 1", "%{defined x}%{undefined x}%{defined y}%{undefined y}") == "1001");
}

TEST_CASE("expand knows the defaults of %bcond_with, %bcond_without and %bcond") {
  const std::string choices = "%bcond_with a\n%bcond_without b\n%bcond c 1\n%bcond d 0\n";
  CHECK(expanded(choices, "%{with a}%{with b}%{with c}%{with d}") == "0110");
  CHECK(expanded(choices, "%{without a}%{without b}") == "10");
}

TEST_CASE("expand lets _with_ and _without_ macros choose as --with and --without did") {
  const std::string choices =
      "%define _with_a 1\n%define _without_b 1\n%bcond_with a\n%bcond_without b\n";
  CHECK(expanded(choices, "%{with a}%{with b}") == "10");
}

TEST_CASE("expand takes what hangs on an unknown %bcond for unknown") {
  CHECK(expanded("%bcond x %{nobody}", "%{with x}") == "%{with x}");
}

TEST_CASE("expand expands %{expand:} twice") {
  CHECK(expanded("%define x 1\n%define name x", "%{expand:%%{%{name}}}") == "1");
}

TEST_CASE("expand gives the value of an expression, if it has one") {
  CHECK(expanded("%define rhel 9", "%[0%{?rhel} >= 8] %[%{rhel} + 1]") == "1 10");
  CHECK(expanded("", "%[ %{nobody} ]") == "%[ %{nobody} ]");
}

TEST_CASE("expand runs neither shell nor Lua and leaves both as written") {
  const std::string text = "%(echo %{name}) %{lua:print(1)} %{load:/etc/passwd} %{getenv:HOME}";
  CHECK(expanded("%define name x", text) == text);
}

TEST_CASE("expand leaves macros with parameters, and their bodies, alone") {
  CHECK(expanded("%global twice() %1%1", "%{twice ab} %twice ab") == "%{twice ab} %twice ab");
}

TEST_CASE("expand drops what stands behind %dnl") {
  CHECK(expanded("", "a %dnl %{b}\nc%{dnl:d}") == "a \nc");
}

TEST_CASE("expand takes nothing for a definition in a branch that is skipped") {
  SpecMacros macros("test.spec");
  macros.enter(Branch::Skipped);
  macros.expand("%define x 1");
  CHECK(macros.expand("%{x}") == "%{x}");
}

TEST_CASE("expand leaves a macro that was defined in a branch that may be taken") {
  SpecMacros macros("test.spec");
  macros.expand("%global x 1");
  macros.enter(Branch::Maybe);
  macros.expand("%global x 2");
  macros.enter(Branch::Taken);
  CHECK(macros.expand("%{x} %{?x} %{!?x:y} %{defined x}") == "%{x} %{?x} %{!?x:y} %{defined x}");
  macros.expand("%global x 3");
  CHECK(macros.expand("%{x}") == "3");
}

TEST_CASE("expand ends at a macro that means itself") {
  CHECK(expanded("%define x %{x}a", "%{x}").starts_with("%{x}aaa"));
  CHECK(expanded("%define x %{?x}", "%{x}") == "%{?x}");
}

TEST_CASE("expand leaves text that would become too long") {
  std::string definitions = "%define a0 " + std::string(1024, 'x') + "\n";
  for (int i = 1; i <= 11; ++i) {
    const std::string before = "%{a" + std::to_string(i - 1) + "}";
    definitions.append("%define a" + std::to_string(i) + " " + before).append(before) += "\n";
  }
  CHECK(expanded(definitions, "%{a9}").size() == 1024 * 512);
  CHECK(expanded(definitions, "%{a11}").find('%') != std::string::npos);
}

TEST_CASE("expand ends a spec that doubles itself without end with an Error") {
  std::string definitions = "%define a0 %{nil}\n";
  for (int i = 1; i <= 60; ++i) {
    const std::string before = "%{a" + std::to_string(i - 1) + "}";
    definitions.append("%define a" + std::to_string(i) + " " + before).append(before) += "\n";
  }
  CHECK_THROWS_WITH_AS(
      expanded(definitions, "%{a60}"),
      "test.spec: its macros expand to more text than any spec needs",
      reposbom::Error);
}

TEST_CASE("expand keeps what is never closed") {
  CHECK(expanded("%define x 1", "%{x} %{x %(y") == "1 %{x %(y");
}

TEST_CASE("macros_left names each kind of what was left") {
  const std::string text = "%{a} %{b x} %{c:x} %{?d} %{!?e:x} %(f) %[g] %{lua:h} %{*} %include x";
  const std::vector<std::string> labels = {
      "%{a}",
      "%{b …}",
      "%{c:…}",
      "%{?d}",
      "%{!?e:…}",
      "%(…)",
      "%[…]",
      "%{lua:…}",
      "%{…}",
      "%include"};
  CHECK(macros_left(text) == labels);
}

TEST_CASE("macros_left takes encoded bytes of a URL for text") {
  CHECK(macros_left("https://example.org/a%20b%E2%80%99c").empty());
}

TEST_CASE("text_around_macros gives the parts that are known") {
  CHECK(text_around_macros("a-%(b)-%{c}.gz") == std::vector<std::string>{"a-", "-", ".gz"});
}

TEST_CASE("read_logical_lines joins what a backslash or an open brace continues") {
  CHECK(
      lines_of("a\\\nb\nc %{d\ne}\nf") == std::vector<std::string>{"a\\\nb\n", "c %{d\ne}\n", "f"});
  CHECK(lines_of("%(a (\n) b\n)\nc\n") == std::vector<std::string>{"%(a (\n) b\n)\n", "c\n"});
}

TEST_CASE("read_logical_lines does not lose the lines behind a brace that is never closed") {
  CHECK(lines_of("%{a\nb\n%{c}\n") == std::vector<std::string>{"%{a\n", "b\n", "%{c}\n"});
}

TEST_CASE("is_true counts, compares and joins as rpm does") {
  CHECK(is_true("1") == true);
  CHECK(is_true("0") == false);
  CHECK(is_true("09 >= 8") == true);
  CHECK(is_true("1 + 2 * 3 == 7 && 10 / 3 == 3") == true);
  CHECK(is_true("!(1 < 2) || -1 < 0") == true);
  CHECK(is_true("\"a\" == \"a\"") == true);
  CHECK(is_true("\"\"") == false);
  CHECK(is_true("1 < 2 ? 0 : 1") == false);
  CHECK(is_true("1 || 0 && 0") == false);  // Both bind alike.
}

TEST_CASE("is_true compares versions, not strings, behind a v") {
  CHECK(is_true("v\"1.10\" > v\"1.9\"") == true);
  CHECK(is_true("v\"1:1.0\" > v\"2.0-3\"") == true);
  CHECK(is_true("v\"2.0\" == v\"2.0-3\"") == true);
}

TEST_CASE("is_true does not know what hangs on a macro that was left") {
  CHECK_FALSE(is_true("%{a}"));
  CHECK_FALSE(is_true("0%{a}"));
  CHECK_FALSE(is_true("\"%{a}\" == \"b\""));
  CHECK_FALSE(is_true("1 && %(true)"));
  CHECK_FALSE(is_true("%{a} ? 1 : 1"));
}

TEST_CASE("is_true knows what an unknown operand cannot change") {
  CHECK(is_true("1 || %{a}") == true);
  CHECK(is_true("%{a} || 1") == true);
  CHECK(is_true("%{a} && 0") == false);
}

TEST_CASE("is_true does not know what is no expression") {
  for (const std::string text :
       {"",
        "1 2",
        "abc == 1",
        "1 +",
        "(1",
        "\"a",
        "1 ? 2",
        "1 == \"1\"",
        "1 / 0",
        "\"a\" - \"b\"",
        "9223372036854775807 + 1",
        "99999999999999999999"}) {
    CAPTURE(text);
    CHECK_FALSE(is_true(text));
  }
  CHECK_FALSE(is_true(std::string(100000, '!') + "1"));
  CHECK_FALSE(is_true(std::string(100000, '(')));
}

TEST_CASE("Branches takes one branch where conditions are known") {
  Branches branches;
  branches.begin(false);
  CHECK(branches.state() == Branch::Skipped);
  branches.next(true);
  CHECK(branches.state() == Branch::Taken);
  branches.next(true);
  CHECK(branches.state() == Branch::Skipped);
  branches.end();
  CHECK(branches.state() == Branch::Taken);
}

TEST_CASE("Branches may take all branches from an unknown condition on") {
  Branches branches;
  branches.begin(std::nullopt);
  CHECK(branches.state() == Branch::Maybe);
  branches.next(false);
  CHECK(branches.state() == Branch::Skipped);
  branches.next(true);
  CHECK(branches.state() == Branch::Maybe);
  branches.next(true);
  CHECK(branches.state() == Branch::Skipped);
}

TEST_CASE("Branches is within another branch no surer than that one") {
  Branches branches;
  branches.begin(std::nullopt);
  branches.begin(true);
  CHECK(branches.state() == Branch::Maybe);
  branches.end();
  branches.next(false);
  branches.begin(true);
  CHECK(branches.state() == Branch::Skipped);
}

TEST_CASE("Branches minds no %else and no %endif that has no %if") {
  Branches branches;
  branches.next(true);
  branches.end();
  CHECK(branches.state() == Branch::Taken);
}
