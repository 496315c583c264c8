// SPDX-License-Identifier: Apache-2.0
//
// Each field of BSI TR-03183-2 that NTIA and CISA do not ask: with one place of a good document
// altered, that field alone is found.
#include "pipeline/quality_bsi.h"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/support/quality_samples.h"

using namespace reposbom::pipeline;
using namespace reposbom::tests;
using reposbom::generators::Creation;
using reposbom::generators::Format;

namespace {

// The index of a property of the root.
std::string property_pointer(const std::string& json, const std::string& name) {
  rapidjson::Document document;
  document.Parse(json.data(), json.size());
  const auto& properties = document["metadata"]["component"]["properties"];
  for (rapidjson::SizeType i = 0; i != properties.Size(); ++i) {
    if (properties[i]["name"].GetString() == name)
      return "/metadata/component/properties/" + std::to_string(i);
  }
  FAIL("no property " << name);
  return {};
}

}  // namespace

TEST_CASE("BSI checks find one altered place of a document, and nothing else") {
  const std::string good = good_document(Format::CyclonedxJson);
  const std::string reference = "/metadata/component/externalReferences/1";
  const std::vector<QualityAlteration> alterations = {
      {"/serialNumber", "", "bsi-/sbom-uri absent"},
      {"/serialNumber", "\"urn:uuid:1\"", "bsi-/sbom-uri malformed"},
      {"/vulnerabilities", "[{}]", "bsi-/no-vulnerabilities malformed"},
      {"/metadata/component/manufacturer/contact/0/email", "\"nobody\"", "bsi-/creator malformed"},
      {"/components/1/manufacturer/contact/0/email", "\"nobody\"", "bsi-/creator malformed"},
      {"/metadata/component/externalReferences/1/hashes/1", "", "bsi-/sha-512 absent"},
      {"/metadata/component/externalReferences/1/hashes/1/content",
       "\"aa\"",
       "bsi-/sha-512 absent"},
      {"/metadata/component/externalReferences/1",
       "",
       "bsi-/deployable-uri not-published; bsi-/sha-512 not-published"},
      {"/metadata/component/externalReferences/1/url",
       "\"sslforge.rpm\"",
       "bsi-/deployable-uri malformed"},
      {"/metadata/component/externalReferences/2", "", "bsi-/source-uri source-not-published"},
      {"/metadata/component/licenses/1", "", "bsi-/distribution-license unlisted-license"},
      {"/metadata/component/licenses/0", "", "bsi-/original-license one-expression"},
      {"/metadata/component/licenses",
       "",
       "bsi-/distribution-license absent; bsi-/original-license absent; cisa/license absent"},
      {"/metadata/component/licenses/1/license/id",
       "\"GPL-2.0\"",
       "bsi-/distribution-license malformed"},
      {"/metadata/component/purl", "\"x\"", ""},  // There is a CPE too.
  };
  check_alterations(good, alterations);
}

TEST_CASE("BSI checks want what table 7 says of an RPM, and not only a word") {
  const std::string good = good_document(Format::CyclonedxJson);
  struct Row {
    const char* element;
    const char* wrong;
  };
  for (const auto& [element, wrong] :
       {Row{"executable", "executable"},
        Row{"archive", "no archive"},
        Row{"structured", "unstructured"}}) {
    CAPTURE(element);
    const std::string pointer = property_pointer(good, std::string("bsi:component:") + element);
    const std::string found = std::string("bsi-/") + element;
    CHECK(new_findings(good, altered(good, pointer, "")) == found + " absent");
    CHECK(
        new_findings(good, altered(good, pointer + "/value", "\"" + std::string(wrong) + "\"")) ==
        found + " malformed");
  }
  const std::string pointer = property_pointer(good, "bsi:component:filename");
  CHECK(new_findings(good, altered(good, pointer, "")) == "bsi-/file-name absent");
  CHECK(
      new_findings(good, altered(good, pointer + "/value", "\"Packages/a.rpm\"")) ==
      "bsi-/file-name malformed");
}

TEST_CASE("BSI checks want a contact of whoever makes the documents and of the supplier") {
  Creation creation = sample_creation();
  creation.creator = {.name = "Example Inc."};
  creation.supplier = {.name = "AlmaLinux OS Foundation"};
  const auto found = findings_of(check_quality(
      rendered(quality_catalog(), 0, 1, Format::CyclonedxJson, creation), "x", kSigned));
  CHECK(found.contains("bsi-/sbom-creator no-creator-contact"));
  CHECK(found.contains("bsi-/creator no-supplier-contact"));
  creation.creator = {};
  const auto nobody = findings_of(check_quality(
      rendered(quality_catalog(), 0, 1, Format::CyclonedxJson, creation), "x", kSigned));
  CHECK(nobody.contains("bsi-/sbom-creator no-creator"));
  CHECK(nobody.contains("ntia/author no-creator"));
}

TEST_CASE("BSI checks tell a SHA-512 that nobody knows from one at the wrong place") {
  const std::string good = good_document(Format::CyclonedxJson);
  const std::string misplaced =
      altered(good, "/metadata/component/externalReferences/1/hashes/1", "");
  CHECK(new_findings(good, misplaced) == "bsi-/sha-512 absent");
  const std::string unknown = altered(misplaced, "/metadata/component/hashes/1", "");
  CHECK(new_findings(good, unknown) == "bsi-/sha-512 no-sha-512");
}

TEST_CASE("BSI checks ask no more of what is outside of the delivery than who made it") {
  const std::string good = good_document(Format::CyclonedxJson);
  std::string bare = good;
  for (const char* const pointer :
       {"/components/1/externalReferences", "/components/1/properties", "/compositions/2"})
    bare = altered(bare, pointer, "");
  CHECK(new_findings(good, bare).empty());
}

TEST_CASE("BSI is not asked of SPDX 2.3, which it does not admit") {
  CHECK_FALSE(admits(Standard::Bsi21, QualityFormat::Spdx));
  CHECK(admits(Standard::Bsi21, QualityFormat::Cyclonedx));
  const DocumentQuality spdx = check_quality(good_document(Format::SpdxJson), "x", kSigned);
  CHECK(score_of(spdx, Standard::Bsi21).asked == 0);
}
