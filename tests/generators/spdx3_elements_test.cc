// SPDX-License-Identifier: Apache-2.0
#include "generators/spdx3_elements.h"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "generators/spdx_terms.h"
#include "tests/support/read_graph.h"
#include "tests/support/samples.h"

using namespace reposbom::generators;
using rapidjson::Value;
using reposbom::metadata::License;
using reposbom::tests::keys_of;
using reposbom::tests::sample_checksum;
using reposbom::tests::sample_creation;
using Texts = std::vector<std::string>;

namespace {

const std::string kId = "#SPDXRef-Package-a";

Element element_with(Role role = Role::Package) {
  return {.role = role, .spdx_id = kId.substr(1), .name = "a"};
}

reposbom::tests::ReadGraph graph_of(
    const Element& element, const Creation& creation = sample_creation()) {
  Document document{.name = "a", .uuid = "u"};
  document.elements.push_back(element);
  return {document, creation};
}

// The texts of two keys in each object of a list, with a blank between.
Texts pairs(const Value& list, const char* first, const char* second) {
  Texts pairs;
  for (const Value& each : list.GetArray()) {
    const Value& value = each[second].IsArray() ? each[second][0] : each[second];
    pairs.push_back(std::string(each[first].GetString()) + " " + value.GetString());
  }
  return pairs;
}

}  // namespace

TEST_CASE("write_spdx3_package says nothing of what is not known") {
  const auto graph = graph_of(element_with(Role::Bundled));
  CHECK(
      keys_of(graph.only("software_Package")) ==
      "type spdxId creationInfo name suppliedBy software_primaryPurpose software_copyrightText");
  CHECK(graph.all("software_File").empty());
  CHECK(graph.all("Annotation").empty());
}

TEST_CASE("write_spdx3_package says what a package is") {
  Element element = element_with();
  element.version = "1:2-3";
  element.summary = "Short";
  element.description = "Long";
  element.purl = "pkg:rpm/x/a@2-3";
  element.download_location = "https://e.org/a.rpm";
  element.homepage = "https://e.org/a";
  element.source_info = "built package from: b 2-3";
  element.build_time = 1700000000;
  const auto graph = graph_of(element);
  const Value& package = graph.element(kId);
  CHECK(graph.text(package, "creationInfo") == "_:creationinfo");
  CHECK(graph.text(package, "name") == "a");
  CHECK(graph.text(package, "software_packageVersion") == "1:2-3");
  CHECK(graph.text(package, "summary") == "Short");
  CHECK(graph.text(package, "description") == "Long");
  CHECK(graph.text(package, "software_packageUrl") == "pkg:rpm/x/a@2-3");
  CHECK(graph.text(package, "software_downloadLocation") == "https://e.org/a.rpm");
  CHECK(graph.text(package, "software_homePage") == "https://e.org/a");
  CHECK(graph.text(package, "software_sourceInfo") == "built package from: b 2-3");
  CHECK(graph.text(package, "builtTime") == "2023-11-14T22:13:20Z");
  CHECK(graph.text(package, "software_copyrightText") == "NOASSERTION");
}

TEST_CASE("write_spdx3_package tells the purpose of every role") {
  const auto purpose = [](Role role) {
    const auto graph = graph_of(element_with(role));
    return graph.text(graph.element(kId), "software_primaryPurpose");
  };
  CHECK(purpose(Role::Package) == "install");
  CHECK(purpose(Role::SourcePackage) == "source");
  CHECK(purpose(Role::Source) == "source");
  CHECK(purpose(Role::Patch) == "patch");
  CHECK(purpose(Role::Bundled) == "library");
  CHECK(purpose(Role::OperatingSystem) == "operatingSystem");
}

TEST_CASE("write_spdx3_package identifies by package URLs first, the plain one before all") {
  Element element = element_with();
  element.purl = "pkg:rpm/x/a";
  element.repository_purls = {"pkg:rpm/x/a?repository_id=one", "pkg:rpm/x/a?repository_id=two"};
  element.cpe = "cpe:2.3:a:x:a:1:*:*:*:*:*:*:*";
  const auto graph = graph_of(element);
  CHECK(
      pairs(graph.element(kId)["externalIdentifier"], "externalIdentifierType", "identifier") ==
      Texts{
          "packageUrl pkg:rpm/x/a",
          "packageUrl pkg:rpm/x/a?repository_id=one",
          "packageUrl pkg:rpm/x/a?repository_id=two",
          "cpe23 cpe:2.3:a:x:a:1:*:*:*:*:*:*:*"});
}

TEST_CASE("write_spdx3_package tells CPE 2.2 from 2.3, and the tag of a product") {
  Element element = element_with(Role::OperatingSystem);
  element.cpe = "cpe:/o:x:x:9";
  element.swid_tag = "x-9";
  const auto graph = graph_of(element);
  CHECK(
      pairs(graph.element(kId)["externalIdentifier"], "externalIdentifierType", "identifier") ==
      Texts{"cpe22 cpe:/o:x:x:9", "swid x-9"});
}

TEST_CASE("write_spdx3_package refers to the source package and to advisories that have a URL") {
  Element element = element_with();
  element.source_location = "https://e.org/a.src.rpm";
  element.source_checksums = {
      sample_checksum("source"), {reposbom::metadata::ChecksumType::Sha512, "00"}};
  element.vcs = "git+https://e.org/a#1";
  element.advisories = {
      {.id = "A-1", .url = "https://e.org/A-1", .comment = "A-1, security"},
      {.id = "A-2", .comment = "A-2, bugfix"}};
  const auto graph = graph_of(element);
  const Value& references = graph.element(kId)["externalRef"];
  CHECK(
      pairs(references, "externalRefType", "locator") ==
      Texts{
          "sourceArtifact https://e.org/a.src.rpm",
          "vcs git+https://e.org/a#1",
          "securityAdvisory https://e.org/A-1"});
  CHECK(
      graph.text(references[0], "comment") ==
      "SHA256: " + sample_checksum("source").hex + ", SHA512: 00");
  CHECK(graph.text(references[2], "comment") == "A-1, security");
  CHECK(graph.statements(kId) == Texts{"advisory: A-2, bugfix"});
}

TEST_CASE("write_spdx3_package names who built a package, and its vendor if that is another") {
  Element element = element_with();
  const std::string supplier = "#" + spdx3_agent_id(sample_creation().supplier);
  const auto origins = [&] {
    const auto graph = graph_of(element);
    CHECK(graph.text(graph.element(kId), "suppliedBy") == supplier);
    return graph.texts(graph.element(kId), "originatedBy");
  };
  CHECK(origins() == Texts{supplier});
  element.originator = sample_creation().supplier.name;
  CHECK(origins() == Texts{supplier});
  element.originator = "Example";
  const std::string vendor = "#" + spdx3_agent_id({.name = "Example"});
  CHECK(origins() == Texts{supplier, vendor});
  SUBCASE("a package that is only identified") {
    element.is_brief = true;
    CHECK(origins() == Texts{vendor});
  }
  SUBCASE("a part, of which nobody knows") {
    element = element_with(Role::Source);
    CHECK(origins().empty());
  }
}

TEST_CASE("write_spdx3_package gives the file that a package is distributed as") {
  Element element = element_with();
  element.file_name = "a-2-3.x86_64.rpm";
  element.checksums = {sample_checksum("a")};
  element.properties = {
      {PropertyName::Executable, "non-executable"},
      {PropertyName::Archive, "archive"},
      {PropertyName::Structured, "structured"}};
  const auto graph = graph_of(element);
  REQUIRE(graph.ends("hasDistributionArtifact", kId) == Texts{"#SPDXRef-File-Package-a"});
  const Value& file = graph.element("#SPDXRef-File-Package-a");
  CHECK(graph.text(file, "name") == "a-2-3.x86_64.rpm");
  CHECK(graph.text(file, "contentType") == "application/x-rpm");
  CHECK(graph.texts(file, "software_additionalPurpose") == Texts{"archive", "container"});
  for (const Value* each : {&file, &graph.element(kId)}) {
    CHECK(
        pairs((*each)["verifiedUsing"], "algorithm", "hashValue") ==
        Texts{"sha256 " + sample_checksum("a").hex});
  }
}

TEST_CASE("write_spdx3_package does not take a source or a patch for an RPM") {
  Element element = element_with(Role::Patch);
  element.file_name = "a.patch";
  const auto graph = graph_of(element);
  const Value& file = graph.only("software_File");
  CHECK(graph.text(file, "name") == "a.patch");
  CHECK_FALSE(file.HasMember("contentType"));
  CHECK_FALSE(file.HasMember("software_additionalPurpose"));
}

TEST_CASE("write_spdx3_file gives the files of a package, which its code verifies") {
  Element file{.role = Role::File, .spdx_id = "SPDXRef-File-f", .name = "/usr/bin/a"};
  file.file_name = "a";
  file.file_kind = FileKind::Executable;
  file.checksums = {{reposbom::metadata::ChecksumType::Sha1, std::string(40, 'a')}};
  file.properties = {{PropertyName::Executable, "executable"}};
  Document document{.name = "a", .uuid = "u", .lists_files = true};
  document.elements = {element_with(), file};
  const reposbom::tests::ReadGraph graph(document, sample_creation());
  const Value& written = graph.only("software_File");
  CHECK(
      keys_of(written) ==
      "type spdxId creationInfo name verifiedUsing software_primaryPurpose "
      "software_additionalPurpose software_copyrightText software_fileKind");
  CHECK(graph.text(written, "spdxId") == "#SPDXRef-File-f");
  CHECK(graph.text(written, "name") == "/usr/bin/a");
  CHECK(graph.text(written, "software_primaryPurpose") == "executable");
  const Value& code = graph.element(kId)["verifiedUsing"][0];
  CHECK(graph.text(code, "type") == "PackageVerificationCode");
  CHECK(graph.text(code, "hashValue") == package_verification_code(document));
  CHECK(graph.texts(graph.only("software_Sbom"), "element").size() == 2);
}

TEST_CASE("write_spdx3_package gives every package a declared and a concluded licence") {
  const std::string none = "expandedlicensing_NoAssertionLicense";
  License license{.tag = "MIT", .expression = "MIT", .is_concluded = true};
  Element element = element_with();
  const auto ends = [&](const char* type) { return graph_of(element).ends(type, kId); };
  CHECK(ends("hasDeclaredLicense") == Texts{none});
  CHECK(ends("hasConcludedLicense") == Texts{none});
  element.license = &license;
  const std::string mit = "#" + spdx3_license_id("MIT");
  CHECK(ends("hasDeclaredLicense") == Texts{mit});
  CHECK(ends("hasConcludedLicense") == Texts{mit});
  license.is_concluded = false;
  CHECK(ends("hasDeclaredLicense") == Texts{mit});
  CHECK(ends("hasConcludedLicense") == Texts{none});
  license = {.expression = "NOASSERTION"};
  CHECK(ends("hasDeclaredLicense") == Texts{none});
  CHECK(graph_of(element).all("simplelicensing_LicenseExpression").empty());
}

TEST_CASE("write_spdx3_package says how the tag was written, but of what is only identified") {
  const License license{
      .tag = "Odd",
      .expression = "LicenseRef-Odd",
      .flags = {reposbom::metadata::LicenseFlag::UnknownOperand}};
  Element element = element_with();
  element.license = &license;
  const auto comment = [&](const char* type) {
    const auto graph = graph_of(element);
    return graph.text(graph.relationship(type, kId), "comment");
  };
  CHECK(comment("hasDeclaredLicense") == "RPM License tag: Odd; flags: unknown-operand");
  CHECK(comment("hasConcludedLicense").empty());
  element.is_brief = true;
  CHECK(comment("hasDeclaredLicense").empty());
}

TEST_CASE("write_spdx3_package annotates what has no field, in order") {
  Element element = element_with(Role::Patch);
  element.properties = {
      {PropertyName::Packager, "p@example.com"},
      {PropertyName::Arch, "x86_64"},
      {PropertyName::ModuleLabel, "m:1:2:3"}};
  element.resolves = {"CVE-2024-0001", "CVE-2024-0002"};
  const auto graph = graph_of(element);
  CHECK(
      graph.statements(kId) == Texts{
                                   "packager: p@example.com",
                                   "Modularitylabel: m:1:2:3",
                                   "resolves: CVE-2024-0001 CVE-2024-0002"});
  CHECK(graph.text(*graph.all("Annotation")[1], "spdxId") == "#SPDXRef-Annotation-2-Package-a");
}

TEST_CASE("write_spdx3_agent tells where an organization can be reached") {
  const auto graph = graph_of(element_with());
  const Value& supplier = graph.element("#" + spdx3_agent_id(sample_creation().supplier));
  CHECK(graph.text(supplier, "type") == "Organization");
  CHECK(graph.text(supplier, "name") == "AlmaLinux OS Foundation");
  CHECK(
      pairs(supplier["externalIdentifier"], "externalIdentifierType", "identifier") ==
      Texts{"email packager@example.com", "urlScheme https://almalinux.org"});
  Creation creation = sample_creation();
  creation.supplier = {.name = "Only a Name"};
  const auto other = graph_of(element_with(), creation);
  CHECK(
      keys_of(other.element("#" + spdx3_agent_id(creation.supplier))) ==
      "type spdxId creationInfo name");
}

TEST_CASE("write_spdx3_license maps every LicenseRef to what stands for its text") {
  const License license{
      .tag = "Odd and MIT",
      .expression = "LicenseRef-Odd AND MIT",
      .refs = {{.id = "LicenseRef-Odd", .raw = "Odd", .comment = "Nobody knows it."}}};
  Element element = element_with();
  element.license = &license;
  Document document{.name = "a", .uuid = "u"};
  document.elements.push_back(element);
  document.license_refs = license.refs;
  const reposbom::tests::ReadGraph graph(document, sample_creation());
  const Value& expression = graph.only("simplelicensing_LicenseExpression");
  CHECK(graph.text(expression, "simplelicensing_licenseExpression") == "LicenseRef-Odd AND MIT");
  CHECK(graph.text(expression, "simplelicensing_licenseListVersion") == "3.28.0");
  const Value& mapped = expression["simplelicensing_customIdToUri"];
  REQUIRE(mapped.Size() == 1);
  CHECK(graph.text(mapped[0], "key") == "LicenseRef-Odd");
  CHECK(graph.text(mapped[0], "value") == "#LicenseRef-Odd");
  const Value& text = graph.element("#LicenseRef-Odd");
  CHECK(graph.text(text, "type") == "simplelicensing_SimpleLicensingText");
  CHECK(graph.text(text, "name") == "Odd");
  CHECK(graph.text(text, "comment") == "Nobody knows it.");
  CHECK(graph.text(text, "simplelicensing_licenseText") == license_text(license.refs[0]));
}
