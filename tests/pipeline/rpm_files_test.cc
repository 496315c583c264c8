// SPDX-License-Identifier: Apache-2.0
#include "pipeline/rpm_files.h"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "metadata/digest.h"
#include "metadata/repository.h"
#include "tests/support/published_tree.h"

using namespace reposbom::pipeline;
using namespace reposbom::tests;
using reposbom::metadata::ChecksumType;
using reposbom::metadata::HeaderProof;
using reposbom::metadata::Keyring;
using reposbom::metadata::Package;

namespace {

constexpr FileWishes kAll = {.headers = true, .sha512 = true};

// A copy of a repository that fixtures/make-repositories made, and what its repodata says.
class Mirror {
 public:
  Mirror() {
    const fs::path made = fs::path(REPOSBOM_BINARY_DIR) / "fixtures/mirror/BaseOS/x86_64/os";
    fs::copy(made, root(), fs::copy_options::recursive);
    packages_ = reposbom::metadata::read_contents(
                    reposbom::metadata::open_repository(root(), nullptr),
                    {},
                    [](const std::string&, const std::string&) {})
                    .packages;
    REQUIRE(packages_.size() > 5);
  }

  fs::path root() const { return folder_.path() / "os"; }
  fs::path file(std::size_t i) const { return root() / packages_[i].origins[0].href; }
  Package& package(std::size_t i) { return packages_[i]; }
  std::size_t size() const { return packages_.size(); }

  FileReading read(const FileWishes& wishes, const FileCache& known = {}) {
    std::vector<Package*> pointers;
    for (Package& package : packages_)
      pointers.push_back(&package);
    return read_rpm_files(root(), pointers, wishes, known);
  }

 private:
  TemporaryFolder folder_ = {};
  std::vector<Package> packages_ = {};
};

}  // namespace

TEST_CASE("fixtures: read_rpm_files takes from each file what only it tells") {
  Mirror mirror;
  const FileReading reading = mirror.read(kAll);
  CHECK(reading.failures.empty());
  CHECK(reading.absent == 0);
  CHECK(reading.used.size() == mirror.size());
  for (std::size_t i = 0; i != mirror.size(); ++i) {
    const Package& package = mirror.package(i);
    CAPTURE(nevra(package));
    CHECK(package.header.sig_md5.size() == 32);
    CHECK(package.header.sha256_header.size() == 64);
    CHECK(package.header.payload_sha256.size() == 64);
    CHECK(package.sha512 == digest_file(ChecksumType::Sha512, mirror.file(i)).hex);
  }
}

TEST_CASE("fixtures: read_rpm_files reads no more than is wished for") {
  Mirror mirror;
  (void)mirror.read({.sha512 = true});
  CHECK(mirror.package(0).header.sha256_header.empty());
  CHECK(!mirror.package(0).sha512.empty());
  CHECK(mirror.read({}).used.empty());
}

TEST_CASE("fixtures: read_rpm_files reads nothing again of a file that it knows") {
  Mirror mirror;
  const FileReading first = mirror.read(kAll);
  FileCache known = first.used;
  // It would notice this if it read the files.
  known[mirror.package(0).checksum.hex].header.sig_md5 = "remembered";
  known[mirror.package(0).checksum.hex].sha512 = "remembered too";
  const FileReading second = mirror.read(kAll, known);
  CHECK(second.used == known);
  CHECK(mirror.package(0).header.sig_md5 == "remembered");
  CHECK(mirror.package(0).sha512 == "remembered too");
}

TEST_CASE("fixtures: with keys, read_rpm_files proves what it knows without a proof") {
  Mirror mirror;
  const Keyring keys;
  const FileCache known = mirror.read({.headers = true}).used;
  const FileReading proved = mirror.read({.headers = true, .keys = &keys}, known);
  CHECK(proved.headers.unsigned_headers == mirror.size());
  CHECK(proved.headers.signed_headers == 0);
  CHECK(proved.used != known);
  damage(mirror.file(0));
  // A proof counts as long as the file is known, and without keys nobody asks for one.
  const FileReading again = mirror.read({.headers = true, .keys = &keys}, proved.used);
  CHECK(again.used == proved.used);
  CHECK(again.headers.unsigned_headers == mirror.size());
  CHECK(mirror.read({.headers = true}, proved.used).headers.unsigned_headers == 0);
  const FileReading anew = mirror.read({.headers = true, .keys = &keys}, known);
  REQUIRE(anew.failures.size() == 1);
  CHECK(anew.failures[0].message.starts_with("is of SHA256 "));
}

TEST_CASE("count_proof makes a failure of a refused header, check_forged an end of a forged one") {
  HeaderCounts counts;
  CHECK(!count_proof({.by = HeaderProof::By::Signature}, "file", counts));
  CHECK(!count_proof({}, "file", counts));
  const HeaderProof refused{.by = HeaderProof::By::Refused, .message = "why"};
  CHECK(count_proof(refused, "file", counts) == Failure{"file", "read", "why"});
  CHECK(counts.signed_headers == 1);
  CHECK(counts.unsigned_headers == 0);
  CHECK(counts.refused == 1);
  check_forged(refused, "file");
  const Thrown thrown =
      thrown_by([] { check_forged({.by = HeaderProof::By::Forged, .message = "why"}, "file"); });
  CHECK(thrown.cause == reposbom::Cause::Untrusted);
  CHECK(thrown.message == "file: why");
}

TEST_CASE("fixtures: read_rpm_files completes what it knows by what is wished for as well") {
  Mirror mirror;
  const FileReading headers = mirror.read({.headers = true});
  const FileReading both = mirror.read(kAll, headers.used);
  CHECK(both.used == mirror.read(kAll).used);
  CHECK(mirror.read({.headers = true}, both.used).used == both.used);  // Nothing is forgotten.
}

TEST_CASE("fixtures: read_rpm_files counts absent files and forgets them") {
  Mirror mirror;
  const FileCache known = mirror.read(kAll).used;
  fs::remove(mirror.file(1));
  mirror.package(1).header = {};
  mirror.package(1).sha512.clear();
  const FileReading reading = mirror.read(kAll, known);
  CHECK(reading.absent == 1);
  CHECK(reading.failures.empty());
  CHECK(!reading.used.contains(mirror.package(1).checksum.hex));
  CHECK(mirror.package(1).sha512.empty());
}

TEST_CASE("fixtures: read_rpm_files refuses a file that is not the one that repodata tells of") {
  Mirror mirror;
  SUBCASE("but another package") {
    fs::remove(mirror.file(0));
    fs::copy_file(mirror.file(1), mirror.file(0));
  }
  SUBCASE("but longer") {
    write_bytes(mirror.file(0), read_bytes(mirror.file(0)) + "x");
  }
  SUBCASE("but damaged in its header") {
    std::string bytes = read_bytes(mirror.file(0));
    bytes[bytes.size() / 4] ^= 1;
    write_bytes(mirror.file(0), bytes);
  }
  SUBCASE("but damaged in its payload") {
    damage(mirror.file(0));
  }
  const FileReading reading = mirror.read(kAll);
  REQUIRE(reading.failures.size() == 1);
  CHECK(reading.failures[0].subject == mirror.file(0).string());
  CHECK(mirror.package(0).header.sig_md5.empty());
  CHECK(mirror.package(0).sha512.empty());
  CHECK(!mirror.package(1).sha512.empty());
  CHECK(reading.used.size() == mirror.size() - 1);
}
