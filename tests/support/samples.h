// SPDX-License-Identifier: Apache-2.0
//
// A valid small catalog to alter one field of (see alterations.h): two repositories,
// two builds, and something of everything that documents show. Its documents, and
// the catalog of the repositories that fixtures/make-repositories makes.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "generators/describe.h"
#include "generators/describe_release.h"
#include "generators/formats.h"
#include "metadata/catalog.h"
#include "metadata/digest.h"
#include "metadata/providers.h"
#include "metadata/repository.h"

namespace reposbom::tests {

// A digest that belongs to `content`, as the files of sample packages have no bytes.
inline metadata::Checksum sample_checksum(const std::string& content) {
  return {metadata::ChecksumType::Sha256, metadata::sha256(content)};
}

inline metadata::Package sample_package(
    const std::string& name,
    const metadata::Evr& evr,
    const std::string& arch,
    const std::string& source_rpm) {
  metadata::Package package;
  package.name = name;
  package.evr = evr;
  package.arch = arch;
  package.source_rpm = source_rpm;
  package.checksum = sample_checksum(metadata::nevra(package));
  package.summary = "Summary of " + name;
  package.description = "Description of " + name + ".\n\nWith <markup>, \"quotes\" & a 🐢.";
  package.packager = "Packagers <packager@example.com>";
  package.url = "https://www.example.org/" + name;
  package.license = "ASL 2.0";
  package.vendor = "Example";
  package.build_host = "builder.example.com";
  package.file_time = 1700003600;
  package.build_time = 1700000000;
  package.package_size = 1000;
  package.installed_size = 2000;
  package.origins = {{0, "Packages/" + metadata::nvra(package) + ".rpm"}};
  return package;
}

// sslforge: an epoch, patches, two advisories, a licence that SPDX does not list.
inline metadata::SourcePackage sample_source() {
  metadata::SourcePackage source;
  source.package = sample_package("sslforge", {1, "3.0.7", "27.el9"}, "src", "");
  source.package.license = "ASL 2.0 and BSD";
  source.in_repodata = source.header_read = source.epoch_known = true;
  source.package.header = {
      .sig_md5 = std::string(32, 'a'),
      .sha256_header = metadata::sha256("header"),
      .payload_sha256 = metadata::sha256("payload"),
      .signature = "RSA/SHA256, 2023-11-14T22:13:20Z, Key ID 0123456789abcdef"};
  source.files = {
      {.name = "hobble-sslforge", .checksum = sample_checksum("hobble")},
      {.name = "sslforge-3.0.7.tar.gz.asc", .checksum = sample_checksum("signature")},
      {.name = "sslforge-3.0.7.tar.gz",
       .checksum = sample_checksum("archive"),
       .url = "https://www.example.org/dl/sslforge-3.0.7.tar.gz",
       .number = 0},
      {.name = "not-for-everybody.bin"},
      {.name = "CVE-2024-0001.patch", .checksum = sample_checksum("first"), .is_patch = true},
      {.name = "0002-Other+way.patch", .checksum = sample_checksum("second"), .is_patch = true}};
  source.package.sha512 = metadata::digest(metadata::ChecksumType::Sha512, "sslforge");
  source.changelog_cves = {"CVE-2022-0778", "CVE-2023-0464"};
  source.build_requires = {{.name = "gcc"}, {.name = "webgale"}};
  source.spec_read = true;
  source.unexpanded = {"commit"};
  return source;
}

inline metadata::RepositoryContents sample_base() {
  metadata::RepositoryContents contents;
  contents.repository = {
      .id = "base",
      .published = "https://repo.example.com/base",
      .sources_published = "https://repo.example.com/base-source",
      .revision = "1",
      .time = 1700100000};
  contents.sources = {sample_source()};
  for (const auto& [name, arch] : std::vector<std::pair<std::string, std::string>>{
           {"sslforge", "x86_64"}, {"sslforge-libs", "i686"}, {"sslforge-libs", "x86_64"}}) {
    contents.packages.push_back(
        sample_package(name, {1, "3.0.7", "27.el9"}, arch, "sslforge-3.0.7-27.el9.src.rpm"));
    if (arch != "i686") contents.packages.back().license = "ASL 2.0 and BSD";
  }
  contents.packages[0].sha512 = metadata::digest(metadata::ChecksumType::Sha512, "sslforge tool");
  contents.packages[0].header = {
      .sig_md5 = std::string(32, 'b'),
      .sha256_header = metadata::sha256("header of the tool"),
      .payload_sha256 = metadata::sha256("payload of the tool"),
      .signature = "RSA/SHA256, 2023-11-14T22:14:00Z, Key ID 0123456789abcdef",
      .vcs = "git+https://git.example.org/rpms/sslforge.git@c9"};
  metadata::Advisory advisory;
  advisory.id = "ALSA-2023:1001";
  advisory.type = "security";
  advisory.severity = "Moderate";
  advisory.title = "Moderate: sslforge security update";
  advisory.issued = 1700050000;
  advisory.updated = 1700060000;
  advisory.references = {
      {"cve", "CVE-2023-5678", "https://cve.example.org/CVE-2023-5678"},
      {"cve", "CVE-2023-1234", "https://cve.example.org/CVE-2023-1234"},
      {"bugzilla", "12345", "https://bugs.example.org/12345"}};
  advisory.url = "https://errata.example.org/ALSA-2023-1001.html";
  advisory.packages = contents.packages;
  contents.advisories = {advisory};
  advisory.id = "ALBA-2023:1002";
  advisory.type = "bugfix";
  advisory.severity = "None";
  advisory.references.clear();
  advisory.url.clear();
  contents.advisories.push_back(advisory);
  return contents;
}

// webgale: a module, bundled parts, a licence with a choice, and no source package at hand. It
// stands in both repositories.
inline metadata::Package sample_webgale() {
  metadata::Package package = sample_package(
      "webgale++",
      {0, "2.4~rc1^git7", "1.module_el9+1"},
      "x86_64",
      "webgale++-2.4~rc1^git7-1.module_el9+1.src.rpm");
  package.license = "GPLv2+ with exceptions or (MIT and Odd Licence)";
  package.vendor = "Example (Web)";
  package.url = "https://www.example.org/Straße?q=a b";
  package.provides = {
      {.name = "bundled(golang(github.com/quarrybank/argpath))",
       .comparison = metadata::Comparison::Equal,
       .evr = "1.4.2"},
      {.name = "bundled(npm(@quarry/tool))",
       .comparison = metadata::Comparison::Equal,
       .evr = "7.5.4"},
      {.name = "bundled(gnulib)"},
      {.name = "bundled(gnulib)"},
      {.name = "bundled(libranged)", .comparison = metadata::Comparison::Less, .evr = "1.2"},
      {.name = "webgale", .comparison = metadata::Comparison::Equal, .evr = "2.4"}};
  return package;
}

inline std::vector<metadata::RepositoryContents> sample_repositories() {
  metadata::RepositoryContents base = sample_base();
  base.packages.push_back(sample_webgale());
  metadata::RepositoryContents apps;
  apps.repository = {
      .id = "apps",
      .published = "https://repo.example.com/apps",
      .revision = "2",
      .time = 1700200000};
  apps.packages = {sample_webgale()};
  apps.packages[0].origins = {{0, "w/webgale.rpm"}};
  apps.modules = {
      {.name = "webgale",
       .stream = "2.4",
       .version = "9040020240312131341",
       .context = "rhel9",
       .arch = "x86_64",
       .artifacts = {"webgale++-0:2.4~rc1^git7-1.module_el9+1.x86_64"}}};
  return {std::move(base), std::move(apps)};
}

// Requires: the catalog has such a package.
inline metadata::PackageRef find_package(
    const metadata::Catalog& catalog, const std::string& nevra) {
  for (std::uint32_t b = 0; b != catalog.builds.size(); ++b) {
    for (std::uint32_t p = 0; p != catalog.builds[b].packages.size(); ++p) {
      if (metadata::nevra(catalog.builds[b].packages[p]) == nevra) return {b, p};
    }
  }
  FAIL("no package " << nevra);
  return {};
}

inline const metadata::Build& build_of(const metadata::Catalog& catalog, const std::string& name) {
  const auto build =
      std::find_if(catalog.builds.begin(), catalog.builds.end(), [&](const metadata::Build& each) {
        return each.source.package.name == name;
      });
  REQUIRE(build != catalog.builds.end());
  return *build;
}

inline metadata::Package& package_in(metadata::Catalog& catalog, metadata::PackageRef ref) {
  return catalog.builds[ref.build].packages[ref.package];
}

// builds[0] is sslforge with sslforge.x86_64, sslforge-libs.i686 and .x86_64, builds[1] webgale++.
inline metadata::Catalog sample_catalog() {
  metadata::Catalog catalog = metadata::join(sample_repositories());
  const metadata::PackageRef libs = find_package(catalog, "sslforge-libs-1:3.0.7-27.el9.x86_64");
  const metadata::PackageRef tool = find_package(catalog, "sslforge-1:3.0.7-27.el9.x86_64");
  const metadata::PackageRef web =
      find_package(catalog, "webgale++-2.4~rc1^git7-1.module_el9+1.x86_64");
  package_in(catalog, tool).depends_on = {libs};
  package_in(catalog, web).depends_on = {tool, libs};
  package_in(catalog, web).unresolved = {"libnothing.so.1()(64bit)"};
  catalog.builds[0].source.build_depends_on = {web};
  catalog.builds[0].source.build_unresolved = {"gcc"};
  return catalog;
}

inline generators::Creation sample_creation() {
  generators::Creation creation;
  creation.distribution = {
      .id = "almalinux",
      .name = "AlmaLinux",
      .version = "9.4",
      .cpe = "cpe:/o:almalinux:almalinux:9",
      .purl = {"almalinux", "almalinux-9"},
      .documents = "https://sbom.example.com/almalinux/9"};
  creation.supplier = {"AlmaLinux OS Foundation", "https://almalinux.org", "packager@example.com"};
  creation.creator = {"Example Inc.", "https://sbom.example.com", "sbom@example.com"};
  creation.version = "0.1";
  return creation;
}

// The identified documents of a build: first its own, then one for each package.
inline std::vector<generators::Document> sample_documents(
    const metadata::Catalog& catalog,
    const metadata::Build& build,
    const generators::Creation& creation) {
  std::vector<generators::Document> documents = {
      generators::describe_build(catalog, build, creation)};
  generators::identify(documents[0], creation);
  const std::string json = render(documents[0], creation, generators::Format::SpdxJson);
  const generators::DocumentLink link =
      link_to(documents[0], creation, metadata::digest(metadata::ChecksumType::Sha1, json));
  for (const metadata::Package& package : build.packages) {
    documents.push_back(generators::describe_package(catalog, build, package, creation, link));
    generators::identify(documents.back(), creation);
  }
  return documents;
}

inline generators::Document sample_release(
    const metadata::Catalog& catalog, const generators::Creation& creation) {
  std::vector<generators::DocumentLink> links;
  for (const metadata::Build& build : catalog.builds) {
    generators::Document document = generators::describe_build(catalog, build, creation);
    generators::identify(document, creation);
    links.push_back(link_to(document, creation, std::string(40, '0')));
  }
  generators::Document release =
      generators::describe_release(catalog, creation, links, /*created=*/1700200000);
  generators::identify(release, creation);
  return release;
}

// All documents of the catalog, the release document last.
inline std::vector<generators::Document> all_documents(
    const metadata::Catalog& catalog, const generators::Creation& creation) {
  std::vector<generators::Document> documents;
  for (const metadata::Build& build : catalog.builds) {
    for (generators::Document& document : sample_documents(catalog, build, creation))
      documents.push_back(std::move(document));
  }
  documents.push_back(sample_release(catalog, creation));
  return documents;
}

// The repositories that fixtures/make-repositories made, as a run reads them, but for file lists.
inline metadata::Catalog fixture_catalog() {
  const std::filesystem::path mirror =
      std::filesystem::path(REPOSBOM_BINARY_DIR) / "fixtures" / "mirror";
  const auto refuse = [](const std::string& subject, const std::string& reason) {
    FAIL(subject << ": " << reason);
  };
  std::vector<metadata::RepositoryContents> repositories;
  for (const std::string name : {"BaseOS", "AppStream"}) {
    const std::string published = "https://repo.example.com/almalinux/9/" + name;
    repositories.push_back(metadata::read_contents(
        metadata::open_repository(mirror / name / "x86_64" / "os", nullptr),
        {.id = name,
         .published = published + "/x86_64/os",
         .sources_published = published + "/Source"},
        refuse));
    metadata::RepositoryContents& contents = repositories.back();
    for (metadata::Package& package : contents.packages)
      REQUIRE(metadata::read_package_header(mirror / name / "x86_64" / "os", package, nullptr));
    contents.sources = metadata::read_source_packages(
        metadata::open_repository(mirror / name / "Source", nullptr), refuse);
    for (metadata::SourcePackage& source : contents.sources) {
      metadata::read_source_header(mirror / name / "Source", source);
      metadata::read_source_spec(mirror / name / "Source", source);
    }
  }
  metadata::Catalog catalog = metadata::join(std::move(repositories));
  metadata::resolve_dependencies(catalog);
  return catalog;
}

}  // namespace reposbom::tests
