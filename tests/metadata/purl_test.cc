// SPDX-License-Identifier: Apache-2.0

#include "metadata/purl.h"

#include <charconv>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

using reposbom::metadata::Package;
using reposbom::metadata::parse_purl;
using reposbom::metadata::percent_encode;
using reposbom::metadata::PurlParts;
using reposbom::metadata::PurlScheme;
using reposbom::metadata::rpm_purl;

namespace {

const PurlScheme kScheme = {.name_space = "almalinux", .distro = "almalinux-9"};

struct Row {
  Package package = {};
  std::string repository_id = {};
  std::string purl = {};
};

// name, [epoch:]version-release, arch, module, source RPM, repository id, package URL
Row parse_row(const std::string& line) {
  std::vector<std::string> cells;
  std::istringstream stream(line);
  for (std::string cell; std::getline(stream, cell, '\t');)
    cells.push_back(cell);
  REQUIRE(cells.size() == 7);
  Row row = {};
  row.package.name = cells[0];
  const std::size_t colon = cells[1].find(':');
  if (colon != std::string::npos) {
    std::from_chars(cells[1].data(), cells[1].data() + colon, row.package.evr.epoch);
    cells[1].erase(0, colon + 1);
  }
  const std::size_t dash = cells[1].rfind('-');
  row.package.evr.version = cells[1].substr(0, dash);
  row.package.evr.release = cells[1].substr(dash + 1);
  row.package.arch = cells[2];
  row.package.module = cells[3];
  row.package.source_rpm = cells[4];
  row.repository_id = cells[5];
  row.purl = cells[6];
  return row;
}

}  // namespace

TEST_CASE("rpm_purl writes the package URLs of fixtures/purls.tsv, and parse_purl reads them") {
  std::ifstream file(REPOSBOM_SOURCE_DIR "/fixtures/purls.tsv");
  int rows = 0;
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line.front() == '#') continue;
    ++rows;
    const Row row = parse_row(line);
    CHECK(rpm_purl(row.package, kScheme, row.repository_id) == row.purl);
    const auto parts = parse_purl(row.purl);
    REQUIRE(parts);
    CHECK(to_string(*parts) == row.purl);
    CHECK(parts->type == "rpm");
    CHECK(parts->name_space == "almalinux");
    CHECK(parts->name == row.package.name);
    CHECK(parts->version == row.package.evr.version + "-" + row.package.evr.release);
  }
  CHECK(rows >= 12);
}

TEST_CASE("rpm_purl writes no upstream for a source package even if it names one") {
  Package package = {.name = "a", .evr = {.version = "1", .release = "2"}, .arch = "nosrc"};
  package.source_rpm = "a-1-2.src.rpm";
  CHECK(rpm_purl(package, kScheme) == "pkg:rpm/almalinux/a@1-2?arch=nosrc&distro=almalinux-9");
}

TEST_CASE("rpm_purl lowers the namespace and leaves out a distro that is not set") {
  const Package package = {
      .name = "Foo", .evr = {.version = "1", .release = "2"}, .arch = "noarch"};
  CHECK(rpm_purl(package, {.name_space = "AlmaLinux"}) == "pkg:rpm/almalinux/Foo@1-2?arch=noarch");
}

TEST_CASE("percent_encode leaves letters, digits and .-_~: alone") {
  CHECK(percent_encode("aZ09.-_~:") == "aZ09.-_~:");
  CHECK(
      percent_encode(" +^/,@()%?#&=!*'\"<>[]{}|\\`;$") ==
      "%20%2B%5E%2F%2C%40%28%29%25%3F%23%26%3D%21%2A%27%22%3C%3E%5B%5D%7B%7D%7C%5C%60%3B%24");
  CHECK(percent_encode(std::string_view("\0\x7fé", 4)) == "%00%7F%C3%A9");
}

TEST_CASE("percent_encode and parse_purl agree on every byte") {
  std::string every;
  for (int i = 1; i < 256; ++i)
    every += static_cast<char>(i);
  const PurlParts parts = {
      .type = "generic", .name = every, .version = every, .qualifiers = {{"key", every}}};
  CHECK(parse_purl(to_string(parts)) == parts);
}

TEST_CASE("to_string sorts qualifiers and leaves out empty ones and empty segments") {
  const PurlParts parts = {
      .type = "generic",
      .name_space = "/a b//c/",
      .name = "n",
      .version = "",
      .qualifiers = {{"z", "1"}, {"a", ""}, {"b", "x=y&z"}},
      .subpath = "./src/../a+b"};
  CHECK(to_string(parts) == "pkg:generic/a%20b/c/n?b=x%3Dy%26z&z=1#src/a%2Bb");
  CHECK(to_string(PurlParts{.type = "gem", .name = "rake"}) == "pkg:gem/rake");
}

TEST_CASE("parse_purl reads what is not canonical as the specification says") {
  CHECK(
      parse_purl("PKG://NPM/%40angular/animation@12.3.1#/src//x") == PurlParts{
                                                                         .type = "npm",
                                                                         .name_space = "@angular",
                                                                         .name = "animation",
                                                                         .version = "12.3.1",
                                                                         .subpath = "src/x"});
  CHECK(
      parse_purl("pkg:npm/@scope/name") ==
      PurlParts{.type = "npm", .name_space = "@scope", .name = "name"});
  CHECK(
      parse_purl("pkg:deb/debian/attr@1:2.4.47-2%2Bb1?Arch=source&x=") ==
      PurlParts{
          .type = "deb",
          .name_space = "debian",
          .name = "attr",
          .version = "1:2.4.47-2+b1",
          .qualifiers = {{"arch", "source"}}});
  CHECK(parse_purl("pkg:golang/google.golang.org/genproto/")->name == "genproto");
}

TEST_CASE("parse_purl refuses what is not a package URL") {
  for (const char* text :
       {"",
        "pkg:",
        "pkg:rpm",
        "pkg:rpm/",
        "pkg:/name",
        "pkg:rpm/@1",
        "rpm/a/b",
        "http://a/b",
        "pkg:1a/b",
        "pkg:a b/c",
        "pkg:rpm/a%2",
        "pkg:rpm/a%zz",
        "pkg:rpm/a@1%",
        "pkg:rpm/a?b",
        "pkg:rpm/a?=c",
        "pkg:rpm/a?b=c&b=d",
        "pkg:rpm/a?b=c&B=d",
        "pkg:rpm/a?b%20=c",
        "pkg:rpm/x%2Fy/a",
        "pkg:rpm/a#b%2Fc",
        "pkg:rpm/a#%"}) {
    CHECK_MESSAGE(!parse_purl(text), text);
  }
}
