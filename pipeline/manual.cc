// SPDX-License-Identifier: Apache-2.0
#include "pipeline/manual.h"

#include <algorithm>
#include <string_view>

#include "metadata/version.h"
#include "pipeline/command_table.h"

namespace reposbom::pipeline {
namespace {

constexpr std::string_view kDescription =
    "Reads RPM repositories (repodata, and the headers of source packages) and writes SPDX 2.3 and "
    "CycloneDX 1.6 documents for every package build in them. It signs them, publishes them as one "
    "tree of plain files, and writes the companion disk of an installation media.\n"
    "What has not changed is neither made nor signed again, and a reader of the tree sees one "
    "whole "
    "run at every instant.";

struct Example {
  std::string_view line;
  std::string_view meaning;
};
constexpr Example kExamples[] = {
    {"reposbom build /srv/mirror/9/BaseOS/x86_64/os",
     "Publishes unsigned documents of one repository to ./sbom."},
    {"reposbom build -c /etc/reposbom/reposbom.yaml",
     "Does what the configuration says; from cron it is silent when all is well."},
    {"reposbom verify /srv/sbom/almalinux/9 --key sbom-public.asc",
     "Verifies every signature and checksum of a tree."},
};

// Hyphens of commands and paths are no typographic ones; a leading dot or quote is no request.
std::string escaped(std::string_view text) {
  std::string roff;
  for (const char c : text) {
    if (c == '\\') {
      roff += "\\e";
    } else if (c == '-') {
      roff += "\\-";
    } else {
      roff += c;
    }
  }
  return roff.starts_with('.') || roff.starts_with('\'') ? "\\&" + roff : roff;
}

std::string bold(std::string_view text) {
  return "\\fB" + escaped(text) + "\\fR";
}

std::string italic(std::string_view text) {
  return "\\fI" + escaped(text) + "\\fR";
}

std::string section(std::string_view title) {
  return ".SH " + std::string(title) + "\n";
}

// A tagged paragraph.
std::string tagged(const std::string& tag, std::string_view text) {
  return ".TP\n" + tag + "\n" + escaped(text) + "\n";
}

std::string option_tag(const Option& option) {
  std::string tag;
  if (option.letter != 0) tag = bold(std::string("-") + option.letter) + ", ";
  tag += bold("--" + std::string(option.name));
  if (!option.value.empty()) tag += " " + italic(option.value);
  return tag;
}

std::string synopsis(const CommandRow& row) {
  std::string line = bold("reposbom " + std::string(row.name));
  for (const Option& option : row.options) {
    if (!option.required) continue;
    const std::string name =
        option.letter == 0 ? "--" + std::string(option.name) : std::string("-") + option.letter;
    line += " " + bold(name) + " " + italic(option.value);
  }
  if (!row.operands.empty()) line += " " + italic(row.operands);
  const bool has_optional = std::any_of(
      row.options.begin(), row.options.end(), [](const Option& o) { return !o.required; });
  if (has_optional) line += " [" + italic("OPTION") + "...]";
  return line;
}

std::string command(const CommandRow& row) {
  std::string text = ".SS " + std::string(row.name) + "\n" + synopsis(row) + "\n.PP\n" +
                     escaped(row.details) + "\n";
  for (const Option& option : row.options)
    text += tagged(option_tag(option), option.description);
  return text;
}

std::string description() {
  std::string text = section("DESCRIPTION");
  std::string_view rest = kDescription;
  for (std::size_t end = 0; end != std::string_view::npos; rest.remove_prefix(end + 1)) {
    end = rest.find('\n');
    text += ".PP\n" + escaped(rest.substr(0, end)) + "\n";
    if (end == std::string_view::npos) break;
  }
  return text;
}

std::string synopses() {
  std::string text = section("SYNOPSIS");
  for (const CommandRow& row : command_rows())
    text += synopsis(row) + "\n.br\n";
  return text + bold("reposbom help") + " [" + italic("COMMAND") + "]\n.br\n" +
         bold("reposbom --version") + "\n";
}

}  // namespace

std::string manual() {
  std::string text = "'\\\" Made from the table of commands of the program.\n";
  text += ".TH REPOSBOM 1 \"\" \"reposbom " + std::string(metadata::kVersion) +
          "\" \"User Commands\"\n";
  // No hyphens and no stretched blanks: commands are to be copied.
  text += ".nh\n.ad l\n";
  text += section("NAME") + "reposbom \\- signed SBOM sets from RPM repositories\n";
  text += synopses() + description() + section("COMMANDS");
  for (const CommandRow& row : command_rows())
    text += command(row);
  text += section("EXIT STATUS");
  for (const Term& code : exit_codes())
    text += tagged(bold(code.name), code.meaning);
  text += section("ENVIRONMENT");
  for (const Term& variable : variables())
    text += tagged(bold(variable.name), variable.meaning);
  text += section("FILES") +
          tagged(
              italic("/etc/reposbom/reposbom.yaml"),
              "The configuration that the unit reposbom.service uses. README.md of the "
              "documentation tells every key.");
  text += section("EXAMPLES");
  for (const Example& example : kExamples)
    text += tagged(bold(example.line), example.meaning);
  return text + section("SEE ALSO") + "gpgv(1), sha256sum(1), createrepo_c(8), systemd.timer(5)\n";
}

}  // namespace reposbom::pipeline
