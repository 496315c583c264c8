// SPDX-License-Identifier: Apache-2.0
#include "pipeline/report.h"

#include <algorithm>
#include <set>
#include <sstream>

#include "generators/json.h"
#include "generators/json_reader.h"
#include "pipeline/quality_sample.h"

namespace reposbom::pipeline {
namespace {

using generators::JsonEmitter;

void number(JsonEmitter& json, std::string_view name, std::uint64_t value) {
  json.number(name, static_cast<std::int64_t>(value));
}

template <class List, class Each>
void list(JsonEmitter& json, std::string_view name, const List& values, Each each) {
  json.begin_list(name);
  for (const auto& value : values) {
    json.begin_item();
    each(value);
    json.end_item();
  }
  json.end_list();
}

void write_counts(JsonEmitter& json, const Report& report) {
  json.begin_object("counts");
  number(json, "records", report.records);
  number(json, "packages", report.packages);
  number(json, "builds", report.builds);
  number(json, "setsWritten", report.sets_written);
  number(json, "setsReused", report.sets_reused);
  number(json, "documents", report.documents);
  number(json, "releaseDocuments", report.release_documents);
  number(json, "signatures", report.signatures);
  number(json, "bytesWritten", report.bytes);
  number(json, "packagesWithoutSource", report.packages_without_source);
  number(json, "packagesWithUnresolved", report.packages_with_unresolved);
  number(json, "unresolvedRequirements", report.unresolved_requirements);
  number(json, "failures", report.failures.size());
  json.end_object();
}

void write_named_counts(
    JsonEmitter& json,
    std::string_view name,
    std::string_view key,
    const std::map<std::string, std::size_t>& counts) {
  list(json, name, counts, [&](const auto& count) {
    json.text(key, count.first);
    number(json, "packages", count.second);
  });
}

void write_texts(JsonEmitter& json, std::string_view name, const std::vector<std::string>& texts) {
  json.begin_list(name);
  for (const std::string& text : texts)
    json.text_item(text);
  json.end_list();
}

std::vector<std::string> descriptions(const std::vector<SigningKey>& keys) {
  std::vector<std::string> texts;
  for (const SigningKey& key : keys)
    texts.push_back(key.description);
  return texts;
}

void write_changes(JsonEmitter& json, const Changes& changes) {
  json.begin_object("changes");
  json.text("from", changes.from);
  number(json, "added", changes.added.size());
  number(json, "changed", changes.changed.size());
  number(json, "removed", changes.removed.size());
  json.end_object();
}

// The licences that an expression names, each once: "A WITH B" is one.
std::set<std::string> named_licenses(const std::string& expression) {
  std::set<std::string> licenses;
  std::istringstream words(expression);
  std::string license;
  for (std::string word; words >> word;) {
    word.erase(0, word.find_first_not_of('('));
    word.erase(word.find_last_not_of(')') + 1);
    if (word == "WITH" || license.ends_with(" WITH")) {
      license += " " + word;
      continue;
    }
    if (!license.empty()) licenses.insert(license);
    license = word == "AND" || word == "OR" ? "" : word;
  }
  if (!license.empty()) licenses.insert(license);
  return licenses;
}

}  // namespace

void HeaderCounts::add(const HeaderCounts& more) {
  signed_headers += more.signed_headers;
  unsigned_headers += more.unsigned_headers;
  refused += more.refused;
}

void count_catalog(const metadata::Catalog& catalog, Report& report) {
  report.records = catalog.records;
  report.builds = catalog.builds.size();
  report.remarks = catalog.remarks;
  for (const metadata::Build& build : catalog.builds) {
    report.packages += build.packages.size();
    if (!build.source.header_read) {
      report.packages_without_source += build.packages.size();
      report.builds_without_source.push_back(metadata::build_name(build));
    }
    for (const metadata::Package& package : build.packages) {
      report.unresolved_requirements += package.unresolved.size();
      if (!package.unresolved.empty()) ++report.packages_with_unresolved;
      for (const std::string& requirement : package.unresolved)
        ++report.unresolved[requirement];
      const metadata::License& license = catalog.license(package);
      for (const std::string& name : named_licenses(license.expression))
        ++report.licenses[name];
      for (const metadata::LicenseFlag flag : license.flags) {
        ++report.license_flags[std::string(metadata::to_string(flag))];
      }
      if (!license.is_concluded) ++report.unknown_licenses[license.tag];
    }
  }
}

Changes read_changes(std::string_view diff) {
  Changes changes;
  generators::read_json(diff, "diff.json", [&](const generators::JsonObject& json) {
    changes.from = json.text("from");
    changes.added = json.texts("added");
    json.each("updated", [&](const generators::JsonObject& step) {
      changes.changed.push_back(step.text("from") + " → " + step.text("to"));
    });
    for (std::string& changed : json.texts("changed"))
      changes.changed.push_back(std::move(changed));
    changes.removed = json.texts("removed");
  });
  return changes;
}

std::string write_report_json(const Report& report) {
  std::string text;
  JsonEmitter json(text);
  json.begin_document("report");
  json.text("run", report.run);
  json.text("madeBy", "reposbom-" + report.version);
  json.text("inputs", report.inputs);
  json.text("distribution", report.distribution);
  write_counts(json, report);
  write_changes(json, report.changes);
  list(json, "repositories", report.repositories, [&](const RepositoryReport& repository) {
    json.text("id", repository.id);
    json.text("revision", repository.revision);
    json.text("repomdSha256", repository.repomd_sha256);
    number(json, "time", static_cast<std::uint64_t>(repository.time));
    number(json, "records", repository.records);
    json.begin_object("headers");
    number(json, "signed", repository.headers.signed_headers);
    number(json, "unsigned", repository.headers.unsigned_headers);
    number(json, "refused", repository.headers.refused);
    json.end_object();
  });
  write_named_counts(json, "licenses", "license", report.licenses);
  write_named_counts(json, "licenseFlags", "flag", report.license_flags);
  write_named_counts(json, "unknownLicenses", "tag", report.unknown_licenses);
  write_texts(json, "buildsWithoutSource", report.builds_without_source);
  write_named_counts(json, "unresolved", "requirement", report.unresolved);
  write_texts(json, "signers", descriptions(report.signers));
  list(json, "signingKeys", report.signers, [&](const SigningKey& key) {
    json.text("fingerprint", key.fingerprint);
    if (key.expires) json.number("expires", *key.expires);
  });
  list(json, "failures", report.failures, [&](const Failure& failure) {
    json.text("subject", failure.subject);
    json.text("stage", failure.stage);
    json.text("message", failure.message);
  });
  list(json, "remarks", report.remarks, [&](const metadata::Remark& remark) {
    json.text("subject", remark.subject);
    json.text("message", remark.message);
  });
  write_quality(json, report.quality);
  json.end_document();
  json.finish();
  return text;
}

void check_failures(const Report& report, const Limits& limits) {
  const std::size_t allowed = limits.failures.of(report.packages);
  if (report.failures.size() <= allowed) return;
  const Failure& first = report.failures.front();
  throw Error(
      Cause::Limits,
      first.subject,
      first.message + "; " + std::to_string(report.failures.size()) +
          " failures in all, limits.failures allows " + std::to_string(allowed) +
          "; nothing was published");
}

void check_shrink(const Report& report, const Index& previous, const Limits& limits) {
  const auto before = static_cast<std::size_t>(std::count_if(
      previous.packages.begin(), previous.packages.end(), [](const IndexEntry& entry) {
        return entry.state == State::Current;
      }));
  if (report.packages + limits.shrink.of(before) >= before) return;
  throw Error(
      Cause::Limits,
      "the repositories",
      "hold " + std::to_string(report.packages) + " packages, the published run " +
          std::to_string(before) +
          ": more are gone than limits.shrink allows; nothing was "
          "published. If that is right, run again with --allow-shrink");
}

std::string read_report_inputs(std::string_view json, const std::string& subject) {
  std::string inputs;
  generators::read_json(
      json, subject, [&](const generators::JsonObject& object) { inputs = object.text("inputs"); });
  return inputs;
}

}  // namespace reposbom::pipeline
