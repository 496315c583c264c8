// SPDX-License-Identifier: Apache-2.0
#include "pipeline/quality_totals.h"

#include <cmath>
#include <cstdint>

namespace reposbom::pipeline {
namespace {

double mean(std::size_t sum, std::size_t count) {
  return count == 0 ? 0 : static_cast<double>(sum) / static_cast<double>(count);
}

std::size_t place_of(QualityFormat format) {
  return static_cast<std::size_t>(format);
}

}  // namespace

std::string percent(std::size_t part, std::size_t whole) {
  if (whole == 0) return "-";
  const std::uint64_t tenths = std::uint64_t{1000} * part / whole;
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " %";
}

std::string one_decimal(double value) {
  const auto tenths = static_cast<std::uint64_t>(std::floor(value * 10));
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10);
}

std::string_view to_string(QualityFormat format) {
  return format == QualityFormat::Spdx ? "SPDX 2.3" : "CycloneDX 1.6";
}

double StandardTotal::mean_answered() const {
  return mean(answered, documents);
}

double StandardTotal::mean_asked() const {
  return mean(asked, documents);
}

QualityTotals::QualityTotals() {
  for (const QualityFormat format : kQualityFormats) {
    standards[place_of(format)].resize(pipeline::standards().size());
    elements[place_of(format)].resize(quality_rules().size());
  }
}

void QualityTotals::add(const DocumentQuality& document) {
  const std::size_t format = place_of(document.format);
  for (const StandardRow& row : pipeline::standards()) {
    if (!admits(row.standard, document.format)) continue;
    StandardTotal& total = standards[format][static_cast<std::size_t>(row.standard)];
    const QualityScore score = score_of(document, row.standard);
    ++total.documents;
    total.full += score.is_full() ? 1 : 0;
    total.lacking_nothing += score.missing == 0 ? 1 : 0;
    total.answered += score.answered;
    total.asked += score.asked;
  }
  for (std::size_t i = 0; i != document.elements.size(); ++i) {
    ElementTotal& total = elements[format][i];
    ++total.documents[static_cast<std::size_t>(document.elements[i].worst)];
    total.asked += document.elements[i].asked;
    total.answered += document.elements[i].answered;
  }
  for (const QualityFinding& finding : document.findings) {
    if (finding.answer.kind != AnswerKind::Missing) {
      const auto& [kind, reason] = finding.answer;
      ++gaps[{kind, reason, finding.rule, document.format}];
      continue;
    }
    std::vector<MissingElement>& named = missing[{finding.rule, document.format}];
    if (named.size() == kNamedDocuments) continue;
    named.push_back(
        {document.subject,
         finding.answer.reason,
         finding.components.empty() ? std::string() : finding.components.front(),
         finding.components.size()});
  }
}

std::size_t QualityTotals::documents() const {
  std::size_t count = 0;
  // Every format is admitted by the first standard.
  for (const std::vector<StandardTotal>& of_format : standards)
    count += of_format.front().documents;
  return count;
}

}  // namespace reposbom::pipeline
