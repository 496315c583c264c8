// SPDX-License-Identifier: Apache-2.0
#include "companion/collection.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include "metadata/digest.h"
#include "tests/support/published_tree.h"

using namespace reposbom::companion;
using reposbom::Cause;
using reposbom::metadata::sha256;
using reposbom::tests::read_bytes;
using reposbom::tests::TemporaryFolder;
using reposbom::tests::thrown_by;
using reposbom::tests::write_bytes;
namespace fs = std::filesystem;

namespace {

const std::string kSet = "sets/b/bash/bash-1-1";

}  // namespace

TEST_CASE("a file of a collection has its name when it is whole, and is known by its digest") {
  const TemporaryFolder folder;
  const Collection collection(folder / "new/sbom");
  CHECK_FALSE(collection.is_there());
  collection.write(Side::Final, kSet + "/a", "first");
  collection.write(Side::Final, kSet + "/a", "second");
  CHECK(collection.is_there());
  CHECK(collection.read(Side::Final, kSet + "/a") == "second");
  CHECK(collection.has(Side::Final, kSet + "/a", sha256("second")));
  CHECK_FALSE(collection.has(Side::Final, kSet + "/a", sha256("first")));
  CHECK_FALSE(collection.read(Side::Final, kSet).has_value());
  CHECK_FALSE(collection.read(Side::Final, kSet + "/b").has_value());
  fs::create_symlink("a", collection.path(Side::Final, kSet + "/b"));
  CHECK_FALSE(collection.read(Side::Final, kSet + "/b").has_value());
}

TEST_CASE("a staged set takes the place of another as a whole") {
  const TemporaryFolder folder;
  const Collection collection(folder.path());
  for (const bool is_there : {false, true}) {
    CAPTURE(is_there);
    if (is_there) collection.write(Side::Final, kSet + "/old", "x");
    collection.write(Side::Staged, kSet + "/new", "y");
    collection.finish_set(kSet);
    CHECK(read_bytes(collection.path(Side::Final, kSet + "/new")) == "y");
    CHECK_FALSE(fs::exists(collection.path(Side::Final, kSet + "/old")));
    CHECK_FALSE(fs::exists(collection.path(Side::Staged, kSet)));
  }
  collection.stage_copy(kSet + "/new");
  CHECK(collection.read(Side::Staged, kSet + "/new") == "y");
  collection.drop_set(kSet);
  CHECK_FALSE(fs::exists(collection.path(Side::Staged, kSet)));
  CHECK(collection.read(Side::Final, kSet + "/new") == "y");
}

TEST_CASE("sets are found behind links too, so that none is used and not verified") {
  const TemporaryFolder folder;
  const Collection collection(folder / "sbom");
  CHECK(collection.sets().empty());
  collection.write(Side::Final, kSet + "/a", "x");
  write_bytes(folder / "elsewhere/zsh/zsh-1-1/a", "x");
  fs::create_directory_symlink(folder / "elsewhere", folder / "sbom/sets/z");
  CHECK(collection.sets() == std::vector<std::string>{kSet, "sets/z/zsh/zsh-1-1"});
}

TEST_CASE("only one writes to a collection, and nobody else can keep him from it") {
  const TemporaryFolder folder;
  Collection first(folder.path());
  first.lock();
  Collection second(folder.path());
  CHECK(thrown_by([&] { second.lock(); }).cause == Cause::TryAgain);
  struct stat status = {};
  REQUIRE(stat((folder / ".lock").c_str(), &status) == 0);
  CHECK((status.st_mode & 0777U) == 0600U);
}

TEST_CASE("what cannot be written is an error that names the file") {
  const TemporaryFolder folder;
  write_bytes(folder / "sets", "a file where a folder should be");
  const auto thrown =
      thrown_by([&] { Collection(folder.path()).write(Side::Final, kSet + "/a", "x"); });
  CHECK(thrown.cause == Cause::Output);
  CHECK(thrown.says("sets/b/bash"));
}
