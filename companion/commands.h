// SPDX-License-Identifier: Apache-2.0
//
// What each command of sbomget does, and what it says of it.
#pragma once

#include <functional>
#include <string_view>

#include "companion/command_line.h"

namespace reposbom::companion {

struct Console {
  std::function<void(std::string_view)> print = {};  // Standard output.
  std::function<void(std::string_view)> warn = {};   // A line of standard error.
  std::function<void(std::string_view)> draw = {};   // On a terminal, what is drawn over again.
  bool is_terminal = false;  // Somebody reads what is printed; else only what matters is said.
  std::function<bool()> stop = {};  // Whether to end early.
};

// Returns the exit code; errors are thrown.
int run_command(const CommandLine& line, const Console& console);

// What an Error, caught in main(), ends with.
int exit_code(const std::exception& error, int signal);

}  // namespace reposbom::companion
