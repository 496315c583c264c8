// SPDX-License-Identifier: Apache-2.0
#include "pipeline/command_line.h"

#include <cstdlib>
#include <sstream>

#include <doctest/doctest.h>

#include "metadata/error.h"
#include "pipeline/command_table.h"

using reposbom::Cause;
using reposbom::Error;
namespace generators = reposbom::generators;
namespace pipeline = reposbom::pipeline;

namespace {

using Words = std::vector<std::string>;

pipeline::Command parse(const Words& words) {
  std::vector<const char*> argv = {"reposbom"};
  for (const std::string& word : words)
    argv.push_back(word.c_str());
  return pipeline::parse_command_line(static_cast<int>(argv.size()), argv.data());
}

template <class T>
T parse_as(const Words& words) {
  return std::get<T>(parse(words));
}

// The whole message of what is refused.
std::string problem_of(const Words& words) {
  try {
    parse(words);
  } catch (const Error& problem) {
    CHECK(problem.cause() == Cause::Usage);
    return problem.what();
  }
  return "nothing is wrong";
}

void set_epoch(const char* value) {
  REQUIRE(setenv("SOURCE_DATE_EPOCH", value, /*overwrite=*/1) == 0);
}

}  // namespace

TEST_CASE("parse_command_line gives build its defaults") {
  const auto build = parse_as<pipeline::BuildCommand>({"build", "/srv/mirror"});
  CHECK(build.repositories == Words{"/srv/mirror"});
  CHECK_FALSE(build.config);
  CHECK_FALSE(build.output);
  CHECK(build.jobs == 0);
  CHECK(build.only.empty());
  CHECK_FALSE(build.dry_run);
  CHECK_FALSE(build.check);
  CHECK_FALSE(build.allow_shrink);
  CHECK(build.log_format == pipeline::LogFormat::Text);
  CHECK_FALSE(build.verbose);
}

TEST_CASE("parse_command_line reads every option of build, also behind and between the operands") {
  const auto build = parse_as<pipeline::BuildCommand>(
      {"build",
       "a",
       "-c",
       "x.yaml",
       "b",
       "--output=out",
       "-j4",
       "--only",
       "python3*",
       "--dry-run",
       "--check",
       "--allow-shrink",
       "--log-format",
       "json",
       "--trace",
       "t.json",
       "-v"});
  CHECK(build.repositories == Words{"a", "b"});
  CHECK(build.config.value() == "x.yaml");
  CHECK(build.output.value() == "out");
  CHECK(build.jobs == 4);
  CHECK(build.only == "python3*");
  CHECK(build.dry_run);
  CHECK(build.check);
  CHECK(build.allow_shrink);
  CHECK(build.log_format == pipeline::LogFormat::Json);
  CHECK(build.trace.value() == "t.json");
  CHECK(build.verbose);
}

TEST_CASE("parse_command_line takes everything behind -- as it is") {
  const auto build = parse_as<pipeline::BuildCommand>({"build", "-v", "--", "--help", "-c"});
  CHECK(build.repositories == Words{"--help", "-c"});
  CHECK(build.verbose);
}

TEST_CASE("parse_command_line judges quality by itself, and where its report is asked for") {
  CHECK(parse_as<pipeline::VerifyCommand>({"verify", "--quality", "OUT"}).quality);
  const auto report =
      parse_as<pipeline::VerifyCommand>({"verify", "OUT", "--quality-report", "q.json"});
  CHECK(report.quality);
  CHECK(report.quality_report == "q.json");
}

TEST_CASE("parse_command_line reads verify with several keys and certificates") {
  const auto verify = parse_as<pipeline::VerifyCommand>(
      {"verify", "--key", "a.asc", "OUT", "--key=b.asc", "--certificate", "c.pem"});
  CHECK(verify.target == "OUT");
  CHECK(verify.keys == std::vector<std::filesystem::path>{"a.asc", "b.asc"});
  CHECK(verify.certificates == std::vector<std::filesystem::path>{"c.pem"});
  CHECK_FALSE(verify.quality);
  CHECK_FALSE(verify.quality_report);
}

TEST_CASE("parse_command_line reads disk") {
  const auto disk = parse_as<pipeline::DiskCommand>(
      {"disk",
       "-c",
       "x.yaml",
       "--media",
       "dvd.iso",
       "-o",
       "sbom.iso",
       "--volume-id",
       "SBOM-9.4",
       "--client",
       "build/client"});
  CHECK(disk.config == "x.yaml");
  CHECK(disk.media == "dvd.iso");
  CHECK(disk.output == "sbom.iso");
  CHECK(disk.volume_id.value() == "SBOM-9.4");
  CHECK(disk.client.value() == "build/client");
}

TEST_CASE("parse_command_line reads show, whose format is spdx-json unless told") {
  const auto show = parse_as<pipeline::ShowCommand>({"show", "bash-5.1.8-9.el9.x86_64"});
  CHECK(show.subject == "bash-5.1.8-9.el9.x86_64");
  CHECK(show.format == generators::Format::SpdxJson);
  const auto other = parse_as<pipeline::ShowCommand>(
      {"show", "x.rpm", "--format", "cyclonedx-xml", "--repo", "a", "--repo", "b", "-cf"});
  CHECK(other.format == generators::Format::CyclonedxXml);
  CHECK(other.repositories == Words{"a", "b"});
  CHECK(other.config.value() == "f");
}

TEST_CASE("parse_command_line takes the words of a License tag with or without quotes") {
  CHECK(parse_as<pipeline::LicenseCommand>({"license", "GPLv2+ and BSD"}).tag == "GPLv2+ and BSD");
  CHECK(
      parse_as<pipeline::LicenseCommand>({"license", "GPLv2+", "and", "BSD"}).tag ==
      "GPLv2+ and BSD");
}

TEST_CASE("parse_command_line knows --version and every way to ask for help") {
  CHECK(std::holds_alternative<pipeline::VersionCommand>(parse({"--version"})));
  const std::string overview = pipeline::help();
  for (const Words& words :
       {Words{"--help"}, Words{"-h"}, Words{"help"}, Words{"help", "--help"}}) {
    CHECK(parse_as<pipeline::HelpCommand>(words).text == overview);
  }
  const std::string build = pipeline::help("build");
  CHECK(build != overview);
  for (const Words& words :
       {Words{"help", "build"}, Words{"build", "--help"}, Words{"build", "--wrong", "-h"}}) {
    CHECK(parse_as<pipeline::HelpCommand>(words).text == build);
  }
}

TEST_CASE("parse_command_line names what is wrong and where help is") {
  const std::string build_help = " (see 'reposbom build --help')";
  const struct {
    Words words;
    std::string problem;
  } cases[] = {
      {{}, "reposbom: no command (see 'reposbom --help')"},
      {{"bulid"},
       "reposbom: unknown command 'bulid'; did you mean 'build'? (see 'reposbom --help')"},
      {{"frobnicate"},
       "reposbom: unknown command 'frobnicate'; known are build, verify, disk, diff, rollback, "
       "prune, show, explain, "
       "license (see "
       "'reposbom --help')"},
      {{"help", "dsik"},
       "reposbom: unknown command 'dsik'; did you mean 'disk'? (see 'reposbom --help')"},
      {{"-c", "x", "build"},
       "reposbom: unknown option '-c'; a command must come first (see 'reposbom --help')"},
      {{"build"},
       "reposbom build: no repository; name one, or a configuration with --config" + build_help},
      {{"build", ""}, "reposbom build: an argument is empty" + build_help},
      {{"build", "a", "--cheek"},
       "reposbom build: unknown option '--cheek'; did you mean '--check'?" + build_help},
      {{"build", "a", "--for"}, "reposbom build: unknown option '--for'" + build_help},
      {{"build", "a", "-x"}, "reposbom build: unknown option '-x'" + build_help},
      {{"build", "a", "-c"}, "reposbom build: --config needs a value" + build_help},
      {{"build", "a", "--output"}, "reposbom build: --output needs a value" + build_help},
      {{"build", "a", "--output="}, "reposbom build: --output must not be empty" + build_help},
      {{"build", "a", "-o", ""}, "reposbom build: --output must not be empty" + build_help},
      {{"build", "a", "--check=yes"}, "reposbom build: --check takes no value" + build_help},
      {{"build", "-c", "a", "-c", "b"}, "reposbom build: --config is given twice" + build_help},
      {{"build", "a", "--jobs", "0"},
       "reposbom build: --jobs must be a number from 1 to 1024, not '0'" + build_help},
      {{"build", "a", "-j", "4x"},
       "reposbom build: --jobs must be a number from 1 to 1024, not '4x'" + build_help},
      {{"build", "a", "--log-format", "xml"},
       "reposbom build: --log-format must be text or json, not 'xml'" + build_help},
      {{"verify"}, "reposbom verify: PATH is missing (see 'reposbom verify --help')"},
      {{"verify", "a", "b"},
       "reposbom verify: unexpected argument 'b' (see 'reposbom verify --help')"},
      {{"disk", "-c", "x", "-o", "y"},
       "reposbom disk: --media is missing (see 'reposbom disk --help')"},
      {{"disk", "-c", "x", "-o", "y", "--media", "z", "--volume-id", "a/b"},
       "reposbom disk: --volume-id must be at most 32 letters, digits, '_', '-' and '.', not 'a/b' "
       "(see 'reposbom disk --help')"},
      {{"show"}, "reposbom show: NEVRA|FILE.rpm|MEDIA is missing (see 'reposbom show --help')"},
      {{"show", "a", "--format", "spdx-jsno"},
       "reposbom show: unknown format 'spdx-jsno'; did you mean 'spdx-json'? (see 'reposbom show "
       "--help')"},
      {{"license"}, "reposbom license: TAG is missing (see 'reposbom license --help')"},
  };
  for (const auto& wrong : cases) {
    CAPTURE(wrong.problem);
    CHECK(problem_of(wrong.words) == wrong.problem);
  }
}

TEST_CASE("help of all commands lists every command and every exit code") {
  const std::string text = pipeline::help();
  for (const pipeline::CommandRow& row : pipeline::command_rows()) {
    CHECK(text.find("\n  " + std::string(row.name) + " ") != std::string::npos);
  }
  for (const char* code : {"0", "1", "2", "3", "4", "5", "6", "70", "75", "130, 143"}) {
    CHECK(text.find("\n  " + std::string(code) + " ") != std::string::npos);
  }
}

TEST_CASE("help names every option of a command, those that must be given in its first line") {
  const std::string text = pipeline::help("disk");
  CHECK(text.starts_with("Usage: reposbom disk -c FILE --media PATH -o FILE [OPTION...]\n\n"));
  for (const pipeline::CommandRow& row : pipeline::command_rows()) {
    for (const pipeline::Option& option : row.options) {
      CHECK(pipeline::help(row.name).find("--" + std::string(option.name)) != std::string::npos);
    }
  }
}

TEST_CASE("help fits a terminal of 80 columns and has no blanks at the ends of lines") {
  std::string all = pipeline::help();
  for (const pipeline::CommandRow& row : pipeline::command_rows())
    all += pipeline::help(row.name);
  std::istringstream lines(all);
  for (std::string line; std::getline(lines, line);) {
    CAPTURE(line);
    CHECK(line.size() <= 80);
    CHECK_FALSE(line.ends_with(' '));
  }
}

TEST_CASE("source_date_epoch is nothing unless the environment tells a time") {
  unsetenv("SOURCE_DATE_EPOCH");
  CHECK_FALSE(pipeline::source_date_epoch());
  set_epoch("");
  CHECK_FALSE(pipeline::source_date_epoch());
  set_epoch("1700000000");
  CHECK(pipeline::source_date_epoch().value() == 1700000000);
  unsetenv("SOURCE_DATE_EPOCH");
}

TEST_CASE("source_date_epoch refuses what is no time from 1970 to 9999") {
  for (const char* wrong : {"now", "12x", " 12", "-1", "253402300800", "99999999999999999999"}) {
    set_epoch(wrong);
    CAPTURE(wrong);
    CHECK_THROWS_WITH_AS(
        pipeline::source_date_epoch(),
        (std::string("SOURCE_DATE_EPOCH: must be seconds since 1970, up to the year 9999, not '") +
         wrong + "'")
            .c_str(),
        Error);
  }
  unsetenv("SOURCE_DATE_EPOCH");
}
