// SPDX-License-Identifier: Apache-2.0
#include "pipeline/quality_totals.h"

#include <string>

#include <doctest/doctest.h>

#include "tests/support/quality_samples.h"

using namespace reposbom::pipeline;
using namespace reposbom::tests;
using reposbom::generators::Format;

TEST_CASE("QualityTotals counts full documents, those that lack nothing, and elements") {
  const std::string good = good_document(Format::CyclonedxJson);
  QualityTotals totals;
  totals.add(check_quality(good, "good", kSigned));
  totals.add(check_quality(good, "unsigned", {}));
  totals.add(check_quality(altered(good, "/metadata/tools", ""), "bad", kSigned));
  totals.add(check_quality(good_document(Format::SpdxJson), "spdx", kSigned));
  CHECK(totals.documents() == 4);
  const StandardTotal& cisa = totals.standards[1][static_cast<std::size_t>(Standard::Cisa2026)];
  CHECK(cisa.documents == 3);
  CHECK(cisa.full == 1);
  CHECK(cisa.lacking_nothing == 2);
  CHECK(cisa.answered == 17 + 16 + 15);
  CHECK(cisa.mean_answered() == doctest::Approx(16));
  CHECK(cisa.mean_asked() == doctest::Approx(17));
  const StandardTotal& ntia = totals.standards[0][static_cast<std::size_t>(Standard::Ntia2021)];
  CHECK(ntia.documents == 1);
  CHECK(ntia.full == 1);
  CHECK(totals.standards[0][static_cast<std::size_t>(Standard::Bsi21)].documents == 0);
  CHECK(totals.missing.size() == 2);  // Name and version of the tool.
  for (const auto& [element, documents] : totals.missing) {
    REQUIRE(documents.size() == 1);
    CHECK(documents[0].subject == "bad");
  }
}

TEST_CASE("QualityTotals names no more documents than it says") {
  const DocumentQuality bad = check_quality(
      altered(good_document(Format::SpdxJson), "/packages/0/supplier", ""), "bad", kSigned);
  QualityTotals totals;
  for (std::size_t i = 0; i != kNamedDocuments + 5; ++i)
    totals.add(bad);
  REQUIRE(totals.missing.size() == 1);
  CHECK(totals.missing.begin()->second.size() == kNamedDocuments);
  CHECK(
      totals.elements[0][0].documents[static_cast<std::size_t>(AnswerKind::Missing)] ==
      kNamedDocuments + 5);
}
