// SPDX-License-Identifier: Apache-2.0
#include "pipeline/command_arguments.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "pipeline/suggestion.h"

namespace reposbom::pipeline {
namespace {

constexpr unsigned kMostJobs = 1024;
constexpr int kLongestWait = 10'000;

bool is_set(const Arguments& arguments, const std::string& option) {
  return arguments.options.contains(option);
}

std::vector<std::string> values_of(const Arguments& arguments, const std::string& option) {
  const auto found = arguments.options.find(option);
  return found == arguments.options.end() ? std::vector<std::string>() : found->second;
}

std::optional<std::string> value_of(const Arguments& arguments, const std::string& option) {
  const std::vector<std::string> values = values_of(arguments, option);
  if (values.empty()) return std::nullopt;
  return values.front();
}

[[noreturn]] void fail_value(
    const Arguments& arguments, std::string_view option, const std::string& wanted) {
  const std::string name(option);
  fail_usage(
      arguments.command,
      "--" + name + " must be " + wanted + ", not " + in_quotes(*value_of(arguments, name)));
}

unsigned jobs_of(const Arguments& arguments) {
  const auto text = value_of(arguments, "jobs");
  if (!text) return 0;
  unsigned jobs = 0;
  const char* const last = text->data() + text->size();
  const auto [end, error] = std::from_chars(text->data(), last, jobs);
  if (error != std::errc() || end != last || jobs == 0 || jobs > kMostJobs) {
    fail_value(arguments, "jobs", "a number from 1 to " + std::to_string(kMostJobs));
  }
  return jobs;
}

LogFormat log_format_of(const Arguments& arguments) {
  const std::string name = value_of(arguments, "log-format").value_or("text");
  if (name != "text" && name != "json") fail_value(arguments, "log-format", "text or json");
  return name == "json" ? LogFormat::Json : LogFormat::Text;
}

generators::Format format_of(const Arguments& arguments) {
  const auto name = value_of(arguments, "format");
  if (!name) return ShowCommand().format;
  const auto format = generators::format_by_name(*name);
  if (format) return *format;
  std::vector<std::string_view> names;
  for (const generators::FormatRow& row : generators::formats())
    names.push_back(row.name);
  fail_usage(
      arguments.command, "unknown format " + in_quotes(*name) + "; " + suggestion(*name, names));
}

// A number with its unit.
std::chrono::seconds wait_of(const Arguments& arguments) {
  const auto text = value_of(arguments, "wait");
  if (!text) return std::chrono::seconds(0);
  constexpr std::string_view units = "smhd";
  constexpr std::array<int, units.size()> seconds = {1, 60, 3600, 86400};
  const std::size_t unit = text->empty() ? units.npos : units.find(text->back());
  int number = 0;
  const char* const last = text->data() + text->size() - (text->empty() ? 0 : 1);
  const auto [end, error] = std::from_chars(text->data(), last, number);
  if (unit == units.npos || error != std::errc() || end != last || number < 0 ||
      number > kLongestWait) {
    fail_value(arguments, "wait", "a duration such as 30s, 10m or 2h");
  }
  return std::chrono::seconds(std::int64_t{number} * seconds[unit]);
}

void require_tree(const Arguments& arguments) {
  if (is_set(arguments, "config") || is_set(arguments, "output")) return;
  fail_usage(arguments.command, "no tree; name it with --output, or a configuration with --config");
}

}  // namespace

Command make_build(const Arguments& arguments) {
  BuildCommand command;
  command.repositories = arguments.operands;
  command.config = value_of(arguments, "config");
  command.output = value_of(arguments, "output");
  command.jobs = jobs_of(arguments);
  command.only = value_of(arguments, "only").value_or("");
  command.dry_run = is_set(arguments, "dry-run");
  command.check = is_set(arguments, "check");
  command.force = is_set(arguments, "force");
  command.redo_made_by = value_of(arguments, "redo-made-by").value_or("");
  command.wait = wait_of(arguments);
  command.allow_shrink = is_set(arguments, "allow-shrink");
  command.log_format = log_format_of(arguments);
  command.trace = value_of(arguments, "trace");
  command.verbose = is_set(arguments, "verbose");
  if (command.repositories.empty() && !command.config) {
    fail_usage(arguments.command, "no repository; name one, or a configuration with --config");
  }
  if (command.check && (command.force || !command.redo_made_by.empty())) {
    fail_usage(arguments.command, "--check makes every set again by itself, and writes nothing");
  }
  return command;
}

Command make_verify(const Arguments& arguments) {
  VerifyCommand command;
  command.target = arguments.operands.front();
  for (const std::string& key : values_of(arguments, "key"))
    command.keys.emplace_back(key);
  for (const std::string& certificate : values_of(arguments, "certificate")) {
    command.certificates.emplace_back(certificate);
  }
  command.quality_report = value_of(arguments, "quality-report");
  command.quality = is_set(arguments, "quality") || command.quality_report;
  return command;
}

Command make_disk(const Arguments& arguments) {
  DiskCommand command;
  command.config = value_of(arguments, "config").value_or("");
  command.media = value_of(arguments, "media").value_or("");
  command.output = value_of(arguments, "output").value_or("");
  command.volume_id = value_of(arguments, "volume-id");
  command.client = value_of(arguments, "client");
  const std::string id = command.volume_id.value_or("");
  const bool is_fine = id.size() <= 32 && std::all_of(id.begin(), id.end(), [](char c) {
                         return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                                (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
                       });
  if (!is_fine) {
    fail_value(arguments, "volume-id", "at most 32 letters, digits, '_', '-' and '.'");
  }
  return command;
}

Command make_diff(const Arguments& arguments) {
  return DiffCommand{
      .older = arguments.operands.front(),
      .newer = arguments.operands.back(),
      .config = value_of(arguments, "config"),
      .output = value_of(arguments, "output"),
      .as_json = is_set(arguments, "json")};
}

Command make_rollback(const Arguments& arguments) {
  require_tree(arguments);
  return RollbackCommand{
      .run = arguments.operands.empty() ? "" : arguments.operands.front(),
      .config = value_of(arguments, "config"),
      .output = value_of(arguments, "output"),
      .wait = wait_of(arguments)};
}

Command make_prune(const Arguments& arguments) {
  require_tree(arguments);
  return PruneCommand{
      .config = value_of(arguments, "config"),
      .output = value_of(arguments, "output"),
      .dry_run = is_set(arguments, "dry-run"),
      .wait = wait_of(arguments)};
}

Command make_show(const Arguments& arguments) {
  ShowCommand command;
  command.subject = arguments.operands.front();
  command.format = format_of(arguments);
  command.config = value_of(arguments, "config");
  command.repositories = values_of(arguments, "repo");
  return command;
}

Command make_explain(const Arguments& arguments) {
  return ExplainCommand{
      .subject = arguments.operands.front(),
      .config = value_of(arguments, "config"),
      .repositories = values_of(arguments, "repo")};
}

Command make_license(const Arguments& arguments) {
  LicenseCommand command;
  for (const std::string& word : arguments.operands) {
    command.tag += (command.tag.empty() ? "" : " ") + word;
  }
  return command;
}

}  // namespace reposbom::pipeline
