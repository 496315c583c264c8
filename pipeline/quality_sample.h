// SPDX-License-Identifier: Apache-2.0
//
// The quality of a run as its report tells it: that of a few package documents, evenly
// spread over the builds, which costs next to nothing. `reposbom verify --quality`
// judges every document.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "generators/json.h"
#include "pipeline/quality_totals.h"
#include "pipeline/set_summary.h"

namespace reposbom::pipeline {

// So many builds have the documents of a package judged, in each format that is.
inline constexpr std::size_t kSampledBuilds = 48;

// The sets are in the store or staged; those of builds that failed are empty. Throws Error
// (Cause::Untrusted) if a document cannot be read.
QualityTotals judge_sample(
    const std::filesystem::path& tree,
    const std::vector<SetSummary>& sets,
    const QualityContext& context);

// Why something is not answered, and of which elements. An element can want for several reasons,
// so `documents` is of the one element and format that most documents do not answer for it.
struct QualityGap {
  AnswerKind kind = AnswerKind::Unanswerable;
  Reason reason = Reason::None;
  std::size_t documents = 0;
  std::vector<std::string> elements = {};  // "ntia-2021/supplier"; sorted, unique.
};
// What is missing first, then by how many documents.
std::vector<QualityGap> gaps_of(const QualityTotals& totals);

// "quality" of report.json.
void write_quality(generators::JsonEmitter& json, const QualityTotals& totals);

}  // namespace reposbom::pipeline
