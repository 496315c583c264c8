// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/command_line.h"
#include "pipeline/command_table.h"

namespace reposbom::pipeline {
namespace {

constexpr std::size_t kWidth = 80;
// Of the descriptions of options, and of the rest.
constexpr std::size_t kOptionIndent = 28;
constexpr std::size_t kIndent = 12;

// In lines of at most `width`, broken at spaces.
std::vector<std::string> wrap(std::string_view text, std::size_t width) {
  std::vector<std::string> lines(1);
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    if (!lines.back().empty() && lines.back().size() + 1 + end > width) lines.emplace_back();
    if (!lines.back().empty()) lines.back() += ' ';
    lines.back() += text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

std::string paragraph(std::string_view text) {
  std::string paragraph;
  for (const std::string& line : wrap(text, kWidth))
    paragraph += line + "\n";
  return paragraph;
}

// A label, and its text in a column beside it.
std::string entry(std::string_view label, std::size_t indent, std::string_view text) {
  std::string entry = "  " + std::string(label);
  if (entry.size() + 2 > indent) entry += "\n" + std::string(indent, ' ');
  entry.resize(std::max(entry.size(), indent), ' ');
  bool is_first = true;
  for (const std::string& line : wrap(text, kWidth - indent)) {
    if (!is_first) entry.append(indent, ' ');
    entry += line + "\n";
    is_first = false;
  }
  return entry;
}

std::string option_label(const Option& option) {
  std::string label = option.letter == 0 ? "    " : std::string("-") + option.letter + ", ";
  label += "--" + std::string(option.name);
  if (!option.value.empty()) label += " " + std::string(option.value);
  return label;
}

std::string help_of_command(const CommandRow& row) {
  std::string text = "Usage: reposbom " + std::string(row.name);
  for (const Option& option : row.options) {
    if (!option.required) continue;
    text +=
        option.letter == 0 ? " --" + std::string(option.name) : std::string(" -") + option.letter;
    text += " " + std::string(option.value);
  }
  if (!row.operands.empty()) text += " " + std::string(row.operands);
  const bool has_optional =
      std::any_of(row.options.begin(), row.options.end(), [](const Option& option) {
        return !option.required;
      });
  if (has_optional) text += " [OPTION...]";
  text += "\n\n" + paragraph(row.details) + "\n";
  for (const Option& option : row.options) {
    text += entry(option_label(option), kOptionIndent, option.description);
  }
  return text + entry("-h, --help", kOptionIndent, "Print this help.");
}

std::string overview() {
  std::string text =
      "Usage: reposbom COMMAND [ARGUMENT...]\n\n"
      "Builds signed SBOM sets from RPM repositories.\n\n"
      "Commands:\n";
  for (const CommandRow& row : command_rows())
    text += entry(row.name, kIndent, row.summary);
  text += entry("help", kIndent, "Print this help, or that of a command.");
  text += "\n'reposbom COMMAND --help' tells more; 'reposbom --version' prints the version.\n";
  text += "\nEnvironment:\n";
  for (const Term& variable : variables())
    text += entry(variable.name, kIndent, variable.meaning);
  text += "\nExit codes:\n";
  for (const Term& exit : exit_codes())
    text += entry(exit.name, kIndent, exit.meaning);
  return text;
}

}  // namespace

std::string help(std::string_view command) {
  if (command.empty() || command == "help") return overview();
  return help_of_command(command_named(command));
}

}  // namespace reposbom::pipeline
