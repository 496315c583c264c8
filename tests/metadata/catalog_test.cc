// SPDX-License-Identifier: Apache-2.0
#include "metadata/catalog.h"

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "metadata/facts.h"
#include "tests/support/samples.h"

using namespace reposbom::metadata;
using namespace reposbom::tests;

namespace {

Package package_of(const std::string& nevra_text, const std::string& source_rpm = "x-1-1.src.rpm") {
  const auto parsed = parse_nevra(nevra_text);
  REQUIRE(parsed);
  return sample_package(parsed->name, parsed->evr, parsed->arch, source_rpm);
}

RepositoryContents repository_of(const std::string& id, const std::vector<Package>& packages) {
  RepositoryContents contents;
  contents.repository.id = id;
  contents.packages = packages;
  return contents;
}

Catalog join_packages(const std::vector<Package>& packages) {
  return join({repository_of("base", packages)});
}

std::vector<std::string> names(const Build& build) {
  std::vector<std::string> names;
  for (const Package& package : build.packages)
    names.push_back(nevra(package));
  return names;
}

SourcePackage source_of_x(std::uint32_t epoch) {
  SourcePackage source;
  source.package = sample_package("x", {epoch, "1", "1"}, "src", "");
  source.in_repodata = source.epoch_known = true;
  return source;
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("join makes one package with two origins of the same file in two repositories") {
  const Catalog catalog = sample_catalog();
  const Build& build = build_of(catalog, "webgale++");
  REQUIRE(build.packages.size() == 1);
  const Package& package = build.packages[0];
  REQUIRE(package.origins.size() == 2);
  CHECK(package.origins[0].repository == 0);
  CHECK(package.origins[0].href == "Packages/webgale++-2.4~rc1^git7-1.module_el9+1.x86_64.rpm");
  CHECK(package.origins[1].repository == 1);
  CHECK(package.origins[1].href == "w/webgale.rpm");
  CHECK_FALSE(package.shares_name);
  CHECK(catalog.package_count() == 4);
  CHECK(catalog.records == 5);
}

TEST_CASE("join keeps packages apart that have the same name and another digest") {
  Package other = package_of("x-1-1.noarch");
  other.checksum = sample_checksum("signed by another key");
  const Catalog catalog =
      join({repository_of("base", {package_of("x-1-1.noarch")}), repository_of("apps", {other})});
  REQUIRE(catalog.builds.size() == 1);
  const std::vector<Package>& packages = catalog.builds[0].packages;
  REQUIRE(packages.size() == 2);
  CHECK(packages[0].origins[0].repository == 0);
  CHECK_FALSE(packages[0].shares_name);
  CHECK(packages[1].origins[0].repository == 1);
  CHECK(packages[1].shares_name);
}

TEST_CASE("join marks packages that share a file name though they are no neighbours") {
  // In this order: by epoch, then by architecture.
  const Catalog catalog = join_packages(
      {package_of("x-1-1.i686"),
       package_of("x-1-1.x86_64"),
       package_of("x-1:1-1.i686"),
       package_of("x-1:1-1.x86_64")});
  REQUIRE(catalog.builds.size() == 1);
  REQUIRE(
      names(catalog.builds[0]) ==
      Names{"x-1-1.i686", "x-1-1.x86_64", "x-1:1-1.i686", "x-1:1-1.x86_64"});
  std::vector<bool> shares;
  for (const Package& package : catalog.builds[0].packages)
    shares.push_back(package.shares_name);
  CHECK(shares == std::vector<bool>{false, false, true, true});
}

TEST_CASE("join groups packages of all repositories and architectures by source package") {
  const Catalog catalog = join(
      {repository_of(
           "base", {package_of("x-1-1.x86_64"), package_of("y-1-1.x86_64", "y-2-1.src.rpm")}),
       repository_of("apps", {package_of("x-tools-7-1.noarch"), package_of("x-1-1.i686")})});
  REQUIRE(catalog.builds.size() == 2);
  CHECK(build_name(catalog.builds[0]) == "x-1-1");
  CHECK(names(catalog.builds[0]) == Names{"x-1-1.i686", "x-1-1.x86_64", "x-tools-7-1.noarch"});
  CHECK(build_name(catalog.builds[1]) == "y-2-1");
}

TEST_CASE("join takes a package that names no source package for one of its own name") {
  for (const std::string source_rpm : {"", "(none)", "not a source package"}) {
    CAPTURE(source_rpm);
    const Catalog catalog = join_packages({package_of("x-3:1.5-2.x86_64", source_rpm)});
    REQUIRE(catalog.builds.size() == 1);
    CHECK(build_name(catalog.builds[0]) == "x-1.5-2");
    CHECK(catalog.builds[0].source.package.arch == "src");
    CHECK(catalog.builds[0].source.package.evr.epoch == 3);
  }
}

TEST_CASE("join takes the epoch of an unseen source package from the package it is named after") {
  const Catalog catalog = join_packages(
      {package_of("x-4:1-1.x86_64"), package_of("x-1:7-1.noarch"), package_of("x-doc-1-1.noarch")});
  REQUIRE(catalog.builds.size() == 1);
  CHECK(catalog.builds[0].source.package.evr == Evr{4, "1", "1"});
  CHECK(catalog.builds[0].source.epoch_known);
}

TEST_CASE("join does not know the epoch of a source package from its sub-packages") {
  const Catalog catalog =
      join_packages({package_of("x-doc-4:1-1.noarch"), package_of("x-4:1.30-1.noarch")});
  REQUIRE(catalog.builds.size() == 1);
  CHECK(catalog.builds[0].source.package.evr == Evr{0, "1", "1"});
  CHECK_FALSE(catalog.builds[0].source.epoch_known);
}

TEST_CASE("join believes the source package itself about its epoch") {
  RepositoryContents contents = repository_of("base", {package_of("x-4:1-1.x86_64")});
  contents.sources = {source_of_x(2)};
  const Catalog catalog = join({contents});
  CHECK(catalog.builds[0].source.package.evr.epoch == 2);
  CHECK(catalog.builds[0].source.in_repodata);
}

TEST_CASE("join leaves out source packages that no package was made from") {
  RepositoryContents contents =
      repository_of("base", {package_of("y-1-1.noarch", "y-1-1.src.rpm")});
  contents.sources = {source_of_x(0)};
  const Catalog catalog = join({contents});
  REQUIRE(catalog.builds.size() == 1);
  CHECK(build_name(catalog.builds[0]) == "y-1-1");
}

TEST_CASE("join unites a source package of two repositories and keeps the copy with a header") {
  RepositoryContents base = repository_of("base", {package_of("x-1-1.noarch")});
  RepositoryContents apps = repository_of("apps", {});
  base.sources = {source_of_x(0)};
  apps.sources = {source_of_x(0)};
  apps.sources[0].header_read = true;
  apps.sources[0].files = {{.name = "x.tar.gz"}};
  for (const bool is_swapped : {false, true}) {
    CAPTURE(is_swapped);
    if (is_swapped) std::swap(base.sources, apps.sources);
    const Catalog catalog = join({base, apps});
    const SourcePackage& source = catalog.builds.at(0).source;
    CHECK(source.header_read);
    CHECK(source.files.size() == 1);
    REQUIRE(source.package.origins.size() == 2);
    CHECK(source.package.origins[0].repository == 0);
    CHECK(source.package.origins[1].repository == 1);
    CHECK(catalog.remarks.empty());
  }
}

TEST_CASE("join remarks on two source packages of one name that are not the same file") {
  RepositoryContents base = repository_of("base", {package_of("x-1-1.noarch")});
  RepositoryContents apps = repository_of("apps", {});
  base.sources = {source_of_x(0)};
  apps.sources = {source_of_x(5)};
  apps.sources[0].header_read = true;
  const Catalog catalog = join({base, apps});
  CHECK(catalog.builds.at(0).source.package.evr.epoch == 0);
  CHECK(catalog.builds.at(0).source.package.origins.size() == 1);
  REQUIRE(catalog.remarks.size() == 1);
  CHECK(catalog.remarks[0].subject == "x-5:1-1.src");
}

TEST_CASE("join labels the packages that modules.yaml of their repository names") {
  RepositoryContents contents = repository_of(
      "apps",
      {package_of("x-1:1-1.x86_64"), package_of("x-1:1-1.i686"), package_of("y-1-1.x86_64")});
  contents.modules = {
      {.name = "m", .stream = "1", .version = "2", .context = "c", .artifacts = {"x-1:1-1.x86_64"}},
      {.name = "m", .stream = "2", .version = "3", .artifacts = {"y-0:1-1.x86_64"}}};
  const Catalog catalog = join({contents});
  const auto label = [&](const std::string& name) {
    return catalog.at(find_package(catalog, name)).module;
  };
  CHECK(label("x-1:1-1.x86_64") == "m:1:2:c");
  CHECK(label("x-1:1-1.i686") == "");
  CHECK(label("y-1-1.x86_64") == "m:2:3");
  CHECK(catalog.remarks.empty());
}

TEST_CASE("join does not label a package by the modules of another repository") {
  Package other = package_of("x-1-1.x86_64");
  other.checksum = sample_checksum("another build");
  RepositoryContents apps = repository_of("apps", {package_of("x-1-1.x86_64")});
  apps.modules = {{.name = "m", .stream = "1", .artifacts = {"x-0:1-1.x86_64"}}};
  const Catalog catalog = join({repository_of("base", {other}), apps});
  REQUIRE(catalog.builds.at(0).packages.size() == 2);
  CHECK(catalog.builds[0].packages[0].module == "");
  CHECK(catalog.builds[0].packages[1].module == "m:1");
}

TEST_CASE("join gives a file of two repositories the label that one of them has") {
  const Catalog catalog = sample_catalog();
  const Build& build = build_of(catalog, "webgale++");
  CHECK(build.packages[0].module == "webgale:2.4:9040020240312131341:rhel9");
}

TEST_CASE("join gives a source package the module of its packages, unless its header says one") {
  const Catalog unseen = sample_catalog();
  CHECK(
      build_of(unseen, "webgale++").source.package.module ==
      "webgale:2.4:9040020240312131341:rhel9");

  Package package = package_of("x-1-1.x86_64");
  package.module = "m:1:2:c";
  RepositoryContents contents = repository_of("apps", {package});
  contents.sources = {source_of_x(0)};
  CHECK(join({contents}).builds.at(0).source.package.module == "m:1:2:c");
  contents.sources[0].package.module = "own:1:2:c";
  CHECK(join({contents}).builds.at(0).source.package.module == "own:1:2:c");
}

TEST_CASE("join remarks on a package whose own module label is another") {
  Package package = package_of("x-1-1.x86_64");
  package.module = "m:1:1:c";
  RepositoryContents contents = repository_of("apps", {package});
  contents.modules = {
      {.name = "m", .stream = "1", .version = "2", .artifacts = {"x-0:1-1.x86_64"}}};
  const Catalog catalog = join({contents});
  CHECK(catalog.builds.at(0).packages[0].module == "m:1:2");
  REQUIRE(catalog.remarks.size() == 1);
  CHECK(catalog.remarks[0].subject == "x-1-1.x86_64");
  CHECK(catalog.remarks[0].message.find("m:1:1:c") != std::string::npos);
  CHECK(catalog.remarks[0].message.find("m:1:2 ") != std::string::npos);
}

TEST_CASE("join attaches an advisory once to each package it names, in every repository") {
  RepositoryContents base = repository_of("base", {package_of("x-1:1-1.x86_64")});
  RepositoryContents apps = repository_of("apps", {package_of("y-1-1.noarch")});
  Advisory advisory{.id = "B", .updated = 5};
  advisory.packages = {package_of("x-1:1-1.x86_64"), package_of("x-1:1-1.x86_64")};
  base.advisories = {advisory, {.id = "A", .packages = {package_of("x-1:1-1.x86_64")}}};
  advisory.packages = {package_of("y-1-1.noarch"), package_of("x-1-1.x86_64")};
  apps.advisories = {advisory};
  const Catalog catalog = join({base, apps});
  REQUIRE(catalog.advisories.size() == 2);
  CHECK(catalog.advisories[0].id == "A");
  CHECK(catalog.advisories[1].id == "B");
  using Indexes = std::vector<std::size_t>;
  CHECK(catalog.at(find_package(catalog, "x-1:1-1.x86_64")).advisories == Indexes{0, 1});
  CHECK(catalog.at(find_package(catalog, "y-1-1.noarch")).advisories == Indexes{1});
  CHECK(catalog.remarks.empty());
}

TEST_CASE("join remarks on an advisory that names no package there is") {
  RepositoryContents contents = repository_of("base", {package_of("x-1:1-1.x86_64")});
  // Another epoch is another package.
  contents.advisories = {{.id = "Z", .packages = {package_of("x-1-1.x86_64")}}, {.id = "A"}};
  const Catalog catalog = join({contents});
  CHECK(catalog.builds.at(0).packages[0].advisories.empty());
  REQUIRE(catalog.remarks.size() == 2);
  CHECK(catalog.remarks[0].subject == "A");
  CHECK(catalog.remarks[1].subject == "Z");
}

TEST_CASE("join takes the texts of an advisory from where it was updated last") {
  RepositoryContents base = repository_of("base", {package_of("x-1-1.noarch")});
  RepositoryContents apps = repository_of("apps", {package_of("y-1-1.noarch")});
  base.advisories = {
      {.id = "A", .severity = "Low", .updated = 5, .packages = {package_of("x-1-1.noarch")}}};
  apps.advisories = {
      {.id = "A", .severity = "Important", .updated = 9, .packages = {package_of("y-1-1.noarch")}}};
  for (const bool is_swapped : {false, true}) {
    CAPTURE(is_swapped);
    if (is_swapped) std::swap(base.advisories, apps.advisories);
    const Catalog catalog = join({base, apps});
    REQUIRE(catalog.advisories.size() == 1);
    CHECK(catalog.advisories[0].severity == "Important");
    CHECK(catalog.advisories[0].updated == 9);
    CHECK(catalog.at(find_package(catalog, "x-1-1.noarch")).advisories.size() == 1);
    CHECK(catalog.at(find_package(catalog, "y-1-1.noarch")).advisories.size() == 1);
  }
}

TEST_CASE("join sorts builds and packages as rpm orders versions") {
  std::vector<Package> packages;
  for (const std::string version : {"1.10", "1.9", "1.9~rc1", "1.9^git1", "1:0.1"}) {
    const std::string plain = version.substr(version.find(':') + 1);
    packages.push_back(package_of("x-" + version + "-1.noarch", "x-" + plain + "-1.src.rpm"));
    packages.push_back(package_of("p-" + version + "-1.noarch", "a-1-1.src.rpm"));
  }
  const Catalog catalog = join_packages(packages);
  REQUIRE(catalog.builds.size() == 6);
  CHECK(
      names(catalog.builds[0]) == Names{
                                      "p-1.9~rc1-1.noarch",
                                      "p-1.9-1.noarch",
                                      "p-1.9^git1-1.noarch",
                                      "p-1.10-1.noarch",
                                      "p-1:0.1-1.noarch"});
  Names builds;
  for (std::size_t i = 1; i != catalog.builds.size(); ++i)
    builds.push_back(build_name(catalog.builds[i]));
  CHECK(builds == Names{"x-1.9~rc1-1", "x-1.9-1", "x-1.9^git1-1", "x-1.10-1", "x-0.1-1"});
}

TEST_CASE("join sorts by text what rpm takes for equal versions") {
  const Catalog catalog = join_packages(
      {package_of("x-1.00-1.noarch"), package_of("x-1.0-1.noarch"), package_of("x-1_0-1.noarch")});
  CHECK(
      names(catalog.builds.at(0)) == Names{"x-1.0-1.noarch", "x-1.00-1.noarch", "x-1_0-1.noarch"});
}

TEST_CASE("join does not depend on the order within a repository") {
  std::vector<RepositoryContents> repositories = sample_repositories();
  for (const char* more : {"x-1-1.x86_64", "x-1-1.i686", "x-1:1-1.i686", "x-2-1.noarch"})
    repositories[0].packages.push_back(package_of(more));
  const Catalog expected = join(repositories);
  std::mt19937 random(1);
  for (int round = 0; round != 20; ++round) {
    for (RepositoryContents& contents : repositories) {
      std::shuffle(contents.packages.begin(), contents.packages.end(), random);
      std::shuffle(contents.sources.begin(), contents.sources.end(), random);
      std::shuffle(contents.advisories.begin(), contents.advisories.end(), random);
    }
    const Catalog catalog = join(repositories);
    REQUIRE(catalog.builds.size() == expected.builds.size());
    for (std::size_t i = 0; i != catalog.builds.size(); ++i) {
      CHECK(names(catalog.builds[i]) == names(expected.builds[i]));
      CHECK(facts(catalog, catalog.builds[i]) == facts(expected, expected.builds[i]));
    }
    CHECK(catalog.remarks == expected.remarks);
  }
}

TEST_CASE("join converts every licence tag, those of source packages too") {
  const Catalog catalog = sample_catalog();
  const Build& ssl = build_of(catalog, "sslforge");
  CHECK(catalog.license(ssl.source.package).expression == "Apache-2.0 AND LicenseRef-Callaway-BSD");
  CHECK(catalog.license(ssl.packages[0]).tag == "ASL 2.0 and BSD");
  CHECK(catalog.license(build_of(catalog, "webgale++").source.package).expression == "NOASSERTION");
}

TEST_CASE("join gives licence references of other texts other ids, over the whole catalog") {
  Package one = package_of("x-1-1.noarch");
  Package two = package_of("y-1-1.noarch");
  one.license = "Odd Licence";
  two.license = "Odd, Licence";
  const Catalog catalog = join_packages({one, two});
  const std::string first = catalog.license(one).expression;
  const std::string second = catalog.license(two).expression;
  CHECK(first == "LicenseRef-RPM-Odd-Licence");
  CHECK(second == "LicenseRef-RPM-Odd-Licence-2");
}

TEST_CASE("forget_resolved keeps what documents say") {
  Package package = package_of("needy-1-1.noarch");
  package.provides = {{.name = "a"}, {.name = "bundled(golang(x))"}, {.name = "b"}};
  package.requires_ = {{.name = "c"}, {.name = "d"}};
  package.files = {"/usr/bin/a"};
  Package needless = package_of("needless-1-1.noarch");
  needless.provides = package.provides;
  Catalog catalog = join({repository_of("os", {package, needless})});
  forget_resolved(catalog);
  REQUIRE(catalog.package_count() == 2);
  for (const Build& build : catalog.builds) {
    for (const Package& kept : build.packages) {
      CAPTURE(kept.name);
      REQUIRE(kept.provides.size() == 1);
      CHECK(kept.provides[0].name == "bundled(golang(x))");
      CHECK(kept.requires_.empty() == (kept.name == "needless"));
      CHECK(kept.files.empty());
      CHECK(kept.license == package.license);
    }
  }
}

TEST_CASE("newest_time is that of the last build, file or advisory") {
  Catalog catalog = sample_catalog();
  const PackageRef ref = find_package(catalog, "sslforge-1:3.0.7-27.el9.x86_64");
  const auto newest = [&] { return newest_time(catalog, catalog.at(ref)); };
  CHECK(newest() == 1700060000);  // An advisory's update.
  catalog.advisories[0].issued = 1700070000;
  CHECK(newest() == 1700070000);
  package_in(catalog, ref).advisories.clear();
  CHECK(newest() == 1700003600);  // Its file.
  package_in(catalog, ref).build_time = 1700004000;
  CHECK(newest() == 1700004000);

  Build& build = catalog.builds[ref.build];
  CHECK(newest_time(catalog, build) == 1700070000);  // Of another package.
  build.source.package.file_time = 1700080000;
  CHECK(newest_time(catalog, build) == 1700080000);
}

TEST_CASE("catalog_of describes a source package whose packages are not known") {
  const Catalog catalog = catalog_of(sample_source(), {.id = "file"});
  REQUIRE(catalog.builds.size() == 1);
  CHECK(build_name(catalog.builds[0]) == "sslforge-3.0.7-27.el9");
  CHECK(catalog.package_count() == 0);
  CHECK(catalog.repositories[0].id == "file");
  CHECK(catalog.license(catalog.builds[0].source.package).tag == "ASL 2.0 and BSD");
}

TEST_CASE("join of nothing is an empty catalog") {
  const Catalog catalog = join({});
  CHECK(catalog.builds.empty());
  CHECK(catalog.package_count() == 0);
  CHECK(join({RepositoryContents{}}).repositories.size() == 1);
}
