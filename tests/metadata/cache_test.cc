// SPDX-License-Identifier: Apache-2.0
#include "metadata/cache.h"

#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include "metadata/digest.h"
#include "metadata/error.h"
#include "tests/support/published_tree.h"

using namespace reposbom::metadata;
using namespace reposbom::tests;
using namespace std::chrono_literals;

namespace {

Checksum sum_of(const std::string& bytes) {
  return {ChecksumType::Sha256, sha256(bytes)};
}

fs::path only_file(const fs::path& folder) {
  fs::path found;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    CHECK(found.empty());
    found = entry.path();
  }
  REQUIRE(!found.empty());
  return found;
}

}  // namespace

TEST_CASE("a cache gives back what was written, by kind and checksum") {
  const TemporaryFolder folder;
  const Cache cache(folder / "deep/cache");
  const Checksum sum = sum_of("one");
  CHECK(!cache.read(Kept::Part, sum));
  cache.write(Kept::Part, sum, std::string("o\0ne\n", 5));
  CHECK(cache.read(Kept::Part, sum) == std::string("o\0ne\n", 5));
  CHECK(!cache.read(Kept::Front, sum));
  CHECK(!cache.read(Kept::UnprovenFront, sum));
  CHECK(!cache.read(Kept::Part, sum_of("two")));
  cache.write(Kept::Part, sum, "");
  CHECK(cache.read(Kept::Part, sum) == "");
  CHECK(Cache(folder / "deep/cache").read(Kept::Part, sum) == "");
}

TEST_CASE("a damaged entry of a cache is none") {
  const TemporaryFolder folder;
  const Cache cache(folder.path());
  const Checksum sum = sum_of("x");
  cache.write(Kept::Front, sum, "some bytes");
  const fs::path file = only_file(folder.path());
  const std::string whole = read_bytes(file);
  for (std::size_t size = 0; size != whole.size(); ++size) {
    write_bytes(file, whole.substr(0, size));
    CHECK(!cache.read(Kept::Front, sum));
  }
  std::string other = whole;
  other.back() ^= 1;
  write_bytes(file, other);
  CHECK(!cache.read(Kept::Front, sum));
  cache.write(Kept::Front, sum, "some bytes");
  CHECK(cache.read(Kept::Front, sum) == "some bytes");
}

TEST_CASE("a cache forgets what was not used for long, and nothing that is not its own") {
  const TemporaryFolder folder;
  const Cache cache(folder.path());
  cache.write(Kept::Part, sum_of("old"), "old");
  const fs::path old = only_file(folder.path());
  write_bytes(folder / "mine/notes", "not of the cache");
  for (const fs::path& file : {old, folder / "mine/notes"})
    fs::last_write_time(file, fs::file_time_type::clock::now() - 100h);
  cache.write(Kept::Spec, sum_of("new"), "new");
  cache.prune(101h);
  CHECK(fs::exists(old));
  cache.prune(99h);
  CHECK(!fs::exists(old));
  CHECK(cache.read(Kept::Spec, sum_of("new")) == "new");
  CHECK(fs::exists(folder / "mine/notes"));
}

TEST_CASE("reading an entry of a cache is using it") {
  const TemporaryFolder folder;
  const Cache cache(folder.path());
  cache.write(Kept::Part, sum_of("a"), "a");
  const fs::path file = only_file(folder.path());
  fs::last_write_time(file, fs::file_time_type::clock::now() - 100h);
  CHECK(cache.read(Kept::Part, sum_of("a")));
  cache.prune(1h);
  CHECK(fs::exists(file));
}

TEST_CASE("a folder that others can write to, or that is none, is no cache") {
  const TemporaryFolder folder;
  fs::create_directory(folder / "open");
  fs::permissions(folder / "open", fs::perms::all);
  const Thrown open = thrown_by([&] { const Cache cache(folder / "open"); });
  CHECK(open.cause == reposbom::Cause::Usage);
  CHECK(open.says("can be written to by other users"));
  CHECK(!Cache::can_use(folder / "open"));
  write_bytes(folder / "file", "");
  CHECK(thrown_by([&] { const Cache cache(folder / "file/x"); }).says("cannot be made"));
  CHECK(Cache::can_use(folder / "new"));
  CHECK((fs::status(folder / "new").permissions() & fs::perms::others_all) == fs::perms::none);
}

TEST_CASE("a full cache, or one that is gone, loses nothing but time") {
  const TemporaryFolder folder;
  const Cache cache(folder / "c");
  fs::remove_all(folder / "c");
  write_bytes(folder / "c", "a file in its place");
  cache.write(Kept::Part, sum_of("a"), "a");
  CHECK(!cache.read(Kept::Part, sum_of("a")));
  cache.prune(1h);
  CHECK(read_bytes(folder / "c") == "a file in its place");
}

TEST_CASE("several writers of one entry leave a whole one") {
  const TemporaryFolder folder;
  const Cache cache(folder.path());
  const std::string bytes(100'000, 'x');
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i != 4; ++i) {
      threads.emplace_back([&] {
        for (int n = 0; n != 20; ++n)
          cache.write(Kept::Part, sum_of("a"), bytes);
      });
    }
  }
  CHECK(cache.read(Kept::Part, sum_of("a")) == bytes);
  CHECK(only_file(folder.path()).filename().string().starts_with("sha256-"));
}
