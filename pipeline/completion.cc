// SPDX-License-Identifier: Apache-2.0
#include <string_view>

#include "generators/formats.h"
#include "pipeline/command_table.h"
#include "pipeline/manual.h"

namespace reposbom::pipeline {
namespace {

// What stands before and behind the table. COMP_WORDS breaks "--format=spdx" into three words.
constexpr std::string_view kBegin =
    R"(# bash completion for reposbom(1); made from its table of commands.

_reposbom() {
  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}
  local command=${COMP_WORDS[1]} words='' kind=''
  if [ "$word" = = ]; then
    word=''
  elif [ "$before" = = ]; then
    before=${COMP_WORDS[COMP_CWORD-2]}
  fi
  COMPREPLY=()
)";
constexpr std::string_view kEnd = R"(  case $kind in
    words) mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word") ;;
    folder) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$word") ;;
    file) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$word") ;;
  esac
}
complete -F _reposbom reposbom
)";

std::string offer_words(std::string_view words) {
  return "words='" + std::string(words) + "' kind=words";
}

std::string format_names() {
  std::string names;
  for (const generators::FormatRow& row : generators::formats())
    names.append(names.empty() ? "" : " ").append(row.name);
  return names;
}

bool holds(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

// What can stand where the help says `value`.
std::string offer_value(std::string_view value) {
  if (value == "DIR") return "kind=folder";
  if (value.starts_with("FILE") || value == "PATH") return "kind=file";
  if (holds(value, "REPO")) return "kind=folder";
  if (holds(value, "FILE") || holds(value, "PATH")) return "kind=file";
  return value.empty() ? "kind=none" : "kind=other";
}

std::string offer_of(const Option& option) {
  if (option.name == "format") return offer_words(format_names());
  if (option.name == "log-format") return offer_words("text json");
  return offer_value(option.value);
}

std::string names_of(const Option& option, std::string_view between) {
  std::string names;
  if (option.letter != 0) names = std::string("-") + option.letter + std::string(between);
  return names + "--" + std::string(option.name);
}

// The branch of one command: a value behind its options, an option, or an operand.
std::string branch(const CommandRow& row) {
  std::string cases;
  std::string options = "-h --help";
  for (const Option& option : row.options) {
    options += " " + names_of(option, " ");
    if (option.value.empty()) continue;
    cases += "        " + names_of(option, " | ") + ") " + offer_of(option) + " ;;\n";
  }
  return "    " + std::string(row.name) + ")\n      case $before in\n" + cases + "        *) " +
         offer_value(row.operands) + " ;;\n      esac\n" +
         "      case $kind:$word in none:* | [!w]*:-*) " + offer_words(options) +
         " ;; esac\n      ;;\n";
}

}  // namespace

std::string bash_completion() {
  std::string commands;
  for (const CommandRow& row : command_rows())
    commands.append(row.name).append(" ");
  commands += "help";
  std::string script(kBegin);
  script += "  if [ \"$COMP_CWORD\" -eq 1 ]; then\n    " +
            offer_words(commands + " --help --version") + "\n    command=''\n  fi\n";
  script += "  case $command in\n";
  for (const CommandRow& row : command_rows())
    script += branch(row);
  return script + "    help) " + offer_words(commands) + " ;;\n  esac\n" + std::string(kEnd);
}

}  // namespace reposbom::pipeline
