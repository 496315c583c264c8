// SPDX-License-Identifier: Apache-2.0
#include "generators/describe_release.h"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/support/check_document.h"
#include "tests/support/samples.h"

using namespace reposbom::generators;
using namespace reposbom::tests;
using reposbom::metadata::Catalog;

namespace {

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("describe_release has every package and the whole graph, and links every build") {
  const Catalog catalog = sample_catalog();
  const Document document = sample_release(catalog, sample_creation());
  CHECK(document.name == "almalinux-9.4");
  CHECK(document.created == 1700200000);
  CHECK(document.root().role == Role::OperatingSystem);
  CHECK(document.root().version == "9.4");
  CHECK(document.root().spdx_id == "SPDXRef-OperatingSystem-almalinux-9.4");
  CHECK(
      names_of(document, Role::Package) ==
      Names{"sslforge", "sslforge-libs", "sslforge-libs", "webgale++"});
  CHECK(document.elements.size() == 5);
  CHECK(document.links.size() == 2);
  CHECK(relations(document, RelationshipType::DependsOn).size() == 3);
  CHECK(relations(document, RelationshipType::PackageOf).size() == 4);
  CHECK(relations(document, RelationshipType::GeneratedFrom).size() == 4);
  for (const Relationship& relation : document.relationships) {
    if (relation.type != RelationshipType::GeneratedFrom) continue;
    CHECK(relation.to_link);
    CHECK(document.elements[relation.from].document == relation.to);
  }
  // Not all of it is here: parts of packages are not. But all packages are.
  REQUIRE(document.compositions.size() == 4);
  CHECK(document.compositions[0].aggregate == Aggregate::Incomplete);
  CHECK(document.compositions[0].assemblies.empty());
  CHECK(document.compositions[1].aggregate == Aggregate::Complete);
  CHECK(document.compositions[1].assemblies == std::vector<std::size_t>{0});
  CHECK(document.compositions[2].aggregate == Aggregate::Complete);
  CHECK(document.compositions[2].dependencies == std::vector<std::size_t>{0, 1, 2, 3});
  CHECK(document.compositions[3].aggregate == Aggregate::Incomplete);
  CHECK(document.compositions[3].dependencies == std::vector<std::size_t>{4});
  CHECK(
      document.comment ==
      "Made after the build from RPM repository metadata of base and apps. Holds 4 packages of 2 "
      "builds, and which of them needs which. Not all that they require is among them: the "
      "dependencies of 1 package are incomplete. Sources and patches stand in the documents of "
      "builds, to which it refers; what a package bundles stands in the document of the package.");
  CHECK(document.elements[4].properties.back().value == "libnothing.so.1()(64bit)");
}

TEST_CASE("describe_release leaves out a build without a document, and is incomplete then") {
  const Catalog catalog = sample_catalog();
  const Creation creation = sample_creation();
  Document build = describe_build(catalog, catalog.builds[1], creation);
  identify(build, creation);
  const Document document = describe_release(
      catalog, creation, {DocumentLink{}, link_to(build, creation, std::string(40, '0'))}, 1);
  check_document(document);
  CHECK(document.links.size() == 1);
  CHECK(names_of(document, Role::Package) == Names{"webgale++"});
  REQUIRE(document.compositions.size() == 3);
  CHECK(document.compositions[1].aggregate == Aggregate::Incomplete);
  CHECK(document.compositions[1].assemblies == std::vector<std::size_t>{0});
  CHECK(document.compositions[2].aggregate == Aggregate::Incomplete);
  CHECK(document.compositions[2].dependencies == std::vector<std::size_t>{0, 1});
  CHECK(document.comment.find("Left out: 1 other build of these") != std::string::npos);
}

TEST_CASE("describe_release leaves out the version of a distribution that has none") {
  const Catalog catalog = sample_catalog();
  Creation creation = sample_creation();
  creation.distribution.version.clear();
  CHECK(sample_release(catalog, creation).name == "almalinux");
}
