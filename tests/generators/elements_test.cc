// SPDX-License-Identifier: Apache-2.0
#include "generators/elements.h"

#include <algorithm>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "metadata/purl.h"
#include "tests/support/samples.h"

using namespace reposbom::generators;
using namespace reposbom::tests;
using reposbom::metadata::Build;
using reposbom::metadata::Catalog;
using reposbom::metadata::Package;

namespace {

constexpr const char* kTool = "sslforge-1:3.0.7-27.el9.x86_64";
constexpr const char* kWeb = "webgale++-2.4~rc1^git7-1.module_el9+1.x86_64";

Element element_of(const Catalog& catalog, const std::string& nevra, Detail detail = Detail::Full) {
  const auto ref = find_package(catalog, nevra);
  return package_element(
      catalog, catalog.builds[ref.build], catalog.at(ref), sample_creation(), detail);
}

// The sample catalog with its package sslforge altered.
template <class Alter>
Element altered(Alter alter, Detail detail = Detail::Full) {
  Catalog catalog = sample_catalog();
  const auto ref = find_package(catalog, kTool);
  Package& package = package_in(catalog, ref);
  alter(package);
  return package_element(catalog, catalog.builds[ref.build], package, sample_creation(), detail);
}

std::string value_of(const Element& element, PropertyName name) {
  std::string value;
  for (const Property& property : element.properties) {
    if (property.name != name) continue;
    CHECK(value.empty());  // Once.
    value = property.value;
  }
  return value;
}

Element source_element(Detail detail = Detail::Full) {
  const Catalog catalog = sample_catalog();
  Element element =
      source_package_element(catalog, catalog.builds[0].source, sample_creation(), detail);
  element.license = nullptr;  // Of the catalog that is gone.
  return element;
}

}  // namespace

TEST_CASE("package_element identifies a package by a canonical purl that no repository is in") {
  const Catalog catalog = sample_catalog();
  for (const Detail detail : {Detail::Identity, Detail::Member, Detail::Full}) {
    const Element element = element_of(catalog, kTool, detail);
    CHECK(element.name == "sslforge");
    CHECK(element.version == "1:3.0.7-27.el9");
    CHECK(element.file_name == "sslforge-3.0.7-27.el9.x86_64.rpm");
    CHECK(
        element.purl ==
        "pkg:rpm/almalinux/sslforge@3.0.7-27.el9?arch=x86_64&distro=almalinux-9&epoch=1"
        "&upstream=sslforge-3.0.7-27.el9.src.rpm");
    CHECK(element.bom_ref == element.purl);
    REQUIRE(element.checksums.size() == 2);
    CHECK(element.checksums[0].type == reposbom::metadata::ChecksumType::Sha256);
    CHECK(element.checksums[1].type == reposbom::metadata::ChecksumType::Sha512);
    CHECK(element.source_info == "built package from: sslforge 1:3.0.7-27.el9");
    CHECK(
        element.download_location ==
        "https://repo.example.com/base/Packages/sslforge-3.0.7-27.el9.x86_64.rpm");
    CHECK(
        element.source_location ==
        "https://repo.example.com/base-source/Packages/sslforge-3.0.7-27.el9.src.rpm");
    REQUIRE(element.source_checksums.size() == 2);
    CHECK(element.source_checksums[0] == catalog.builds[0].source.package.checksum);
    CHECK(element.originator == "Example");
    CHECK(element.license->expression == "Apache-2.0 AND LicenseRef-Callaway-BSD");
  }
}

TEST_CASE("package_element encodes what purls, ids and URLs may not hold") {
  const Catalog catalog = sample_catalog();
  const Element element = element_of(catalog, kWeb);
  CHECK(
      element.purl ==
      "pkg:rpm/almalinux/webgale%2B%2B@2.4~rc1%5Egit7-1.module_el9%2B1?arch=x86_64"
      "&distro=almalinux-9&rpmmod=webgale:2.4:9040020240312131341:rhel9"
      "&upstream=webgale%2B%2B-2.4~rc1%5Egit7-1.module_el9%2B1.src.rpm");
  CHECK(element.spdx_id.rfind("SPDXRef-Package-rpm-x86-64-webgale---", 0) == 0);
  CHECK(
      element.cpe ==
      "cpe:2.3:a:almalinux:webgale\\+\\+:2.4\\~rc1\\^git7-1.module_el9\\+1:*:*:*:*:*:*:*");
  CHECK(
      element.download_location ==
      "https://repo.example.com/base/Packages/webgale++-2.4~rc1%5Egit7-1.module_el9+1.x86_64.rpm");
  CHECK(element.homepage == "https://www.example.org/Stra%C3%9Fe?q=a%20b");
}

TEST_CASE("package_element's purls read back as what they were made from") {
  const Catalog catalog = sample_catalog();
  for (const Build& build : catalog.builds) {
    for (const Package& package : build.packages) {
      const Element element =
          package_element(catalog, build, package, sample_creation(), Detail::Full);
      const auto parts = reposbom::metadata::parse_purl(element.purl);
      REQUIRE(parts);
      CHECK(to_string(*parts) == element.purl);
      CHECK(parts->name == package.name);
      CHECK(parts->version == package.evr.version + "-" + package.evr.release);
      CHECK(element.purl.find("repository_id") == std::string::npos);
      for (const std::string& purl : element.repository_purls) {
        auto with = reposbom::metadata::parse_purl(purl);
        REQUIRE(with);
        CHECK(to_string(*with) == purl);
        CHECK(std::erase_if(with->qualifiers, [](const auto& q) {
                return q.first == "repository_id";
              }) == 1);
        CHECK(*with == *parts);
      }
    }
  }
}

TEST_CASE("package_element of a package in two repositories has a purl for each, in their order") {
  const Catalog catalog = sample_catalog();
  const Element element = element_of(catalog, kWeb, Detail::Member);
  REQUIRE(element.repository_purls.size() == 2);
  CHECK(element.repository_purls[0].find("&repository_id=base&") != std::string::npos);
  CHECK(element.repository_purls[1].find("&repository_id=apps&") != std::string::npos);
}

TEST_CASE("package_element has one purl for a repository that lists a file twice") {
  const Element element = altered([](Package& p) { p.origins.push_back({0, "again.rpm"}); });
  CHECK(element.repository_purls.size() == 1);
}

TEST_CASE("package_element has no repository purl of a repository without an id") {
  Catalog catalog = sample_catalog();
  catalog.repositories[0].id.clear();
  CHECK(element_of(catalog, kTool).repository_purls.empty());
}

TEST_CASE("package_element of packages that share a name differ in every id") {
  const Element first = altered([](Package&) {});
  const Element second = altered([](Package& p) {
    p.shares_name = true;
    p.checksum = sample_checksum("other");
  });
  CHECK(first.purl == second.purl);
  CHECK(first.spdx_id != second.spdx_id);
  CHECK(second.bom_ref == first.bom_ref + "#sha256:" + sample_checksum("other").hex.substr(0, 16));
}

TEST_CASE("package_element gives a package the same ids however much it says") {
  const Catalog catalog = sample_catalog();
  const Element full = element_of(catalog, kTool, Detail::Full);
  for (const Detail detail : {Detail::Identity, Detail::Member}) {
    CHECK(element_of(catalog, kTool, detail).spdx_id == full.spdx_id);
    CHECK(element_of(catalog, kTool, detail).bom_ref == full.bom_ref);
  }
}

TEST_CASE("package_element says no more than identifies a package where that is asked") {
  const Catalog catalog = sample_catalog();
  const Element element = element_of(catalog, kWeb, Detail::Identity);
  CHECK(element.is_brief);
  CHECK(element.summary == "");
  CHECK(element.description == "");
  CHECK(element.cpe == "");
  CHECK(element.homepage == "");
  CHECK(element.build_time == 0);
  CHECK(element.advisories.empty());
  CHECK(element.repository_purls.empty());
  // Scanners need the module all the same, and CycloneDX has no other place for the file's name.
  REQUIRE(element.properties.size() == 5);
  CHECK(value_of(element, PropertyName::FileName) == element.file_name);
  CHECK(value_of(element, PropertyName::ModuleLabel) == "webgale:2.4:9040020240312131341:rhel9");
}

TEST_CASE("package_element says wherever it stands that an RPM is an archive, not a program") {
  const Catalog catalog = sample_catalog();
  for (const Detail detail : {Detail::Identity, Detail::Member, Detail::Full}) {
    const Element element = element_of(catalog, kWeb, detail);
    CHECK(value_of(element, PropertyName::Executable) == "non-executable");
    CHECK(value_of(element, PropertyName::Archive) == "archive");
    CHECK(value_of(element, PropertyName::Structured) == "structured");
  }
}

TEST_CASE("package_element tells what only the RPM's own header tells, beyond its identity") {
  const Catalog catalog = sample_catalog();
  for (const Detail detail : {Detail::Member, Detail::Full}) {
    const Element element = element_of(catalog, kTool, detail);
    CHECK(value_of(element, PropertyName::SigMd5) == std::string(32, 'b'));
    CHECK(value_of(element, PropertyName::Sha256Header).size() == 64);
    CHECK(value_of(element, PropertyName::PayloadSha256).size() == 64);
    CHECK(value_of(element, PropertyName::RpmSignature).starts_with("RSA/SHA256, "));
    CHECK(element.vcs == "git+https://git.example.org/rpms/sslforge.git@c9");
  }
  CHECK(value_of(element_of(catalog, kTool, Detail::Identity), PropertyName::SigMd5) == "");
  CHECK(value_of(element_of(catalog, kWeb), PropertyName::SigMd5) == "");
}

TEST_CASE(
    "package_element is called after the digest of the header, which survives signing again") {
  const auto id = [](const std::string& header, const std::string& file) {
    return altered([&](Package& package) {
             package.header.sha256_header = header;
             package.checksum = sample_checksum(file);
           })
        .spdx_id;
  };
  CHECK(id("aa", "unsigned") == id("aa", "signed"));
  CHECK(id("aa", "signed") != id("bb", "signed"));
  CHECK(id("", "unsigned") != id("", "signed"));
}

TEST_CASE("package_element says where the epoch of the source package is not known") {
  Catalog catalog = sample_catalog();
  Build& build = catalog.builds[0];
  const auto note = [&] {
    return value_of(
        package_element(catalog, build, build.packages[0], sample_creation(), Detail::Full),
        PropertyName::UnknownEpoch);
  };
  CHECK(note() == "");
  build.source.epoch_known = false;
  CHECK(note() == "unknown");
}

TEST_CASE("source_package_element tells the CVEs of its changelog and what a build lacked") {
  const Element element = source_element();
  CHECK(element.resolves == std::vector<std::string>{"CVE-2022-0778", "CVE-2023-0464"});
  CHECK(value_of(element, PropertyName::BuildRequires) == "gcc, webgale");
  CHECK(value_of(element, PropertyName::UnresolvedBuildRequires) == "gcc");
}

TEST_CASE("package_element says its origin in its own document only") {
  const Catalog catalog = sample_catalog();
  const Element member = element_of(catalog, kTool, Detail::Member);
  CHECK(member.description == "");
  CHECK(value_of(member, PropertyName::BuildHost) == "");
  CHECK(value_of(member, PropertyName::BuildTime) == "1700000000");
  const Element full = element_of(catalog, kTool);
  CHECK(full.description == "Description of sslforge.\n\nWith <markup>, \"quotes\" & a 🐢.");
  CHECK(full.homepage == "https://www.example.org/sslforge");
  CHECK(value_of(full, PropertyName::BuildHost) == "builder.example.com");
  CHECK(value_of(full, PropertyName::Packager) == "Packagers <packager@example.com>");
  CHECK(value_of(full, PropertyName::Description) == full.description);
  CHECK(value_of(full, PropertyName::BuildTime) == "1700000000");
}

TEST_CASE("package_element names the parts of its version and of its source package's") {
  const Catalog catalog = sample_catalog();
  const Element element = element_of(catalog, kTool, Detail::Member);
  const auto value = [&](PropertyName name) { return value_of(element, name); };
  CHECK(value(PropertyName::Epoch) == "1");
  CHECK(value(PropertyName::Version) == "3.0.7");
  CHECK(value(PropertyName::Release) == "27.el9");
  CHECK(value(PropertyName::Arch) == "x86_64");
  CHECK(value(PropertyName::SourceRpm) == "sslforge-3.0.7-27.el9.src.rpm");
  CHECK(value(PropertyName::SourceName) == "sslforge");
  CHECK(value(PropertyName::SourceVersion) == "3.0.7");
  CHECK(value(PropertyName::SourceRelease) == "27.el9");
  CHECK(value(PropertyName::SourceEpoch) == "1");
  CHECK(value(PropertyName::FileName) == "sslforge-3.0.7-27.el9.x86_64.rpm");
  CHECK(value(PropertyName::Executable) == "non-executable");
  CHECK(value(PropertyName::Archive) == "archive");
  CHECK(value(PropertyName::Structured) == "structured");
  CHECK(value(PropertyName::LicenseTag) == "ASL 2.0 and BSD");
  CHECK(value(PropertyName::LicenseExpression) == "Apache-2.0 AND LicenseRef-Callaway-BSD");
  CHECK(value(PropertyName::LicenseFlags) == "ambiguous");
}

TEST_CASE("package_element has no property for an epoch of 0") {
  const Catalog catalog = sample_catalog();
  const Element element = element_of(catalog, kWeb);
  CHECK(value_of(element, PropertyName::Epoch) == "");
  CHECK(value_of(element, PropertyName::SourceEpoch) == "");
}

TEST_CASE("package_element lists an advisory with its CVE ids sorted, and no severity of None") {
  const Catalog catalog = sample_catalog();
  const Element element = element_of(catalog, kTool, Detail::Member);
  REQUIRE(element.advisories.size() == 2);
  CHECK(element.advisories[0].id == "ALBA-2023:1002");
  CHECK(element.advisories[0].comment == "ALBA-2023:1002, bugfix, 2023-11-15");
  CHECK(element.advisories[0].url == "");
  CHECK(element.advisories[1].id == "ALSA-2023:1001");
  CHECK(
      element.advisories[1].comment ==
      "ALSA-2023:1001, security, Moderate, 2023-11-15; CVE-2023-1234 CVE-2023-5678");
  CHECK(element.advisories[1].url == "https://errata.example.org/ALSA-2023-1001.html");
  CHECK(element.advisories[1].cves.size() == 2);
}

TEST_CASE("package_element takes the first repository whose address is known") {
  Catalog catalog = sample_catalog();
  catalog.repositories[0].published.clear();
  CHECK(
      element_of(catalog, kWeb).download_location == "https://repo.example.com/apps/w/webgale.rpm");
  CHECK(element_of(catalog, kTool).download_location == "");
}

TEST_CASE("package_element drops blanks around texts, which readers of XML drop too") {
  const Element element = altered([](Package& p) {
    p.summary = " Summary\n";
    p.description = "\n  Text.\n\n  More. \n";
    p.vendor = "\tVendor ";
    p.packager = "  ";
  });
  CHECK(element.summary == "Summary");
  CHECK(element.description == "Text.\n\n  More.");
  CHECK(element.originator == "Vendor");
  CHECK(value_of(element, PropertyName::Packager) == "");
  CHECK(value_of(element, PropertyName::Description) == "Text.\n\n  More.");
}

TEST_CASE("package_element has no home page where the tag is no public URL") {
  for (const char* url : {"(none)", "http://localhost/", "http://127.0.0.1/", "file:///usr"}) {
    CAPTURE(url);
    CHECK(altered([&](Package& p) { p.url = url; }).homepage == "");
  }
}

TEST_CASE("source_package_element is named by the digest of its header, which survives signing") {
  const Element element = source_element();
  CHECK(
      element.spdx_id ==
      "SPDXRef-Package-rpm-src-sslforge-" + reposbom::metadata::sha256("header").substr(0, 16));
  CHECK(
      element.purl ==
      "pkg:rpm/almalinux/sslforge@3.0.7-27.el9?arch=src&distro=almalinux-9&epoch=1");
  CHECK(source_element(Detail::Identity).spdx_id == element.spdx_id);
  CHECK(value_of(element, PropertyName::SigMd5) == std::string(32, 'a'));
  CHECK(
      value_of(element, PropertyName::RpmSignature) ==
      "RSA/SHA256, 2023-11-14T22:13:20Z, Key ID 0123456789abcdef");
  CHECK(element.source_location == element.download_location);
}

TEST_CASE("source_package_element of an unseen source package is its name alone") {
  const Catalog catalog = sample_catalog();
  const Element element =
      source_package_element(catalog, catalog.builds[1].source, sample_creation(), Detail::Full);
  CHECK(element.file_name == "webgale++-2.4~rc1^git7-1.module_el9+1.src.rpm");
  CHECK(element.version == "2.4~rc1^git7-1.module_el9+1");
  CHECK(element.checksums.empty());
  CHECK(element.download_location == "");
  CHECK(element.license->expression == "NOASSERTION");
}

TEST_CASE("operating_system_element is called exactly like the namespace of the purls") {
  Creation creation = sample_creation();
  creation.distribution.purl.name_space = "AlmaLinux";
  const Element element = operating_system_element(creation, "9");
  CHECK(element.name == "almalinux");
  CHECK(element.version == "9");
  CHECK(element.spdx_id == "SPDXRef-OperatingSystem-almalinux-9");
  CHECK(element.bom_ref == "os:almalinux-9");
  CHECK(element.cpe == "cpe:/o:almalinux:almalinux:9");
  CHECK(element.summary == "AlmaLinux 9");
  const Package package = sample_package("x", {0, "1", "1"}, "noarch", "");
  CHECK(rpm_purl(package, creation.distribution.purl).rfind("pkg:rpm/almalinux/", 0) == 0);
}

TEST_CASE("product_element is the operating system of the version that is released, with a tag") {
  Creation creation = sample_creation();
  const Element element = product_element(creation);
  CHECK(element.name == "almalinux");
  CHECK(element.version == "9.4");
  CHECK(element.summary == "AlmaLinux 9.4");
  CHECK(element.swid_tag == "almalinux-9.4");
  CHECK_FALSE(element.is_brief);
  CHECK(operating_system_element(creation, "9").swid_tag.empty());
  creation.distribution.version.clear();
  CHECK(product_element(creation).swid_tag == "almalinux");
}

TEST_CASE("operating_system_element takes CPE 2.2 and 2.3 and nothing else") {
  Creation creation = sample_creation();
  const auto cpe = [&](const std::string& text) {
    creation.distribution.cpe = text;
    return operating_system_element(creation, "9").cpe;
  };
  CHECK(cpe("cpe:/o:e:e:9") == "cpe:/o:e:e:9");
  CHECK(cpe("cpe:2.3:o:e:e:9:*:*:*:*:*:*:*") == "cpe:2.3:o:e:e:9:*:*:*:*:*:*:*");
  CHECK(cpe("") == "");
  CHECK(cpe("nonsense") == "");
}
