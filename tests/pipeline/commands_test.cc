// SPDX-License-Identifier: Apache-2.0
#include "pipeline/commands.h"

#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include "tests/support/tiny_run.h"

using namespace reposbom::pipeline;
using namespace reposbom::tests;
using reposbom::Cause;

namespace {

// What a command prints, tells and draws.
struct Heard {
  std::string printed = {};
  std::vector<std::string> told = {};  // "info …", "warning …", "problem …".
  std::string drawn = {};

  bool has_told(const std::string& start) const {
    for (const std::string& line : told) {
      if (line.starts_with(start)) return true;
    }
    return false;
  }
};

int run_heard(const Command& command, Heard& heard, bool has_terminal = false) {
  constexpr std::string_view kLevels[] = {"info ", "warning ", "problem "};
  Console console;
  console.print = [&](std::string_view text) { heard.printed += text; };
  console.tell = [&](Level level, std::string_view text) {
    heard.told.push_back(std::string(kLevels[static_cast<int>(level)]).append(text));
  };
  console.tell_about = [&](Level level, std::string_view subject, std::string_view text) {
    console.tell(level, std::string(subject).append(": ").append(text));
  };
  if (has_terminal) console.draw = [&](std::string_view text) { heard.drawn += text; };
  return run_command(command, console);
}

BuildCommand build_of(const TinyRun& run) {
  return {.repositories = {run.repository.path().string()}, .output = run.tree(), .jobs = 1};
}

}  // namespace

TEST_CASE("every cause has the exit code that the README names") {
  CHECK(exit_code(Cause::Usage) == 1);
  CHECK(exit_code(Cause::Untrusted) == 3);
  CHECK(exit_code(Cause::Output) == 4);
  CHECK(exit_code(Cause::Limits) == 5);
  CHECK(exit_code(Cause::TryAgain) == 75);
}

TEST_CASE("build is silent without a terminal") {
  TinyRun run;
  run.repository.write(two_builds());
  Heard heard;
  CHECK(run_heard(build_of(run), heard) == 0);
  CHECK(run_heard(build_of(run), heard) == 0);
  CHECK(heard.printed.empty());
  CHECK(heard.told.empty());
}

TEST_CASE("build on a terminal draws its progress and tells what it did") {
  TinyRun run;
  run.repository.write(two_builds());
  Heard heard;
  CHECK(run_heard(build_of(run), heard, true) == 0);
  CHECK(heard.has_told("warning no signing key is configured"));
  CHECK(heard.has_told(
      "info published 20240309T160000Z: 3 packages, 2 builds, 30 documents, 0 signatures; "
      "2 sets written, 0 reused; "));
  CHECK(heard.drawn.find("reading") != std::string::npos);
  CHECK(heard.drawn.ends_with("\r\x1b[K"));

  heard = {};
  CHECK(run_heard(build_of(run), heard, true) == 0);
  CHECK(heard.has_told("info nothing changed"));
}

TEST_CASE("build for a collector draws nothing") {
  TinyRun run;
  run.repository.write(two_builds());
  BuildCommand command = build_of(run);
  command.log_format = LogFormat::Json;
  Heard heard;
  CHECK(run_heard(command, heard, true) == 0);
  CHECK(heard.drawn.empty());
  CHECK(heard.has_told("info published"));
}

TEST_CASE("build with failures within the limit exits with 2 and names them") {
  TinyRun run;
  std::string records = TinyRepository::record({.name = "bad", .version = "/"});
  for (int i = 0; i != 100; ++i)
    records += TinyRepository::record({.name = "good" + std::to_string(i)});
  run.repository.write_records(records, 101);
  Heard heard;
  CHECK(run_heard(build_of(run), heard) == 2);
  REQUIRE(heard.told.size() == 1);
  CHECK(heard.told[0].starts_with("problem "));
  CHECK(heard.told[0].find("bad") != std::string::npos);
}

TEST_CASE("a dry run prints its plan") {
  TinyRun run;
  run.repository.write(two_builds());
  BuildCommand command = build_of(run);
  command.dry_run = true;
  Heard heard;
  CHECK(run_heard(command, heard) == 0);
  CHECK(
      heard.printed ==
      "make hello-1.0-1.el9: new build\nmake world-1.0-1.el9: new build\n"
      "2 sets to make, 0 to reuse\n");
}

TEST_CASE("a check exits with 6 when what is published is not what would be built") {
  TinyRun run;
  run.repository.write(two_builds());
  Heard heard;
  REQUIRE(run_heard(build_of(run), heard) == 0);
  BuildCommand command = build_of(run);
  command.check = true;
  command.verbose = true;
  CHECK(run_heard(command, heard) == 0);
  CHECK(heard.has_told("info what is published is what would be built"));
  damage(run.run() / "sets/w/world/world-1.0-1.el9/set.json");
  CHECK(run_heard(command, heard) == 6);
  CHECK(heard.has_told("problem world-1.0-1.el9: set.json is not as it would be built"));
}

TEST_CASE("build takes the time of the run from SOURCE_DATE_EPOCH") {
  TinyRun run;
  run.repository.write(two_builds());
  Heard heard;
  REQUIRE(setenv("SOURCE_DATE_EPOCH", "1000000000", 1) == 0);
  CHECK(run_heard(build_of(run), heard) == 0);
  REQUIRE(unsetenv("SOURCE_DATE_EPOCH") == 0);
  CHECK(run.current() == "runs/20010909T014640Z");
}

TEST_CASE("build tells monitoring how it ended, also when it failed") {
  TinyRun run;
  run.repository.write(two_builds());
  const fs::path file = run.folder() / "reposbom.prom";
  const fs::path config = run.folder() / "reposbom.yaml";
  write_bytes(
      config,
      "repositories: [{id: tiny, packages: repository}]\nmetrics: reposbom.prom\noutput: sbom\n");
  const auto has = [&](const std::string& line) {
    return read_bytes(file).find("\n" + line + "\n") != std::string::npos;
  };
  BuildCommand command{.config = config, .jobs = 1, .dry_run = true};
  Heard heard;
  CHECK(run_heard(command, heard) == 0);
  CHECK(!fs::exists(file));
  command.dry_run = false;
  CHECK(run_heard(command, heard) == 0);
  CHECK(has("reposbom_run_exit_code 0"));
  CHECK(has("reposbom_packages 3"));

  damage(run.repository.path() / "repodata/repomd.xml");
  CHECK(thrown_by([&] { run_heard(command, heard); }).cause == Cause::Untrusted);
  CHECK(has("reposbom_run_exit_code 3"));
  CHECK(has("reposbom_packages 3"));
}

TEST_CASE("build ends as it ended, though monitoring cannot be told") {
  TinyRun run;
  run.repository.write(two_builds());
  const fs::path config = run.folder() / "reposbom.yaml";
  write_bytes(
      config, "repositories: [{id: tiny, packages: repository}]\nmetrics: nowhere/reposbom.prom\n");
  Heard heard;
  CHECK(run_heard(BuildCommand{.config = config, .jobs = 1}, heard) == 0);
  REQUIRE(heard.told.size() == 1);
  CHECK(heard.told[0].starts_with("warning " + (run.folder() / "nowhere").string()));
}

TEST_CASE("verify prints what it has compared") {
  TinyRun run;
  run.repository.write(two_builds());
  Heard heard;
  REQUIRE(run_heard(build_of(run), heard) == 0);
  CHECK(run_heard(VerifyCommand{.target = run.tree()}, heard) == 0);
  CHECK(
      heard.printed.find("1 run, 2 sets, 30 documents; 0 good signatures\n") != std::string::npos);
  CHECK(heard.has_told("warning not signed"));
  damage(run.run() / "index.json");
  CHECK(thrown_by([&] {
          run_heard(VerifyCommand{.target = run.tree()}, heard);
        }).cause == Cause::Untrusted);
}

TEST_CASE("verify prints the quality of what it has verified, and of nothing else") {
  TinyRun run;
  run.repository.write(two_builds());
  Heard heard;
  REQUIRE(run_heard(build_of(run), heard) == 0);
  CHECK(run_heard(VerifyCommand{.target = run.tree(), .quality = true}, heard) == 0);
  CHECK(heard.printed.find("\nquality of 12 documents in JSON\n") != std::string::npos);
  CHECK(heard.printed.find("missing: nothing that the metadata tells\n") != std::string::npos);
  heard = {};
  damage(run.run() / "index.json");
  CHECK(thrown_by([&] {
          run_heard(VerifyCommand{.target = run.tree(), .quality = true}, heard);
        }).cause == Cause::Untrusted);
  CHECK(heard.printed.empty());
}

TEST_CASE("license prints the expression first") {
  Heard heard;
  CHECK(run_heard(LicenseCommand{.tag = "GPLv2+ and BSD"}, heard) == 0);
  CHECK(heard.printed.starts_with("GPL-2.0-or-later AND LicenseRef-Callaway-BSD\n"));
  CHECK(heard.printed.find("stands for 'BSD'") != std::string::npos);
}

TEST_CASE("show, help and version print to standard output") {
  TinyRun run;
  run.repository.write(two_builds());
  Heard heard;
  const ShowCommand show{
      .subject = "world-1.0-1.el9.x86_64", .repositories = {run.repository.path().string()}};
  CHECK(run_heard(show, heard) == 0);
  CHECK(heard.printed.starts_with("{\n"));
  heard = {};
  CHECK(run_heard(HelpCommand{.text = "how to\n"}, heard) == 0);
  CHECK(run_heard(VersionCommand{}, heard) == 0);
  CHECK(heard.printed.starts_with("how to\nreposbom "));
}
