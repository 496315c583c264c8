// SPDX-License-Identifier: Apache-2.0
//
// Each element of NTIA and CISA: a good document answers it, and with one place altered that
// element alone is found, in the standards that ask it. What BSI asks too is found there as well.
#include "pipeline/quality_checks.h"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/support/quality_samples.h"

using namespace reposbom::pipeline;
using namespace reposbom::tests;
using reposbom::generators::Format;

namespace {

const std::string kShort = "\"abc\"";

}  // namespace

TEST_CASE("quality checks find one altered place of an SPDX document, and nothing else") {
  const std::string good = good_document(Format::SpdxJson);
  CHECK(
      findings_of(check_quality(good, "good", kSigned)) ==
      std::set<std::string>{"cisa/sbom-version revision-in-spdx"});
  const std::vector<QualityAlteration> alterations = {
      {"/creationInfo/created", "", "cisa/timestamp absent; ntia/timestamp absent"},
      {"/creationInfo/created",
       "\"2023-11-14T22:13:20+00:00\"",
       "cisa/timestamp malformed; ntia/timestamp malformed"},
      {"/creationInfo/creators/1", "", "cisa/author no-creator; ntia/author no-creator"},
      {"/creationInfo/creators/0", "", "cisa/tool-name absent; cisa/tool-version absent"},
      {"/creationInfo/creators/0", "\"Tool: some-tool\"", "cisa/tool-version absent"},
      {"/creationInfo/comment", "", "cisa/context absent"},
      {"/creationInfo/comment", "\"A comment\"", "cisa/context malformed"},
      {"/spdxVersion", "\"SPDX-2.2\"", "cisa/format-version malformed"},
      {"/packages/0/supplier", "", "ntia/supplier absent"},
      {"/packages/3/supplier", "\"NOASSERTION\"", "ntia/supplier absent"},
      {"/packages/1/name", "\"\"", "cisa/name absent; ntia/name absent"},
      {"/packages/0/versionInfo", "\"NOASSERTION\"", "cisa/version absent; ntia/version absent"},
      {"/packages/2/versionInfo",
       "",
       "cisa/version no-distribution-version; ntia/version no-distribution-version"},
      {"/packages/3/externalRefs", "", "cisa/identifier absent; ntia/identifier absent"},
      {"/packages/2/externalRefs",
       "",
       "cisa/identifier no-distribution-cpe; ntia/identifier no-distribution-cpe"},
      {"/packages/3/externalRefs/0/referenceLocator",
       "\"rpm/almalinux/sslforge\"",
       "cisa/identifier malformed; ntia/identifier malformed"},
      {"/packages/0/checksums", "", "cisa/hash absent; cisa/hash-algorithm absent"},
      {"/packages/3/checksums/0/checksumValue", kShort, "cisa/hash malformed"},
      {"/packages/3/checksums/0/algorithm",
       "\"CRC\"",
       "cisa/hash malformed; cisa/hash-algorithm malformed"},
      {"/packages/1/checksums",
       "",
       "cisa/hash no-source-package; cisa/hash-algorithm no-source-package"},
      {"/packages/0/licenseDeclared", "\"GPLv2+\"", "cisa/license malformed"},
      {"/relationships/0", "", "cisa/dependencies absent; ntia/dependencies absent"},
  };
  check_alterations(good, alterations);
}

TEST_CASE("quality checks find one altered place of a CycloneDX document, and nothing else") {
  const std::string good = good_document(Format::CyclonedxJson);
  CHECK(findings_of(check_quality(good, "good", kSigned)).empty());
  const std::vector<QualityAlteration> alterations = {
      {"/metadata/timestamp",
       "",
       "bsi-/timestamp absent; cisa/timestamp absent; ntia/timestamp absent"},
      {"/metadata/tools", "", "cisa/tool-name absent; cisa/tool-version absent"},
      {"/metadata/tools/components/0/version", "", "cisa/tool-version absent"},
      {"/metadata/lifecycles", "", "cisa/context absent"},
      {"/metadata/lifecycles/0/phase", "\"some day\"", "cisa/context malformed"},
      {"/specVersion", "\"1.5\"", "bsi-/format malformed; cisa/format-version malformed"},
      {"/version", "", "cisa/sbom-version absent"},
      {"/metadata/component/name", "", "bsi-/name absent; cisa/name absent; ntia/name absent"},
      {"/components/1/version",
       "",
       "bsi-/version absent; cisa/version absent; ntia/version absent"},
      {"/components/1/supplier/name", "", "ntia/supplier absent"},
      {"/metadata/component/hashes", "", "cisa/hash absent; cisa/hash-algorithm absent"},
      {"/components/1/hashes/0/content", kShort, "cisa/hash malformed"},
      {"/components/1/licenses", "", "cisa/license absent"},
      {"/dependencies",
       "",
       "bsi-/dependencies absent; cisa/dependencies absent; ntia/dependencies absent"},
      {"/metadata/component/bom-ref",
       "",
       "bsi-/dependencies absent; cisa/dependencies absent; ntia/dependencies absent"},
  };
  check_alterations(good, alterations);
}

TEST_CASE("quality checks want a signature, which stands outside of the document") {
  const std::string good = good_document(Format::CyclonedxJson);
  CHECK(
      findings_of(check_quality(good, "good", {})) ==
      std::set<std::string>{"cisa/signature not-signed"});
}

// In SPDX, a package without dependencies cannot say so; in CycloneDX it does, and so does one
// whose requirements are met by nothing.
TEST_CASE("answer_dependencies takes none for an answer where the document says so") {
  reposbom::metadata::Catalog catalog = quality_catalog();
  catalog.builds[0].packages[0].depends_on.clear();
  const std::string spdx = rendered(catalog, 0, 1, Format::SpdxJson);
  CHECK(
      new_findings(good_document(Format::SpdxJson), spdx) ==
      "cisa/dependencies leaf-in-spdx; ntia/dependencies leaf-in-spdx");
  const std::string cyclonedx = rendered(catalog, 0, 1, Format::CyclonedxJson);
  CHECK(new_findings(good_document(Format::CyclonedxJson), cyclonedx).empty());
  const std::string silent = altered(cyclonedx, "/compositions/1", "");
  CHECK(
      new_findings(cyclonedx, altered(silent, "/compositions/1", "")).find("ntia/dependencies") !=
      std::string::npos);
  const std::string said = altered(
      spdx,
      "/relationships/-",
      R"({"spdxElementId": "X", "relationshipType": "DEPENDS_ON", "relatedSpdxElement": "NONE"})");
  CHECK(new_findings(spdx, said).empty());
}

TEST_CASE("answer_dependencies takes parts that are bundled, and packages made of a source") {
  for (const Format format : {Format::SpdxJson, Format::CyclonedxJson}) {
    reposbom::metadata::Catalog catalog = quality_catalog();
    catalog.builds[1].packages[0].depends_on.clear();
    const DocumentQuality bundling =
        check_quality(rendered(catalog, 1, 1, format), "bundling", kSigned);
    CHECK(bundling.has_dependencies);
    CHECK_FALSE(findings_of(bundling).contains("ntia/dependencies absent"));
    const DocumentQuality build = check_quality(rendered(catalog, 1, 0, format), "build", kSigned);
    CHECK(build.has_dependencies);
    CHECK_FALSE(findings_of(build).contains("ntia/dependencies absent"));
  }
}

TEST_CASE("quality checks tell what nobody can know from what is missing") {
  const reposbom::metadata::Catalog catalog = sample_catalog();
  // webgale++ bundles a part without a version, and its source package is not at hand.
  const auto bundling =
      findings_of(check_quality(rendered(catalog, 1, 1, Format::SpdxJson), "x", kSigned));
  for (const char* const line :
       {"ntia/version bundled-without-version",
        "cisa/hash bundled-unknown",
        "cisa/license bundled-unknown",
        "cisa/producer upstream-unknown",
        "cisa/hash no-source-package",
        "cisa/license no-source-package"}) {
    CAPTURE(line);
    CHECK(bundling.contains(line));
  }
  const auto build =
      findings_of(check_quality(rendered(catalog, 0, 0, Format::SpdxJson), "x", kSigned));
  CHECK(build.contains("cisa/hash file-not-included"));
  CHECK(build.contains("cisa/license file-license"));
  for (const auto& lines : {bundling, build}) {
    for (const std::string& line : lines) {
      CAPTURE(line);
      CHECK_FALSE(line.ends_with(" absent"));
      CHECK_FALSE(line.ends_with(" malformed"));
    }
  }
}
