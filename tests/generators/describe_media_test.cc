// SPDX-License-Identifier: Apache-2.0
#include "generators/describe_media.h"

#include <algorithm>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "generators/elements.h"
#include "tests/support/check_document.h"
#include "tests/support/samples.h"

using namespace reposbom::generators;
using namespace reposbom::tests;
using reposbom::metadata::Catalog;
using reposbom::metadata::PackageRef;

namespace {

// A media with all of the sample catalog, of which the tree has the first build.
MediaContents sample_contents(const Catalog& catalog) {
  MediaContents contents;
  contents.product = {
      .name = "AlmaLinux-9-4-dvd",
      .volume = "AlmaLinux-9-4-dvd",
      .arch = "x86_64",
      .file_name = "dvd.iso",
      .checksum = sample_checksum("the image"),
      .made = 1700000000,
      .repositories = {"AppStream", "BaseOS"}};
  Document build = describe_build(catalog, catalog.builds[0], sample_creation());
  identify(build, sample_creation());
  contents.inventory.links = {link_to(build, sample_creation(), std::string(40, '0'))};
  for (std::uint32_t p = 0; p != 3; ++p) {
    ElementRecord record;
    record.element = package_element(
        catalog,
        catalog.builds[0],
        catalog.builds[0].packages[p],
        sample_creation(),
        Detail::Member);
    record.license = *record.element.license;
    record.element.license = nullptr;
    contents.inventory.packages[{0, p}] = {.link = 0, .record = std::move(record)};
  }
  contents.inventory.packages[{1, 0}] = {.reason = "the tree does not describe it"};
  return contents;
}

std::vector<std::string> values(const Element& element, PropertyName name) {
  std::vector<std::string> found;
  for (const Property& property : element.properties) {
    if (property.name == name) found.push_back(property.value);
  }
  return found;
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("describe_media has exactly the packages of the media, and links what is published") {
  const Catalog catalog = sample_catalog();
  const InventoryDocument media =
      describe_media(catalog, sample_contents(catalog), sample_creation(), 1700200000);
  const Document& document = media.document;
  check_document(document);
  CHECK(document.name == "AlmaLinux-9-4-dvd");
  CHECK(document.created == 1700200000);
  CHECK(
      names_of(document, Role::Package) ==
      Texts{"sslforge", "sslforge-libs", "sslforge-libs", "webgale++"});
  CHECK(document.links.size() == 1);
  CHECK(relations(document, RelationshipType::GeneratedFrom).size() == 3);
  CHECK(relations(document, RelationshipType::PackageOf).size() == 4);
  CHECK(relations(document, RelationshipType::DependsOn).size() == 3);
  const Element& unknown = document.elements.back();
  CHECK_FALSE(unknown.document);
  CHECK(values(unknown, PropertyName::MediaRepodata) == Texts{"the tree does not describe it"});
  CHECK(values(unknown, PropertyName::UnresolvedRequirement) == Texts{"libnothing.so.1()(64bit)"});
  CHECK(values(document.elements[1], PropertyName::MediaRepodata).empty());
  CHECK(
      document.comment.find("Holds the 4 packages of the media and no other") != std::string::npos);
  CHECK(document.comment.find("of 1 package, only what the media says") != std::string::npos);
  REQUIRE(document.compositions.size() == 4);
  CHECK(document.compositions[1].aggregate == Aggregate::Complete);
  CHECK(document.compositions[1].assemblies == std::vector<std::size_t>{0});
  CHECK(document.compositions[3].dependencies == std::vector<std::size_t>{4});
}

TEST_CASE("describe_media tells which image it is about") {
  const Catalog catalog = sample_catalog();
  const InventoryDocument media =
      describe_media(catalog, sample_contents(catalog), sample_creation(), 1700200000);
  const Element& root = media.document.root();
  CHECK(root.role == Role::OperatingSystem);
  CHECK(root.name == "almalinux");
  CHECK(root.version == "9.4");
  CHECK(root.swid_tag == "almalinux-9.4");
  CHECK(root.summary == "AlmaLinux 9.4, installation media AlmaLinux-9-4-dvd");
  CHECK(root.file_name == "dvd.iso");
  REQUIRE(root.checksums.size() == 1);
  CHECK(root.checksums[0] == sample_checksum("the image"));
  CHECK(root.build_time == 1700000000);
  CHECK(values(root, PropertyName::MediaVolume) == Texts{"AlmaLinux-9-4-dvd"});
  CHECK(values(root, PropertyName::MediaArch) == Texts{"x86_64"});
  CHECK(values(root, PropertyName::Archive) == Texts{"archive"});
}

TEST_CASE("describe_media names records that cannot be used, and is incomplete then") {
  const Catalog catalog = sample_catalog();
  MediaContents contents = sample_contents(catalog);
  contents.inventory.refused = {"../evil-1-1.x86_64: its name is not safe"};
  const InventoryDocument media = describe_media(catalog, contents, sample_creation(), 1);
  CHECK(values(media.document.root(), PropertyName::NotIncluded) == contents.inventory.refused);
  CHECK(media.document.compositions[1].aggregate == Aggregate::Incomplete);
  CHECK(media.document.compositions[3].dependencies == std::vector<std::size_t>{0, 4});
}

TEST_CASE("describe_media tells licences apart that were called alike at different times") {
  const Catalog catalog = sample_catalog();
  MediaContents contents = sample_contents(catalog);
  for (std::uint32_t p = 0; p != 2; ++p) {
    auto& license = *contents.inventory.packages[{0, p}].record->license;
    license = {.tag = "X", .expression = "LicenseRef-X"};
    license.refs = {{"LicenseRef-X", p == 0 ? "X" : "x", ""}};
  }
  const InventoryDocument media = describe_media(catalog, contents, sample_creation(), 1);
  check_document(media.document);
  CHECK(media.document.elements[1].license->expression == "LicenseRef-X");
  CHECK(media.document.elements[2].license->expression == "LicenseRef-X-2");
}

TEST_CASE(
    "describe_media tells a package of the tree from one of the same name that is not in it") {
  auto repositories = sample_repositories();
  reposbom::metadata::Package other = repositories[0].packages[0];
  other.checksum = {reposbom::metadata::ChecksumType::Sha256, std::string(64, '0')};
  repositories[1].packages.push_back(other);
  const Catalog catalog = reposbom::metadata::join(repositories);
  MediaContents contents;
  contents.product.name = "media";
  for (std::uint32_t p = 0; p != catalog.builds[0].packages.size(); ++p)
    contents.inventory.packages[{0, p}] = {.reason = "the tree does not describe it"};
  // The tree knew but one file of that name, so that its ids carry no digest.
  auto plain = package_element(
      catalog, catalog.builds[0], catalog.builds[0].packages[1], sample_creation(), Detail::Member);
  plain.bom_ref = plain.purl;
  plain.license = nullptr;
  contents.inventory.packages[{0, 1}] = {.record = ElementRecord{plain, std::nullopt}};
  const InventoryDocument media = describe_media(catalog, contents, sample_creation(), 1);
  check_document(media.document);
}
