// SPDX-License-Identifier: Apache-2.0
#include "companion/commands.h"

#include <algorithm>
#include <csignal>
#include <ctime>
#include <string>

#include "companion/certificate.h"
#include "companion/configuration.h"
#include "companion/document_formats.h"
#include "companion/fetch.h"
#include "companion/import.h"
#include "companion/list.h"
#include "companion/merge_command.h"
#include "companion/sources.h"
#include "companion/verify.h"
#include "metadata/error.h"
#include "metadata/progress_bar.h"
#include "metadata/version.h"

namespace reposbom::companion {
namespace {

constexpr std::string_view kDefaultConfiguration = "/etc/sbomget.conf";
constexpr int kMissing = 2;
constexpr int kUntrusted = 3;
constexpr int kTryAgain = 75;
constexpr int kRefused = 77;
constexpr int kDefect = 70;
constexpr int kSignalBase = 128;
constexpr std::size_t kMostNamed = 20;

std::string counted(std::size_t count, const std::string& noun) {
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

std::string megabytes(std::uint64_t bytes) {
  constexpr std::uint64_t kTenth = 100'000;
  const std::uint64_t tenths = (bytes + kTenth / 2) / kTenth;
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " MB";
}

// What the file says, and the command line in its place.
Configuration configuration_of(const CommandLine& line) {
  Configuration configuration = read_configuration(
      line.configuration.value_or(kDefaultConfiguration), !line.configuration.has_value());
  if (!line.sources.empty()) configuration.sources = line.sources;
  if (!line.formats.empty()) configuration.formats = line.formats;
  if (line.directory) configuration.output = *line.directory;
  return configuration;
}

std::string origin_of_formats(const CommandLine& line, const Configuration& configuration) {
  return line.formats.empty() ? configuration.file.string() : "--format";
}

InstalledPackages installed_of(const CommandLine& line, const Console& console) {
  InstalledPackages installed = read_installed(line.installed);
  for (const std::string& refused : installed.refused)
    console.warn(installed.origin + ": left out " + refused);
  return installed;
}

// The worst decides: what is not trusted, then what did not come, then what nobody has.
int code_of(const FetchReport& report) {
  const auto has = [&](Trouble::Kind kind) {
    return std::ranges::any_of(
        report.troubles, [&](const Trouble& trouble) { return trouble.kind == kind; });
  };
  if (has(Trouble::Kind::Untrusted)) return kUntrusted;
  if (report.unknown.empty()) return 0;
  if (has(Trouble::Kind::Incomplete)) return kTryAgain;
  if (has(Trouble::Kind::Refused)) return kRefused;
  if (has(Trouble::Kind::Unreachable)) return kTryAgain;
  return kMissing;
}

void tell_unknown(const FetchReport& report, const Console& console) {
  if (report.unknown.empty()) return;
  console.warn(
      counted(report.unknown.size(), "installed package") + " without an SBOM" +
      (console.is_terminal ? ":" : "; 'sbomget list' names them"));
  if (!console.is_terminal) return;
  const std::size_t named = std::min(report.unknown.size(), kMostNamed);
  for (std::size_t i = 0; i != named; ++i)
    console.warn("  " + report.unknown[i]);
  if (named != report.unknown.size()) {
    console.warn(
        "  and " + std::to_string(report.unknown.size() - named) +
        " more: 'sbomget list' names all");
  }
}

void tell(const FetchReport& report, const Configuration& configuration, const Console& console) {
  for (const Trouble& trouble : report.troubles)
    console.warn((trouble.subject.empty() ? "" : trouble.subject + ": ") + trouble.message);
  tell_unknown(report, console);
  if (!console.is_terminal) return;
  std::string text = counted(report.documents, "document") + " of " +
                     counted(report.packages, "package") + " in " + configuration.output.string() +
                     "; ";
  text += report.files == 0
              ? "nothing had to be fetched"
              : "fetched " + counted(report.files, "file") + ", " + megabytes(report.bytes);
  console.print(text + "\n");
}

int fetch_command(const CommandLine& line, const Console& console) {
  const Configuration configuration = configuration_of(line);
  if (configuration.sources.empty()) {
    throw Error(
        Cause::Usage,
        configuration.file.string(),
        "there is no source to fetch from: name one there with 'source =', or with --source");
  }
  const Trust trust(configuration.keys);
  FetchOptions options{
      .suffixes = suffixes_of(configuration.formats, origin_of_formats(line, configuration)),
      .allow_older = line.allow_older};
  const InstalledPackages installed = installed_of(line, console);
  metadata::ProgressBar bar(console.draw && !line.quiet ? console.draw : [](std::string_view) {});
  options.progress = [&](std::size_t done, std::size_t total) {
    if (console.stop && console.stop()) {
      throw Error(Cause::Interrupted, "sbomget", "interrupted; what came is kept");
    }
    bar.show("fetching", done, total);
  };
  if (!configuration.client_certificate.empty()) {
    const auto warning = expiry_warning(configuration.client_certificate, std::time(nullptr));
    if (warning && !line.quiet) console.warn(*warning);
  }
  Collection collection(configuration.output);
  const FetchReport report = fetch(
      installed.packages,
      configuration.sources,
      [&](const std::string& name) { return make_source(name, configuration, console.stop); },
      trust,
      collection,
      options);
  bar.wipe();
  Console teller = console;
  if (line.quiet) teller.is_terminal = false;
  tell(report, configuration, teller);
  return code_of(report);
}

int import_command(const CommandLine& line, const Console& console) {
  const auto given = [](const std::filesystem::path& file) {
    return file.empty() ? std::nullopt : std::optional(file);
  };
  const ImportedCertificate imported = import_certificate(
      {.file = line.import_file,
       .key = given(line.import_key),
       .password_file = given(line.password_file),
       .settings = settings_folder(line.configuration.value_or(kDefaultConfiguration)),
       .now = std::time(nullptr),
       .ask = &ask_for_password});
  if (!line.quiet) {
    console.print(
        "certificate  " + imported.facts.subject + "\nserial       " + imported.facts.serial +
        "\nissued by    " + imported.facts.issuer + "\nexpires      " +
        date_of(imported.facts.not_after) + "\nin           " + imported.certificate.string() +
        ", " + imported.key.string() + "\n");
  }
  if (imported.is_near_expiry) {
    console.warn("it expires in less than " + std::to_string(kNearExpiryDays) + " days");
  }
  return 0;
}

int merge_command(const CommandLine& line, const Console& console) {
  const Configuration configuration = configuration_of(line);
  if (line.formats.size() > 1) {
    throw Error(Cause::Usage, "--format", "merge writes one document, in one format");
  }
  const MergeSummary summary = merge_to(
      {.installed = line.installed,
       .folder = configuration.output,
       .version = std::string(metadata::kVersion)},
      {.format = configuration.formats.front(), .file = line.output, .print = console.print});
  for (const std::string& refused : summary.refused)
    console.warn("left out " + refused);
  if (line.output && console.is_terminal && !line.quiet) {
    console.print(
        counted(summary.packages, "package") + " in " + line.output->string() + ", " +
        std::to_string(summary.published) + " as published\n");
  }
  return 0;
}

int verify_command(const CommandLine& line, const Console& console) {
  const Configuration configuration = configuration_of(line);
  const Trust trust(configuration.keys);
  const Collection collection(configuration.output);
  if (!collection.is_there()) {
    throw Error(Cause::Usage, configuration.output.string(), "nothing was fetched into it yet");
  }
  const CollectionVerification verified = verify_collection(collection, trust);
  for (const std::string& fault : verified.faults)
    console.warn(fault);
  if (!line.quiet) {
    console.print(
        counted(verified.documents, "document") + " of " + counted(verified.sets, "set") + ": " +
        (verified.faults.empty() ? "all as signed" : counted(verified.faults.size(), "fault")) +
        "\n");
  }
  return verified.faults.empty() ? 0 : kUntrusted;
}

int list_command(const CommandLine& line, const Console& console) {
  const Configuration configuration = configuration_of(line);
  const Collection collection(configuration.output);
  const InstalledPackages installed = installed_of(line, console);
  bool is_complete = true;
  std::string text;
  for (const ListedPackage& package : list_packages(installed.packages, collection)) {
    if (package.documents.empty()) {
      is_complete = false;
      text += package.nevra + "\t-\t" + package.reason + "\n";
    }
    for (const std::string& document : package.documents)
      text += package.nevra + "\t" + (collection.folder() / document).string() + "\n";
  }
  console.print(text);
  if (!line.quiet) console.warn(redistribution_notice());
  return is_complete ? 0 : kMissing;
}

}  // namespace

int run_command(const CommandLine& line, const Console& console) {
  switch (line.action) {
    case Action::Help:
      console.print(help_text(line.help_of));
      return 0;
    case Action::Version:
      console.print("sbomget " + std::string(metadata::kVersion) + "\n");
      return 0;
    case Action::Import:
      return import_command(line, console);
    case Action::Fetch:
      return fetch_command(line, console);
    case Action::Merge:
      return merge_command(line, console);
    case Action::Verify:
      return verify_command(line, console);
    case Action::List:
      return list_command(line, console);
  }
  return kDefect;
}

int exit_code(const std::exception& error, int signal) {
  if (dynamic_cast<const Refused*>(&error) != nullptr) return kRefused;
  const auto* const known = dynamic_cast<const Error*>(&error);
  if (known == nullptr) return kDefect;
  switch (known->cause()) {
    case Cause::Usage:
      return 1;
    case Cause::Untrusted:
      return kUntrusted;
    case Cause::Output:
      return 4;
    case Cause::Limits:
      return kDefect;
    case Cause::TryAgain:
      return kTryAgain;
    case Cause::Interrupted:
      return kSignalBase + (signal == 0 ? SIGTERM : signal);
  }
  return kDefect;
}

}  // namespace reposbom::companion
