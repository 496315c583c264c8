// SPDX-License-Identifier: Apache-2.0
#include "pipeline/quality_facts.h"

#include <string>

#include <doctest/doctest.h>

#include "tests/support/quality_samples.h"

using namespace reposbom::pipeline;
using namespace reposbom::tests;
using reposbom::generators::Format;

namespace {

std::size_t count(const DocumentFacts& facts, ComponentKind kind) {
  std::size_t count = 0;
  for (const ComponentFacts& component : facts.components)
    count += component.kind == kind ? 1 : 0;
  return count;
}

}  // namespace

TEST_CASE("read_quality_facts reads the same of both formats of a document") {
  for (const Format format : {Format::SpdxJson, Format::CyclonedxJson}) {
    const DocumentFacts facts = read_quality_facts(good_document(format), "x");
    CHECK(facts.format_version == (format == Format::SpdxJson ? "2.3" : "1.6"));
    CHECK(facts.created == "2023-11-15T14:53:20Z");
    CHECK(facts.author.name == "Example Inc.");
    CHECK(facts.author.contact == "sbom@example.com");
    CHECK(facts.tool == "reposbom");
    CHECK(facts.tool_version == "0.1");
    CHECK(facts.root_relations == 1);
    CHECK(facts.components.size() == 4);
    REQUIRE(facts.described() != nullptr);
    CHECK(facts.described()->name == "sslforge");
    CHECK(facts.described()->place == ComponentPlace::Root);
    CHECK(count(facts, ComponentKind::Package) == 2);
    CHECK(count(facts, ComponentKind::SourcePackage) == 1);
    CHECK(count(facts, ComponentKind::OperatingSystem) == 1);
  }
}

TEST_CASE("read_quality_facts knows what the parts of a build and of a package are") {
  const reposbom::metadata::Catalog catalog = sample_catalog();
  for (const Format format : {Format::SpdxJson, Format::CyclonedxJson}) {
    const DocumentFacts build = read_quality_facts(rendered(catalog, 0, 0, format), "x");
    CHECK(build.described()->kind == ComponentKind::SourcePackage);
    CHECK(count(build, ComponentKind::Source) == 4);
    CHECK(count(build, ComponentKind::Patch) == 2);
    // SPDX names what the build needed as a package too.
    CHECK(count(build, ComponentKind::Package) == (format == Format::SpdxJson ? 4 : 3));
    const DocumentFacts bundling = read_quality_facts(rendered(catalog, 1, 1, format), "x");
    CHECK(count(bundling, ComponentKind::Bundled) == 3);
    CHECK(bundling.root_relations == 5);
  }
}

TEST_CASE("read_quality_facts reads a whole release") {
  const auto creation = sample_creation();
  const reposbom::metadata::Catalog catalog = sample_catalog();
  const auto release = sample_release(catalog, creation);
  for (const Format format : {Format::SpdxJson, Format::CyclonedxJson}) {
    const DocumentFacts facts = read_quality_facts(render(release, creation, format), "x");
    CHECK(facts.described()->kind == ComponentKind::OperatingSystem);
    CHECK(count(facts, ComponentKind::Package) == 4);
    CHECK(facts.root_relations == 4);
  }
}

TEST_CASE("read_quality_facts does not care for the order of members") {
  const DocumentFacts facts = read_quality_facts(
      R"({"relationships": [
            {"spdxElementId": "a", "relationshipType": "DEPENDS_ON", "relatedSpdxElement": "b"},
            {"spdxElementId": "a", "relationshipType": "DEPENDS_ON", "relatedSpdxElement": "gone"},
            {"spdxElementId": "SPDXRef-DOCUMENT", "relationshipType": "DESCRIBES",
             "relatedSpdxElement": "a"}],
          "packages": [{"SPDXID": "b"}, {"SPDXID": "a", "name": "root"}],
          "spdxVersion": "SPDX-2.3"})",
      "x");
  CHECK(facts.root == 1);
  CHECK(facts.described()->name == "root");
  CHECK(facts.root_relations == 1);  // Not that which leads nowhere.
}

TEST_CASE("read_quality_facts tells whose completeness is said") {
  const std::string start =
      R"({"bomFormat": "CycloneDX", "metadata": {"component": {"bom-ref": "a"}},
          "components": [{"bom-ref": "b"}], "compositions": [)";
  const auto read = [&](const std::string& compositions) {
    return read_quality_facts(start + compositions + "]}", "x");
  };
  const DocumentFacts global = read(R"({"aggregate": "unknown"})");
  CHECK(global.has_completeness);
  CHECK_FALSE(global.components[0].has_completeness);
  const DocumentFacts one = read(R"({"aggregate": "incomplete", "dependencies": ["b"]})");
  CHECK_FALSE(one.has_completeness);
  CHECK_FALSE(one.components[0].has_completeness);
  CHECK(one.components[1].has_completeness);
  CHECK_FALSE(read(R"({"aggregate": "not_specified"})").has_completeness);
}
