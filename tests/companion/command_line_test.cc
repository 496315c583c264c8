// SPDX-License-Identifier: Apache-2.0
#include "companion/command_line.h"

#include <doctest/doctest.h>

#include "tests/support/published_tree.h"

using namespace reposbom::companion;
using reposbom::Cause;
using reposbom::tests::thrown_by;

namespace {

CommandLine parse(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "sbomget");
  std::vector<char*> pointers;
  for (std::string& argument : arguments)
    pointers.push_back(argument.data());
  pointers.push_back(nullptr);
  return parse_command_line(static_cast<int>(arguments.size()), pointers.data());
}

void expect_refusal(const std::vector<std::string>& arguments, const std::string& message) {
  const auto thrown = thrown_by([&] { parse(arguments); });
  CAPTURE(thrown.message);
  CHECK(thrown.cause == Cause::Usage);
  CHECK(thrown.says(message));
}

}  // namespace

TEST_CASE("parse_command_line reads the options of each command") {
  const CommandLine fetch = parse(
      {"fetch",
       "-c",
       "/x.conf",
       "-o",
       "out",
       "-s",
       "disk.iso",
       "--source=https://a",
       "-f",
       "spdx-yaml",
       "--root",
       "/mnt",
       "--dbpath",
       "/var/lib/rpm",
       "--allow-older",
       "-q"});
  CHECK(fetch.action == Action::Fetch);
  CHECK(fetch.configuration == "/x.conf");
  CHECK(fetch.directory == "out");
  CHECK_FALSE(fetch.output.has_value());
  CHECK(fetch.sources == std::vector<std::string>{"disk.iso", "https://a"});
  CHECK(fetch.formats == std::vector<std::string>{"spdx-yaml"});
  CHECK(fetch.installed.root == "/mnt");
  CHECK(fetch.installed.dbpath == "/var/lib/rpm");
  CHECK(fetch.allow_older);
  CHECK(fetch.quiet);

  const CommandLine merge = parse({"merge", "-d", "in", "-o", "all.json", "-p", "list"});
  CHECK(merge.action == Action::Merge);
  CHECK(merge.directory == "in");
  CHECK(merge.output == "all.json");
  CHECK(merge.installed.list_file == "list");

  const CommandLine import = parse({"import", "--password-file", "p", "alice.p12", "--key", "k"});
  CHECK(import.action == Action::Import);
  CHECK(import.import_file == "alice.p12");
  CHECK(import.import_key == "k");
  CHECK(import.password_file == "p");

  CHECK(parse({"verify"}).action == Action::Verify);
  CHECK(parse({"list"}).action == Action::List);
}

TEST_CASE("parse_command_line says what is wrong") {
  expect_refusal({}, "there is no command");
  expect_refusal({"get"}, "there is no command 'get'");
  expect_refusal({"help", "get"}, "there is no command 'get'");
  expect_refusal({"fetch", "--sources", "x"}, "there is no option '--sources' here");
  expect_refusal({"verify", "--root", "x"}, "there is no option '--root' here");
  expect_refusal({"fetch", "--root"}, "'--root' wants an argument");
  expect_refusal({"fetch", "more"}, "'more' is one argument too many");
  expect_refusal({"import"}, "import wants the file of a certificate");
  expect_refusal({"import", "a", "b"}, "'b' is one argument too many");
}

TEST_CASE("help tells of every command, its options and every exit code") {
  CHECK(parse({"--help"}).action == Action::Help);
  CHECK(parse({"--version"}).action == Action::Version);
  CHECK(parse({"fetch", "--help"}).help_of == "fetch");
  CHECK(parse({"help", "merge"}).help_of == "merge");
  const std::string all = help_text("");
  for (const char* word : {"import", "fetch", "merge", "verify", "list", "  75 ", "  77 ", "143"}) {
    CAPTURE(word);
    CHECK(all.find(word) != std::string::npos);
  }
  const std::string fetch = help_text("fetch");
  CHECK(fetch.find("--allow-older") != std::string::npos);
  CHECK(fetch.find("-o, --output DIR") != std::string::npos);
  CHECK(fetch.find("--password-file") == std::string::npos);
  CHECK(help_text("merge").find("-o, --output FILE") != std::string::npos);
}

TEST_CASE("the manual and the completion know every option and exit code") {
  const std::filesystem::path source = REPOSBOM_SOURCE_DIR;
  std::string manual = reposbom::tests::read_bytes(source / "companion/sbomget.1");
  std::erase(manual, '\\');
  const std::string completion = reposbom::tests::read_bytes(source / "packaging/sbomget.bash");
  std::size_t options = 0;
  for (const char* command : {"import", "fetch", "merge", "verify", "list"}) {
    CHECK(manual.find(command) != std::string::npos);
    CHECK(completion.find(command) != std::string::npos);
    const std::string help = help_text(command);
    for (std::size_t at = help.find("--"); at != std::string::npos; at = help.find("--", at + 2)) {
      const std::string option = help.substr(at, help.find_first_of(" \n", at) - at);
      CAPTURE(option);
      CHECK(manual.find(option) != std::string::npos);
      CHECK(completion.find(option) != std::string::npos);
      ++options;
    }
  }
  CHECK(options > 20);
  for (const char* code : {"75", "77", "130"})
    CHECK(manual.find(code) != std::string::npos);
}
