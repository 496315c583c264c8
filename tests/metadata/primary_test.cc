// SPDX-License-Identifier: Apache-2.0
#include "metadata/primary.h"

#include <fstream>
#include <iterator>
#include <map>
#include <set>

#include <doctest/doctest.h>

#include "metadata/error.h"
#include "metadata/repomd.h"
#include "tests/support/shared_data.h"

using namespace reposbom::metadata;
using reposbom::Error;

namespace {

struct Read {
  std::vector<Package> packages = {};
  std::map<std::string, std::string> refused = {};
  std::size_t count = 0;
};

Read read(std::string_view bytes) {
  Read read;
  read.count = read_primary(
      bytes,
      "primary.xml",
      [&](Package&& package) { read.packages.push_back(std::move(package)); },
      [&](std::string subject, std::string reason) { read.refused[subject] = reason; });
  return read;
}

const std::string kDigest(64, 'a');

std::string metadata(const std::string& records) {
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
         "<metadata xmlns=\"http://linux.duke.edu/metadata/common\" "
         "xmlns:rpm=\"http://linux.duke.edu/metadata/rpm\" packages=\"1\">\n" +
         records + "</metadata>";
}

// A record of bash; `altered` replaces the first `original` in it.
std::string record(const std::string& original = "", const std::string& altered = "") {
  std::string xml =
      "<package type=\"rpm\"><name>bash</name><arch>x86_64</arch>"
      "<version epoch=\"0\" ver=\"5.1.8\" rel=\"9.el9\"/>"
      "<checksum type=\"sha256\" pkgid=\"YES\">" +
      kDigest +
      "</checksum>"
      "<summary>The GNU Bourne Again shell</summary>"
      "<description>Bash &amp; friends\nin two lines</description>"
      "<packager>builder@centos.org</packager><url>https://www.gnu.org/software/bash</url>"
      "<time file=\"1716330110\" build=\"1715287144\"/>"
      "<size package=\"1000\" installed=\"5000000000\" archive=\"7\"/>"
      "<location href=\"Packages/bash-5.1.8-9.el9.x86_64.rpm\"/>"
      "<format><rpm:license>GPLv3+</rpm:license><rpm:vendor>CentOS</rpm:vendor>"
      "<rpm:group>Unspecified</rpm:group><rpm:buildhost>x86-02.example</rpm:buildhost>"
      "<rpm:sourcerpm>bash-5.1.8-9.el9.src.rpm</rpm:sourcerpm>"
      "<rpm:header-range start=\"4504\" end=\"38181\"/>"
      "<rpm:provides><rpm:entry name=\"/bin/sh\"/>"
      "<rpm:entry name=\"bash\" flags=\"EQ\" epoch=\"0\" ver=\"5.1.8\" "
      "rel=\"9.el9\"/></rpm:provides>"
      "<rpm:requires><rpm:entry name=\"filesystem\" flags=\"GE\" epoch=\"2\" ver=\"3\"/>"
      "<rpm:entry name=\"rpmlib(PayloadIsZstd)\" flags=\"LE\" epoch=\"0\" ver=\"5.4.18\" "
      "rel=\"1\"/>"
      "<rpm:entry name=\"(a if b)\" pre=\"1\"/></rpm:requires>"
      "<rpm:conflicts><rpm:entry name=\"never\"/></rpm:conflicts>"
      "<file>/etc/skel/.bashrc</file><file type=\"dir\">/etc/skel</file></format></package>\n";
  const std::size_t at = original.empty() ? std::string::npos : xml.find(original);
  if (at != std::string::npos) xml.replace(at, original.size(), altered);
  return xml;
}

// Why the record altered so is refused; empty if it is taken.
std::string refused(const std::string& original, const std::string& altered) {
  REQUIRE(record().find(original) != std::string::npos);
  const Read result = read(metadata(record(original, altered) + record("bash", "zsh")));
  CHECK(result.count + result.refused.size() == 2);  // The other record is always taken.
  CHECK(result.packages.back().name == "zsh");
  return result.refused.empty() ? "" : result.refused.begin()->second;
}

std::string stored(const std::filesystem::path& repository, const char* type) {
  const auto read_file = [](const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(file), {});
  };
  const Repomd repomd = parse_repomd(read_file(repository / "repodata/repomd.xml"), "repomd.xml");
  REQUIRE(repomd.find(type) != nullptr);
  return read_file(repository / repomd.find(type)->href);
}

}  // namespace

TEST_CASE("read_primary fills every field of a Package") {
  const Read result = read(metadata(record()));
  REQUIRE(result.count == 1);
  CHECK(result.refused.empty());
  const Package& bash = result.packages.at(0);
  CHECK(bash.name == "bash");
  CHECK(bash.evr == Evr{0, "5.1.8", "9.el9"});
  CHECK(bash.arch == "x86_64");
  CHECK(bash.checksum == Checksum{ChecksumType::Sha256, kDigest});
  CHECK(bash.summary == "The GNU Bourne Again shell");
  CHECK(bash.description == "Bash & friends\nin two lines");
  CHECK(bash.packager == "builder@centos.org");
  CHECK(bash.url == "https://www.gnu.org/software/bash");
  CHECK(bash.license == "GPLv3+");
  CHECK(bash.vendor == "CentOS");
  CHECK(bash.build_host == "x86-02.example");
  CHECK(bash.source_rpm == "bash-5.1.8-9.el9.src.rpm");
  CHECK(bash.module.empty());
  CHECK(bash.file_time == 1716330110);
  CHECK(bash.build_time == 1715287144);
  CHECK(bash.package_size == 1000);
  CHECK(bash.installed_size == 5'000'000'000);
  const std::vector<Dependency> provides = {
      {"/bin/sh", Comparison::None, ""}, {"bash", Comparison::Equal, "5.1.8-9.el9"}};
  CHECK(bash.provides == provides);
  const std::vector<Dependency> requirements = {
      {"filesystem", Comparison::GreaterOrEqual, "2:3"}, {"(a if b)", Comparison::None, ""}};
  CHECK(bash.requires_ == requirements);
  CHECK(bash.files == std::vector<std::string>{"/etc/skel/.bashrc", "/etc/skel"});
  REQUIRE(bash.origins.size() == 1);
  CHECK(bash.origins[0].repository == 0);
  CHECK(bash.origins[0].href == "Packages/bash-5.1.8-9.el9.x86_64.rpm");
}

TEST_CASE("read_primary carries nothing over from one record to the next") {
  const Read result = read(metadata(
      record() +
      "<package><name>a</name><arch>noarch</arch><version ver='1' rel='2'/><checksum "
      "type='sha256'>" +
      kDigest + "</checksum><location href='a.rpm'/></package>"));
  REQUIRE(result.count == 2);
  const Package& plain = result.packages.at(1);
  CHECK(plain.summary.empty());
  CHECK(plain.license.empty());
  CHECK(plain.source_rpm.empty());
  CHECK(plain.provides.empty());
  CHECK(plain.files.empty());
  CHECK(plain.build_time == 0);
  CHECK(plain.package_size == 0);
}

TEST_CASE("read_primary reads the rpm namespace under any prefix, or none") {
  std::string xml = metadata(record());
  for (std::size_t at = 0; (at = xml.find("rpm:", at)) != std::string::npos;)
    xml.erase(at, 4);
  CHECK(read(xml).packages.at(0).license == "GPLv3+");
  CHECK(read(xml).packages.at(0).provides.size() == 2);
}

TEST_CASE("read_primary reads the epoch") {
  const Read result = read(metadata(record("epoch=\"0\"", "epoch=\"32\"")));
  REQUIRE(result.count == 1);
  CHECK(nevra(result.packages[0]) == "bash-32:5.1.8-9.el9.x86_64");
  CHECK(refused("epoch=\"0\"", "") == "");
  CHECK(refused("epoch=\"0\"", "epoch=\"4294967296\"") == "epoch is too large: 4294967296");
  CHECK(refused("epoch=\"0\"", "epoch=\"x\"") == "epoch is not a number: 'x'");
}

TEST_CASE("read_primary calls every source package src, as its file is not binary") {
  const std::string source = record("<arch>x86_64", "<arch>nosrc");
  const Read result = read(metadata(source));
  REQUIRE(result.count == 1);
  CHECK(result.packages[0].arch == "src");
}

TEST_CASE("read_primary cleans text") {
  const Read result = read(metadata(record("<summary>", "<summary>tab&#9;cr&#13;")));
  REQUIRE(result.count == 1);
  CHECK(result.packages[0].summary == "tab\tcr\nThe GNU Bourne Again shell");
}

TEST_CASE("read_primary refuses a record without what it needs, and goes on") {
  CHECK(refused("<name>bash</name>", "") == "it has no name");
  CHECK(refused("<arch>x86_64</arch>", "<arch/>") == "it has no architecture");
  CHECK(refused("ver=\"5.1.8\" rel=\"9.el9\"/><c", "rel=\"9.el9\"/><c") == "it has no version");
  CHECK(refused(" rel=\"9.el9\"/><c", "/><c") == "it has no release");
  CHECK(
      refused("<location href=\"Packages/bash-5.1.8-9.el9.x86_64.rpm\"/>", "") ==
      "it has no location");
  CHECK(
      refused("<checksum type=\"sha256\" pkgid=\"YES\">" + kDigest + "</checksum>", "") ==
      "it has no checksum");
  CHECK(refused("type=\"rpm\"", "type=\"deb\"") == "not an RPM but of type 'deb'");
}

TEST_CASE("read_primary refuses names that do not form a NEVRA or are not safe") {
  const std::string what = "its name, version, release or architecture holds what none may hold";
  CHECK(refused("<name>bash", "<name>../bash") == what);
  CHECK(refused("<name>bash", "<name>ba sh") == what);
  CHECK(refused("<name>bash", "<name>ba&#10;sh") == what);
  CHECK(refused("<arch>x86_64", "<arch>x86/64") == what);
  CHECK(refused("<arch>x86_64", "<arch>a.b") == what);
  CHECK(refused("ver=\"5.1.8\"", "ver=\"5-1\"") == what);
  CHECK(refused("ver=\"5.1.8\"", "ver=\"1:5\"") == what);
  CHECK(refused("rel=\"9.el9\"", "rel=\"/\"") == what);
  CHECK(
      refused("<name>bash", "<name>" + std::string(300, 'b')) ==
      "its name is not safe as that of a file");
  CHECK(
      refused("<rpm:sourcerpm>", "<rpm:sourcerpm>../") ==
      "its source package is not safe as the name of a file: '../bash-5.1.8-9.el9.src.rpm'");
}

TEST_CASE("read_primary names a refused record by its NEVRA") {
  const Read result = read(metadata(record("href=\"", "href=\"../")));
  CHECK(result.count == 0);
  REQUIRE(result.refused.size() == 1);
  CHECK(result.refused.begin()->first == "bash-5.1.8-9.el9.x86_64");
  CHECK(
      result.refused.begin()->second ==
      "path outside the repository: '../Packages/bash-5.1.8-9.el9.x86_64.rpm'");
}

TEST_CASE("read_primary refuses paths outside the repository") {
  for (const char* href : {"/", "a/../b", "http://example.com/", "a//", "&#1;", "&#10;"}) {
    CAPTURE(href);
    const std::string xml = metadata(record("Packages/", href));
    if (std::string(href) == "&#1;") {
      CHECK_THROWS_AS(read(xml), Error);  // Not a character of XML 1.0.
    } else {
      CHECK(read(xml).refused.size() == 1);
    }
  }
}

TEST_CASE("read_primary refuses checksums of unknown type or wrong length") {
  CHECK(
      refused("type=\"sha256\"", "type=\"blake3\"") ==
      "unknown or malformed checksum: blake3 " + kDigest);
  CHECK(refused("type=\"sha256\"", "type=\"sha512\"").starts_with("unknown or malformed checksum"));
  CHECK(refused(kDigest, "xyz") == "unknown or malformed checksum: sha256 xyz");
}

TEST_CASE("read_primary refuses unknown comparisons and numbers that are none") {
  CHECK(refused("flags=\"GE\"", "flags=\"XX\"") == "unknown comparison 'XX'");
  CHECK(refused("package=\"1000\"", "package=\"big\"") == "package is not a number: 'big'");
  CHECK(refused("build=\"1715287144\"", "build=\"-5\"") == "build is not a number: '-5'");
}

TEST_CASE("read_primary gives up on a file of records that cannot be used") {
  std::string records;
  for (int i = 0; i < 10'000; ++i)
    records += "<package/>";
  CHECK_NOTHROW(read(metadata(records)));
  CHECK_THROWS_WITH_AS(
      read(metadata(records + "\n<package/>")),
      doctest::Contains("more than 10,000 packages that cannot be used"),
      Error);
}

TEST_CASE("read_primary ends with an Error where the file is damaged") {
  const std::string whole = metadata(record());
  CHECK_THROWS_AS(read(whole.substr(0, whole.size() / 2)), Error);
  CHECK_THROWS_AS(read(""), Error);
  CHECK_THROWS_AS(read("<html/>"), Error);
  CHECK_THROWS_AS(read("<!DOCTYPE metadata [<!ENTITY a 'b'>]>" + metadata("")), Error);
  CHECK_THROWS_AS(read(std::string("\x1f\x8b\x08\0 damaged", 12)), Error);
}

TEST_CASE("read_primary reads the real AppStream and BaseOS whole") {
  const auto data = reposbom::tests::shared_data();
  if (!data) {
    MESSAGE("skipped: no shared data");
    return;
  }
  const Read appstream = read(stored(*data / "repos/centos-stream-9-appstream-2025", "primary"));
  CHECK(appstream.count == 17'649);
  CHECK(appstream.packages.size() == 17'649);
  CHECK(appstream.refused.empty());
  const Read baseos = read(stored(*data / "repos/centos-stream-9-baseos-2022", "primary"));
  CHECK(baseos.count == 1'125);
  CHECK(baseos.refused.empty());

  std::size_t provides = 0;
  std::size_t requirements = 0;
  std::size_t files = 0;
  for (const Read* each : {&appstream, &baseos}) {
    for (const Package& package : each->packages) {
      provides += package.provides.size();
      requirements += package.requires_.size();
      files += package.files.size();
      REQUIRE_FALSE(package.license.empty());
      REQUIRE_FALSE(package.summary.empty());
      REQUIRE(package.build_time > 1'500'000'000);
      REQUIRE(parse_source_rpm(package.source_rpm));
      REQUIRE(package.origins.at(0).href.ends_with(nvra(package) + ".rpm"));
    }
  }
  CHECK(provides + requirements > 400'000);
  CHECK(files > 4'000);
  CHECK(nevra(appstream.packages.front()) == "389-ds-base-2.5.1-1.el9.x86_64");
  CHECK(baseos.packages.front().name == "ModemManager");
}

TEST_CASE("read_primary reads zstd and empty repositories, and many versions of one package") {
  const auto data = reposbom::tests::shared_data();
  if (!data) {
    MESSAGE("skipped: no shared data");
    return;
  }
  CHECK(read(stored(*data / "repos/osbuild-custom-zst", "primary")).count == 1);
  CHECK(read(stored(*data / "repos/epel6-updateinfo-2012", "primary")).count == 0);
  CHECK(read(stored(*data / "repos/sg5-el9/9/x86_64", "primary")).count == 26);
  const Read pgdg = read(stored(*data / "repos/pgdg15-el8", "primary"));
  CHECK(pgdg.count == 891);
  CHECK(pgdg.refused.empty());
  std::set<std::string> names;
  for (const Package& package : pgdg.packages)
    names.insert(package.name);
  CHECK(names.size() < pgdg.count);
}
