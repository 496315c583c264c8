// SPDX-License-Identifier: Apache-2.0
#include "metadata/facts.h"

#include <set>
#include <string>

#include <doctest/doctest.h>

#include "tests/support/alterations.h"

using namespace reposbom::metadata;
using namespace reposbom::tests;

namespace {

std::string facts_of_first(const Catalog& catalog) {
  return facts(catalog, catalog.builds[0]);
}

std::string web_facts(const Catalog& catalog) {
  return facts(catalog, catalog.builds[1]);
}

// A field more in a record does not compile here: then it needs a row in alterations.h as well.
void count_fields(const Catalog& catalog) {
  const Package& package = catalog.builds[0].packages[0];
  [[maybe_unused]] const auto& [name, evr, arch, checksum, sha512, summary, description, packager, url, license, vendor, build_host, source_rpm, module, file_time, build_time, package_size, installed_size, header_end, provides, requirements, files, header, origins, advisories, depends_on, unresolved, shares_name] =
      package;
  [[maybe_unused]] const auto& [source, in_repodata, header_read, epoch_known, source_files, build_requires, changelog_cves, spec_read, unexpanded, build_depends_on, build_unresolved] =
      catalog.builds[0].source;
  [[maybe_unused]] const auto& [sig_md5, sha256_header, payload_sha256, signature, vcs] = header;
  [[maybe_unused]] const auto& [file_name, file_checksum, is_patch, file_url, number] =
      source_files[0];
  [[maybe_unused]] const auto& [id, type, severity, title, issued, updated, references, packages, page] =
      catalog.advisories[0];
  [[maybe_unused]] const auto& [repository_id, published, sources_published, revision, time] =
      catalog.repositories[0];
}

}  // namespace

TEST_CASE("facts changes with every field that a document can show") {
  const Catalog unchanged = sample_catalog();
  count_fields(unchanged);
  const std::string before = facts_of_first(unchanged);
  for (const Alteration& alteration : sample_alterations()) {
    CAPTURE(alteration.field);
    Catalog catalog = unchanged;
    alteration.alter(catalog);
    if (alteration.is_shown) {
      CHECK(facts_of_first(catalog) != before);
    } else {
      CHECK(facts_of_first(catalog) == before);
    }
  }
}

TEST_CASE("facts of two alterations are never the same") {
  std::set<std::string> seen = {facts_of_first(sample_catalog())};
  std::size_t shown = 0;
  for (const Alteration& alteration : sample_alterations()) {
    if (!alteration.is_shown) continue;
    CAPTURE(alteration.field);
    Catalog catalog = sample_catalog();
    alteration.alter(catalog);
    ++shown;
    CHECK(seen.insert(facts_of_first(catalog)).second);
  }
  CHECK(shown > 60);
}

TEST_CASE("facts are the same for the same catalog read again") {
  CHECK(facts_of_first(sample_catalog()) == facts_of_first(sample_catalog()));
}

TEST_CASE("facts of one build say nothing of another that it does not depend on") {
  Catalog catalog = sample_catalog();
  catalog.builds[0].source.build_depends_on.clear();
  const std::string before = facts_of_first(catalog);
  for (Package& package : catalog.builds[1].packages) {
    package.name += "x";
    package.checksum = sample_checksum("x");
  }
  CHECK(facts_of_first(catalog) == before);
}

TEST_CASE("facts change with what identifies a package that the build was made with") {
  Catalog catalog = sample_catalog();
  const std::string before = facts_of_first(catalog);
  catalog.builds[1].packages[0].checksum = sample_checksum("x");
  CHECK(facts_of_first(catalog) != before);
}

TEST_CASE("facts do not change with an advisory about a dependency") {
  Catalog catalog = sample_catalog();
  const std::string before = web_facts(catalog);
  for (Advisory& advisory : catalog.advisories) {
    advisory.id += "x";
    advisory.updated += 1;
  }
  CHECK(web_facts(catalog) == before);
  for (Package& package : catalog.builds[0].packages)
    package.advisories.clear();
  CHECK(web_facts(catalog) == before);
}

TEST_CASE("facts do not change with what a dependency says only in its own document") {
  Catalog catalog = sample_catalog();
  const std::string before = web_facts(catalog);
  for (Package& package : catalog.builds[0].packages) {
    package.description += "x";
    package.packager += "x";
    package.url += "x";
    package.build_host += "x";
    package.file_time += 1;
    package.build_time += 1;
    package.provides.push_back({.name = "bundled(zlib)"});
    package.unresolved.push_back("libnothing.so.1");
    package.depends_on.clear();
  }
  CHECK(web_facts(catalog) == before);
}

TEST_CASE("facts change with what identifies a dependency") {
  const Catalog unchanged = sample_catalog();
  const auto changes = [&](const std::function<void(Package&, SourcePackage&)>& alter) {
    Catalog catalog = unchanged;
    alter(catalog.builds[0].packages[2], catalog.builds[0].source);
    return web_facts(catalog) != web_facts(unchanged);
  };
  REQUIRE(nevra(unchanged.builds[0].packages[2]) == "sslforge-libs-1:3.0.7-27.el9.x86_64");
  CHECK(changes([](Package& p, SourcePackage&) { p.name += "x"; }));
  CHECK(changes([](Package& p, SourcePackage&) { p.evr.epoch = 0; }));
  CHECK(changes([](Package& p, SourcePackage&) { p.evr.version += "x"; }));
  CHECK(changes([](Package& p, SourcePackage&) { p.evr.release += "x"; }));
  CHECK(changes([](Package& p, SourcePackage&) { p.arch = "i686"; }));
  CHECK(changes([](Package& p, SourcePackage&) { p.checksum.hex[0] = 'x'; }));
  CHECK(changes([](Package& p, SourcePackage&) { p.license = "ASL 2.0"; }));
  CHECK(changes([](Package& p, SourcePackage&) { p.vendor += "x"; }));
  CHECK(changes([](Package& p, SourcePackage&) { p.module = "a:b:1:c"; }));
  CHECK(changes([](Package& p, SourcePackage&) { p.source_rpm = "x-1-1.src.rpm"; }));
  CHECK(changes([](Package& p, SourcePackage&) { p.origins[0].href += "x"; }));
  CHECK(changes([](Package& p, SourcePackage&) { p.shares_name = true; }));
  CHECK(changes([](Package&, SourcePackage& s) { s.package.evr.epoch = 0; }));
  CHECK(changes([](Package&, SourcePackage& s) { s.package.checksum.hex[0] = 'x'; }));
  CHECK(changes([](Package&, SourcePackage& s) { s.package.origins[0].href += "x"; }));
}

TEST_CASE("facts tell neighbouring texts apart") {
  Catalog catalog = sample_catalog();
  Package& package = catalog.builds[0].packages[0];
  package.description = "ab";
  package.packager = "c";
  const std::string before = facts_of_first(catalog);
  package.description = "a";
  package.packager = "bc";
  CHECK(facts_of_first(catalog) != before);
}

TEST_CASE("append_fact writes the length of a text before it, and numbers of any size") {
  const auto text = [](std::string_view value) {
    std::string bytes;
    append_fact(bytes, value);
    return bytes;
  };
  const auto number = [](std::int64_t value) {
    std::string bytes;
    append_fact(bytes, value);
    return bytes;
  };
  CHECK(
      text("ab") ==
      "\x02"
      "ab");
  CHECK(text("") == std::string(1, '\0'));
  CHECK(text(std::string(300, 'x')) == "\xAC\x02" + std::string(300, 'x'));
  CHECK(number(0) == std::string(1, '\0'));
  CHECK(number(127) == "\x7F");
  CHECK(number(128) == "\x80\x01");
  CHECK(number(-1).size() == 10);
  CHECK(number(-1) != number(1));
}
