// SPDX-License-Identifier: Apache-2.0
#include "pipeline/quality_components.h"

#include <string>

#include <doctest/doctest.h>

using namespace reposbom::pipeline;
using reposbom::generators::JsonObject;
using reposbom::generators::read_json;

namespace {

ComponentFacts cyclonedx(const std::string& json, ComponentPlace place = ComponentPlace::Beside) {
  ComponentFacts facts;
  read_json(json, "x", [&](const JsonObject& object) {
    facts = read_cyclonedx_component(object, place);
  });
  return facts;
}

ComponentFacts spdx(const std::string& json) {
  ComponentFacts facts;
  read_json(json, "x", [&](const JsonObject& object) { facts = read_spdx_package(object); });
  return facts;
}

}  // namespace

TEST_CASE("read_spdx_party splits a name from its contact") {
  CHECK(read_spdx_party("Organization: A B (a@example.com)").name == "A B");
  CHECK(read_spdx_party("Organization: A B (a@example.com)").contact == "a@example.com");
  CHECK(read_spdx_party("Person: A").name == "A");
  CHECK(read_spdx_party("Organization: Example (Web) ()").name == "Example (Web)");
  CHECK(read_spdx_party("Organization: Example (Web) ()").contact.empty());
  CHECK(read_spdx_party("NOASSERTION").name == "NOASSERTION");
  CHECK(read_spdx_party("").name.empty());
}

TEST_CASE("read_cyclonedx_party prefers an e-mail address to a URL") {
  const ComponentFacts both = cyclonedx(
      R"({"supplier": {"name": "A", "url": ["https://a"], "contact": [{}, {"email": "a@b.c"}]},
          "manufacturer": {"name": "B", "url": ["https://b"]}})");
  CHECK(both.supplier.contact == "a@b.c");
  CHECK(both.producer.contact == "https://b");
}

TEST_CASE("read_cyclonedx_component tells kinds by bom-ref and place") {
  const auto kind = [](const std::string& ref, ComponentPlace place = ComponentPlace::Beside) {
    return cyclonedx(R"({"bom-ref": ")" + ref + "\"}", place).kind;
  };
  CHECK(kind("pkg:rpm/a/b@1?arch=x86_64&distro=a-9") == ComponentKind::Package);
  CHECK(kind("pkg:rpm/a/b@1?arch=src&distro=a-9") == ComponentKind::SourcePackage);
  CHECK(kind("pkg:rpm/a/b@1?arch=src") == ComponentKind::SourcePackage);
  CHECK(kind("source:1:a", ComponentPlace::Ancestor) == ComponentKind::Source);
  CHECK(kind("patch:1:a", ComponentPlace::Inside) == ComponentKind::Patch);
  CHECK(kind("pkg:generic/a", ComponentPlace::Inside) == ComponentKind::Bundled);
  CHECK(kind("os:a-9") == ComponentKind::OperatingSystem);
}

TEST_CASE("read_cyclonedx_component joins licences by what they are") {
  const ComponentFacts facts = cyclonedx(
      R"({"licenses": [{"license": {"id": "MIT", "acknowledgement": "declared"}},
                       {"license": {"id": "ISC", "acknowledgement": "declared"}},
                       {"license": {"id": "MIT", "acknowledgement": "concluded"}}]})");
  CHECK(facts.declared == "MIT AND ISC");
  CHECK(facts.concluded == "MIT");
  const ComponentFacts one =
      cyclonedx(R"({"licenses": [{"expression": "MIT OR ISC", "acknowledgement": "concluded"}]})");
  CHECK(one.declared.empty());
  CHECK(one.concluded == "MIT OR ISC");
}

TEST_CASE("read_cyclonedx_component reads references and properties by their names") {
  const ComponentFacts facts = cyclonedx(
      R"({"externalReferences": [
            {"type": "website", "url": "https://a"},
            {"type": "distribution", "url": "https://b", "hashes": [{"alg": "SHA-1", "content": "1"}]},
            {"type": "source-distribution", "url": "https://c"},
            {"type": "rfc-9116", "url": "https://d"}],
          "properties": [{"name": "bsi:component:filename", "value": "a.rpm"},
                         {"name": "bsi:component:effectiveLicence", "value": "MIT"},
                         {"name": "package:rpm:notincluded", "value": "x"}]})");
  CHECK(facts.distribution.url == "https://b");
  CHECK(facts.distribution.hashes.size() == 1);
  CHECK(facts.source.url == "https://c");
  CHECK(facts.security_txt == "https://d");
  CHECK(facts.file_name == "a.rpm");
  CHECK(facts.effective_license == "MIT");
  CHECK(facts.is_not_included);
}

TEST_CASE("read_spdx_package reads the first purl, the CPE and the tag") {
  const ComponentFacts facts = spdx(
      R"({"SPDXID": "SPDXRef-Package-rpm-src-a-1", "licenseComments": "RPM License tag: MIT",
          "externalRefs": [
            {"referenceType": "purl", "referenceLocator": "pkg:rpm/a/b"},
            {"referenceType": "purl", "referenceLocator": "pkg:rpm/a/c"},
            {"referenceType": "cpe23Type", "referenceLocator": "cpe:2.3:a"}],
          "annotations": [{"comment": "notincluded: x"}]})");
  CHECK(facts.kind == ComponentKind::SourcePackage);
  CHECK(facts.purl == "pkg:rpm/a/b");
  CHECK(facts.cpe == "cpe:2.3:a");
  CHECK(facts.license_tag == "MIT");
  CHECK(facts.is_not_included);
}
