// SPDX-License-Identifier: Apache-2.0
#include "pipeline/quality_json.h"

#include <array>
#include <set>

namespace reposbom::pipeline {
namespace {

using generators::JsonEmitter;

constexpr std::array kAnswerKinds = {
    AnswerKind::NotAsked,
    AnswerKind::Answered,
    AnswerKind::Unsayable,
    AnswerKind::Unanswerable,
    AnswerKind::Missing};

constexpr std::array<std::string_view, 6> kKinds = {
    "package", "build", "source", "patch", "bundled", "release"};

void number(JsonEmitter& json, std::string_view name, std::size_t value) {
  json.number(name, static_cast<std::int64_t>(value));
}

void write_scores(JsonEmitter& json, const DocumentQuality& document) {
  json.begin_list("scores");
  for (const StandardRow& row : standards()) {
    if (!admits(row.standard, document.format)) continue;
    const QualityScore score = score_of(document, row.standard);
    json.begin_item();
    json.text("standard", row.id);
    number(json, "answered", score.answered);
    number(json, "asked", score.asked);
    number(json, "missing", score.missing);
    json.end_item();
  }
  json.end_list();
}

void write_finding(JsonEmitter& json, const QualityFinding& finding) {
  const QualityRule& rule = quality_rules()[finding.rule];
  json.begin_item();
  json.text("standard", standards()[static_cast<std::size_t>(rule.standard)].id);
  json.text("element", rule.id);
  json.text("answer", to_string(finding.answer.kind));
  json.text("reason", row_of(finding.answer.reason).id);
  if (!finding.components.empty()) {
    json.begin_list("components");
    for (const std::string& component : finding.components) {
      json.text_item(component);
      json.checkpoint();
    }
    json.end_list();
  }
  json.end_item();
}

void write_elements(JsonEmitter& json, const QualityTotals& totals, QualityFormat format) {
  json.begin_list("elements");
  for (std::size_t i = 0; i != quality_rules().size(); ++i) {
    const QualityRule& rule = quality_rules()[i];
    const ElementTotal& total = totals.elements[static_cast<std::size_t>(format)][i];
    if (!admits(rule.standard, format)) continue;
    json.begin_item();
    json.text("standard", standards()[static_cast<std::size_t>(rule.standard)].id);
    json.text("element", rule.id);
    json.text("name", rule.name);
    json.text("level", to_string(rule.level));
    json.begin_object("documents");
    for (const AnswerKind kind : kAnswerKinds)
      number(json, to_string(kind), total.documents[static_cast<std::size_t>(kind)]);
    json.end_object();
    number(json, "asked", total.asked);
    number(json, "answered", total.answered);
    json.end_item();
  }
  json.end_list();
}

void write_total(JsonEmitter& json, const QualityTotals& totals, QualityFormat format) {
  json.begin_item();
  json.text("format", to_string(format));
  json.begin_list("standards");
  for (const StandardRow& row : standards()) {
    if (!admits(row.standard, format)) continue;
    const StandardTotal& total =
        totals.standards[static_cast<std::size_t>(format)][static_cast<std::size_t>(row.standard)];
    json.begin_item();
    json.text("standard", row.id);
    json.text("name", row.name);
    number(json, "documents", total.documents);
    number(json, "full", total.full);
    number(json, "lackingNothing", total.lacking_nothing);
    number(json, "answered", total.answered);
    number(json, "asked", total.asked);
    json.end_item();
  }
  json.end_list();
  write_elements(json, totals, format);
  json.end_item();
}

// Those that anything was found for.
void write_reasons(JsonEmitter& json, const QualityTotals& totals) {
  std::set<Reason> reasons;
  for (const auto& [gap, count] : totals.gaps)
    reasons.insert(std::get<Reason>(gap));
  for (const auto& [element, documents] : totals.missing) {
    for (const MissingElement& document : documents)
      reasons.insert(document.reason);
  }
  json.begin_list("reasons");
  for (const Reason reason : reasons) {
    json.begin_item();
    json.text("id", row_of(reason).id);
    json.text("text", row_of(reason).text);
    json.end_item();
  }
  json.end_list();
}

std::filesystem::path unfinished(std::filesystem::path file) {
  file += ".unfinished";
  return file;
}

// What a run that was killed has left is in the way.
std::unique_ptr<OutputFile> create_anew(const std::filesystem::path& file, Storage& storage) {
  storage.remove_all(file);
  return storage.create(file);
}

}  // namespace

QualityJson::QualityJson(const std::filesystem::path& file, Storage& storage)
    : file_(file),
      unfinished_(unfinished(file)),
      storage_(storage),
      output_(create_anew(unfinished_, storage)),
      json_(text_, [this](std::string_view bytes) { output_->write(bytes); }) {
  json_.begin_document("quality");
  json_.begin_list("documents");
}

void QualityJson::add(const DocumentQuality& document) {
  json_.begin_item();
  json_.text("path", document.subject);
  json_.text("format", to_string(document.format));
  json_.text("kind", kKinds.at(static_cast<std::size_t>(document.kind)));
  json_.boolean("hasDependencies", document.has_dependencies);
  write_scores(json_, document);
  if (!document.findings.empty()) {
    json_.begin_list("findings");
    for (const QualityFinding& finding : document.findings)
      write_finding(json_, finding);
    json_.end_list();
  }
  json_.end_item();
  json_.checkpoint();
}

void QualityJson::finish(const QualityTotals& totals) {
  json_.end_list();
  json_.begin_list("totals");
  for (const QualityFormat format : kQualityFormats)
    write_total(json_, totals, format);
  json_.end_list();
  write_reasons(json_, totals);
  json_.end_document();
  json_.finish();
  output_->close();
  storage_.rename(unfinished_, file_);
}

}  // namespace reposbom::pipeline
