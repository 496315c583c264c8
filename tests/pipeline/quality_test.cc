// SPDX-License-Identifier: Apache-2.0
#include "pipeline/quality.h"

#include <string>

#include <doctest/doctest.h>

#include "metadata/error.h"
#include "tests/support/quality_samples.h"

using namespace reposbom::pipeline;
using namespace reposbom::tests;
using reposbom::generators::Format;

TEST_CASE("score_of a good document is full, by every standard") {
  const DocumentQuality spdx = check_quality(good_document(Format::SpdxJson), "x", kSigned);
  const DocumentQuality cyclonedx =
      check_quality(good_document(Format::CyclonedxJson), "x", kSigned);
  CHECK(score_of(spdx, Standard::Ntia2021).answered == 7);
  CHECK(score_of(spdx, Standard::Ntia2021).is_full());
  CHECK(score_of(spdx, Standard::Cisa2026).answered == 16);  // It cannot say its version.
  CHECK(score_of(spdx, Standard::Cisa2026).is_full());
  CHECK(score_of(cyclonedx, Standard::Ntia2021).answered == 7);
  CHECK(score_of(cyclonedx, Standard::Cisa2026).answered == 17);
  CHECK(score_of(cyclonedx, Standard::Bsi21).answered == 19);
  CHECK(score_of(cyclonedx, Standard::Bsi21).is_full());
}

TEST_CASE("score_of counts what is missing, and what cannot be told, as not answered") {
  const std::string good = good_document(Format::CyclonedxJson);
  const DocumentQuality missing =
      check_quality(altered(good, "/components/1/version", ""), "x", kSigned);
  const QualityScore score = score_of(missing, Standard::Ntia2021);
  CHECK(score.answered == 6);
  CHECK(score.asked == 7);
  CHECK(score.missing == 1);
  const DocumentQuality unsigned_one = check_quality(good, "x", {});
  const QualityScore cisa = score_of(unsigned_one, Standard::Cisa2026);
  CHECK(cisa.answered == 16);
  CHECK(cisa.asked == 17);
  CHECK(cisa.missing == 0);
}

TEST_CASE("check_quality names the components that do not answer, and counts those that do") {
  std::string bad = good_document(Format::SpdxJson);
  bad = altered(bad, "/packages/0/checksums", "");
  bad = altered(bad, "/packages/3/checksums", "");
  const DocumentQuality quality = check_quality(bad, "sslforge.spdx.json", kSigned);
  CHECK(quality.subject == "sslforge.spdx.json");
  CHECK(quality.kind == ComponentKind::Package);
  CHECK(quality.has_dependencies);
  bool is_found = false;
  for (const QualityFinding& finding : quality.findings) {
    const QualityRule& rule = quality_rules()[finding.rule];
    if (rule.id != "hash") continue;
    is_found = true;
    CHECK(finding.answer == kAbsent);
    REQUIRE(finding.components.size() == 2);
    CHECK(finding.components[0].starts_with("SPDXRef-Package-rpm-x86-64-sslforge-"));
    CHECK(finding.components[1].starts_with("SPDXRef-Package-rpm-x86-64-sslforge-libs-"));
    CHECK(quality.elements[finding.rule].asked == 3);  // Not of the operating system.
    CHECK(quality.elements[finding.rule].answered == 1);
    CHECK(quality.elements[finding.rule].worst == AnswerKind::Missing);
  }
  CHECK(is_found);
}

TEST_CASE("check_quality finds everything missing in a document that says nothing") {
  const DocumentQuality quality = check_quality(R"({"spdxVersion": "SPDX-2.3"})", "x", {});
  const QualityScore score = score_of(quality, Standard::Ntia2021);
  CHECK(score.answered == 0);
  CHECK(score.missing == 6);  // Who made it, a configuration could tell.
}

TEST_CASE("check_quality refuses what it cannot read") {
  for (const std::string json : {"", "{}", "[]", R"({"bomFormat": "other"})"}) {
    CAPTURE(json);
    CHECK_THROWS_AS(check_quality(json, "x.cdx.json", {}), reposbom::Error);
  }
}

TEST_CASE("fixtures: no document misses what the metadata tells") {
  const reposbom::metadata::Catalog catalog = fixture_catalog();
  const auto creation = sample_creation();
  for (const auto& document : all_documents(catalog, creation)) {
    for (const Format format : {Format::SpdxJson, Format::CyclonedxJson}) {
      const DocumentQuality quality =
          check_quality(render(document, creation, format), document.name, kSigned);
      for (const QualityFinding& finding : quality.findings) {
        CAPTURE(document.name);
        CAPTURE(quality_rules()[finding.rule].name);
        CAPTURE((finding.components.empty() ? "" : finding.components[0]));
        CHECK(finding.answer.kind != AnswerKind::Missing);
      }
    }
  }
}
