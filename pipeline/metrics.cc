// SPDX-License-Identifier: Apache-2.0
#include "pipeline/metrics.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <initializer_list>
#include <sstream>
#include <utility>
#include <vector>

#include <unistd.h>

#include "generators/json_reader.h"
#include "metadata/version.h"
#include "pipeline/publisher.h"
#include "pipeline/tree.h"

namespace reposbom::pipeline {
namespace {

using generators::JsonObject;

constexpr std::string_view kLastSuccess = "reposbom_last_success_timestamp_seconds";

// A backslash, a quote or a line feed would end the value of a label.
std::string escaped_label(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '\\' || c == '"') escaped += '\\';
    escaped += c == '\n' ? std::string("\\n") : std::string(1, c);
  }
  return escaped;
}

using Labels = std::initializer_list<std::pair<std::string_view, std::string_view>>;

std::string labelled(std::string_view name, Labels labels) {
  std::string text(name);
  for (const auto& [label, value] : labels) {
    text += text.size() == name.size() ? "{" : ",";
    text.append(label).append("=\"").append(escaped_label(value)).append("\"");
  }
  return text + "}";
}

std::string labelled(std::string_view name, std::string_view label, std::string_view value) {
  return labelled(name, {{label, value}});
}

std::string decimal(double value) {
  std::array<char, 32> text = {};
  std::snprintf(text.data(), text.size(), "%.3f", value);
  return text.data();
}

// Samples one below the other, those of one metric together, as the format demands.
class Page {
 public:
  void metric(std::string_view name, std::string_view help) {
    text_.append("# HELP ").append(name).append(" ").append(help).append("\n");
    text_.append("# TYPE ").append(name).append(" gauge\n");
  }
  void sample(std::string_view name, std::string_view value) {
    text_.append(name).append(" ").append(value).append("\n");
  }
  void sample(std::string_view name, std::int64_t value) { sample(name, std::to_string(value)); }
  void gauge(std::string_view name, std::string_view help, std::int64_t value) {
    metric(name, help);
    sample(name, value);
  }
  std::string take() { return std::move(text_); }

 private:
  std::string text_ = {};
};

// Published, or nothing to publish; with packages that could not be described; not at all.
std::string_view state_of(int exit_code) {
  if (exit_code == 0) return "finished";
  return exit_code == 2 ? "finished_incomplete" : "doomed";
}

std::optional<std::int64_t> last_success(std::string_view before) {
  const std::string start = "\n" + std::string(kLastSuccess) + " ";
  const std::size_t at = before.find(start);
  if (at == std::string_view::npos) return std::nullopt;
  std::int64_t time = 0;
  for (const char c : before.substr(at + start.size())) {
    if (c < '0' || c > '9' || time > INT32_MAX * std::int64_t{1000}) break;
    time = 10 * time + (c - '0');
  }
  return time;
}

void write_end(Page& page, const RunEnd& end, std::string_view before) {
  constexpr std::string_view kStatus = "reposbom_run_status";
  page.metric(kStatus, "How the last run ended: 1 at one of the states.");
  for (const std::string_view state : {"finished", "finished_incomplete", "doomed"}) {
    page.sample(labelled(kStatus, "state", state), state == state_of(end.exit_code) ? 1 : 0);
  }
  page.gauge("reposbom_run_exit_code", "Exit code of the last run.", end.exit_code);
  page.metric("reposbom_run_duration_seconds", "How long the last run took.");
  page.sample("reposbom_run_duration_seconds", decimal(end.seconds));
  page.gauge("reposbom_last_run_timestamp_seconds", "When the last run ended.", end.time);
  const bool is_good = state_of(end.exit_code) != "doomed";
  const auto success = is_good ? std::optional(end.time) : last_success(before);
  if (success)
    page.gauge(kLastSuccess, "When a run last published or had nothing to do.", *success);
}

constexpr std::string_view kKeyExpiry = "reposbom_signing_key_expiry_timestamp_seconds";

// The samples of this metric in the file that the run before left, as they are: a name, and a
// number.
std::vector<std::pair<std::string, std::string>> earlier_expiries(std::string_view before) {
  std::vector<std::pair<std::string, std::string>> samples;
  std::istringstream lines{std::string(before)};
  for (std::string line; std::getline(lines, line);) {
    const std::size_t space = line.rfind(' ');
    if (!line.starts_with(std::string(kKeyExpiry) + "{") || space == std::string::npos) continue;
    const std::string number = line.substr(space + 1);
    if (number.empty() || number.find_first_not_of("0123456789") != std::string::npos) continue;
    samples.emplace_back(line.substr(0, space), number);
  }
  return samples;
}

void write_expiries(Page& page, const std::vector<SigningKey>& keys, std::string_view before) {
  std::vector<std::pair<std::string, std::string>> samples;
  for (const SigningKey& key : keys) {
    if (!key.expires) continue;
    samples.emplace_back(
        labelled(kKeyExpiry, "fingerprint", key.fingerprint), std::to_string(*key.expires));
  }
  if (keys.empty()) samples = earlier_expiries(before);
  if (samples.empty()) return;
  page.metric(kKeyExpiry, "When a signing key or certificate ends.");
  for (const auto& [name, value] : samples)
    page.sample(name, value);
}

struct CountRow {
  const char* key;  // In the counts of report.json.
  std::string_view metric;
  std::string_view help;
};
constexpr std::array kCounts = {
    CountRow{"packages", "reposbom_packages", "Packages of the published run."},
    CountRow{"builds", "reposbom_builds", "Builds of the published run."},
    CountRow{"documents", "reposbom_documents", "Documents of the published sets, in all formats."},
    CountRow{"failures", "reposbom_failures", "Packages that could not be described."},
    CountRow{
        "packagesWithoutSource",
        "reposbom_packages_without_source",
        "Packages whose source package was not at hand."},
    CountRow{
        "packagesWithUnresolved",
        "reposbom_packages_with_unresolved",
        "Packages with requirements that no package meets."},
};

std::int64_t length_of(const JsonObject& object, const char* list) {
  std::int64_t length = 0;
  object.each(list, [&](const JsonObject&) { ++length; });
  return length;
}

void write_sets(Page& page, const JsonObject& counts) {
  constexpr std::string_view kSets = "reposbom_sets";
  page.metric(kSets, "Sets of the published run, by whether they were new in it.");
  page.sample(labelled(kSets, "outcome", "written"), counts.number("setsWritten"));
  page.sample(labelled(kSets, "outcome", "reused"), counts.number("setsReused"));
}

void write_repositories(Page& page, const JsonObject& report) {
  constexpr std::string_view kTime = "reposbom_repository_timestamp_seconds";
  page.metric(kTime, "When the repository that the published run has read was made.");
  report.each("repositories", [&](const JsonObject& repository) {
    page.sample(labelled(kTime, "repository", repository.text("id")), repository.number("time"));
  });
  constexpr std::string_view kRecords = "reposbom_repository_records";
  page.metric(kRecords, "Packages of the repository, as the published run has read it.");
  report.each("repositories", [&](const JsonObject& repository) {
    page.sample(
        labelled(kRecords, "repository", repository.text("id")), repository.number("records"));
  });
}

void write_quality(Page& page, const JsonObject& report) {
  constexpr std::string_view kRatio = "reposbom_quality_ratio";
  report.object("quality", [&](const JsonObject& quality) {
    page.metric(
        kRatio, "Elements answered of those that a standard asks, over a sample of the documents.");
    quality.each("standards", [&](const JsonObject& row) {
      const double asked = static_cast<double>(std::max<std::int64_t>(row.number("asked"), 1));
      const std::string standard = row.text("standard");
      const std::string format = row.text("format");
      page.sample(
          labelled(kRatio, {{"standard", standard}, {"format", format}}),
          decimal(static_cast<double>(row.number("answered")) / asked));
    });
  });
}

void write_published(Page& page, const JsonObject& report) {
  report.object("counts", [&](const JsonObject& counts) {
    for (const CountRow& row : kCounts)
      page.gauge(row.metric, row.help, counts.number(row.key));
    write_sets(page, counts);
  });
  page.gauge(
      "reposbom_unknown_license_tags",
      "License tags that could not be converted.",
      length_of(report, "unknownLicenses"));
  write_repositories(page, report);
  write_quality(page, report);
}

std::string read_if_there(const std::filesystem::path& file) {
  std::error_code ignored;
  return std::filesystem::is_regular_file(file, ignored) ? read_file(file) : "";
}

}  // namespace

std::string write_metrics(
    const RunEnd& end, const Settings& settings, std::string_view report, std::string_view before) {
  Page page;
  page.metric("reposbom_build_info", "The version of the program.");
  page.sample(labelled("reposbom_build_info", "version", metadata::kVersion), 1);
  write_end(page, end, before);
  const bool is_signed = !settings.signing.openpgp.empty() || !settings.signing.x509.empty();
  write_expiries(page, end.keys, is_signed ? before : "");
  const auto unverified =
      std::count_if(settings.repositories.begin(), settings.repositories.end(), is_unverified);
  page.gauge(
      "reposbom_repositories_unverified",
      "Repositories of which something is read without keys.",
      unverified);
  if (!report.empty()) {
    generators::read_json(
        report, std::string(kReport), [&](const JsonObject& json) { write_published(page, json); });
  }
  return page.take();
}

void update_metrics(const RunEnd& end, const Settings& settings, Storage& storage) {
  const auto run = current_run(settings.output);
  const std::string report = run ? read_if_there(*run / kReport) : "";
  const std::string page = write_metrics(end, settings, report, read_if_there(settings.metrics));
  // The collector reads what ends in .prom, so not this.
  std::filesystem::path temporary = settings.metrics;
  temporary += "." + std::to_string(::getpid());
  storage.remove_all(temporary);
  const auto output = storage.create(temporary);
  output->write(page);
  output->close();
  storage.rename(temporary, settings.metrics);
}

}  // namespace reposbom::pipeline
