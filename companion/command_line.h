// SPDX-License-Identifier: Apache-2.0
//
// The commands and options of sbomget, and what --help says of them. The manual
// (sbomget.1) says the same at length.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "companion/installed.h"

namespace reposbom::companion {

enum class Action { Import, Fetch, Merge, Verify, List, Help, Version };

struct CommandLine {
  Action action = Action::Help;
  std::string help_of = {};  // The command that is asked about; empty: all.
  std::optional<std::filesystem::path> configuration = {};
  std::optional<std::filesystem::path> directory = {};  // The collection.
  std::optional<std::filesystem::path> output = {};     // Of merge; nothing: standard output.
  std::vector<std::string> sources = {};
  std::vector<std::string> formats = {};
  InstalledPlace installed = {};
  bool allow_older = false;
  bool quiet = false;
  std::filesystem::path import_file = {};
  std::filesystem::path import_key = {};
  std::filesystem::path password_file = {};
};

// Throws Error (Cause::Usage).
CommandLine parse_command_line(int argc, char** argv);

// Of all commands, or of one.
std::string help_text(const std::string& command);

}  // namespace reposbom::companion
