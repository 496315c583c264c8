// SPDX-License-Identifier: Apache-2.0
//
// One function for each subcommand. They print through a Console, so that main.cc
// alone knows of standard output; they return the exit code.
#pragma once

#include <functional>
#include <string_view>

#include "metadata/error.h"
#include "pipeline/command_line.h"

namespace reposbom::pipeline {

enum class Level { Info, Warning, Problem };

struct Console {
  std::function<void(std::string_view)> print = {};        // To standard output, as it is.
  std::function<void(Level, std::string_view)> tell = {};  // A line for people, or for a collector.
  // The same, with what it is about apart.
  std::function<void(Level, std::string_view subject, std::string_view)> tell_about = {};
  std::function<void(std::string_view)> draw = {};  // On the terminal; empty without one.
};

// Throws Error.
int run_command(const Command& command, const Console& console);

int exit_code(Cause cause);
inline constexpr int kDefect = 70;  // EX_SOFTWARE: what ends in no Error.

}  // namespace reposbom::pipeline
