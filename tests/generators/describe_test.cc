// SPDX-License-Identifier: Apache-2.0
#include "generators/describe.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "metadata/facts.h"
#include "metadata/purl.h"
#include "tests/support/alterations.h"
#include "tests/support/check_document.h"

using namespace reposbom::generators;
using namespace reposbom::tests;
using reposbom::metadata::Build;
using reposbom::metadata::Catalog;
using reposbom::metadata::Package;

namespace {

// Every byte of every format of the documents of the first build.
std::string bytes_of_first(const Catalog& catalog) {
  const Creation creation = sample_creation();
  std::string bytes;
  for (const Document& document : sample_documents(catalog, catalog.builds[0], creation)) {
    for (const FormatRow& row : formats())
      bytes += render(document, creation, row.format);
  }
  return bytes;
}

Document describe_with_files(const std::vector<reposbom::metadata::SourceFile>& files) {
  Catalog catalog = sample_catalog();
  catalog.builds[0].source.files = files;
  Document document = describe_build(catalog, catalog.builds[0], sample_creation());
  for (Element& element : document.elements)
    element.license = nullptr;  // Of the catalog that is gone.
  return document;
}

std::string patched(const std::vector<std::string>& names) {
  std::vector<reposbom::metadata::SourceFile> files = {{.name = "fix.patch", .is_patch = true}};
  for (const std::string& name : names)
    files.push_back({.name = name});
  const auto found = relations(describe_with_files(files), RelationshipType::PatchFor);
  return found.empty() ? "" : found.begin()->substr(std::string("fix.patch > ").size());
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("describe makes documents whose ids are unique and whose references lead somewhere") {
  const Catalog catalog = sample_catalog();
  const auto documents = all_documents(catalog, sample_creation());
  CHECK(documents.size() == 2 + 4 + 1);
  for (const Document& document : documents)
    check_document(document);
}

TEST_CASE("fixtures: describe makes sound documents of every build") {
  const Catalog catalog = fixture_catalog();
  const auto documents = all_documents(catalog, sample_creation());
  CHECK(documents.size() > 150);
  std::set<std::string> uuids;
  for (const Document& document : documents) {
    check_document(document);
    CHECK(uuids.insert(document.uuid).second);
  }
}

TEST_CASE("describe_build has the source package, its packages, its files and the system") {
  const Catalog catalog = sample_catalog();
  const Document document = describe_build(catalog, catalog.builds[0], sample_creation());
  CHECK(document.name == "sslforge-3.0.7-27.el9.src");
  CHECK(document.root().role == Role::SourcePackage);
  CHECK(names_of(document, Role::SourcePackage) == Names{"sslforge"});
  CHECK(
      names_of(document, Role::Package) ==
      Names{"sslforge", "sslforge-libs", "sslforge-libs", "webgale++"});
  CHECK(
      relations(document, RelationshipType::BuildDependencyOf) ==
      std::set<std::string>{
          "webgale++-2.4~rc1^git7-1.module_el9+1.x86_64.rpm > sslforge-3.0.7-27.el9.src.rpm"});
  CHECK(
      names_of(document, Role::Source) == Names{
                                              "hobble-sslforge",
                                              "sslforge-3.0.7.tar.gz.asc",
                                              "sslforge-3.0.7.tar.gz",
                                              "not-for-everybody.bin"});
  CHECK(names_of(document, Role::Patch) == Names{"CVE-2024-0001.patch", "0002-Other+way.patch"});
  CHECK(names_of(document, Role::OperatingSystem) == Names{"almalinux"});
  CHECK(
      relations(document, RelationshipType::GeneratedFrom) ==
      std::set<std::string>{
          "sslforge-3.0.7-27.el9.x86_64.rpm > sslforge-3.0.7-27.el9.src.rpm",
          "sslforge-libs-3.0.7-27.el9.i686.rpm > sslforge-3.0.7-27.el9.src.rpm",
          "sslforge-libs-3.0.7-27.el9.x86_64.rpm > sslforge-3.0.7-27.el9.src.rpm"});
  CHECK(relations(document, RelationshipType::Contains).size() == 6);
  CHECK(relations(document, RelationshipType::PackageOf).size() == 4);
  CHECK(
      relations(document, RelationshipType::DependsOn) ==
      std::set<std::string>{
          "sslforge-3.0.7-27.el9.x86_64.rpm > sslforge-libs-3.0.7-27.el9.x86_64.rpm"});
  CHECK(document.links.empty());
}

TEST_CASE("describe_build says that it is complete in sources only if it has seen them") {
  Catalog catalog = sample_catalog();
  const auto aggregate = [&](const Build& build) {
    const Document document = describe_build(catalog, build, sample_creation());
    REQUIRE(document.compositions.size() == 2);
    CHECK(document.compositions[0].aggregate == Aggregate::Incomplete);
    CHECK(document.compositions[0].assemblies.empty());
    CHECK(document.compositions[1].assemblies == std::vector<std::size_t>{0});
    return document.compositions[1].aggregate;
  };
  CHECK(aggregate(catalog.builds[0]) == Aggregate::Complete);
  CHECK(aggregate(catalog.builds[1]) == Aggregate::Incomplete);
}

TEST_CASE("describe_build names the repositories of all its packages, each once") {
  const Catalog catalog = sample_catalog();
  const auto comment = [&](std::size_t i) {
    return describe_build(catalog, catalog.builds[i], sample_creation()).comment;
  };
  CHECK(comment(0).find("metadata of base. Sources and patches are") != std::string::npos);
  CHECK(
      comment(1).find("metadata of base and apps. The source package was not at hand") !=
      std::string::npos);
}

TEST_CASE("describe_build takes patches to be for the archive named like the source package") {
  CHECK(patched({"sslforge-3.0.7.tar.gz"}) == "sslforge-3.0.7.tar.gz");
  CHECK(patched({"other.zip"}) == "other.zip");
  // rpmbuild lists sources in either order.
  CHECK(
      patched({"icu-73.tgz", "sslforge-v3.0.7-stripped.tar.xz"}) ==
      "sslforge-v3.0.7-stripped.tar.xz");
  CHECK(
      patched({"sslforge-v3.0.7-stripped.tar.xz", "icu-73.tgz"}) ==
      "sslforge-v3.0.7-stripped.tar.xz");
  CHECK(
      patched({"sslforge-vendor-3.0.7.tar.xz", "sslforge-3.0.7.tar.xz"}) ==
      "sslforge-3.0.7.tar.xz");
  CHECK(patched({"SSLforge-3.0.7.tar.bz2", "data.tar"}) == "SSLforge-3.0.7.tar.bz2");
  // What is signed is no archive, and neither is what is no archive.
  CHECK(patched({"sslforge-3.0.7.tar.gz.asc", "sslforge-3.0.7.tar.gz"}) == "sslforge-3.0.7.tar.gz");
  CHECK(patched({"sslforge-3.0.7.tar.gz.asc"}) == "");
  CHECK(patched({"a.service", "tar", "sslforge-3.0.7.txt.gz"}) == "");
  CHECK(patched({}) == "");
  // Which of two, nobody knows.
  CHECK(patched({"one.tar.gz", "two.tar.gz"}) == "");
}

TEST_CASE("describe_build takes patches to be for the archive that the spec file lists first") {
  const auto found = [](std::uint32_t first, std::uint32_t second) {
    return relations(
        describe_with_files(
            {{.name = "README", .number = 0},
             {.name = "one.tar.gz", .number = first},
             {.name = "sslforge-3.0.7.tar.gz", .number = second},
             {.name = "fix.patch", .is_patch = true, .number = 0}}),
        RelationshipType::PatchFor);
  };
  CHECK(found(1, 2) == std::set<std::string>{"fix.patch > one.tar.gz"});
  CHECK(found(11, 2) == std::set<std::string>{"fix.patch > sslforge-3.0.7.tar.gz"});
}

TEST_CASE("describe_build lists a file once that the spec file lists twice") {
  const Document document = describe_with_files(
      {{.name = "x.patch"},
       {.name = "x.patch", .is_patch = true},
       {.name = "x.patch"},
       {.name = "x.patch", .is_patch = true}});
  CHECK(names_of(document, Role::Source) == Names{"x.patch"});
  CHECK(names_of(document, Role::Patch) == Names{"x.patch"});
  check_ids(document);
}

TEST_CASE("describe_package has the package, its source, the system, its parts and providers") {
  const Catalog catalog = sample_catalog();
  const Creation creation = sample_creation();
  const Document document = sample_documents(catalog, catalog.builds[1], creation)[1];
  CHECK(document.name == "webgale++-2.4~rc1^git7-1.module_el9+1.x86_64");
  CHECK(names_of(document, Role::Package) == Names{"webgale++", "sslforge", "sslforge-libs"});
  CHECK(names_of(document, Role::SourcePackage) == Names{"webgale++"});
  CHECK(names_of(document, Role::OperatingSystem) == Names{"almalinux"});
  CHECK(
      names_of(document, Role::Bundled) ==
      Names{"github.com/quarrybank/argpath", "@quarry/tool", "gnulib"});
  CHECK(relations(document, RelationshipType::Contains).size() == 3);
  CHECK(relations(document, RelationshipType::DependsOn).size() == 2);
  CHECK(relations(document, RelationshipType::GeneratedFrom).size() == 1);
  CHECK(relations(document, RelationshipType::PackageOf).size() == 1);
  CHECK_FALSE(document.root().is_brief);
  for (const Element& element : document.elements) {
    if (&element != &document.root() && element.role == Role::Package) CHECK(element.is_brief);
  }
}

TEST_CASE("describe_package names what it could not resolve or read, and is incomplete then") {
  const Catalog catalog = sample_catalog();
  const Document document = sample_documents(catalog, catalog.builds[1], sample_creation())[1];
  Names unresolved;
  Names malformed;
  for (const Property& property : document.root().properties) {
    if (property.name == PropertyName::UnresolvedRequirement) unresolved.push_back(property.value);
    if (property.name == PropertyName::MalformedBundled) malformed.push_back(property.value);
  }
  CHECK(unresolved == Names{"libnothing.so.1()(64bit)"});
  CHECK(malformed == Names{"bundled(libranged) < 1.2"});
  REQUIRE(document.compositions.size() == 3);
  CHECK(document.compositions[0].aggregate == Aggregate::Incomplete);
  CHECK(document.compositions[1].aggregate == Aggregate::Incomplete);
  CHECK(document.compositions[1].dependencies == std::vector<std::size_t>{0});
  CHECK(document.compositions[2].aggregate == Aggregate::Unknown);
  CHECK(document.compositions[2].assemblies == std::vector<std::size_t>{0});
  CHECK(document.comment.find("incomplete: 1 requirement is met by no") != std::string::npos);
}

TEST_CASE("describe_package is complete in its dependencies if all were resolved") {
  const Catalog catalog = sample_catalog();
  const Document document = sample_documents(catalog, catalog.builds[0], sample_creation())[1];
  CHECK(document.compositions[1].aggregate == Aggregate::Complete);
  CHECK(document.comment.find("dependencies are complete") != std::string::npos);
}

TEST_CASE("describe_package refers to the document of its build, and never back") {
  const Catalog catalog = sample_catalog();
  const auto documents = sample_documents(catalog, catalog.builds[0], sample_creation());
  REQUIRE(documents[1].links.size() == 1);
  const DocumentLink& link = documents[1].links[0];
  CHECK(link.uuid == documents[0].uuid);
  CHECK(link.name_space == document_namespace(documents[0], sample_creation()));
  CHECK(link.root_spdx_id == documents[0].root().spdx_id);
  CHECK(link.root_bom_ref == documents[0].root().bom_ref);
  CHECK(
      link.id ==
      "DocumentRef-build-sslforge-" + reposbom::metadata::sha256("header").substr(0, 16));
  CHECK(
      link.sha1 == reposbom::metadata::digest(
                       reposbom::metadata::ChecksumType::Sha1,
                       render(documents[0], sample_creation(), Format::SpdxJson)));
  CHECK(documents[1].root().document == 0);
}

TEST_CASE("describe_package of packages that share a name gives every one its own identity") {
  auto repositories = sample_repositories();
  Package other = repositories[0].packages[0];
  other.checksum = sample_checksum("signed by another key");
  repositories[1].packages.push_back(other);
  const Catalog catalog = reposbom::metadata::join(repositories);
  const auto documents = sample_documents(catalog, catalog.builds[0], sample_creation());
  for (const Document& document : documents)
    check_document(document);
  REQUIRE(catalog.builds[0].packages[1].shares_name);
  CHECK(documents[1].name == documents[2].name);
  CHECK(documents[1].uuid != documents[2].uuid);
  CHECK(documents[1].root().spdx_id != documents[2].root().spdx_id);
  CHECK(documents[1].root().bom_ref != documents[2].root().bom_ref);
  CHECK(documents[1].root().purl == documents[2].root().purl);
  check_document(sample_release(catalog, sample_creation()));
}

TEST_CASE("describe dates a document by the newest of its own facts") {
  Catalog catalog = sample_catalog();
  const auto documents = sample_documents(catalog, catalog.builds[0], sample_creation());
  CHECK(documents[0].created == 1700060000);
  CHECK(documents[1].created == 1700060000);
  // An advisory about a dependency is none of its facts.
  CHECK(sample_documents(catalog, catalog.builds[1], sample_creation())[1].created == 1700003600);
}

TEST_CASE("describe dates every document by the time that is given") {
  const Catalog catalog = sample_catalog();
  Creation creation = sample_creation();
  creation.time = 1600000000;
  for (const Document& document : all_documents(catalog, creation))
    CHECK(document.created == 1600000000);
}

TEST_CASE("identify gives the same content the same UUID, and nothing else") {
  const Catalog catalog = sample_catalog();
  const Catalog again = sample_catalog();
  const Creation creation = sample_creation();
  std::set<std::string> uuids;
  const auto documents = all_documents(catalog, creation);
  const auto documents_again = all_documents(again, creation);
  for (std::size_t i = 0; i != documents.size(); ++i) {
    const std::string& uuid = documents[i].uuid;
    CHECK(uuid == documents_again[i].uuid);
    CHECK(uuids.insert(uuid).second);
    REQUIRE(uuid.size() == 36);
    CHECK(uuid[14] == '5');
    CHECK(std::string("89ab").find(uuid[19]) != std::string::npos);
    CHECK(uuid.find_first_not_of("0123456789abcdef-") == std::string::npos);
  }
}

TEST_CASE("identify again changes nothing") {
  const Catalog catalog = sample_catalog();
  const Creation creation = sample_creation();
  Document document = describe_build(catalog, catalog.builds[0], creation);
  identify(document, creation);
  const std::string uuid = document.uuid;
  identify(document, creation);
  CHECK(document.uuid == uuid);
}

TEST_CASE("identify depends on everything that a run's documents have in common") {
  const Catalog catalog = sample_catalog();
  std::set<std::string> uuids;
  const auto add = [&](const std::function<void(Creation&)>& alter) {
    Creation creation = sample_creation();
    alter(creation);
    Document document = describe_build(catalog, catalog.builds[0], creation);
    identify(document, creation);
    CHECK(uuids.insert(document.uuid).second);
  };
  add([](Creation&) {});
  add([](Creation& c) { c.version = "0.2"; });
  add([](Creation& c) { c.tool = "other"; });
  add([](Creation& c) { c.time = 1600000000; });
  add([](Creation& c) { c.supplier.name += "x"; });
  add([](Creation& c) { c.supplier.url += "x"; });
  add([](Creation& c) { c.supplier.email += "x"; });
  add([](Creation& c) { c.creator.name += "x"; });
  add([](Creation& c) { c.creator.url += "x"; });
  add([](Creation& c) { c.creator.email += "x"; });
  add([](Creation& c) { c.creator = {}; });
  add([](Creation& c) { c.distribution.name += "x"; });
  add([](Creation& c) { c.distribution.version = "10.0"; });
  add([](Creation& c) { c.distribution.cpe += "x"; });
  add([](Creation& c) { c.distribution.documents += "x"; });
  add([](Creation& c) { c.distribution.purl.name_space += "x"; });
  add([](Creation& c) { c.distribution.purl.distro += "x"; });
  // A minor version is no fact of a build: its documents outlive it.
  Creation creation = sample_creation();
  creation.distribution.version = "9.5";
  Document document = describe_build(catalog, catalog.builds[0], creation);
  identify(document, creation);
  CHECK_FALSE(uuids.insert(document.uuid).second);
}

TEST_CASE("a document differs exactly where facts do") {
  const Catalog unchanged = sample_catalog();
  const std::string before = bytes_of_first(unchanged);
  const std::string facts_before = reposbom::metadata::facts(unchanged, unchanged.builds[0]);
  for (const Alteration& alteration : sample_alterations()) {
    CAPTURE(alteration.field);
    Catalog catalog = unchanged;
    alteration.alter(catalog);
    const bool documents_differ = bytes_of_first(catalog) != before;
    CHECK(documents_differ == alteration.is_shown);
    CHECK(
        documents_differ ==
        (reposbom::metadata::facts(catalog, catalog.builds[0]) != facts_before));
  }
}
