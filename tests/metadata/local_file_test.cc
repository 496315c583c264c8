// SPDX-License-Identifier: Apache-2.0
#include "metadata/local_file.h"

#include <string>
#include <utility>

#include <doctest/doctest.h>
#include <fcntl.h>

#include "tests/support/published_tree.h"

using namespace reposbom::metadata;
using namespace reposbom::tests;
using reposbom::Cause;

namespace {

bool is_open(int descriptor) {
  return ::fcntl(descriptor, F_GETFD) != -1;
}

}  // namespace

TEST_CASE("file_of_bytes has a path to read from, as long as it is there") {
  fs::path path;
  {
    const LocalFile file = file_of_bytes("a", "http://example.com/a.rpm");
    path = file.path;
    CHECK(file.name == "http://example.com/a.rpm");
    CHECK(read_whole(file.path, 10) == "a");
    CHECK(read_front(file, 10) == "a");
  }
  CHECK_FALSE(fs::exists(path));
}

TEST_CASE("new_nameless_file is empty, and leaves nothing in its folder") {
  const TemporaryFolder folder;
  {
    const LocalFile file = new_nameless_file(folder.path(), "file");
    CHECK(read_whole(file.path, 10).empty());
    REQUIRE(write_all(file.file.descriptor(), "bytes"));
    CHECK(read_whole(file.path, 10) == "bytes");
    CHECK(fs::is_empty(folder.path()));
  }
  CHECK(fs::is_empty(folder.path()));
  const Thrown thrown = thrown_by([&] { new_nameless_file(folder / "absent", "the file"); });
  CHECK(thrown.cause == Cause::Output);
  CHECK(thrown.says("the file: cannot make a temporary file: "));
}

TEST_CASE("An OpenFile is closed once, by who has it last") {
  OpenFile last;
  int descriptor = -1;
  {
    OpenFile first(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    REQUIRE(first.is_open());
    descriptor = first.descriptor();
    OpenFile second(std::move(first));
    last = std::move(second);
  }
  CHECK(last.descriptor() == descriptor);
  CHECK(is_open(descriptor));
  last = OpenFile();
  CHECK_FALSE(is_open(descriptor));
}

TEST_CASE("read_whole refuses what is too large, a folder, and what is not there") {
  const TemporaryFolder folder;
  write_bytes(folder / "file", "12345");
  CHECK(read_whole(folder / "file", 5) == "12345");
  const Thrown large = thrown_by([&] { read_whole(folder / "file", 4); });
  CHECK(large.cause == Cause::Untrusted);
  CHECK(large.says("has 5 bytes, more than the 4 that are read"));
  CHECK(thrown_by([&] { read_whole(folder / "absent", 4); }).cause == Cause::Untrusted);
  CHECK(thrown_by([&] { read_whole(folder.path(), 4); }).cause == Cause::Untrusted);
}

TEST_CASE("read_front gives no more than is asked for, and what there is of less") {
  const TemporaryFolder folder;
  write_bytes(folder / "file", "12345");
  LocalFile file;
  file.path = folder / "file";
  CHECK(read_front(file, 3) == "123");
  CHECK(read_front(file, 9) == "12345");
  file.path = folder / "absent";
  CHECK(thrown_by([&] { read_front(file, 1); }).cause == Cause::Untrusted);
}

TEST_CASE("is_absent is said of what is not there alone") {
  const TemporaryFolder folder;
  write_bytes(folder / "file", "");
  CHECK(is_absent(folder / "absent"));
  CHECK(is_absent(folder / "absent/below"));
  CHECK_FALSE(is_absent(folder / "file"));
  CHECK_FALSE(is_absent(folder.path()));
  fs::create_symlink("nowhere", folder / "link");
  CHECK(is_absent(folder / "link"));
}
