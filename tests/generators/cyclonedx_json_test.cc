// SPDX-License-Identifier: Apache-2.0
//
// write_cyclonedx(), the JSON half of cyclonedx.h.
#include <functional>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <rapidjson/document.h>

#include "generators/cyclonedx.h"
#include "metadata/purl.h"
#include "tests/support/samples.h"

using namespace reposbom::generators;
using namespace reposbom::tests;
using rapidjson::Value;
using reposbom::metadata::Catalog;

namespace {

using Texts = std::vector<std::string>;

rapidjson::Document parse(const Document& document, const Creation& creation) {
  rapidjson::Document json;
  json.Parse(render(document, creation, Format::CyclonedxJson).c_str());
  REQUIRE_FALSE(json.HasParseError());
  return json;
}

std::string text(const Value& object, const char* key) {
  const auto member = object.FindMember(key);
  return member == object.MemberEnd() ? "" : member->value.GetString();
}

std::string keys(const Value& object) {
  std::string keys;
  for (const auto& member : object.GetObject())
    keys += std::string(keys.empty() ? "" : " ") + member.name.GetString();
  return keys;
}

Texts texts(const Value& object, const char* key) {
  Texts found;
  if (!object.HasMember(key)) return found;
  for (const Value& item : object[key].GetArray())
    found.emplace_back(item.GetString());
  return found;
}

// Calls `take` with every object that has a bom-ref, wherever it stands.
void each_component(const Value& value, const std::function<void(const Value&)>& take) {
  if (value.IsArray()) {
    for (const Value& item : value.GetArray())
      each_component(item, take);
  } else if (value.IsObject()) {
    if (value.HasMember("bom-ref")) take(value);
    for (const auto& member : value.GetObject())
      each_component(member.value, take);
  }
}

std::string property(const Value& component, const std::string& name) {
  if (!component.HasMember("properties")) return "";
  for (const Value& each : component["properties"].GetArray()) {
    if (text(each, "name") == name) return text(each, "value");
  }
  return "";
}

class Sample {
 public:
  Sample(std::size_t build, std::size_t document)
      : json_(parse(
            sample_documents(catalog_, catalog_.builds[build], creation_)[document], creation_)) {}

  const rapidjson::Document& json() const { return json_; }
  const Value& root() const { return json_["metadata"]["component"]; }

 private:
  Catalog catalog_ = sample_catalog();
  Creation creation_ = sample_creation();
  rapidjson::Document json_;
};

void check_references(const rapidjson::Document& json) {
  std::set<std::string> refs;
  each_component(
      json, [&](const Value& component) { CHECK(refs.insert(text(component, "bom-ref")).second); });
  for (const Value& entry : json["dependencies"].GetArray()) {
    CHECK(refs.count(text(entry, "ref")) == 1);
    for (const char* key : {"dependsOn", "provides"}) {
      std::set<std::string> listed;
      for (const std::string& ref : texts(entry, key)) {
        CHECK(refs.count(ref) == 1);
        CHECK(listed.insert(ref).second);
      }
    }
  }
  for (const Value& composition : json["compositions"].GetArray()) {
    for (const char* key : {"assemblies", "dependencies"}) {
      for (const std::string& ref : texts(composition, key))
        CHECK(refs.count(ref) == 1);
    }
  }
}

// What the schema demands but no validator that is at hand in a test: URLs and names.
void check_component(const Value& component) {
  CAPTURE(text(component, "bom-ref"));
  CHECK(text(component, "name") != "");
  CHECK(text(component["supplier"], "name") != "");
  const std::string purl = text(component, "purl");
  if (text(component, "type") != "operating-system") {
    const auto parts = reposbom::metadata::parse_purl(purl);
    REQUIRE(parts);
    CHECK(to_string(*parts) == purl);
    CHECK(purl.find("repository_id") == std::string::npos);
  }
  if (!component.HasMember("externalReferences")) return;
  const std::regex url(
      "((git\\+)?https?://[a-z0-9.-]+\\.[a-z]{2,}|urn:cdx:[0-9a-f-]{36}/1#)[!-~]*");
  for (const Value& reference : component["externalReferences"].GetArray()) {
    CHECK(std::regex_match(text(reference, "url"), url));
    CHECK(text(reference, "url").find_first_of(" ^|<>\"{}\\`") == std::string::npos);
  }
}

void check_document(const Document& document) {
  CAPTURE(document.name);
  const auto json = parse(document, sample_creation());
  check_references(json);
  std::size_t systems = 0;
  each_component(json, [&](const Value& component) {
    check_component(component);
    if (text(component, "type") == "operating-system") ++systems;
  });
  CHECK(systems == 1);
}

}  // namespace

TEST_CASE("write_cyclonedx says what every BOM says") {
  const Sample sample(0, 1);
  const rapidjson::Document& json = sample.json();
  CHECK(
      keys(json) ==
      "$schema bomFormat specVersion serialNumber version metadata components dependencies "
      "compositions");
  CHECK(text(json, "bomFormat") == "CycloneDX");
  CHECK(text(json, "specVersion") == "1.6");
  CHECK(json["version"].GetInt() == 1);
  CHECK(std::regex_match(
      text(json, "serialNumber"),
      std::regex("urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")));
  const Value& metadata = json["metadata"];
  CHECK(
      keys(metadata) ==
      "timestamp lifecycles tools authors component manufacturer supplier licenses");
  CHECK(text(metadata, "timestamp") == "2023-11-15T14:53:20Z");
  CHECK(text(metadata["lifecycles"][0], "phase") == "post-build");
  const Value& tool = metadata["tools"]["components"][0];
  CHECK(text(tool, "type") == "application");
  CHECK(text(tool, "name") == "reposbom");
  CHECK(text(tool, "version") == "0.1");
  CHECK(text(metadata["authors"][0], "name") == "Example Inc.");
  CHECK(text(metadata["authors"][0], "email") == "sbom@example.com");
  CHECK(text(metadata["manufacturer"], "name") == "Example Inc.");
  CHECK(text(metadata["supplier"], "name") == "AlmaLinux OS Foundation");
  CHECK(texts(metadata["supplier"], "url") == Texts{"https://almalinux.org"});
  CHECK(text(metadata["supplier"]["contact"][0], "email") == "packager@example.com");
  CHECK(text(metadata["licenses"][0]["license"], "id") == "CC0-1.0");
  CHECK_FALSE(json.HasMember("vulnerabilities"));
}

TEST_CASE("write_cyclonedx names no author or manufacturer if no creator is configured") {
  const Catalog catalog = sample_catalog();
  Creation creation = sample_creation();
  creation.creator = {};
  const auto json = parse(describe_build(catalog, catalog.builds[0], creation), creation);
  CHECK_FALSE(json["metadata"].HasMember("authors"));
  CHECK_FALSE(json["metadata"].HasMember("manufacturer"));
}

TEST_CASE("write_cyclonedx leaves out what nobody configured of a supplier") {
  const Catalog catalog = sample_catalog();
  Creation creation = sample_creation();
  creation.supplier = {.name = "Somebody"};
  const auto json = parse(describe_build(catalog, catalog.builds[0], creation), creation);
  CHECK(keys(json["metadata"]["supplier"]) == "name");
}

TEST_CASE("write_cyclonedx describes a package by the field map") {
  const Sample sample(0, 1);
  const Value& root = sample.root();
  CHECK(
      keys(root) ==
      "type bom-ref supplier manufacturer publisher name version description hashes licenses cpe "
      "purl pedigree externalReferences evidence releaseNotes properties");
  CHECK(text(root, "type") == "library");
  CHECK(text(root, "bom-ref") == text(root, "purl"));
  CHECK(text(root, "publisher") == "Example");
  CHECK(text(root, "version") == "1:3.0.7-27.el9");
  CHECK(text(root, "description") == "Summary of sslforge");
  CHECK(text(root["hashes"][0], "alg") == "SHA-256");
  CHECK(text(root["licenses"][0], "expression") == "Apache-2.0 AND LicenseRef-Callaway-BSD");
  CHECK(text(root["licenses"][0], "acknowledgement") == "concluded");
  CHECK(root["licenses"].Size() == 1);
  const Value& identity = root["evidence"]["identity"];
  REQUIRE(identity.Size() == 1);
  CHECK(text(identity[0], "field") == "purl");
  CHECK(identity[0]["confidence"].GetInt() == 1);
  CHECK(text(identity[0], "concludedValue").find("&repository_id=base&") != std::string::npos);
  const Value& notes = root["releaseNotes"];
  CHECK(text(notes, "type") == "patch");
  CHECK(text(notes, "title") == "ALBA-2023:1002, ALSA-2023:1001");
  CHECK(notes["resolves"].Size() == 2);
  CHECK(text(notes["resolves"][0], "type") == "security");
  CHECK(text(notes["resolves"][0], "id") == "CVE-2023-1234");
  CHECK(property(root, "package:rpm:license") == "ASL 2.0 and BSD");
  CHECK(property(root, "bsi:component:filename") == "sslforge-3.0.7-27.el9.x86_64.rpm");
  CHECK(property(root, "almalinux:package:timestamp") == "1700000000");
  CHECK(
      property(root, "package:rpm:description") ==
      "Description of sslforge.\n\nWith <markup>, \"quotes\" & a 🐢.");
}

TEST_CASE("write_cyclonedx gives one id once declared and once concluded") {
  const Sample sample(0, 2);  // sslforge-libs.i686 is ASL 2.0.
  const Value& licenses = sample.root()["licenses"];
  REQUIRE(licenses.Size() == 2);
  CHECK(text(licenses[0]["license"], "id") == "Apache-2.0");
  CHECK(text(licenses[0]["license"], "acknowledgement") == "declared");
  CHECK(text(licenses[1]["license"], "id") == "Apache-2.0");
  CHECK(text(licenses[1]["license"], "acknowledgement") == "concluded");
}

TEST_CASE("write_cyclonedx puts the source package into the pedigree of a package") {
  const Sample sample(0, 1);
  const Value& ancestors = sample.root()["pedigree"]["ancestors"];
  REQUIRE(ancestors.Size() == 1);
  CHECK(
      text(ancestors[0], "bom-ref") ==
      "pkg:rpm/almalinux/sslforge@3.0.7-27.el9?arch=src&distro=almalinux-9&epoch=1");
  CHECK(text(ancestors[0]["manufacturer"], "name") == "AlmaLinux OS Foundation");
}

TEST_CASE("write_cyclonedx of a build has patches in the pedigree, and inside with their digests") {
  const Sample sample(0, 0);
  const Value& root = sample.root();
  CHECK(root["pedigree"]["ancestors"].Size() == 4);
  const Value& patches = root["pedigree"]["patches"];
  REQUIRE(patches.Size() == 2);
  CHECK(text(patches[0], "type") == "unofficial");
  CHECK(text(patches[0]["diff"], "url") == "CVE-2024-0001.patch");
  CHECK(text(patches[0]["resolves"][0], "id") == "CVE-2024-0001");
  CHECK(text(patches[1]["diff"], "url") == "0002-Other%2Bway.patch");
  CHECK_FALSE(patches[1].HasMember("resolves"));
  const Value& inside = root["components"];
  REQUIRE(inside.Size() == 2);
  CHECK(text(inside[0], "type") == "file");
  CHECK(text(inside[0], "name") == "CVE-2024-0001.patch");
  CHECK(text(inside[0]["hashes"][0], "content") == sample_checksum("first").hex);
  CHECK(sample.json()["components"].Size() == 4);
}

TEST_CASE(
    "write_cyclonedx has bundled parts inside the package, without a version if none is said") {
  const Sample sample(1, 1);
  const Value& inside = sample.root()["components"];
  REQUIRE(inside.Size() == 3);
  CHECK(text(inside[0], "purl") == "pkg:golang/github.com/quarrybank/argpath@1.4.2");
  CHECK(text(inside[2], "name") == "gnulib");
  CHECK_FALSE(inside[2].HasMember("version"));
  CHECK(property(sample.root(), "package:rpm:unresolved") == "libnothing.so.1()(64bit)");
  CHECK(property(sample.root(), "package:rpm:malformedbundled") == "bundled(libranged) < 1.2");
}

TEST_CASE("write_cyclonedx is silent about a licence that nobody told") {
  const Sample sample(1, 1);
  CHECK_FALSE(sample.root()["pedigree"]["ancestors"][0].HasMember("licenses"));
  CHECK_FALSE(sample.root()["components"][0].HasMember("licenses"));
}

TEST_CASE("write_cyclonedx declares, and does not conclude, what it does not know") {
  const Sample sample(1, 1);
  const Value& licenses = sample.root()["licenses"];
  REQUIRE(licenses.Size() == 1);
  CHECK(text(licenses[0], "acknowledgement") == "declared");
}

TEST_CASE("write_cyclonedx leaves out a digest that CycloneDX has no name for") {
  Catalog catalog = sample_catalog();
  catalog.builds[0].source.package.checksum.type = reposbom::metadata::ChecksumType::Sha224;
  catalog.builds[0].source.package.sha512.clear();
  const auto json =
      parse(describe_build(catalog, catalog.builds[0], sample_creation()), sample_creation());
  CHECK_FALSE(json["metadata"]["component"].HasMember("hashes"));
}

TEST_CASE("write_cyclonedx of a release lists every package as one the root depends on") {
  const Catalog catalog = sample_catalog();
  const auto json = parse(sample_release(catalog, sample_creation()), sample_creation());
  const Value& root = json["metadata"]["component"];
  CHECK(text(root, "type") == "operating-system");
  CHECK(text(root, "name") == "almalinux");
  CHECK(text(root, "version") == "9.4");
  CHECK(text(root, "cpe") == "cpe:/o:almalinux:almalinux:9");
  CHECK(text(root, "description") == "AlmaLinux 9.4");
  CHECK(texts(json["dependencies"][0], "dependsOn").size() == 4);
  CHECK(json["components"].Size() == 4);
  for (const Value& component : json["components"].GetArray()) {
    std::size_t boms = 0;
    for (const Value& reference : component["externalReferences"].GetArray()) {
      if (text(reference, "type") == "bom") ++boms;
    }
    CHECK(boms == 1);
  }
}

TEST_CASE("write_cyclonedx has no bom-ref twice and no reference that leads nowhere") {
  const Catalog catalog = sample_catalog();
  for (const Document& document : all_documents(catalog, sample_creation()))
    check_document(document);
}

TEST_CASE("fixtures: write_cyclonedx has no bom-ref twice and no reference that leads nowhere") {
  const Catalog catalog = fixture_catalog();
  for (const Document& document : all_documents(catalog, sample_creation()))
    check_document(document);
}
