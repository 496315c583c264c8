// SPDX-License-Identifier: Apache-2.0
#include "pipeline/command_table.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <system_error>

#include "metadata/error.h"
#include "pipeline/suggestion.h"

namespace reposbom::pipeline {
namespace {

constexpr bool kRepeatable = true;
constexpr bool kRequired = true;
constexpr unsigned kMostJobs = 1024;
constexpr std::size_t kAnyNumber = static_cast<std::size_t>(-1);

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

Command make_build(const Arguments& arguments) {
  BuildCommand command;
  command.repositories = arguments.operands;
  command.config = value_of(arguments, "config");
  command.output = value_of(arguments, "output");
  command.jobs = jobs_of(arguments);
  command.only = value_of(arguments, "only").value_or("");
  command.dry_run = is_set(arguments, "dry-run");
  command.check = is_set(arguments, "check");
  command.allow_shrink = is_set(arguments, "allow-shrink");
  command.log_format = log_format_of(arguments);
  command.verbose = is_set(arguments, "verbose");
  if (command.repositories.empty() && !command.config) {
    fail_usage(arguments.command, "no repository; name one, or a configuration with --config");
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

constexpr std::array kBuildOptions = {
    Option{"config", 'c', "FILE", "The configuration. Paths in it are relative to it."},
    Option{
        "output",
        'o',
        "DIR",
        "The tree to publish to; without it, the configuration's, or ./sbom."},
    Option{"jobs", 'j', "N", "Use N threads; without it, as many as there are processors."},
    Option{
        "only",
        0,
        "GLOB",
        "Build only the source packages whose name or NEVRA matches GLOB: 'glibc', 'python3*', "
        "'bash-5.1.8-9.el9.src'."},
    Option{"dry-run", 0, "", "Tell what would be built; write nothing."},
    Option{
        "check",
        0,
        "",
        "Compare what is published with what would be built; write nothing; exit 6 if they "
        "differ."},
    Option{"allow-shrink", 0, "", "Publish even if packages vanished beyond limits.shrink."},
    Option{
        "log-format", 0, "FORMAT", "Messages as text (the default) or as json, one object a line."},
    Option{"verbose", 'v', "", "Tell more of what is being done."},
};
constexpr std::array kVerifyOptions = {
    Option{"key", 0, "FILE", "Trust the OpenPGP keys of FILE; may be repeated.", kRepeatable},
    Option{
        "certificate",
        0,
        "FILE",
        "Trust the X.509 certificate of FILE; may be repeated.",
        kRepeatable},
    Option{
        "quality",
        0,
        "",
        "Then tell how much the documents say of what NTIA 2021, CISA 2026 and BSI TR-03183-2 v2.1 "
        "ask: those in JSON, of a tree those of its current run. The exit code is not changed."},
    Option{
        "quality-report",
        0,
        "FILE",
        "The same, and write all of it, document by document, to FILE as JSON."},
};
constexpr std::array kDiskOptions = {
    Option{"config", 'c', "FILE", "The configuration of the tree.", !kRepeatable, kRequired},
    Option{
        "media",
        0,
        "PATH",
        "The installation ISO, or a directory like one.",
        !kRepeatable,
        kRequired},
    Option{"output", 'o', "FILE", "The ISO to write.", !kRepeatable, kRequired},
    Option{"volume-id", 0, "ID", "Its volume id, at most 32 characters."},
};
constexpr std::array kShowOptions = {
    Option{
        "format",
        0,
        "FORMAT",
        "spdx-json (the default), spdx-xml, spdx-yaml, cyclonedx-json, cyclonedx-xml or spdx3-json."},
    Option{"config", 'c', "FILE", "Look the package up in the repositories of this configuration."},
    Option{
        "repo", 0, "REPO", "Look the package up in this repository; may be repeated.", kRepeatable},
};

constexpr std::array kExplainOptions = {
    Option{"config", 'c', "FILE", "Look the package up in the repositories of this configuration."},
    Option{
        "repo", 0, "REPO", "Look the package up in this repository; may be repeated.", kRepeatable},
};

constexpr std::array kCommands = {
    CommandRow{
        "build",
        "[REPO...]",
        0,
        kAnyNumber,
        "Build, sign and publish the SBOM sets of repositories.",
        "Builds the SBOM set of every package build of the repositories, signs the sets, and "
        "publishes them as one tree. Sets that are there already are not built again. A REPO is a "
        "directory with repodata in it; with a configuration, REPOs replace the repositories that "
        "it names.",
        kBuildOptions,
        make_build},
    CommandRow{
        "verify",
        "PATH",
        1,
        1,
        "Verify a tree, a run, a set, or a companion disk.",
        "Verifies every signature and checksum of PATH: a tree, one of its runs, one set, a "
        "mounted "
        "companion disk or its ISO. Exits 3 if anything is not as it was signed.",
        kVerifyOptions,
        make_verify},
    CommandRow{
        "disk",
        "",
        0,
        0,
        "Make the companion disk of an installation media.",
        "Writes an ISO with the document of the media, the sets of each of its packages and of all "
        "retained updates of them, and what is needed to use them without a network.",
        kDiskOptions,
        make_disk},
    CommandRow{
        "show",
        "NEVRA|FILE.rpm|MEDIA",
        1,
        1,
        "Print one document.",
        "Prints the document of one package, found by its NEVRA or as the RPM FILE.rpm; or that of "
        "an installation MEDIA, an ISO or a directory: exactly its packages, as the published tree "
        "of --config describes them.",
        kShowOptions,
        make_show},
    CommandRow{
        "explain",
        "NEVRA",
        1,
        1,
        "Tell where every fact of a document came from.",
        "Prints every fact of the document of one package with its origin: repodata, header, "
        "modules, updateinfo, licence table or configuration.",
        kExplainOptions,
        make_explain},
    CommandRow{
        "license",
        "TAG...",
        1,
        kAnyNumber,
        "Convert the License tag of an RPM to SPDX.",
        "Prints the SPDX expression of the License tag of an RPM; on the lines below, how it was "
        "found.",
        {},
        make_license},
};

constexpr std::array kExitCodes = {
    ExitCode{"0", "Done, or nothing to do."},
    ExitCode{"1", "The command line or the configuration is wrong."},
    ExitCode{
        "2",
        "Published, but some packages could not be described (within limits.failures); the report "
        "names them."},
    ExitCode{"3", "The input is not trusted: a signature or a checksum is wrong."},
    ExitCode{"4", "Output, disk or signing failed; nothing was published."},
    ExitCode{
        "5",
        "Too many failures, or a repository shrank by more than limits.shrink; nothing was "
        "published."},
    ExitCode{"6", "With --check: what is published differs from what would be built."},
    ExitCode{
        "75", "Another run holds the lock, or the input changed while it was read: try again."},
    ExitCode{"130, 143", "Interrupted; nothing half-done remains."},
};

}  // namespace

std::span<const CommandRow> command_rows() {
  return kCommands;
}

const CommandRow& command_named(std::string_view name) {
  std::vector<std::string_view> names;
  for (const CommandRow& row : kCommands) {
    if (row.name == name) return row;
    names.push_back(row.name);
  }
  fail_usage({}, "unknown command " + in_quotes(name) + "; " + suggestion(name, names));
}

std::span<const ExitCode> exit_codes() {
  return kExitCodes;
}

void fail_usage(std::string_view command, const std::string& message) {
  std::string program = "reposbom";
  if (!command.empty()) program += " " + std::string(command);
  throw Error(Cause::Usage, program, message + " (see '" + program + " --help')");
}

}  // namespace reposbom::pipeline
