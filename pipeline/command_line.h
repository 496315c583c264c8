// SPDX-License-Identifier: Apache-2.0
//
// The command line as values, one struct for each command, and the help texts;
// both are made from one table in command_line.cc. A new command is a struct, a
// row there and a function in commands.h.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "generators/formats.h"

namespace reposbom::pipeline {

enum class LogFormat { Text, Json };

struct BuildCommand {
  std::vector<std::string> repositories = {};
  std::optional<std::filesystem::path> config = {};
  std::optional<std::filesystem::path> output = {};
  unsigned jobs = 0;      // 0: as many as there are processors.
  std::string only = {};  // A glob; every build if empty.
  bool dry_run = false;
  bool check = false;
  bool force = false;
  std::string redo_made_by = {};  // A version; none if empty.
  std::chrono::seconds wait = {};
  bool allow_shrink = false;
  LogFormat log_format = LogFormat::Text;
  std::optional<std::filesystem::path> trace = {};
  bool verbose = false;
};

struct VerifyCommand {
  std::filesystem::path target = {};
  std::vector<std::filesystem::path> keys = {};
  std::vector<std::filesystem::path> certificates = {};
  bool quality = false;
  std::optional<std::filesystem::path> quality_report = {};
};

struct DiskCommand {
  std::filesystem::path config = {};
  std::filesystem::path media = {};
  std::filesystem::path output = {};
  std::optional<std::string> volume_id = {};
  std::optional<std::filesystem::path> client = {};  // Else that of the configuration.
};

struct DiffCommand {
  std::string older = {};  // A folder, or the name of a run of the tree.
  std::string newer = {};
  std::optional<std::filesystem::path> config = {};
  std::optional<std::filesystem::path> output = {};
  bool as_json = false;
};

struct RollbackCommand {
  std::string run = {};  // The one before if empty.
  std::optional<std::filesystem::path> config = {};
  std::optional<std::filesystem::path> output = {};
  std::chrono::seconds wait = {};
};

struct PruneCommand {
  std::optional<std::filesystem::path> config = {};
  std::optional<std::filesystem::path> output = {};
  bool dry_run = false;
  std::chrono::seconds wait = {};
};

struct ShowCommand {
  std::string subject = {};  // A NEVRA, or the path of an RPM.
  generators::Format format = generators::Format::SpdxJson;
  std::optional<std::filesystem::path> config = {};
  std::vector<std::string> repositories = {};
};

struct ExplainCommand {
  std::string subject = {};  // A NEVRA.
  std::optional<std::filesystem::path> config = {};
  std::vector<std::string> repositories = {};
};

struct LicenseCommand {
  std::string tag = {};
};

struct HelpCommand {
  std::string text = {};
};

struct VersionCommand {};

using Command = std::variant<
    BuildCommand,
    VerifyCommand,
    DiskCommand,
    DiffCommand,
    RollbackCommand,
    PruneCommand,
    ShowCommand,
    ExplainCommand,
    LicenseCommand,
    HelpCommand,
    VersionCommand>;

// Throws Error (Cause::Usage) that ends in the command whose help to see. Files are not looked at.
Command parse_command_line(int argc, const char* const* argv);

// Help for a command; of all of them and the exit codes if it is empty. Throws Error (Cause::Usage)
// if there is no such command.
std::string help(std::string_view command = {});

// SOURCE_DATE_EPOCH of the environment; nothing if it is unset or empty. Throws Error
// (Cause::Usage) if it is no time from 1970 to 9999.
std::optional<std::int64_t> source_date_epoch();

}  // namespace reposbom::pipeline
