// SPDX-License-Identifier: Apache-2.0
#include "pipeline/quality_report.h"

#include <algorithm>
#include <utility>

#include "pipeline/compressed.h"
#include "pipeline/parallel.h"
#include "pipeline/quality_documents.h"
#include "pipeline/quality_json.h"

namespace reposbom::pipeline {
namespace {

constexpr std::size_t kNameWidth = 38;
constexpr std::size_t kCountWidth = 14;

std::string right_aligned(const std::string& text, std::size_t width) {
  return std::string(width - std::min(width, text.size()), ' ') + text;
}

std::string left_aligned(std::string_view text, std::size_t width) {
  std::string padded(text);
  padded.resize(std::max(width, text.size()), ' ');
  return padded;
}

std::string documents(std::size_t count) {
  return std::to_string(count) + (count == 1 ? " document" : " documents");
}

std::string element_name(std::size_t rule, QualityFormat format) {
  const QualityRule& row = quality_rules()[rule];
  return std::string(standards()[static_cast<std::size_t>(row.standard)].name) + ", " +
         std::string(row.name) + ", " + std::string(to_string(format));
}

std::string standard_lines(
    const QualityTotals& totals, const StandardRow& row, QualityFormat format) {
  const auto place = static_cast<std::size_t>(format);
  const StandardTotal& total = totals.standards[place][static_cast<std::size_t>(row.standard)];
  std::string text = std::string(row.name) + ", " + std::string(to_string(format)) + ": ";
  if (!admits(row.standard, format)) return text + "not admitted by it, and not judged\n";
  text += documents(total.documents) +
          "; answer all of it: " + percent(total.full, total.documents) +
          "; all that can be told: " + percent(total.lacking_nothing, total.documents) +
          "; mean: " + one_decimal(total.mean_answered()) + " of " +
          one_decimal(total.mean_asked()) + "\n";
  text += left_aligned("  documents in which it is", kNameWidth + 2);
  for (const char* const heading : {"answered", "unanswerable", "missing"})
    text += right_aligned(heading, kCountWidth);
  text += right_aligned("share", kCountWidth) + "\n";
  for (std::size_t i = 0; i != quality_rules().size(); ++i) {
    const QualityRule& rule = quality_rules()[i];
    if (rule.standard != row.standard) continue;
    const ElementTotal& element = totals.elements[place][i];
    const auto count = [&](AnswerKind kind) {
      return element.documents[static_cast<std::size_t>(kind)];
    };
    const std::size_t answered = count(AnswerKind::Answered);
    const std::size_t untold = count(AnswerKind::Unanswerable);
    const std::size_t missing = count(AnswerKind::Missing);
    std::string name(rule.name);
    if (rule.level != RuleLevel::Required) name += " (" + std::string(to_string(rule.level)) + ")";
    text += "  " + left_aligned(name, kNameWidth);
    for (const std::size_t number : {answered, untold, missing})
      text += right_aligned(std::to_string(number), kCountWidth);
    text += right_aligned(percent(answered, answered + untold + missing), kCountWidth) + "\n";
  }
  return text;
}

std::string missing_lines(const QualityTotals& totals) {
  std::string text;
  for (const auto& [element, named] : totals.missing) {
    const auto& [rule, format] = element;
    text += "missing: " + element_name(rule, format) + "\n";
    for (const MissingElement& document : named) {
      text += "  " + document.subject;
      if (!document.component.empty()) text += ": " + document.component;
      if (document.components > 1) {
        text += " and " + std::to_string(document.components - 1) + " more";
      }
      text += ": " + std::string(row_of(document.reason).text) + "\n";
    }
    const std::size_t all = totals.elements[static_cast<std::size_t>(format)][rule]
                                .documents[static_cast<std::size_t>(AnswerKind::Missing)];
    if (all > named.size())
      text += "  and " + std::to_string(all - named.size()) + " more documents\n";
  }
  return text;
}

// What nothing can tell, by reason: what to do about it stands once.
std::string gap_lines(const QualityTotals& totals) {
  std::string text;
  Reason last = Reason::None;
  for (const auto& [gap, count] : totals.gaps) {
    const auto& [kind, reason, rule, format] = gap;
    if (reason != last) {
      text += kind == AnswerKind::Unsayable ? "no place in the format: " : "unanswerable: ";
      text += std::string(row_of(reason).text) + "\n";
    }
    last = reason;
    text += "  " + element_name(rule, format) + ": " + documents(count) + "\n";
  }
  return text;
}

}  // namespace

QualityTotals judge_documents(
    const std::filesystem::path& target,
    const QualityContext& context,
    const std::optional<std::filesystem::path>& report,
    Storage& storage) {
  QualityTotals totals;
  std::optional<QualityJson> json;
  if (report) json.emplace(*report, storage);
  read_documents(target, [&](std::vector<PublishedDocument>& batch) {
    std::vector<DocumentQuality> judged(batch.size());
    parallel_for(batch.size(), [&](std::size_t i) {
      const std::string text = unpack(std::move(batch[i].bytes), batch[i].path);
      judged[i] = check_quality(text, batch[i].path, context);
    });
    for (const DocumentQuality& document : judged) {
      totals.add(document);
      if (json) json->add(document);
    }
  });
  if (json) json->finish(totals);
  return totals;
}

std::string write_quality_text(const QualityTotals& totals) {
  if (totals.documents() == 0) {
    return "quality: there is no document in JSON, and no other is judged\n";
  }
  std::string text = "quality of " + documents(totals.documents()) + " in JSON\n";
  for (const StandardRow& row : standards()) {
    for (const QualityFormat format : kQualityFormats) {
      const bool is_there = totals.elements[static_cast<std::size_t>(format)].front().asked != 0;
      if (is_there) text += "\n" + standard_lines(totals, row, format);
    }
  }
  const std::string missing = missing_lines(totals);
  text += "\n" + (missing.empty() ? "missing: nothing that the metadata tells\n" : missing);
  return text + gap_lines(totals);
}

}  // namespace reposbom::pipeline
