// SPDX-License-Identifier: Apache-2.0
#include "metadata/updateinfo.h"

#include <fstream>
#include <iterator>
#include <map>

#include <doctest/doctest.h>

#include "metadata/error.h"
#include "tests/support/shared_data.h"

using namespace reposbom::metadata;
using reposbom::Error;

namespace {

std::vector<Advisory> read(const std::string& updates) {
  return read_updateinfo(
      "<?xml version=\"1.0\"?><updates>" + updates + "</updates>", "updateinfo.xml");
}

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

TEST_CASE("read_updateinfo reads every field of an advisory") {
  const auto advisories = read(
      "<update from=\"packager@almalinux.org\" status=\"final\" type=\"security\" version=\"1\">"
      "<id>ALSA-2023:7549</id><title>Moderate: nodejs &amp; npm</title>"
      "<issued date=\"2023-11-28 00:00:00\"/><updated date=\"2023-11-29 01:02:03\"/>"
      "<severity>Moderate</severity><description>long</description><references>"
      "<reference href=\"https://access.redhat.com/security/cve/CVE-2023-44487\""
      " id=\"CVE-2023-44487\" type=\"cve\" title=\"CVE-2023-44487\"/>"
      "<reference href=\"https://errata.almalinux.org/9/ALSA-2023-7549.html\""
      " id=\"ALSA-2023:7549\" type=\"self\"/></references><pkglist>"
      "<collection short=\"a\"><name>a</name><package name=\"nodejs\" version=\"18.18.2\""
      " release=\"1.el9\" epoch=\"1\" arch=\"x86_64\" src=\"nodejs-18.18.2-1.el9.src.rpm\">"
      "<filename>nodejs-18.18.2-1.el9.x86_64.rpm</filename></package></collection>"
      "<collection short=\"b\"><package name=\"npm\" version=\"8\" release=\"1\" arch=\"noarch\"/>"
      "</collection></pkglist></update>");
  REQUIRE(advisories.size() == 1);
  const Advisory& advisory = advisories[0];
  CHECK(advisory.id == "ALSA-2023:7549");
  CHECK(advisory.type == "security");
  CHECK(advisory.severity == "Moderate");
  CHECK(advisory.title == "Moderate: nodejs & npm");
  CHECK(advisory.issued == 1701129600);
  CHECK(advisory.updated == 1701219723);
  CHECK(advisory.url == "https://errata.almalinux.org/9/ALSA-2023-7549.html");
  REQUIRE(advisory.references.size() == 2);
  CHECK(
      advisory.references[0] ==
      AdvisoryReference{
          "cve", "CVE-2023-44487", "https://access.redhat.com/security/cve/CVE-2023-44487"});
  REQUIRE(advisory.packages.size() == 2);
  CHECK(nevra(advisory.packages[0]) == "nodejs-1:18.18.2-1.el9.x86_64");
  CHECK(nevra(advisory.packages[1]) == "npm-8-1.noarch");
}

TEST_CASE("read_updateinfo carries nothing over from one advisory to the next") {
  const auto advisories = read(
      "<update type='security'><id>A</id><severity>Low</severity><issued date='2020-01-01'/>"
      "<references><reference href='u' "
      "type='self'/></references></update><update><id>B</id></update>");
  REQUIRE(advisories.size() == 2);
  CHECK(advisories[1].type.empty());
  CHECK(advisories[1].severity.empty());
  CHECK(advisories[1].issued == 0);
  CHECK(advisories[1].url.empty());
  CHECK(advisories[1].references.empty());
}

TEST_CASE("read_updateinfo leaves out advisories without an id, and packages that are none") {
  const auto advisories = read(
      "<update><title>nameless</title></update>"
      "<update><id>A</id><pkglist><collection>"
      "<package name='../a' version='1' release='1' arch='x86_64'/>"
      "<package name='a' version='' release='1' arch='x86_64'/>"
      "<package name='a' version='1' release='1' arch='x86_64' epoch='99999999999'/>"
      "<package name='a' version='1' release='1' arch='x86_64'/>"
      "</collection></pkglist></update>");
  REQUIRE(advisories.size() == 1);
  CHECK(advisories[0].packages.size() == 1);
}

TEST_CASE("read_updateinfo ends with an Error where the file is damaged") {
  CHECK_THROWS_AS(read_updateinfo("", "x"), Error);
  CHECK_THROWS_AS(read_updateinfo("<updates><update>", "x"), Error);
  CHECK_THROWS_AS(read_updateinfo("<metadata/>", "x"), Error);
  CHECK_THROWS_AS(read_updateinfo("<!DOCTYPE updates><updates/>", "x"), Error);
}

TEST_CASE("read_updateinfo gives up on more entries than any real file has") {
  std::string updates = "<update><id>A</id><references>";
  for (int i = 0; i < 1'999'999; ++i)
    updates += "<reference/>";
  updates += "</references></update>";
  CHECK(read(updates).size() == 1);
  CHECK_THROWS_WITH_AS(
      read(updates + "<update/>"), doctest::Contains("more than two million advisories"), Error);
}

TEST_CASE("parse_time reads the forms of dates that are in use, as UTC") {
  CHECK(parse_time("2012-06-28 15:31:13") == 1340897473);
  CHECK(parse_time("2012-06-28T15:31:13Z") == 1340897473);
  CHECK(parse_time("2012-06-28 15:31:13 UTC") == 1340897473);
  CHECK(parse_time("2012-06-28 15:31") == 1340897460);
  CHECK(parse_time("2012-06-28") == 1340841600);
  CHECK(parse_time(" 2024-02-29\n") == 1709164800);
  CHECK(parse_time("1340897473") == 1340897473);
  CHECK(parse_time("2012-06-28 nonsense") == 1340841600);
}

TEST_CASE("parse_time gives 0 for what is no date") {
  for (const char* text :
       {"",
        " ",
        "never",
        "2023-02-29",
        "2023-13-01",
        "2023-00-10",
        "2023-1-1",
        "-5",
        "20x3-01-01",
        "1960-01-01",
        "2023-01"}) {
    CAPTURE(text);
    CHECK(parse_time(text) == 0);
  }
}

TEST_CASE("read_updateinfo reads the 1622 real advisories of EPEL 6") {
  const auto data = reposbom::tests::shared_data();
  if (!data) {
    MESSAGE("skipped: no shared data");
    return;
  }
  const auto advisories = read_updateinfo(
      read_file(
          *data / "repos/epel6-updateinfo-2012/repodata/"
                  "0a222a60828edc58e2417ebf36d3e015210c7937787e72713ef24781e1127b04-"
                  "updateinfo.xml.gz"),
      "updateinfo.xml.gz");
  REQUIRE(advisories.size() == 1622);
  CHECK(advisories.front().id == "FEDORA-EPEL-2012-6271");
  CHECK(advisories.front().issued == 1340897473);
  CHECK(advisories.back().id == "FEDORA-EPEL-2011-3377");
  std::map<std::string, int> types;
  std::size_t packages = 0;
  std::size_t bugs = 0;
  for (const Advisory& advisory : advisories) {
    ++types[advisory.type];
    packages += advisory.packages.size();
    for (const AdvisoryReference& each : advisory.references)
      bugs += each.type == "bugzilla" ? 1 : 0;
    CHECK(advisory.issued > 1'200'000'000);
  }
  const std::map<std::string, int> expected = {
      {"bugfix", 521}, {"enhancement", 316}, {"newpackage", 649}, {"security", 136}};
  CHECK(types == expected);
  CHECK(packages == 14'273);
  CHECK(bugs == 1065);
}

TEST_CASE("read_updateinfo reads the samples of every distribution") {
  const auto data = reposbom::tests::shared_data();
  if (!data) {
    MESSAGE("skipped: no shared data");
    return;
  }
  std::map<std::string, Advisory> read;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(*data / "updateinfo-samples")) {
    const std::string name = entry.path().filename().string();
    if (name.find("updateinfo.xml.") == std::string::npos) continue;
    for (const Advisory& each : read_updateinfo(read_file(entry.path()), name)) {
      read[each.id] = each;
    }
  }
  CHECK(read.at("ALSA-2023:7549").url == "https://errata.almalinux.org/9/ALSA-2023-7549.html");
  CHECK(read.at("RLSA-2022:7513").updated == 1675342430);
  CHECK(read.at("FEDORA-2025-4a08954c02").packages.size() == 6);
  CHECK(read.at("FEDORA-MODULAR-2024-deafa21e1d").references.size() == 3);
  CHECK(read.count("NOT-A-VALID-ADVISORY-ID") == 1);
}
