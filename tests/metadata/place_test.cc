// SPDX-License-Identifier: Apache-2.0
//
// Of places on servers cli-network.sh has the rest: it needs some.
#include "metadata/place.h"

#include <string>

#include <doctest/doctest.h>

#include "metadata/digest.h"
#include "tests/support/published_tree.h"

using namespace reposbom::metadata;
using namespace reposbom::tests;
using reposbom::Cause;

TEST_CASE("A directory is a place that nobody has to be asked about") {
  const TemporaryFolder folder;
  write_bytes(folder / "a/file", "12345");
  const Place place = folder.path();
  CHECK_FALSE(place.is_remote());
  CHECK(place.is_proven());
  CHECK(place.cache() == nullptr);
  CHECK(place.name_of() == folder.path());
  CHECK(place.name_of("a/file") == folder / "a/file");
  CHECK(place.is_known_absent("a/other"));
  CHECK_FALSE(place.is_known_absent("a/file"));
}

TEST_CASE("A file of a directory is read if it is there, and is as wanted") {
  const TemporaryFolder folder;
  write_bytes(folder / "file", "12345");
  const Place place = folder.path();
  Wanted wanted{.href = "file", .limit = 5};
  CHECK(place.read(wanted) == "12345");
  CHECK_FALSE(place.read({.href = "absent", .limit = 5}));

  wanted.checksum = Checksum{ChecksumType::Sha256, sha256("12345")};
  wanted.size = 5;
  CHECK(place.read(wanted) == "12345");
  wanted.checksum = Checksum{ChecksumType::Sha256, sha256("54321")};
  const Thrown other = thrown_by([&] { (void)place.read(wanted); });
  CHECK(other.cause == Cause::Untrusted);
  CHECK(other.says((folder / "file").string() + ": "));
  CHECK(other.says("sync the repository again"));
  wanted.checksum = {};
  wanted.size = 6;
  CHECK(thrown_by([&] { (void)place.read(wanted); }).cause == Cause::Untrusted);
  CHECK(
      thrown_by([&] { (void)place.read({.href = "file", .limit = 4}); }).cause == Cause::Untrusted);
}

TEST_CASE("An RPM of a directory is the file itself, also where only its front is asked for") {
  const TemporaryFolder folder;
  write_bytes(folder / "Packages/a.rpm", "an RPM");
  const Place place = folder.path();
  Package package;
  package.origins = {{.href = "Packages/a.rpm"}};
  for (const auto& file : {place.rpm_front(package), place.whole_rpm(package)}) {
    REQUIRE(file);
    CHECK(file->path == folder / "Packages/a.rpm");
    CHECK(file->name == file->path);
    CHECK_FALSE(file->is_kept);
    CHECK_FALSE(file->is_proven);
  }
  package.origins = {{.href = "Packages/b.rpm"}};
  CHECK_FALSE(place.rpm_front(package));
  CHECK_FALSE(place.whole_rpm(package));
}

TEST_CASE("A server is a place whose files are waited for, and are proven by TLS alone") {
  const Place plain(RemotePlace{.url = "http://user:secret@example.com/os"});
  CHECK(plain.is_remote());
  CHECK_FALSE(plain.is_proven());
  CHECK_FALSE(plain.is_known_absent("file"));
  CHECK(plain.name_of("a/file").find("secret") == std::string::npos);
  CHECK(plain.name_of("a/file").ends_with("example.com/os/a/file"));
  CHECK(Place(RemotePlace{.url = "https://example.com/os"}).is_proven());
}
