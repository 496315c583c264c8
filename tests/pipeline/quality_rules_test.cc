// SPDX-License-Identifier: Apache-2.0
#include "pipeline/quality_rules.h"

#include <algorithm>
#include <set>
#include <string>

#include <doctest/doctest.h>

using namespace reposbom::pipeline;

namespace {

std::size_t count(Standard standard, bool with_optional) {
  return static_cast<std::size_t>(std::ranges::count_if(quality_rules(), [&](const auto& rule) {
    return rule.standard == standard && (with_optional || rule.level != RuleLevel::Optional);
  }));
}

}  // namespace

TEST_CASE("quality_rules has every element of the standards") {
  CHECK(count(Standard::Ntia2021, true) == 7);
  CHECK(count(Standard::Cisa2026, true) == 17);
  CHECK(count(Standard::Bsi21, false) == 19);
  CHECK(count(Standard::Bsi21, true) == 22);
}

TEST_CASE("quality_rules asks each element once, of the document or of components") {
  std::set<std::pair<Standard, std::string_view>> seen;
  Standard last = Standard::Ntia2021;
  for (const QualityRule& rule : quality_rules()) {
    CAPTURE(rule.name);
    CHECK(seen.emplace(rule.standard, rule.id).second);
    CHECK((rule.document == nullptr) != (rule.component == nullptr));
    CHECK(rule.standard >= last);
    last = rule.standard;
  }
}

TEST_CASE("standards stand in the order of their values") {
  for (std::size_t i = 0; i != standards().size(); ++i)
    CHECK(standards()[i].standard == static_cast<Standard>(i));
}

TEST_CASE("every reason has an id of its own and says why") {
  std::set<std::string_view> ids;
  for (int i = 1; i <= static_cast<int>(Reason::NoSecurityTxt); ++i) {
    const ReasonRow& row = row_of(static_cast<Reason>(i));
    CHECK(ids.insert(row.id).second);
    CHECK_FALSE(row.id.empty());
    CHECK_FALSE(row.text.empty());
  }
}

TEST_CASE("outcomes are ordered from best to worst, and named") {
  CHECK(AnswerKind::Answered < AnswerKind::Unsayable);
  CHECK(AnswerKind::Unsayable < AnswerKind::Unanswerable);
  CHECK(AnswerKind::Unanswerable < AnswerKind::Missing);
  CHECK(to_string(AnswerKind::Missing) == "missing");
  CHECK(to_string(RuleLevel::Additional) == "additional");
}
