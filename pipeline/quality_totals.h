// SPDX-License-Identifier: Apache-2.0
//
// The quality of many documents as one value: shares over a whole tree, and the first
// of what is missing. Bounded, however many documents are added.
#pragma once

#include <array>
#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "pipeline/quality.h"

namespace reposbom::pipeline {

// How many documents that miss an element are named.
inline constexpr std::size_t kNamedDocuments = 20;

inline constexpr std::array kQualityFormats = {QualityFormat::Spdx, QualityFormat::Cyclonedx};
// "SPDX 2.3", "CycloneDX 1.6".
std::string_view to_string(QualityFormat format);

// One standard, over all documents of one format.
struct StandardTotal {
  std::size_t documents = 0;
  std::size_t full = 0;
  std::size_t lacking_nothing = 0;  // But what nothing can tell.
  std::size_t answered = 0;         // Elements, over all documents.
  std::size_t asked = 0;

  double mean_answered() const;
  double mean_asked() const;
};

// One element, over all documents of one format.
struct ElementTotal {
  std::array<std::size_t, 5> documents = {};  // By AnswerKind.
  std::size_t asked = 0;                      // Components, or documents.
  std::size_t answered = 0;
};

struct MissingElement {
  std::string subject = {};
  Reason reason = Reason::Absent;
  std::string component = {};  // The first.
  std::size_t components = 0;
};

struct QualityTotals {
  // By format, then in the order of standards() and of quality_rules().
  std::array<std::vector<StandardTotal>, 2> standards = {};
  std::array<std::vector<ElementTotal>, 2> elements = {};

  // The first documents that miss an element, in the order in which they were added.
  using Element = std::pair<std::size_t, QualityFormat>;  // Rule.
  std::map<Element, std::vector<MissingElement>> missing = {};

  // Documents in which an element is not answered for a reason that is no fault of theirs; by
  // kind, reason, rule, format.
  using Gap = std::tuple<AnswerKind, Reason, std::size_t, QualityFormat>;
  std::map<Gap, std::size_t> gaps = {};

  QualityTotals();
  void add(const DocumentQuality& document);
  std::size_t documents() const;
};

// "97.4 %", rounded down: "100.0 %" is said of all only. "-" of none.
std::string percent(std::size_t part, std::size_t whole);
// "12.3", rounded down.
std::string one_decimal(double value);

}  // namespace reposbom::pipeline
