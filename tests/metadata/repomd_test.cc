// SPDX-License-Identifier: Apache-2.0
#include "metadata/repomd.h"

#include <fstream>
#include <iterator>

#include <doctest/doctest.h>

#include "metadata/digest.h"
#include "metadata/error.h"
#include "tests/support/shared_data.h"

using namespace reposbom::metadata;
using reposbom::Error;

namespace {

const std::string kDigest(64, 'a');

std::string repomd(const std::string& inside) {
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
         "<repomd xmlns=\"http://linux.duke.edu/metadata/repo\">" +
         inside + "</repomd>";
}

std::string part(const std::string& href, const std::string& more = "") {
  return "<data type=\"primary\"><checksum type=\"sha256\">" + kDigest +
         "</checksum><location href=\"" + href + "\"/>" + more + "</data>";
}

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

bool has_long_checksum(const std::string& xml) {
  const std::string open = "<checksum type=\"sha256\">";
  for (std::size_t at = 0; (at = xml.find(open, at)) != std::string::npos;) {
    at += open.size();
    if (xml.find('<', at) - at == 65) return true;
  }
  return false;
}

}  // namespace

TEST_CASE("parse_repomd reads every field") {
  const Repomd read = parse_repomd(
      repomd(
          "<revision>9-stream</revision><tags><content>binary</content>"
          "<distro cpeid=\"cpe:/o:almalinux:almalinux:9\">AlmaLinux &amp; friends</distro></tags>"
          "<data type=\"primary\">"
          "<checksum type=\"sha256\">" +
          kDigest +
          "</checksum>"
          "<open-checksum type=\"sha1\">" +
          std::string(40, 'B') +
          "</open-checksum>"
          "<location href=\"repodata/primary.xml.gz\"/><timestamp>1736761560</timestamp>"
          "<size>3597627</size><open-size>51840420</open-size></data>" +
          part("repodata/x")),
      "repomd.xml");
  CHECK(read.revision == "9-stream");
  CHECK(read.distro_cpe == "cpe:/o:almalinux:almalinux:9");
  CHECK(read.distro_name == "AlmaLinux & friends");
  REQUIRE(read.parts.size() == 2);
  const RepomdPart& primary = read.parts[0];
  CHECK(primary.type == "primary");
  CHECK(primary.checksum == Checksum{ChecksumType::Sha256, kDigest});
  CHECK(primary.open_checksum == Checksum{ChecksumType::Sha1, std::string(40, 'b')});
  CHECK(primary.href == "repodata/primary.xml.gz");
  CHECK(primary.timestamp == 1736761560);
  CHECK(primary.size == 3597627);
  CHECK(primary.open_size == 51840420);
  CHECK_FALSE(read.parts[1].open_checksum);
  CHECK(read.find("primary") == &read.parts[0]);
  CHECK(read.find("other") == nullptr);
  CHECK(read.newest_timestamp() == 1736761560);
}

TEST_CASE("parse_repomd takes the first distro that has a CPE") {
  const Repomd read = parse_repomd(
      repomd("<tags><distro>Some</distro><distro cpeid='cpe:/o:a:b:1'>B 1</distro>"
             "<distro cpeid='cpe:/o:c:d:2'>D 2</distro></tags>"),
      "repomd.xml");
  CHECK(read.distro_cpe == "cpe:/o:a:b:1");
  CHECK(read.distro_name == "B 1");
}

TEST_CASE("parse_repomd drops the fraction of old timestamps") {
  const auto read =
      parse_repomd(repomd(part("a", "<timestamp>1342470895.73</timestamp>")), "repomd.xml");
  CHECK(read.newest_timestamp() == 1342470895);
}

TEST_CASE("newest_timestamp falls back to a revision that is a time") {
  CHECK(
      parse_repomd(repomd("<revision>1784024265</revision>"), "x").newest_timestamp() ==
      1784024265);
  CHECK(parse_repomd(repomd("<revision>9-stream</revision>"), "x").newest_timestamp() == 0);
}

TEST_CASE("parse_repomd refuses paths that leave the repository") {
  for (const char* href :
       {"../primary.xml",
        "repodata/../../x",
        "/etc/passwd",
        "repodata//x",
        "",
        "./x",
        "a/",
        "a&#10;b",
        "http://example.com/x"}) {
    CAPTURE(href);
    CHECK_THROWS_AS(parse_repomd(repomd(part(href)), "repomd.xml"), Error);
  }
  CHECK_THROWS_WITH_AS(
      parse_repomd(repomd(part("../x")), "repomd.xml"),
      "repomd.xml: line 2: path outside the repository: '../x'",
      Error);
}

TEST_CASE("parse_repomd refuses a part without type, location or checksum") {
  CHECK_THROWS_AS(parse_repomd(repomd("<data type='primary'/>"), "x"), Error);
  CHECK_THROWS_AS(
      parse_repomd(repomd("<data type='primary'><location href='a'/></data>"), "x"), Error);
  CHECK_THROWS_AS(
      parse_repomd(
          repomd(
              "<data><checksum type='sha256'>" + kDigest +
              "</checksum><location href='a'/></data>"),
          "x"),
      Error);
}

TEST_CASE("parse_repomd refuses unknown checksums and wrong numbers") {
  const auto with = [](const std::string& inside) {
    return repomd("<data type='primary'><location href='a'/>" + inside + "</data>");
  };
  CHECK_THROWS_WITH_AS(
      parse_repomd(with("<checksum type='crc32'>12345678</checksum>"), "repomd.xml"),
      "repomd.xml: line 2: unknown or malformed checksum of 'primary': crc32 12345678",
      Error);
  CHECK_THROWS_AS(parse_repomd(with("<checksum type='sha256'>abcd</checksum>"), "x"), Error);
  CHECK_THROWS_AS(parse_repomd(repomd(part("a", "<size>many</size>")), "x"), Error);
  CHECK_THROWS_AS(parse_repomd(repomd(part("a", "<size>-1</size>")), "x"), Error);
}

TEST_CASE("parse_repomd refuses what is not a repomd.xml") {
  CHECK_THROWS_AS(parse_repomd("", "x"), Error);
  CHECK_THROWS_AS(parse_repomd("<html/>", "x"), Error);
  CHECK_THROWS_AS(parse_repomd(repomd("").substr(0, 80), "x"), Error);
  CHECK_THROWS_AS(parse_repomd("<!DOCTYPE repomd><repomd/>", "x"), Error);
}

TEST_CASE("parse_checksum wants as many digits as the algorithm gives") {
  CHECK(
      parse_checksum("sha", " " + std::string(40, '1') + "\n") ==
      Checksum{ChecksumType::Sha1, std::string(40, '1')});
  CHECK(
      parse_checksum("md5", std::string(32, 'F')) ==
      Checksum{ChecksumType::Md5, std::string(32, 'f')});
  CHECK_FALSE(parse_checksum("sha256", std::string(63, '1')));
  CHECK_FALSE(parse_checksum("sha256", std::string(64, 'g')));
  CHECK_FALSE(parse_checksum("", kDigest));
  CHECK_FALSE(parse_checksum("sha256", ""));
}

TEST_CASE("parse_repomd reads every real repomd.xml, and its checksums are those of the files") {
  const auto data = reposbom::tests::shared_data();
  if (!data) {
    MESSAGE("skipped: no shared data");
    return;
  }
  int repositories = 0;
  int checked = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(*data / "repos")) {
    if (entry.path().filename() != "repomd.xml") continue;
    const std::string subject = entry.path().string();
    CAPTURE(subject);
    const Repomd read = parse_repomd(read_file(entry.path()), subject);
    ++repositories;
    CHECK(read.find("primary") != nullptr);
    CHECK(read.newest_timestamp() > 1'300'000'000);
    for (const RepomdPart& each : read.parts) {
      const auto file = entry.path().parent_path().parent_path() / each.href;
      if (!std::filesystem::exists(file)) continue;
      CHECK(digest_file(each.checksum.type, file) == each.checksum);
      ++checked;
    }
  }
  CHECK(repositories == 6);
  CHECK(checked >= 25);
}

// Their checksums are made up, some of them one digit too long.
TEST_CASE("parse_repomd reads real samples unless a checksum has 65 digits") {
  const auto data = reposbom::tests::shared_data();
  if (!data) {
    MESSAGE("skipped: no shared data");
    return;
  }
  int read = 0;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(*data / "updateinfo-samples")) {
    if (entry.path().filename() != "repomd.xml") continue;
    const std::string subject = entry.path().string();
    CAPTURE(subject);
    const std::string xml = read_file(entry.path());
    if (has_long_checksum(xml)) {
      CHECK_THROWS_AS(parse_repomd(xml, subject), Error);
    } else {
      CHECK(parse_repomd(xml, subject).newest_timestamp() > 1'300'000'000);
      ++read;
    }
  }
  CHECK(read >= 4);
}
