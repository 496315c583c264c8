// SPDX-License-Identifier: Apache-2.0
//
// How much one published document says of what NTIA, CISA and BSI ask: judged by its
// bytes, so that it tells the truth of documents of any age. quality_rules.h has what
// is asked, quality_totals.h adds documents up.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/quality_rules.h"

namespace reposbom::pipeline {

// One element that is not answered, for one reason.
struct QualityFinding {
  std::size_t rule = 0;  // Index into quality_rules().
  Answer answer = {};
  std::vector<std::string> components = {};  // SPDXIDs or bom-refs; none if it is the document's.
};

// One element over all components that it is asked of; the document itself counts as one.
struct ElementQuality {
  AnswerKind worst = AnswerKind::NotAsked;  // The worst.
  std::size_t asked = 0;
  std::size_t answered = 0;
};

struct DocumentQuality {
  std::string subject = {};
  QualityFormat format = QualityFormat::Spdx;
  ComponentKind kind = ComponentKind::Package;  // Of what it describes.
  bool has_dependencies = false;                // Of the package that it describes.
  std::vector<ElementQuality> elements = {};    // In the order of quality_rules().
  std::vector<QualityFinding> findings = {};    // By rule.
};

// "7 of 7": the elements that are answered, of those that the standard asks and the format can say.
// Optional ones do not count.
struct QualityScore {
  std::size_t answered = 0;
  std::size_t asked = 0;
  std::size_t missing = 0;  // What the metadata can tell, and the document does not.

  bool is_full() const { return answered == asked; }
};

// Throws Error (Cause::Untrusted) naming `subject` if the bytes are neither SPDX 2.3 nor CycloneDX
// JSON. May be called from several threads.
DocumentQuality check_quality(
    std::string_view json, const std::string& subject, const QualityContext& context);

QualityScore score_of(const DocumentQuality& document, Standard standard);

// Whether documents of that format are judged by the standard at all.
bool admits(Standard standard, QualityFormat format);

}  // namespace reposbom::pipeline
