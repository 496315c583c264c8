// SPDX-License-Identifier: Apache-2.0
#include "companion/command_line.h"

#include <algorithm>
#include <array>
#include <string_view>

#include <getopt.h>

#include "metadata/error.h"

namespace reposbom::companion {
namespace {

struct CommandRow {
  Action action;
  std::string_view name;
  std::string_view arguments;
  std::string_view help;
};

constexpr std::array kCommands = {
    CommandRow{
        Action::Import,
        "import",
        "FILE",
        "install the client certificate that the publisher issued: PKCS#12 or PEM"},
    CommandRow{Action::Fetch, "fetch", "", "fetch and verify the SBOMs of the installed packages"},
    CommandRow{
        Action::Merge, "merge", "", "write one SBOM of the whole machine from what was fetched"},
    CommandRow{Action::Verify, "verify", "", "verify what was fetched once more"},
    CommandRow{Action::List, "list", "", "list the installed packages and their SBOMs"},
};

// Bits of the commands that have an option.
constexpr unsigned bit(Action action) {
  return 1U << static_cast<unsigned>(action);
}
constexpr unsigned kOfImport = bit(Action::Import);
constexpr unsigned kOfFetch = bit(Action::Fetch);
constexpr unsigned kOfMerge = bit(Action::Merge);
constexpr unsigned kOfReaders = kOfMerge | bit(Action::Verify) | bit(Action::List);
constexpr unsigned kOfPackages = kOfFetch | kOfMerge | bit(Action::List);
constexpr unsigned kOfAll = ~0U;

struct OptionRow {
  std::string_view name;
  char letter;                // 0: none.
  std::string_view argument;  // Empty: none.
  unsigned commands;
  std::string_view help;
  void (*set)(CommandLine&, const std::string& value);
};

constexpr std::array kOptions = {
    OptionRow{
        "config",
        'c',
        "FILE",
        kOfAll,
        "the configuration instead of /etc/sbomget.conf",
        [](CommandLine& to, const std::string& value) { to.configuration = value; }},
    OptionRow{
        "output",
        'o',
        "DIR",
        kOfFetch,
        "the folder to fetch into",
        [](CommandLine& to, const std::string& value) { to.directory = value; }},
    OptionRow{
        "directory",
        'd',
        "DIR",
        kOfReaders,
        "the folder that was fetched into",
        [](CommandLine& to, const std::string& value) { to.directory = value; }},
    OptionRow{
        "output",
        'o',
        "FILE",
        kOfMerge,
        "write to this file, not to standard output",
        [](CommandLine& to, const std::string& value) { to.output = value; }},
    OptionRow{
        "source",
        's',
        "SOURCE",
        kOfFetch,
        "a URL, a mounted disk or an ISO file; several are asked in order",
        [](CommandLine& to, const std::string& value) { to.sources.push_back(value); }},
    OptionRow{
        "format",
        'f',
        "FORMAT",
        kOfFetch | kOfMerge,
        "spdx-json, spdx-xml, spdx-yaml, cyclonedx-json, cyclonedx-xml, spdx3-json",
        [](CommandLine& to, const std::string& value) { to.formats.push_back(value); }},
    OptionRow{
        "root",
        'r',
        "DIR",
        kOfPackages,
        "the packages installed below DIR, not those of this system",
        [](CommandLine& to, const std::string& value) { to.installed.root = value; }},
    OptionRow{
        "dbpath",
        0,
        "DIR",
        kOfPackages,
        "where the RPM database is, below the root",
        [](CommandLine& to, const std::string& value) { to.installed.dbpath = value; }},
    OptionRow{
        "packages",
        'p',
        "FILE",
        kOfPackages,
        "the packages of another machine: lines of NEVRA and source RPM",
        [](CommandLine& to, const std::string& value) { to.installed.list_file = value; }},
    OptionRow{
        "allow-older",
        0,
        "",
        kOfFetch,
        "accept a run older than the one that was seen before",
        [](CommandLine& to, const std::string& /*value*/) { to.allow_older = true; }},
    OptionRow{
        "key",
        'k',
        "FILE",
        kOfImport,
        "the private key, if it is not in the certificate's file",
        [](CommandLine& to, const std::string& value) { to.import_key = value; }},
    OptionRow{
        "password-file",
        0,
        "FILE",
        kOfImport,
        "its first line is the password; else it is asked for",
        [](CommandLine& to, const std::string& value) { to.password_file = value; }},
    OptionRow{
        "quiet",
        'q',
        "",
        kOfAll,
        "tell of errors alone",
        [](CommandLine& to, const std::string& /*value*/) { to.quiet = true; }},
    OptionRow{
        "help",
        'h',
        "",
        kOfAll,
        "print this",
        [](CommandLine& to, const std::string& /*value*/) { to.action = Action::Help; }},
    OptionRow{
        "version",
        'V',
        "",
        kOfAll,
        "print the version",
        [](CommandLine& to, const std::string& /*value*/) { to.action = Action::Version; }},
};

constexpr std::string_view kExitCodes =
    "Exit codes:\n"
    "  0    done, or nothing to do\n"
    "  1    usage or configuration\n"
    "  2    done, but no source has an SBOM of some installed packages\n"
    "  3    not trusted: a signature or a digest is wrong, or a source went back to an older run\n"
    "  4    the output cannot be written\n"
    "  75   no source can be reached, or something did not come: try again\n"
    "  77   a server or proxy refuses the client certificate or password\n"
    "  130, 143  interrupted\n";

[[noreturn]] void fail(const std::string& message) {
  throw Error(Cause::Usage, "sbomget", message + "; see sbomget --help");
}

const CommandRow* find_command(std::string_view name) {
  const auto row = std::ranges::find(kCommands, name, &CommandRow::name);
  return row == kCommands.end() ? nullptr : &*row;
}

std::vector<const OptionRow*> options_of(Action action) {
  std::vector<const OptionRow*> rows;
  for (const OptionRow& row : kOptions) {
    if ((row.commands & bit(action)) != 0) rows.push_back(&row);
  }
  return rows;
}

std::string usage_of(const OptionRow& row) {
  std::string text = row.letter != 0 ? std::string("-") + row.letter + ", " : "    ";
  text += "--" + std::string(row.name);
  if (!row.argument.empty()) text += " " + std::string(row.argument);
  return text;
}

// getopt_long over the table; `take` is called for each option, and gets the rest.
std::vector<std::string> read_options(
    int argc, char** argv, const std::vector<const OptionRow*>& rows, CommandLine& line) {
  std::string letters = ":";
  std::vector<option> longs;
  constexpr int kFirstLong = 1000;
  for (std::size_t i = 0; i != rows.size(); ++i) {
    const bool has_argument = !rows[i]->argument.empty();
    if (rows[i]->letter != 0) letters += rows[i]->letter + std::string(has_argument ? ":" : "");
    longs.push_back(
        {rows[i]->name.data(),
         has_argument ? required_argument : no_argument,
         nullptr,
         kFirstLong + static_cast<int>(i)});
  }
  longs.push_back({});
  optind = 0;  // Begins anew, whatever was read before.
  opterr = 0;
  int found = 0;
  while ((found = getopt_long(argc, argv, letters.c_str(), longs.data(), nullptr)) != -1) {
    if (found == ':') fail("'" + std::string(argv[optind - 1]) + "' wants an argument");
    if (found == '?') fail("there is no option '" + std::string(argv[optind - 1]) + "' here");
    const auto row = std::ranges::find_if(rows, [&](const OptionRow* one) {
      return found >= kFirstLong ? one == rows[static_cast<std::size_t>(found - kFirstLong)]
                                 : one->letter == found;
    });
    (*row)->set(line, optarg != nullptr ? optarg : "");
  }
  return {argv + optind, argv + argc};
}

}  // namespace

CommandLine parse_command_line(int argc, char** argv) {
  CommandLine line;
  if (argc < 2) fail("there is no command");
  const std::string_view first = argv[1];
  if (first == "--help" || first == "-h" || first == "help") {
    if (argc > 2) line.help_of = argv[2];
    if (!line.help_of.empty() && find_command(line.help_of) == nullptr) {
      fail("there is no command '" + line.help_of + "'");
    }
    return line;
  }
  if (first == "--version" || first == "-V") {
    line.action = Action::Version;
    return line;
  }
  const CommandRow* const command = find_command(first);
  if (command == nullptr) fail("there is no command '" + std::string(first) + "'");
  line.action = command->action;
  const std::vector<std::string> rest =
      read_options(argc - 1, argv + 1, options_of(command->action), line);
  if (line.action == Action::Help) line.help_of = command->name;
  if (line.action != command->action) return line;
  const std::size_t wanted = command->action == Action::Import ? 1 : 0;
  if (rest.size() < wanted) fail("import wants the file of a certificate");
  if (rest.size() > wanted) fail("'" + rest[wanted] + "' is one argument too many");
  if (wanted == 1) line.import_file = rest[0];
  return line;
}

std::string help_text(const std::string& command) {
  std::string text;
  const CommandRow* const row = find_command(command);
  if (row == nullptr) {
    text =
        "sbomget fetches the SBOMs of the packages that are installed on this machine.\n\n"
        "Usage: sbomget COMMAND [OPTION...]\n\n";
    for (const CommandRow& one : kCommands) {
      std::string usage = std::string(one.name) + " " + std::string(one.arguments);
      usage.resize(13, ' ');
      text += "  " + usage + std::string(one.help) + "\n";
    }
    text += "\nsbomget COMMAND --help tells the options of a command.\n\n";
    return text + std::string(kExitCodes);
  }
  text = "Usage: sbomget " + std::string(row->name) + " [OPTION...]" +
         (row->arguments.empty() ? "" : " " + std::string(row->arguments)) + "\n\n  " +
         std::string(row->help) + "\n\n";
  for (const OptionRow* one : options_of(row->action)) {
    std::string usage = usage_of(*one);
    usage.resize(std::max<std::size_t>(usage.size() + 2, 27), ' ');
    text += "  " + usage + std::string(one->help) + "\n";
  }
  return text + "\n" + std::string(kExitCodes);
}

}  // namespace reposbom::companion
