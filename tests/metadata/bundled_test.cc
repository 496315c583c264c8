// SPDX-License-Identifier: Apache-2.0

#include "metadata/bundled.h"

#include <fstream>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include "metadata/purl.h"
#include "tests/metadata/real_primary.h"
#include "tests/support/shared_data.h"

using reposbom::metadata::Bundled;
using reposbom::metadata::Comparison;
using reposbom::metadata::Dependency;
using reposbom::metadata::parse_bundled;
using reposbom::metadata::parse_purl;

namespace {

Dependency provide(std::string name, std::string evr = "") {
  const Comparison comparison = evr.empty() ? Comparison::None : Comparison::Equal;
  return {.name = std::move(name), .comparison = comparison, .evr = std::move(evr)};
}

std::vector<std::string> split(const std::string& line) {
  std::vector<std::string> cells(1);
  for (const char c : line) {
    if (c == '\t') {
      cells.emplace_back();
    } else {
      cells.back() += c;
    }
  }
  return cells;
}

// The value of an attribute of an XML tag, or nothing.
std::string attribute(std::string_view tag, const std::string& name) {
  const std::string start = " " + name + "=\"";
  const std::size_t at = tag.find(start);
  if (at == std::string_view::npos) return {};
  const std::size_t begin = at + start.size();
  return reposbom::tests::without_entities(tag.substr(begin, tag.find('"', begin) - begin));
}

Dependency read_entry(std::string_view tag) {
  Dependency entry = provide(attribute(tag, "name"), attribute(tag, "ver"));
  const std::string release = attribute(tag, "rel");
  const std::string epoch = attribute(tag, "epoch");
  if (!release.empty()) entry.evr += "-" + release;
  if (!epoch.empty() && epoch != "0") entry.evr.insert(0, epoch + ":");
  if (!entry.evr.empty() && attribute(tag, "flags") != "EQ") entry.comparison = Comparison::Less;
  return entry;
}

}  // namespace

TEST_CASE("parse_bundled gives the parts of fixtures/bundled.tsv") {
  std::ifstream file(REPOSBOM_SOURCE_DIR "/fixtures/bundled.tsv");
  int rows = 0;
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line.front() == '#') continue;
    ++rows;
    auto cells = split(line);
    cells.resize(6);
    CAPTURE(line);
    const auto bundled = parse_bundled(provide(cells[0], cells[1]));
    REQUIRE(bundled);
    CHECK(bundled->name == cells[2]);
    CHECK(bundled->version == cells[3]);
    CHECK(bundled->purl == cells[4]);
    CHECK(bundled->well_formed == (cells[5] != "malformed"));
    const auto parts = parse_purl(cells[4]);
    REQUIRE(parts);
    CHECK(to_string(*parts) == cells[4]);
    CHECK(bundled->ecosystem == parts->type);
  }
  CHECK(rows >= 50);
}

TEST_CASE("parse_bundled passes over other provides") {
  for (const char* name :
       {"", "bash", "bundled", "ruby-bundled-gems", "libbundled(x)", "Bundled(x)", "bundledx"}) {
    CHECK_MESSAGE(!parse_bundled(provide(name, "1")), name);
  }
}

TEST_CASE("parse_bundled takes no version from a range") {
  const auto bundled = parse_bundled(
      {.name = "bundled(zlib)", .comparison = Comparison::GreaterOrEqual, .evr = "1.2"});
  REQUIRE(bundled);
  CHECK(bundled->version.empty());
  CHECK(bundled->purl == "pkg:generic/zlib");
  CHECK(!bundled->well_formed);
}

TEST_CASE("parse_bundled keeps a version that only looks like one with an epoch") {
  CHECK(parse_bundled(provide("bundled(x)", "0:1.0"))->version == "1.0");
  CHECK(parse_bundled(provide("bundled(x)", "a:1.0"))->version == "a:1.0");
}

TEST_CASE("parse_bundled classifies every bundled part of two real repositories") {
  const auto data = reposbom::tests::shared_data();
  if (!data) {
    MESSAGE("skipped: no shared data");
    return;
  }
  int packages = 0;
  int total = 0;
  std::map<std::string, int> ecosystems;
  std::set<std::string> purls;
  const auto take_entry = [&](std::string_view tag) {
    const auto bundled = parse_bundled(read_entry(tag));
    if (!bundled) return;
    ++total;
    ++ecosystems[bundled->ecosystem];
    purls.insert(bundled->purl);
    CHECK(bundled->well_formed);
    const auto parts = parse_purl(bundled->purl);
    REQUIRE(parts);
    CHECK(parts->version == bundled->version);
  };
  const std::string xml = reposbom::tests::read_real_primaries(*data);
  reposbom::tests::for_each_between(xml, "<package ", "</package>", [&](std::string_view package) {
    ++packages;
    reposbom::tests::for_each_between(
        package, "<rpm:provides>", "</rpm:provides>", [&](std::string_view provides) {
          reposbom::tests::for_each_between(provides, "<rpm:entry", "/>", take_entry);
        });
  });
  CHECK(packages == 18774);
  CHECK(total == 20096);
  CHECK(purls.size() == 3857);
  using Counts = std::map<std::string, int>;
  CHECK(
      (ecosystems == Counts{
                         {"cargo", 9056},
                         {"gem", 217},
                         {"generic", 2250},
                         {"golang", 1951},
                         {"npm", 5833},
                         {"pypi", 789}}));
}
