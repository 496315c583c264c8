// SPDX-License-Identifier: Apache-2.0
//
// The table of commands and of their options, from which command lines are parsed
// and help is written.
#pragma once

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/command_line.h"

namespace reposbom::pipeline {

struct Option {
  std::string_view name;
  char letter;             // 0: none.
  std::string_view value;  // What it takes; a switch if empty.
  std::string_view description;
  bool repeatable = false;
  bool required = false;
};

// What stood behind the name of a command; checked against its row, but for the form of values.
struct Arguments {
  std::string command = {};
  std::map<std::string, std::vector<std::string>> options = {};  // A switch has one empty value.
  std::vector<std::string> operands = {};
};

struct CommandRow {
  std::string_view name;
  std::string_view operands;  // As the help shows them.
  std::size_t min_operands;
  std::size_t max_operands;
  std::string_view summary;  // For the list of commands.
  std::string_view details;
  std::span<const Option> options;
  Command (*make)(const Arguments&);
};

// What the program ends with, or a variable of the environment.
struct Term {
  std::string_view name;
  std::string_view meaning;
};
std::span<const CommandRow> command_rows();
std::span<const Term> exit_codes();
std::span<const Term> variables();

// Throws Error (Cause::Usage) if there is no such command.
const CommandRow& command_named(std::string_view name);

// Throws Error (Cause::Usage) about "reposbom COMMAND" that points to its help.
[[noreturn]] void fail_usage(std::string_view command, const std::string& message);

}  // namespace reposbom::pipeline
