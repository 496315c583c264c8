// SPDX-License-Identifier: Apache-2.0
#include "pipeline/log_line.h"

#include <cstdlib>
#include <string>

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "generators/json_reader.h"

using namespace reposbom::pipeline;
using reposbom::generators::JsonObject;
using reposbom::generators::read_json;

namespace {

constexpr LogStyle kText = {};
constexpr LogStyle kJournal = {.is_for_journal = true};
constexpr LogStyle kJson = {.format = LogFormat::Json};

}  // namespace

TEST_CASE("log_line names the program, the level and the subject") {
  CHECK(log_line({.message = "nothing changed"}, kText) == "reposbom: nothing changed\n");
  CHECK(
      log_line({.level = Level::Warning, .subject = "a.iso", .message = "is old"}, kText) ==
      "reposbom: warning: a.iso: is old\n");
  CHECK(
      log_line({.level = Level::Problem, .subject = "bash", .message = "is damaged"}, kText) ==
      "reposbom: error: bash: is damaged\n");
}

TEST_CASE("log_line is one line, whatever the message") {
  const LogEntry entry{.subject = "a\nb", .message = "c\n<0>d\n"};
  CHECK(log_line(entry, kText) == "reposbom: a b: c <0>d \n");
  CHECK(log_line(entry, kJson).find('\n') == log_line(entry, kJson).size() - 1);
}

TEST_CASE("log_line gives the journal the priority of each level") {
  CHECK(log_line({.message = "a"}, kJournal) == "<6>reposbom: a\n");
  CHECK(
      log_line({.level = Level::Warning, .message = "a"}, kJournal) == "<4>reposbom: warning: a\n");
  CHECK(log_line({.level = Level::Problem, .message = "a"}, kJournal) == "<3>reposbom: error: a\n");
  CHECK(log_line({.message = "a"}, {LogFormat::Json, true}).starts_with("<6>{"));
}

TEST_CASE("log_line as JSON has time, level, subject, message and exit code") {
  const std::string line = log_line(
      {.level = Level::Problem,
       .subject = "a \"b\"",
       .message = "c\nd",
       .exit_code = 3,
       .time = 1'000'000'000},
      kJson);
  read_json(line, "line", [](const JsonObject& json) {
    CHECK(json.text("time") == "2001-09-09T01:46:40Z");
    CHECK(json.text("level") == "error");
    CHECK(json.text("subject") == "a \"b\"");
    CHECK(json.text("message") == "c\nd");
    CHECK(json.number("exitCode") == 3);
  });
  const std::string plain = log_line({.message = "a"}, kJson);
  CHECK(plain.find("subject") == std::string::npos);
  CHECK(plain.find("exitCode") == std::string::npos);
}

TEST_CASE("is_journal compares JOURNAL_STREAM with the descriptor") {
  struct stat status = {};
  REQUIRE(fstat(STDERR_FILENO, &status) == 0);
  const std::string here = std::to_string(status.st_dev) + ":" + std::to_string(status.st_ino);
  REQUIRE(unsetenv("JOURNAL_STREAM") == 0);
  CHECK(!is_journal(STDERR_FILENO));
  REQUIRE(setenv("JOURNAL_STREAM", here.c_str(), 1) == 0);
  CHECK(is_journal(STDERR_FILENO));
  CHECK(!is_journal(-1));
  REQUIRE(setenv("JOURNAL_STREAM", ("1" + here).c_str(), 1) == 0);
  CHECK(!is_journal(STDERR_FILENO));
  REQUIRE(unsetenv("JOURNAL_STREAM") == 0);
}
