// SPDX-License-Identifier: Apache-2.0
#include "pipeline/commands.h"

#include <chrono>
#include <ctime>
#include <exception>
#include <optional>
#include <string>

#include "metadata/license.h"
#include "metadata/progress_bar.h"
#include "metadata/version.h"
#include "pipeline/companion_disk.h"
#include "pipeline/explain.h"
#include "pipeline/interrupt.h"
#include "pipeline/iso_writer.h"
#include "pipeline/lock.h"
#include "pipeline/media_document.h"
#include "pipeline/metrics.h"
#include "pipeline/parallel.h"
#include "pipeline/publisher.h"
#include "pipeline/quality_report.h"
#include "pipeline/retention.h"
#include "pipeline/run.h"
#include "pipeline/settings.h"
#include "pipeline/show.h"
#include "pipeline/storage.h"
#include "pipeline/trace.h"
#include "pipeline/tree_commands.h"
#include "pipeline/verify.h"

namespace reposbom::pipeline {
namespace {

constexpr int kDone = 0;
constexpr int kWithFailures = 2;
constexpr int kDrift = 6;

constexpr std::chrono::seconds kWaitToNote(60);

std::string plural(std::size_t count, const std::string& noun) {
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

Settings settings_of(const BuildCommand& command) {
  Settings settings = command.config ? read_settings(*command.config, command.repositories)
                                     : settings_for(command.repositories);
  if (command.output) settings.output = *command.output;
  return settings;
}

std::string summary(const RunResult& result, std::chrono::duration<double> took) {
  const Report& report = result.report;
  std::string seconds = std::to_string(took.count());
  seconds.resize(seconds.find('.') + 2);
  return "published " + report.run + ": " + plural(report.packages, "package") + ", " +
         plural(report.builds, "build") + ", " +
         plural(report.documents + report.release_documents, "document") + ", " +
         plural(report.signatures, "signature") + "; " + plural(report.sets_written, "set") +
         " written, " + std::to_string(report.sets_reused) + " reused; " +
         (result.removed.empty() ? ""
                                 : plural(result.removed.runs.size(), "run") + " and " +
                                       plural(result.removed.sets.size(), "set") + " removed; ") +
         seconds + " s";
}

int report_failures(const Report& report, const Console& console) {
  for (const Failure& failure : report.failures) {
    console.tell_about(Level::Problem, failure.subject, failure.message);
  }
  return report.failures.empty() ? kDone : kWithFailures;
}

int conclude(
    const RunResult& result,
    std::chrono::duration<double> took,
    bool is_talkative,
    const Console& console) {
  switch (result.state) {
    case RunState::Unchanged:
      for (const std::string& line : result.lines)
        console.tell(Level::Warning, line);
      if (is_talkative) console.tell(Level::Info, "nothing changed: the published run stands");
      return kDone;
    case RunState::Planned:
      for (const std::string& build : result.lines)
        console.print("make " + build + "\n");
      console.print(
          plural(result.report.sets_written, "set") + " to make, " +
          std::to_string(result.report.sets_reused) + " to reuse\n");
      return report_failures(result.report, console);
    case RunState::Same:
      if (is_talkative) console.tell(Level::Info, "what is published is what would be built");
      return kDone;
    case RunState::Drifted:
      for (const std::string& line : result.lines)
        console.tell(Level::Problem, line);
      return kDrift;
    case RunState::Published:
      for (const std::string& line : result.lines)
        console.tell(Level::Warning, line);
      if (is_talkative) console.tell(Level::Info, summary(result, took));
      return report_failures(result.report, console);
  }
  return kDone;
}

// People are told by the clock, and at every run; what is published knows only its own time.
void warn_of_expiry(const std::vector<SigningKey>& keys, const Console& console) {
  for (const metadata::Remark& remark : remarks_on_expiry(keys, std::time(nullptr)))
    console.tell_about(Level::Warning, remark.subject, remark.message);
}

// `keys` become those that sign, once the run has ended well.
int build_with(
    const Settings& settings,
    const BuildCommand& command,
    const Console& console,
    std::vector<SigningKey>& keys) {
  const RunOptions options{
      .only = command.only,
      .dry_run = command.dry_run,
      .check = command.check,
      .allow_shrink = command.allow_shrink,
      .force = command.force,
      .redo_made_by = command.redo_made_by.empty() ? "" : "reposbom-" + command.redo_made_by,
      .wait = command.wait,
      .source_date_epoch = source_date_epoch()};
  const bool is_talkative =
      command.verbose || console.draw || command.log_format == LogFormat::Json;
  const bool is_signed = !settings.signing.openpgp.empty() || !settings.signing.x509.empty();
  if (is_talkative && !is_signed && !command.dry_run) {
    console.tell(Level::Warning, "no signing key is configured: what is published is not signed");
  }
  std::optional<metadata::ProgressBar> bar;
  if (console.draw && command.log_format == LogFormat::Text) bar.emplace(console.draw);
  const Progress progress = [&](std::string_view stage, std::size_t done, std::size_t total) {
    if (bar) bar->show(stage, done, total);
  };
  catch_interrupts();
  const auto start = std::chrono::steady_clock::now();
  FileStorage storage;
  RunResult result;
  // Found out before the run, not after it, that the file cannot be written.
  const auto trace_file = command.trace ? storage.create(*command.trace) : nullptr;
  std::optional<Trace> trace;
  if (trace_file) trace.emplace();
  with_threads(command.jobs, [&] { result = run_build(settings, options, storage, progress); });
  if (trace) {
    trace_file->write(trace->json());
    trace_file->close();
  }
  bar.reset();
  keys = result.report.signers;
  warn_of_expiry(keys, console);
  return conclude(result, std::chrono::steady_clock::now() - start, is_talkative, console);
}

// Monitoring hears of a run however it ended; that it could not be told is no failure of the run.
// Only a whole run is told of: no plan, no check, and no part.
int build(const BuildCommand& command, const Console& console) {
  const Settings settings = settings_of(command);
  const bool is_run = !command.dry_run && !command.check && command.only.empty();
  std::vector<SigningKey> keys;
  if (settings.metrics.empty() || !is_run) return build_with(settings, command, console, keys);
  const auto start = std::chrono::steady_clock::now();
  const auto tell_monitoring = [&](int code) {
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    FileStorage storage;
    try {
      update_metrics({code, std::time(nullptr), took.count(), keys}, settings, storage);
    } catch (const Error& error) {
      console.tell(Level::Warning, error.what());
    }
  };
  try {
    const int code = build_with(settings, command, console, keys);
    tell_monitoring(code);
    return code;
  } catch (const Error& error) {
    tell_monitoring(exit_code(error.cause()));
    throw;
  } catch (const std::exception&) {
    tell_monitoring(kDefect);
    throw;
  }
}

int verify_target(const VerifyCommand& command, const Console& console) {
  const Verification found =
      verify(command.target, {.keys = command.keys, .certificates = command.certificates});
  for (const std::string& note : found.notes)
    console.tell(Level::Warning, note);
  std::string text = plural(found.files, "file") + " as published: ";
  if (found.runs != 0) text += plural(found.runs, "run") + ", ";
  text += plural(found.sets, "set") + ", " + plural(found.documents, "document") + "; " +
          plural(found.signatures, "good signature") + "\n";
  for (const std::string& signer : found.signed_by)
    text += "signed by " + signer + "\n";
  console.print(text);
  if (command.quality) {
    FileStorage storage;
    const QualityTotals totals = judge_documents(
        command.target, {.is_signed = found.is_signed}, command.quality_report, storage);
    console.print("\n" + write_quality_text(totals));
  }
  return kDone;
}

// The disk is good without it, but the tree may be one that cannot be written here.
void note_disk(
    const Settings& settings,
    const DiskCommand& command,
    const DiskSummary& summary,
    const Console& console) {
  try {
    const TreeLock lock(settings.output, "disk", kWaitToNote);
    FileStorage storage;
    const Cleanup cleanup(settings.output, storage);
    record_disk(settings.output, command.output.filename().string(), summary.stored, storage);
  } catch (const Error& error) {
    console.tell(
        Level::Warning,
        std::string("the tree does not know of the disk, and may lose sets that are on it: ") +
            error.what());
  }
}

std::string client_line(const DiskSummary& summary) {
  if (summary.client.empty()) {
    return "no client: without disk.client, customers must get sbomget in another way\n";
  }
  std::string names;
  for (const std::string& package : summary.client)
    names += (names.empty() ? "" : ", ") + package;
  return "client: " + names + "\n";
}

int disk(const DiskCommand& command, const Console& console) {
  // Beside the image there must be room for it anyway; the system's own folder may be small.
  IsoWriter::keep_temporary_files_in(std::filesystem::absolute(command.output).parent_path());
  const Settings settings = read_settings(command.config);
  const auto signers = make_signers(settings.signing);
  warn_of_expiry(signing_keys(signers), console);
  if (signers.empty()) {
    console.tell(Level::Warning, "no signing key is configured: the disk is not signed");
  }
  const Media media = read_media(command.media);
  const DiskSummary summary = write_disk(
      {.tree = settings.output,
       .output = command.output,
       .volume_id = command.volume_id.value_or(""),
       .client = command.client.value_or(settings.disk.client),
       .url = settings.disk.url,
       .creation = creation_of_media(settings, media, source_date_epoch())},
      media,
      signers);
  note_disk(settings, command, summary, console);
  for (const std::string& note : summary.notes)
    console.tell(Level::Warning, note);
  for (const std::string& missing : summary.missing)
    console.tell(Level::Warning, missing);
  console.print(
      command.output.string() + ": " + summary.volume_id + ", " +
      plural(summary.packages, "package") + " of the media, " + plural(summary.sets, "set") +
      " of which " + std::to_string(summary.updates) + " are of other builds, " +
      plural(summary.documents, "document") + ", " + std::to_string(summary.bytes) + " bytes\n" +
      plural(summary.repeated, "file") + " with the content of another: " +
      std::to_string(summary.saved) + " bytes saved\n" + client_line(summary));
  return kDone;
}

int show(const ShowCommand& command, const Console& console) {
  console.print(show_document(command));
  return kDone;
}

int license(const LicenseCommand& command, const Console& console) {
  const metadata::License converted = metadata::convert_license(command.tag);
  std::string text = converted.expression + "\n";
  for (const std::string& line : converted.why)
    text += "  " + line + "\n";
  for (const metadata::LicenseRef& ref : converted.refs) {
    text += "  " + ref.id + " stands for '" + ref.raw + "'";
    text += (ref.comment.empty() ? "" : ": " + ref.comment) + "\n";
  }
  for (const metadata::LicenseFlag flag : converted.flags) {
    text += "  flag: " + std::string(metadata::to_string(flag)) + "\n";
  }
  console.print(text);
  return kDone;
}

}  // namespace

int run_command(const Command& command, const Console& console) {
  struct Visitor {
    const Console& console;
    int operator()(const BuildCommand& build_command) const {
      return build(build_command, console);
    }
    int operator()(const VerifyCommand& verify_command) const {
      return verify_target(verify_command, console);
    }
    int operator()(const DiskCommand& disk_command) const { return disk(disk_command, console); }
    int operator()(const DiffCommand& diff_command) const {
      return diff_runs(diff_command, console);
    }
    int operator()(const RollbackCommand& rollback_command) const {
      return roll_back_tree(rollback_command, console);
    }
    int operator()(const PruneCommand& prune_command) const {
      return prune_tree(prune_command, console);
    }
    int operator()(const ShowCommand& show_command) const { return show(show_command, console); }
    int operator()(const ExplainCommand& explain_command) const {
      console.print(explain_package(explain_command));
      return kDone;
    }
    int operator()(const LicenseCommand& license_command) const {
      return license(license_command, console);
    }
    int operator()(const HelpCommand& help_command) const {
      console.print(help_command.text);
      return kDone;
    }
    int operator()(const VersionCommand&) const {
      console.print("reposbom " + std::string(metadata::kVersion) + "\n");
      return kDone;
    }
  };
  return std::visit(Visitor{console}, command);
}

int exit_code(Cause cause) {
  switch (cause) {
    case Cause::Usage:
      return 1;
    case Cause::Untrusted:
      return 3;
    case Cause::Output:
      return 4;
    case Cause::Limits:
      return 5;
    case Cause::TryAgain:
      return 75;
    case Cause::Interrupted:
      return 128 + caught_signal();
  }
  return 1;
}

}  // namespace reposbom::pipeline
