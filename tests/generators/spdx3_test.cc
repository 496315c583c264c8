// SPDX-License-Identifier: Apache-2.0
#include "generators/spdx3.h"

#include <set>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "generators/spdx3_elements.h"
#include "tests/support/read_graph.h"
#include "tests/support/samples.h"

using namespace reposbom::generators;
using rapidjson::Value;
using reposbom::metadata::Catalog;
using reposbom::tests::keys_of;
using reposbom::tests::ReadGraph;
using reposbom::tests::sample_catalog;
using reposbom::tests::sample_creation;
using reposbom::tests::sample_documents;
using reposbom::tests::sample_release;
using Texts = std::vector<std::string>;

namespace {

class Sample {
 public:
  // Of a build: first its own document, then one for each package.
  Sample(std::size_t build, std::size_t document, Creation creation = sample_creation())
      : document_(sample_documents(catalog_, catalog_.builds[build], creation)[document]),
        graph(document_, creation) {}

 private:
  Catalog catalog_ = sample_catalog();
  Document document_;

 public:
  const ReadGraph graph;
};

// What is in "from", "to" and other places for ids.
void collect_references(const Value& value, std::set<std::string>& references) {
  static const std::set<std::string> keys = {
      "createdBy",
      "createdUsing",
      "dataLicense",
      "element",
      "from",
      "originatedBy",
      "rootElement",
      "subject",
      "suppliedBy",
      "to"};
  for (const auto& member : value.GetObject()) {
    const bool is_reference = keys.contains(member.name.GetString());
    if (is_reference && member.value.IsString()) references.insert(member.value.GetString());
    if (!member.value.IsArray()) continue;
    for (const Value& each : member.value.GetArray()) {
      if (is_reference) references.insert(each.GetString());
      if (each.IsObject()) collect_references(each, references);
    }
  }
}

const Value& import_of(const ReadGraph& graph, const std::string& end) {
  for (const Value& entry : graph.only("SpdxDocument")["import"].GetArray()) {
    if (graph.text(entry, "externalSpdxId").ends_with(end)) return entry;
  }
  FAIL("nothing imported that ends in " << end);
  return graph.json();
}

}  // namespace

TEST_CASE("write_spdx3 writes a context and a graph") {
  const Sample sample(0, 1);
  CHECK(keys_of(sample.graph.json()) == "@context @graph");
  CHECK(
      std::string(sample.graph.json()["@context"].GetString()) ==
      "https://spdx.org/rdf/3.0.1/spdx-context.jsonld");
}

TEST_CASE("write_spdx3 says once who made every element, when and with what") {
  const Sample sample(0, 1);
  const ReadGraph& graph = sample.graph;
  const Value& info = graph.only("CreationInfo");
  CHECK(graph.text(info, "@id") == "_:creationinfo");
  CHECK(graph.text(info, "specVersion") == "3.0.1");
  CHECK(graph.text(info, "created") == "2023-11-15T14:53:20Z");
  CHECK(graph.texts(info, "createdBy") == Texts{"#" + spdx3_agent_id(sample_creation().creator)});
  CHECK(graph.texts(info, "createdUsing") == Texts{"#SPDXRef-Tool"});
  CHECK(graph.text(graph.only("Tool"), "name") == "reposbom-0.1");
  CHECK(graph.all("SoftwareAgent").empty());
  for (const Value& object : graph.objects()) {
    if (&object != &info) CHECK(graph.text(object, "creationInfo") == "_:creationinfo");
  }
}

TEST_CASE("write_spdx3 names the program as the creator where nobody else is named") {
  Creation creation = sample_creation();
  creation.creator = {};
  const Sample sample(0, 1, creation);
  const ReadGraph& graph = sample.graph;
  CHECK(graph.texts(graph.only("CreationInfo"), "createdBy") == Texts{"#SPDXRef-SoftwareAgent"});
  CHECK(graph.text(graph.only("SoftwareAgent"), "name") == "reposbom-0.1");
}

TEST_CASE("write_spdx3 says what the document is") {
  const Sample sample(0, 1);
  const ReadGraph& graph = sample.graph;
  const Value& document = graph.only("SpdxDocument");
  CHECK(graph.text(document, "spdxId") == "#SPDXRef-DOCUMENT");
  CHECK(graph.text(document, "name") == "sslforge-1:3.0.7-27.el9.x86_64");
  CHECK(graph.text(document, "comment")
            .starts_with("Made after the build from RPM repository metadata of base."));
  CHECK(
      graph.texts(document, "profileConformance") == Texts{"core", "software", "simpleLicensing"});
  CHECK(graph.text(document, "dataLicense") == "https://spdx.org/licenses/CC0-1.0");
  CHECK(graph.texts(document, "rootElement") == Texts{"#SPDXRef-Sbom"});
}

TEST_CASE("write_spdx3 gives a bill of every package, with its root and its kind") {
  const Sample sample(0, 0);
  const ReadGraph& graph = sample.graph;
  const Value& sbom = graph.only("software_Sbom");
  CHECK(graph.texts(sbom, "software_sbomType") == Texts{"build"});
  Texts packages;
  for (const Value* package : graph.all("software_Package"))
    packages.push_back(graph.text(*package, "spdxId"));
  CHECK(packages.size() == 12);
  CHECK(graph.texts(sbom, "element") == packages);
  CHECK(graph.texts(sbom, "rootElement") == Texts{packages.front()});
}

TEST_CASE("write_spdx3 imports the document that a package is described in, with its digest") {
  const Sample sample(0, 1);
  const ReadGraph& graph = sample.graph;
  const Value& entry = import_of(graph, "#SPDXRef-DOCUMENT");
  const std::string document = graph.text(entry, "externalSpdxId");
  CHECK(document.starts_with("https://sbom.example.com/almalinux/9/spdx/build/sslforge-"));
  const Value& hash = entry["verifiedUsing"][0];
  CHECK(graph.text(hash, "algorithm") == "sha1");
  CHECK(graph.text(hash, "hashValue").size() == 40);
  CHECK(graph.text(hash, "comment") == "Of the SPDX 2.3 JSON file of that document.");
  CHECK(
      graph.ends("describes", document) == graph.texts(graph.only("software_Sbom"), "rootElement"));
}

TEST_CASE("write_spdx3 imports in a release what its packages were generated from") {
  const Catalog catalog = sample_catalog();
  const Document release = sample_release(catalog, sample_creation());
  const ReadGraph graph(release, sample_creation());
  const DocumentLink& link = release.links.front();
  const std::string root = link.name_space + "#" + link.root_spdx_id;
  CHECK(graph.text(import_of(graph, link.root_spdx_id), "externalSpdxId") == root);
  CHECK(graph.ends("generates", root).size() == 3);
  CHECK(graph.ends("describes", link.name_space + "#SPDXRef-DOCUMENT").size() == 3);
  // The licence of the data, and of two builds the documents and their roots.
  CHECK(graph.only("SpdxDocument")["import"].Size() == 1 + 2 * 2);
}

TEST_CASE("write_spdx3 tells dependencies that there are none from those that nobody knows") {
  Catalog catalog = sample_catalog();
  reposbom::metadata::Package& alone = catalog.builds[0].packages[0];
  alone.depends_on.clear();
  const auto dependencies = [&] {
    const Document document = sample_documents(catalog, catalog.builds[0], sample_creation())[1];
    const ReadGraph graph(document, sample_creation());
    const Value& relationship = graph.only("LifecycleScopedRelationship");
    CHECK(graph.text(relationship, "scope") == "runtime");
    CHECK(graph.text(relationship, "from") == "#" + document.root().spdx_id);
    return graph.text(relationship, "completeness") + " " + graph.texts(relationship, "to").at(0);
  };
  CHECK(dependencies() == "complete NoneElement");
  alone.unresolved = {"libnothing.so.1"};
  CHECK(dependencies() == "incomplete NoAssertionElement");
}

TEST_CASE("write_spdx3 names a relationship after its type and what it comes from") {
  const Sample sample(1, 1);
  const ReadGraph& graph = sample.graph;
  const std::string root = graph.texts(graph.only("software_Sbom"), "rootElement").at(0);
  const Value& parts = graph.relationship("contains", root);
  CHECK(graph.text(parts, "spdxId") == "#SPDXRef-contains-" + root.substr(9));
  CHECK(graph.texts(parts, "to").size() == 3);
  CHECK(graph.text(parts, "completeness") == "noAssertion");
  CHECK(graph.text(graph.relationship("dependsOn", root), "completeness") == "incomplete");
}

TEST_CASE("write_spdx3 writes every licence and every organization once") {
  const Sample sample(0, 0);
  std::set<std::string> seen;
  for (const Value* each : sample.graph.all("simplelicensing_LicenseExpression"))
    CHECK(seen.insert(sample.graph.text(*each, "simplelicensing_licenseExpression")).second);
  CHECK(seen.size() == 3);
  // The supplier, the creator, and the vendors of the packages and of what built them.
  CHECK(sample.graph.all("Organization").size() == 4);
}

TEST_CASE("write_spdx3 gives unique absolute ids, and refers to nothing that is not there") {
  const std::set<std::string> individuals = {
      "NoneElement", "NoAssertionElement", "expandedlicensing_NoAssertionLicense"};
  const Catalog catalog = sample_catalog();
  for (const Document& document : reposbom::tests::all_documents(catalog, sample_creation())) {
    CAPTURE(document.name);
    const ReadGraph graph(document, sample_creation());
    std::set<std::string> known = individuals;
    std::set<std::string> references;
    for (const Value& object : graph.objects()) {
      collect_references(object, references);
      if (!object.HasMember("spdxId")) continue;
      const std::string id = object["spdxId"].GetString();
      CHECK(id.starts_with(document_namespace(document, sample_creation()) + "#"));
      CHECK(known.insert(id).second);
    }
    for (const Value& entry : graph.only("SpdxDocument")["import"].GetArray())
      CHECK(known.insert(entry["externalSpdxId"].GetString()).second);
    for (const std::string& reference : references) {
      CAPTURE(reference);
      CHECK(known.contains(reference));
    }
  }
}
