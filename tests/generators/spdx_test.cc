// SPDX-License-Identifier: Apache-2.0
#include "generators/spdx.h"

#include <regex>
#include <set>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <rapidjson/document.h>

#include "metadata/purl.h"
#include "tests/support/samples.h"

using namespace reposbom::generators;
using namespace reposbom::tests;
using rapidjson::Value;
using reposbom::metadata::Catalog;
using reposbom::metadata::sha256;

namespace {

rapidjson::Document parse(const Document& document, const Creation& creation) {
  rapidjson::Document json;
  json.Parse(render(document, creation, Format::SpdxJson).c_str());
  REQUIRE_FALSE(json.HasParseError());
  return json;
}

std::string text(const Value& object, const char* key) {
  const auto member = object.FindMember(key);
  return member == object.MemberEnd() ? "" : member->value.GetString();
}

const Value& package_named(const rapidjson::Document& json, const std::string& file_or_name) {
  for (const Value& package : json["packages"].GetArray()) {
    if (text(package, "packageFileName") == file_or_name || text(package, "name") == file_or_name) {
      return package;
    }
  }
  FAIL("no package " << file_or_name);
  return json;
}

std::vector<std::string> annotations(const Value& package) {
  std::vector<std::string> comments;
  if (!package.HasMember("annotations")) return comments;
  for (const Value& annotation : package["annotations"].GetArray()) {
    CHECK(text(annotation, "annotator") == "Tool: reposbom-0.1");
    CHECK(text(annotation, "annotationType") == "OTHER");
    comments.push_back(text(annotation, "comment"));
  }
  return comments;
}

std::vector<std::string> locators(const Value& package) {
  std::vector<std::string> found;
  for (const Value& ref : package["externalRefs"].GetArray()) {
    found.push_back(
        text(ref, "referenceCategory") + " " + text(ref, "referenceType") + " " +
        text(ref, "referenceLocator"));
  }
  return found;
}

std::string keys(const Value& object) {
  std::string keys;
  for (const auto& member : object.GetObject())
    keys += std::string(keys.empty() ? "" : " ") + member.name.GetString();
  return keys;
}

// Whether the keys stand in the order of the specification's clauses.
bool are_in_order(const Value& object, const std::vector<std::string>& order) {
  std::size_t at = 0;
  for (const auto& member : object.GetObject()) {
    const auto found = std::find(order.begin(), order.end(), member.name.GetString());
    if (found == order.end()) return false;
    const auto place = static_cast<std::size_t>(found - order.begin()) + 1;
    if (place <= at) return false;
    at = place;
  }
  return true;
}

const std::vector<std::string> kPackageOrder = {
    "name",
    "SPDXID",
    "versionInfo",
    "packageFileName",
    "supplier",
    "originator",
    "downloadLocation",
    "filesAnalyzed",
    "checksums",
    "homepage",
    "sourceInfo",
    "licenseConcluded",
    "licenseDeclared",
    "licenseComments",
    "copyrightText",
    "summary",
    "description",
    "externalRefs",
    "primaryPackagePurpose",
    "builtDate",
    "annotations"};

class Sample {
 public:
  explicit Sample(std::size_t build, std::size_t document)
      : json_(parse(
            sample_documents(catalog_, catalog_.builds[build], creation_)[document], creation_)) {}

  const rapidjson::Document& json() const { return json_; }

 private:
  Catalog catalog_ = sample_catalog();
  Creation creation_ = sample_creation();
  rapidjson::Document json_;
};

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("write_spdx says what every SPDX document says") {
  const Sample sample(0, 1);
  const rapidjson::Document& json = sample.json();
  CHECK(
      keys(json) ==
      "spdxVersion dataLicense SPDXID name documentNamespace externalDocumentRefs creationInfo "
      "packages hasExtractedLicensingInfos relationships");
  CHECK(text(json, "spdxVersion") == "SPDX-2.3");
  CHECK(text(json, "dataLicense") == "CC0-1.0");
  CHECK(text(json, "SPDXID") == "SPDXRef-DOCUMENT");
  CHECK(text(json, "name") == "sslforge-1:3.0.7-27.el9.x86_64");
  const std::string name_space = text(json, "documentNamespace");
  CHECK(
      name_space.rfind(
          "https://sbom.example.com/almalinux/9/spdx/package/sslforge-1%3A3.0.7-27.el9.x86_64-",
          0) == 0);
  CHECK(name_space.find('#') == std::string::npos);
  const Value& creation = json["creationInfo"];
  CHECK(keys(creation) == "licenseListVersion creators created comment");
  REQUIRE(creation["creators"].Size() == 2);
  CHECK(creation["creators"][0].GetString() == std::string("Tool: reposbom-0.1"));
  CHECK(
      creation["creators"][1].GetString() ==
      std::string("Organization: Example Inc. (sbom@example.com)"));
  CHECK(text(creation, "created") == "2023-11-15T14:53:20Z");
  CHECK(std::regex_match(text(creation, "licenseListVersion"), std::regex("[0-9]+\\.[0-9]+")));
}

TEST_CASE("write_spdx names no organisation that made the document if none is configured") {
  const Catalog catalog = sample_catalog();
  Creation creation = sample_creation();
  creation.creator = {};
  const auto json = parse(describe_build(catalog, catalog.builds[0], creation), creation);
  CHECK(json["creationInfo"]["creators"].Size() == 1);
}

TEST_CASE("write_spdx describes a package by the field map") {
  const Sample sample(0, 1);
  const Value& package = sample.json()["packages"][0];
  CHECK(are_in_order(package, kPackageOrder));
  CHECK(text(package, "name") == "sslforge");
  CHECK(text(package, "versionInfo") == "1:3.0.7-27.el9");
  CHECK(text(package, "packageFileName") == "sslforge-3.0.7-27.el9.x86_64.rpm");
  CHECK(text(package, "primaryPackagePurpose") == "INSTALL");
  CHECK(package["filesAnalyzed"].IsFalse());
  CHECK(
      text(package, "supplier") == "Organization: AlmaLinux OS Foundation (packager@example.com)");
  CHECK(text(package, "originator") == "Organization: Example");
  CHECK(
      text(package, "downloadLocation") ==
      "https://repo.example.com/base/Packages/sslforge-3.0.7-27.el9.x86_64.rpm");
  REQUIRE(package["checksums"].Size() == 2);
  CHECK(text(package["checksums"][1], "algorithm") == "SHA512");
  CHECK(text(package["checksums"][0], "algorithm") == "SHA256");
  CHECK(text(package, "licenseDeclared") == "Apache-2.0 AND LicenseRef-Callaway-BSD");
  CHECK(text(package, "licenseConcluded") == "Apache-2.0 AND LicenseRef-Callaway-BSD");
  CHECK(text(package, "licenseComments") == "RPM License tag: ASL 2.0 and BSD; flags: ambiguous");
  CHECK(text(package, "copyrightText") == "NOASSERTION");
  CHECK(text(package, "sourceInfo") == "built package from: sslforge 1:3.0.7-27.el9");
  CHECK(text(package, "homepage") == "https://www.example.org/sslforge");
  CHECK(text(package, "builtDate") == "2023-11-14T22:13:20Z");
  const Texts refs = locators(package);
  const std::string purl =
      "pkg:rpm/almalinux/sslforge@3.0.7-27.el9?arch=x86_64&distro=almalinux-9&epoch=1";
  REQUIRE(refs.size() == 5);
  CHECK(refs[0] == "PACKAGE-MANAGER purl " + purl + "&upstream=sslforge-3.0.7-27.el9.src.rpm");
  CHECK(
      refs[1] == "PACKAGE-MANAGER purl " + purl +
                     "&repository_id=base&upstream=sslforge-3.0.7-27.el9.src.rpm");
  CHECK(
      refs[2] == "SECURITY cpe23Type cpe:2.3:a:almalinux:sslforge:1\\:3.0.7-27.el9:*:*:*:*:*:*:*");
  CHECK(refs[3] == "OTHER vcs git+https://git.example.org/rpms/sslforge.git@c9");
  CHECK(refs[4] == "SECURITY advisory https://errata.example.org/ALSA-2023-1001.html");
  CHECK(
      annotations(package) ==
      Texts{
          "sigmd5: " + std::string(32, 'b'),
          "sha256header: " + sha256("header of the tool"),
          "payloadsha256: " + sha256("payload of the tool"),
          "rpmsignature: RSA/SHA256, 2023-11-14T22:14:00Z, Key ID 0123456789abcdef",
          "buildhost: builder.example.com",
          "packager: Packagers <packager@example.com>",
          "advisory: ALBA-2023:1002, bugfix, 2023-11-15"});
}

TEST_CASE("write_spdx describes a source package, its sources and its patches") {
  const Sample sample(0, 0);
  const Value& source = sample.json()["packages"][0];
  CHECK(are_in_order(source, kPackageOrder));
  CHECK(text(source, "primaryPackagePurpose") == "SOURCE");
  CHECK(
      text(source, "sourceInfo") ==
      "https://repo.example.com/base-source/Packages/sslforge-3.0.7-27.el9.src.rpm");
  CHECK(
      annotations(source) ==
      Texts{
          "sigmd5: " + std::string(32, 'a'),
          "sha256header: " + sha256("header"),
          "payloadsha256: " + sha256("payload"),
          "rpmsignature: RSA/SHA256, 2023-11-14T22:13:20Z, Key ID 0123456789abcdef",
          "buildrequires: gcc, webgale",
          "unresolvedbuildrequires: gcc",
          "unexpandedmacros: commit",
          "buildhost: builder.example.com",
          "packager: Packagers <packager@example.com>",
          "resolves: CVE-2022-0778 CVE-2023-0464"});

  const Value& archive = package_named(sample.json(), "sslforge-3.0.7.tar.gz");
  CHECK(are_in_order(archive, kPackageOrder));
  CHECK(text(archive, "primaryPackagePurpose") == "SOURCE");
  CHECK(text(archive, "versionInfo") == "3.0.7");
  CHECK(text(archive, "originator") == "NOASSERTION");
  CHECK(text(archive, "supplier").rfind("Organization: AlmaLinux OS Foundation", 0) == 0);
  CHECK(text(archive, "downloadLocation") == "https://www.example.org/dl/sslforge-3.0.7.tar.gz");
  CHECK(text(archive, "licenseDeclared") == "NOASSERTION");
  CHECK(annotations(archive) == Texts{"sourcenumber: Source0"});
  const Value& helper = package_named(sample.json(), "hobble-sslforge");
  CHECK(text(helper, "downloadLocation") == "NOASSERTION");

  const Value& patch = package_named(sample.json(), "CVE-2024-0001.patch");
  CHECK(text(patch, "primaryPackagePurpose") == "FILE");
  CHECK(text(patch, "versionInfo") == "3.0.7-27.el9");
  CHECK(annotations(patch) == Texts{"resolves: CVE-2024-0001"});

  const Value& absent = package_named(sample.json(), "not-for-everybody.bin");
  CHECK_FALSE(absent.HasMember("checksums"));
  REQUIRE(annotations(absent).size() == 1);
  CHECK(annotations(absent)[0].rfind("notincluded: ", 0) == 0);
}

TEST_CASE("write_spdx lists the files of a package with its verification code") {
  const Catalog catalog = sample_catalog();
  const auto& build = catalog.builds[0];
  const std::string one(40, 'b');
  const std::string two(40, 'a');
  const std::vector<reposbom::metadata::PackagedFile> packaged = {
      {.path = "/usr/bin/sslforge",
       .checksum = sample_checksum("program"),
       .sha1 = one,
       .is_executable = true},
      {.path = "/usr/share/doc/sslforge/README",
       .checksum = sample_checksum("readme"),
       .sha1 = two,
       .is_documentation = true}};
  const DocumentLink link = sample_documents(catalog, build, sample_creation())[1].links[0];
  Document document =
      describe_package(catalog, build, build.packages[0], sample_creation(), link, &packaged);
  identify(document, sample_creation());
  const auto json = parse(document, sample_creation());
  const Value& root = json["packages"][0];
  CHECK(root["filesAnalyzed"].IsTrue());
  // SPDX 2.3 clause 7.9: over the sorted digests.
  CHECK(
      text(root["packageVerificationCode"], "packageVerificationCodeValue") ==
      reposbom::metadata::digest(reposbom::metadata::ChecksumType::Sha1, two + one));
  CHECK(json["packages"][1]["filesAnalyzed"].IsFalse());
  REQUIRE(json["files"].Size() == 2);
  const Value& program = json["files"][0];
  CHECK(text(program, "fileName") == "./usr/bin/sslforge");
  CHECK(std::string(program["fileTypes"][0].GetString()) == "APPLICATION");
  CHECK(text(program["checksums"][0], "algorithm") == "SHA1");
  CHECK(text(program["checksums"][0], "checksumValue") == one);
  CHECK(text(program["checksums"][1], "checksumValue") == sample_checksum("program").hex);
  CHECK(std::string(json["files"][1]["fileTypes"][0].GetString()) == "DOCUMENTATION");
}

TEST_CASE("write_spdx describes bundled parts and the system") {
  const Sample sample(1, 1);
  const Value& part = package_named(sample.json(), "@quarry/tool");
  CHECK(text(part, "primaryPackagePurpose") == "LIBRARY");
  CHECK(text(part, "versionInfo") == "7.5.4");
  CHECK(text(part, "originator") == "NOASSERTION");
  CHECK(locators(part) == Texts{"PACKAGE-MANAGER purl pkg:npm/%40quarry/tool@7.5.4"});
  CHECK(text(package_named(sample.json(), "gnulib"), "versionInfo") == "NOASSERTION");

  const Value& system = package_named(sample.json(), "almalinux");
  CHECK(text(system, "primaryPackagePurpose") == "OPERATING_SYSTEM");
  CHECK(text(system, "SPDXID") == "SPDXRef-OperatingSystem-almalinux-9");
  CHECK(locators(system) == Texts{"SECURITY cpe22Type cpe:/o:almalinux:almalinux:9"});
}

TEST_CASE("write_spdx gives a vendor whose name ends in a bracket an empty e-mail") {
  const Sample sample(1, 1);
  CHECK(text(sample.json()["packages"][0], "originator") == "Organization: Example (Web) ()");
}

TEST_CASE("write_spdx says of a provider what identifies it") {
  const Sample sample(1, 1);
  const Value& provider = package_named(sample.json(), "sslforge-libs");
  CHECK(
      keys(provider) ==
      "name SPDXID versionInfo packageFileName supplier originator downloadLocation "
      "filesAnalyzed checksums sourceInfo licenseConcluded licenseDeclared copyrightText "
      "externalRefs primaryPackagePurpose");
  CHECK(locators(provider).size() == 1);
}

TEST_CASE("write_spdx concludes nothing where an operand of the tag is unknown") {
  const Sample sample(1, 1);
  const Value& package = sample.json()["packages"][0];
  CHECK(
      text(package, "licenseDeclared") ==
      "LicenseRef-Callaway-GPLv2-plus-with-exceptions OR (LicenseRef-Callaway-MIT AND "
      "LicenseRef-RPM-Odd-Licence)");
  CHECK(text(package, "licenseConcluded") == "NOASSERTION");
  const Value& unseen = sample.json()["packages"][1];
  CHECK(text(unseen, "licenseDeclared") == "NOASSERTION");
  CHECK(text(unseen, "licenseConcluded") == "NOASSERTION");
}

TEST_CASE("write_spdx defines every licence reference with a text that is not empty") {
  const Catalog catalog = sample_catalog();
  for (const Document& document : all_documents(catalog, sample_creation())) {
    const auto json = parse(document, sample_creation());
    std::set<std::string> defined;
    if (json.HasMember("hasExtractedLicensingInfos")) {
      for (const Value& info : json["hasExtractedLicensingInfos"].GetArray()) {
        CHECK(defined.insert(text(info, "licenseId")).second);
        CHECK(
            text(info, "extractedText").find("'" + text(info, "name") + "'") != std::string::npos);
        CHECK(text(info, "comment") != "");
      }
    }
    std::set<std::string> used;
    const std::regex ref("LicenseRef-[A-Za-z0-9.-]+");
    for (const Value& package : json["packages"].GetArray()) {
      for (const char* key : {"licenseDeclared", "licenseConcluded"}) {
        const std::string expression = text(package, key);
        used.insert(
            std::sregex_token_iterator(expression.begin(), expression.end(), ref),
            std::sregex_token_iterator());
      }
    }
    CHECK(used == defined);
  }
}

TEST_CASE("write_spdx relates elements that are there, and describes the first") {
  const Catalog catalog = sample_catalog();
  for (const Document& document : all_documents(catalog, sample_creation())) {
    CAPTURE(document.name);
    const auto json = parse(document, sample_creation());
    std::set<std::string> ids = {"SPDXRef-DOCUMENT"};
    for (const Value& package : json["packages"].GetArray())
      CHECK(ids.insert(text(package, "SPDXID")).second);
    std::set<std::string> external;
    if (json.HasMember("externalDocumentRefs")) {
      for (const Value& ref : json["externalDocumentRefs"].GetArray()) {
        CHECK(external.insert(text(ref, "externalDocumentId")).second);
        CHECK(text(ref["checksum"], "algorithm") == "SHA1");
        CHECK(text(ref["checksum"], "checksumValue").size() == 40);
      }
    }
    const auto relations = json["relationships"].GetArray();
    CHECK(text(relations[0], "spdxElementId") == "SPDXRef-DOCUMENT");
    CHECK(text(relations[0], "relationshipType") == "DESCRIBES");
    CHECK(text(relations[0], "relatedSpdxElement") == text(json["packages"][0], "SPDXID"));
    for (const Value& relation : relations) {
      CHECK(ids.count(text(relation, "spdxElementId")) == 1);
      const std::string to = text(relation, "relatedSpdxElement");
      const std::size_t colon = to.find(':');
      if (colon == std::string::npos) {
        CHECK(ids.count(to) == 1);
      } else {
        CHECK(external.count(to.substr(0, colon)) == 1);
        CHECK(to.substr(colon + 1).rfind("SPDXRef-Package-rpm-src-", 0) == 0);
      }
    }
  }
}

TEST_CASE("write_spdx of a release names the document of the build that each package is from") {
  const Catalog catalog = sample_catalog();
  const auto json = parse(sample_release(catalog, sample_creation()), sample_creation());
  std::size_t generated = 0;
  for (const Value& relation : json["relationships"].GetArray()) {
    if (text(relation, "relationshipType") != "GENERATED_FROM") continue;
    ++generated;
    CHECK(text(relation, "relatedSpdxElement").rfind("DocumentRef-build-", 0) == 0);
  }
  CHECK(generated == 4);
  CHECK(text(json["packages"][0], "primaryPackagePurpose") == "OPERATING_SYSTEM");
}

TEST_CASE("write_spdx puts the canonical purl first, and writes only URLs of public hosts") {
  const Catalog catalog = sample_catalog();
  const std::regex url("(https?|ftp|git)://[a-z0-9.-]+\\.[a-z]{2,}(:[0-9]+)?(/[!-~]*|[?#][!-~]*)?");
  for (const Document& document : all_documents(catalog, sample_creation())) {
    const auto json = parse(document, sample_creation());
    for (const Value& package : json["packages"].GetArray()) {
      const std::string location = text(package, "downloadLocation");
      CHECK((location == "NOASSERTION" || std::regex_match(location, url)));
      if (package.HasMember("homepage")) CHECK(std::regex_match(text(package, "homepage"), url));
      std::size_t purls = 0;
      for (const std::string& locator : locators(package)) {
        if (locator.find(" purl ") == std::string::npos) continue;
        const std::string purl = locator.substr(locator.rfind(' ') + 1);
        const auto parts = reposbom::metadata::parse_purl(purl);
        REQUIRE(parts);
        CHECK(to_string(*parts) == purl);
        CHECK((purl.find("repository_id=") == std::string::npos) == (purls == 0));
        ++purls;
      }
      const bool is_system = text(package, "primaryPackagePurpose") == "OPERATING_SYSTEM";
      CHECK((purls == 0) == is_system);
    }
  }
}

TEST_CASE("write_spdx gives NTIA's checker name, version, supplier and id of every element") {
  const Catalog catalog = sample_catalog();
  for (const Document& document : all_documents(catalog, sample_creation())) {
    const auto json = parse(document, sample_creation());
    for (const Value& package : json["packages"].GetArray()) {
      for (const char* key : {"name", "versionInfo", "supplier", "SPDXID", "downloadLocation"})
        CHECK(text(package, key) != "");
      CHECK(text(package, "supplier") != "NOASSERTION");
    }
  }
}
