// SPDX-License-Identifier: Apache-2.0
//
// What NTIA 2021, CISA 2026 and BSI TR-03183-2 v2.1 ask of an SBOM, one row for each
// element, and how a document's facts answer it. The right value is asked for, not
// that something is there. A further element is a row and, if need be, a reason.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "pipeline/quality_facts.h"

namespace reposbom::pipeline {

enum class Standard { Ntia2021, Cisa2026, Bsi21 };

struct StandardRow {
  Standard standard;
  std::string_view id;    // "ntia-2021"
  std::string_view name;  // For people.
  bool admits_spdx_2_3;
};
std::span<const StandardRow> standards();

// Additional: BSI's word for what must be said if it exists. Optional ones are reported, and are
// no part of a score.
enum class RuleLevel { Required, Additional, Optional };
std::string_view to_string(RuleLevel level);

// How an element is answered, from best to worst. What a document answers is the worst of what its
// components do.
enum class AnswerKind {
  NotAsked,  // The standard does not ask it of such a thing.
  Answered,
  Unsayable,     // The format has no place for it.
  Unanswerable,  // Neither metadata nor configuration tells it.
  Missing,
};
std::string_view to_string(AnswerKind kind);

// Why an element is not answered.
enum class Reason {
  None,
  Absent,
  Malformed,
  LeafInSpdx,
  RevisionInSpdx,
  OneExpression,
  NoCreator,
  NoCreatorContact,
  NotSigned,
  NoSupplierContact,
  NoDistributionVersion,
  NoDistributionCpe,
  NoSourcePackage,
  NotPublished,
  SourceNotPublished,
  NoSha512,
  NoSourceSha512,
  BundledWithoutVersion,
  BundledUnknown,
  UpstreamUnknown,
  FileNotIncluded,
  FileLicense,
  NoLicenseTag,
  UnlistedLicense,
  ReleaseLicense,
  UpToRecipient,
  NoSecurityTxt,
};

struct ReasonRow {
  Reason reason;
  std::string_view id;        // "no-creator"
  std::string_view text;      // Why it is so, and what to do about it.
  std::string_view japanese;  // The same.
};
const ReasonRow& row_of(Reason reason);

struct Answer {
  AnswerKind kind = AnswerKind::Answered;
  Reason reason = Reason::None;

  bool operator==(const Answer&) const = default;
};

inline constexpr Answer kAnswered = {};
inline constexpr Answer kNotAsked = {AnswerKind::NotAsked, Reason::None};
inline constexpr Answer kAbsent = {AnswerKind::Missing, Reason::Absent};
inline constexpr Answer kMalformed = {AnswerKind::Missing, Reason::Malformed};
constexpr Answer unanswerable(Reason reason) {
  return {AnswerKind::Unanswerable, reason};
}
constexpr Answer answered_if(bool is_right) {
  return is_right ? kAnswered : kMalformed;
}

// What is known of a document beside its bytes.
struct QualityContext {
  bool is_signed = false;  // Somewhere above it, a good signature answers for it.
};

// One of `document` and `component` is null: an element is asked of the document, or of each of its
// components.
struct QualityRule {
  Standard standard;
  std::string_view id;    // Unique within the standard: "supplier".
  std::string_view name;  // For people.
  RuleLevel level;
  Answer (*document)(const DocumentFacts&, const QualityContext&);
  Answer (*component)(const DocumentFacts&, const ComponentFacts&);
};

// Those of a standard stand together, in the order of its text.
std::span<const QualityRule> quality_rules();

}  // namespace reposbom::pipeline
