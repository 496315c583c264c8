// SPDX-License-Identifier: Apache-2.0
#include "generators/cyclonedx.h"

#include <algorithm>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/support/samples.h"

using namespace reposbom::generators;
using namespace reposbom::tests;
using reposbom::metadata::Catalog;
using reposbom::metadata::ChecksumType;
using reposbom::metadata::License;

namespace {

using Texts = std::vector<std::string>;

Texts names(const Document& document, const std::vector<std::size_t>& indexes) {
  Texts names;
  for (const std::size_t index : indexes)
    names.push_back(document.elements[index].name);
  return names;
}

Texts types(const std::vector<ExternalReference>& references) {
  Texts types;
  for (const ExternalReference& reference : references)
    types.emplace_back(reference.type);
  return types;
}

}  // namespace

TEST_CASE("layout of a build puts sources and patches into the root's pedigree") {
  const Catalog catalog = sample_catalog();
  const Document document = describe_build(catalog, catalog.builds[0], sample_creation());
  const CyclonedxLayout places = layout(document);
  CHECK(
      names(document, places.ancestors) == Texts{
                                               "hobble-sslforge",
                                               "sslforge-3.0.7.tar.gz.asc",
                                               "sslforge-3.0.7.tar.gz",
                                               "not-for-everybody.bin"});
  CHECK(names(document, places.patches) == Texts{"CVE-2024-0001.patch", "0002-Other+way.patch"});
  CHECK(places.nested == places.patches);
  CHECK(
      names(document, places.components) ==
      Texts{"sslforge", "sslforge-libs", "sslforge-libs", "almalinux"});
  REQUIRE(places.dependencies.size() == 2);
  CHECK(places.dependencies[0].ref == 0);
  CHECK(places.dependencies[0].depends_on.empty());
  CHECK(
      names(document, places.dependencies[0].provides) ==
      Texts{"sslforge", "sslforge-libs", "sslforge-libs"});
  CHECK(names(document, places.dependencies[1].depends_on) == Texts{"sslforge-libs"});
  CHECK(places.dependencies[1].provides.empty());
}

TEST_CASE("layout of a package puts its source into the pedigree and its parts inside") {
  const Catalog catalog = sample_catalog();
  const Document document = sample_documents(catalog, catalog.builds[1], sample_creation())[1];
  const CyclonedxLayout places = layout(document);
  REQUIRE(places.ancestors.size() == 1);
  CHECK(document.elements[places.ancestors[0]].role == Role::SourcePackage);
  CHECK(places.patches.empty());
  CHECK(
      names(document, places.nested) ==
      Texts{"github.com/quarrybank/argpath", "@quarry/tool", "gnulib"});
  CHECK(names(document, places.components) == Texts{"almalinux", "sslforge", "sslforge-libs"});
  REQUIRE(places.dependencies.size() == 1);
  CHECK(names(document, places.dependencies[0].depends_on) == Texts{"sslforge", "sslforge-libs"});
}

TEST_CASE("layout of a package that needs nothing says so") {
  const Catalog catalog = sample_catalog();
  const Document document = sample_documents(catalog, catalog.builds[0], sample_creation())[2];
  const CyclonedxLayout places = layout(document);
  REQUIRE(places.dependencies.size() == 1);
  CHECK(places.dependencies[0].ref == 0);
  CHECK(places.dependencies[0].depends_on.empty());
  CHECK(places.dependencies[0].provides.empty());
}

TEST_CASE("layout of a release makes every package one that the root depends on") {
  const Catalog catalog = sample_catalog();
  const Document document = sample_release(catalog, sample_creation());
  const CyclonedxLayout places = layout(document);
  CHECK(places.components.size() == 4);
  CHECK(places.ancestors.empty());
  CHECK(places.nested.empty());
  CHECK(places.dependencies[0].depends_on == places.components);
}

TEST_CASE("layout of a release has an entry of each package, also of one that needs nothing") {
  const Catalog catalog = sample_catalog();
  const CyclonedxLayout places = layout(sample_release(catalog, sample_creation()));
  REQUIRE(places.dependencies.size() == 5);
  const auto needs = [&](std::size_t i) { return places.dependencies[i].depends_on.size(); };
  // The root, sslforge, its two libraries, webgale.
  CHECK(
      std::vector{needs(0), needs(1), needs(2), needs(3), needs(4)} ==
      std::vector<std::size_t>{4, 1, 0, 0, 2});
}

TEST_CASE("layout leaves out what only the build needed, which the root names in a property") {
  const Catalog catalog = sample_catalog();
  const Document document = sample_documents(catalog, catalog.builds[0], sample_creation())[0];
  const auto tool =
      std::find_if(document.elements.begin(), document.elements.end(), [](const Element& element) {
        return element.is_build_tool;
      });
  REQUIRE(tool != document.elements.end());
  const CyclonedxLayout places = layout(document);
  const auto index = static_cast<std::size_t>(tool - document.elements.begin());
  CHECK(std::count(places.components.begin(), places.components.end(), index) == 0);
  CHECK(places.dependencies[0].depends_on.empty());
  const auto& properties = document.root().properties;
  CHECK(std::any_of(properties.begin(), properties.end(), [&](const Property& property) {
    return property.name == PropertyName::BuildDependency && property.value == tool->purl;
  }));
}

TEST_CASE("layout places every element but the root once") {
  const Catalog catalog = sample_catalog();
  for (const Document& document : all_documents(catalog, sample_creation())) {
    const CyclonedxLayout places = layout(document);
    std::vector<std::size_t> placed = {0};
    for (const auto& list : {places.ancestors, places.nested, places.components})
      placed.insert(placed.end(), list.begin(), list.end());
    for (std::size_t i = 0; i != document.elements.size(); ++i) {
      if (document.elements[i].is_build_tool) placed.push_back(i);
    }
    std::sort(placed.begin(), placed.end());
    REQUIRE(placed.size() == document.elements.size());
    for (std::size_t i = 0; i != placed.size(); ++i)
      CHECK(placed[i] == i);
  }
}

TEST_CASE("external_references of a package name its page, file, source, build and advisories") {
  const Catalog catalog = sample_catalog();
  const Document document = sample_documents(catalog, catalog.builds[0], sample_creation())[1];
  const auto references = external_references(document, document.root());
  REQUIRE(
      types(references) ==
      Texts{"website", "distribution", "source-distribution", "bom", "vcs", "advisories"});
  CHECK(references[1].hashes == document.root().checksums);
  const auto& source = catalog.builds[0].source.package;
  using reposbom::metadata::Checksum;
  using reposbom::metadata::ChecksumType;
  CHECK(
      references[2].hashes ==
      std::vector{source.checksum, Checksum{ChecksumType::Sha512, source.sha512}});
  CHECK(
      references[3].url ==
      "urn:cdx:" + document.links[0].uuid +
          "/1#pkg%3Arpm%2Falmalinux%2Fsslforge%403.0.7-27.el9%3Farch%3Dsrc%26distro%3Dalmalinux-9"
          "%26epoch%3D1");
  CHECK(references[4].url == "git+https://git.example.org/rpms/sslforge.git@c9");
  CHECK(references[5].comment.rfind("ALSA-2023:1001, security", 0) == 0);
}

TEST_CASE("external_references of a source package name its file as distribution and as source") {
  const Catalog catalog = sample_catalog();
  const Document document = describe_build(catalog, catalog.builds[0], sample_creation());
  const auto references = external_references(document, document.root());
  REQUIRE(types(references) == Texts{"website", "distribution", "source-distribution"});
  CHECK(references[1].url == references[2].url);
  CHECK(references[1].hashes == references[2].hashes);
}

TEST_CASE("external_references of what has no address are none") {
  const Catalog catalog = sample_catalog();
  const Document document = sample_documents(catalog, catalog.builds[1], sample_creation())[1];
  for (const Element& element : document.elements) {
    if (element.role != Role::Bundled) continue;
    CHECK(external_references(document, element).empty());
  }
}

TEST_CASE("license_choice lists ids, else gives one expression, else nothing") {
  const auto choice = [](const std::string& tag) {
    const License license = reposbom::metadata::convert_license(tag);
    Element element;
    element.license = &license;
    return license_choice(element);
  };
  CHECK(choice("MIT").ids == Texts{"MIT"});
  CHECK(choice("MIT").expression == "");
  CHECK(choice("ASL 2.0 and GPLv2+").ids == Texts{"Apache-2.0", "GPL-2.0-or-later"});
  CHECK(choice("ASL 2.0 or GPLv2+").ids.empty());
  CHECK(choice("ASL 2.0 or GPLv2+").expression == "Apache-2.0 OR GPL-2.0-or-later");
  CHECK(choice("ASL 2.0 or GPLv2+").expression_acknowledgement == "concluded");
  CHECK(choice("BSD").expression == "LicenseRef-Callaway-BSD");
  CHECK(choice("BSD").expression_acknowledgement == "concluded");
  CHECK(choice("Odd Licence").expression == "LicenseRef-RPM-Odd-Licence");
  CHECK(choice("Odd Licence").expression_acknowledgement == "declared");
  CHECK(choice("").expression == "");
  CHECK(choice("").ids.empty());
  CHECK(license_choice(Element{}).expression == "");
}

TEST_CASE("release_note is one for all advisories of a package") {
  Element element;
  element.advisories = {
      {.id = "B", .issued = 1700000000, .cves = {"CVE-2", "CVE-3"}},
      {.id = "A", .issued = 1600000000, .cves = {"CVE-1", "CVE-2"}}};
  const ReleaseNote note = release_note(element);
  CHECK(note.title == "B, A");
  CHECK(note.timestamp == "2023-11-14T22:13:20Z");
  CHECK(note.resolves == Texts{"CVE-1", "CVE-2", "CVE-3"});
  element.advisories = {{.id = "C"}};
  CHECK(release_note(element).timestamp == "");
}

TEST_CASE("hash_name spells algorithms as CycloneDX does") {
  CHECK(hash_name(ChecksumType::Md5) == "MD5");
  CHECK(hash_name(ChecksumType::Sha1) == "SHA-1");
  CHECK(hash_name(ChecksumType::Sha224) == "");  // It has none.
  CHECK(hash_name(ChecksumType::Sha256) == "SHA-256");
  CHECK(hash_name(ChecksumType::Sha384) == "SHA-384");
  CHECK(hash_name(ChecksumType::Sha512) == "SHA-512");
}

TEST_CASE("component_type is one that scanners do not refuse") {
  CHECK(component_type(Role::Package) == "library");
  CHECK(component_type(Role::SourcePackage) == "library");
  CHECK(component_type(Role::Source) == "library");
  CHECK(component_type(Role::Bundled) == "library");
  CHECK(component_type(Role::Patch) == "file");
  CHECK(component_type(Role::OperatingSystem) == "operating-system");
}

TEST_CASE("is_built_here is true of packages, not of what they hold") {
  CHECK(is_built_here({.role = Role::Package}));
  CHECK(is_built_here({.role = Role::Package, .is_brief = true}));
  CHECK(is_built_here({.role = Role::SourcePackage}));
  CHECK(is_built_here({.role = Role::OperatingSystem}));
  for (const Role role : {Role::Source, Role::Patch, Role::Bundled, Role::File})
    CHECK_FALSE(is_built_here({.role = role}));
}
