// SPDX-License-Identifier: Apache-2.0
#include "pipeline/storage.h"

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <string>

#include <doctest/doctest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/published_tree.h"

using namespace reposbom::tests;
using reposbom::Cause;
using reposbom::pipeline::FileStorage;
using reposbom::pipeline::holds;
using reposbom::pipeline::read_file;

TEST_CASE("FileStorage writes a file that read_file gives back") {
  const TemporaryFolder folder;
  FileStorage storage;
  const std::string bytes = std::string(200'000, 'x') + std::string("\0\xFF\n", 3);
  storage.create_directories(folder / "a/b");
  storage.create_directories(folder / "a/b");
  storage.write(folder / "a/b/file", bytes);
  CHECK(read_file(folder / "a/b/file") == bytes);
  storage.write(folder / "empty", "");
  CHECK(read_file(folder / "empty").empty());
  storage.sync(folder.path());
}

TEST_CASE("FileStorage never writes over a file or through a link") {
  const TemporaryFolder folder;
  FileStorage storage;
  storage.write(folder / "file", "first");
  fs::create_symlink("target", folder / "link");
  for (const std::string name : {"file", "link"}) {
    CAPTURE(name);
    const Thrown written = thrown_by([&] { storage.write(folder / name, "second"); });
    CHECK(written.cause == Cause::Output);
    CHECK(written.says((folder / name).string() + ": cannot create the file: File exists"));
    CHECK(thrown_by([&] { storage.create(folder / name); }).cause == Cause::Output);
  }
  CHECK(read_file(folder / "file") == "first");
  CHECK(!fs::exists(folder / "target"));
}

TEST_CASE("an OutputFile stays when it is closed and is gone when it is not") {
  const TemporaryFolder folder;
  FileStorage storage;
  {
    const auto closed = storage.create(folder / "closed");
    closed->write("one ");
    closed->write("two");
    closed->close();
    const auto left = storage.create(folder / "left");
    left->write("half");
    CHECK(fs::exists(folder / "left"));
  }
  CHECK(read_file(folder / "closed") == "one two");
  CHECK(!fs::exists(folder / "left"));
}

TEST_CASE("a write that does not fit is an error, and the file is gone") {
  const TemporaryFolder folder;
  FileStorage storage;
  // The limit is that of the process, so a child sets it and tries.
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{.rlim_cur = 1000, .rlim_max = 1000};
    setrlimit(RLIMIT_FSIZE, &limit);
    bool is_told = false;
    try {
      const auto file = storage.create(folder / "large");
      file->write(std::string(2000, 'x'));
    } catch (const reposbom::Error& error) {
      is_told = error.cause() == Cause::Output &&
                std::string(error.what()).ends_with("cannot write: File too large");
    }
    _exit(is_told ? 0 : 1);
  }
  int status = -1;
  REQUIRE(waitpid(child, &status, 0) == child);
  CHECK(status == 0);
  CHECK(!fs::exists(folder / "large"));
}

TEST_CASE("FileStorage::rename replaces links and files, not folders that hold something") {
  const TemporaryFolder folder;
  FileStorage storage;
  storage.create_symlink("new", folder / "beside");
  storage.create_symlink("old", folder / "current");
  storage.rename(folder / "beside", folder / "current");
  CHECK(fs::read_symlink(folder / "current") == "new");

  storage.create_directories(folder / "from");
  storage.create_directories(folder / "to");
  storage.write(folder / "to/file", "kept");
  const Thrown thrown = thrown_by([&] { storage.rename(folder / "from", folder / "to"); });
  CHECK(thrown.cause == Cause::Output);
  CHECK(thrown.says("cannot rename to " + (folder / "to").string()));
  CHECK(read_file(folder / "to/file") == "kept");
}

TEST_CASE("FileStorage::remove_all removes links, not what they lead to") {
  const TemporaryFolder folder;
  FileStorage storage;
  storage.create_directories(folder / "kept");
  storage.write(folder / "kept/file", "kept");
  storage.create_directories(folder / "gone/below");
  storage.create_symlink("../kept", folder / "gone/link");
  storage.remove_all(folder / "gone");
  storage.remove_all(folder / "gone");
  CHECK(!fs::exists(folder / "gone"));
  CHECK(fs::exists(folder / "kept/file"));
}

TEST_CASE("FileStorage names what it cannot do") {
  const TemporaryFolder folder;
  FileStorage storage;
  storage.write(folder / "file", "");
  const auto message = [](const auto& call) {
    const Thrown thrown = thrown_by(call);
    CHECK(thrown.cause == Cause::Output);
    return thrown.message;
  };
  const std::string below = (folder / "file/below").string();
  CHECK(message([&] {
          storage.create_directories(folder / "file/below");
        }) == below + ": cannot create the directory: Not a directory");
  CHECK(message([&] {
          storage.create_symlink("x", folder / "file");
        }) == (folder / "file").string() + ": cannot create the symbolic link: File exists");
  CHECK(message([&] {
          storage.sync(folder / "absent");
        }) == (folder / "absent").string() + ": cannot open: No such file or directory");
}

TEST_CASE("read_file throws if a file is absent or no file at all") {
  const TemporaryFolder folder;
  const Thrown absent = thrown_by([&] { read_file(folder / "absent"); });
  CHECK(absent.cause == Cause::Usage);
  CHECK(absent.says("cannot be read: No such file"));
  CHECK(thrown_by([&] { read_file(folder.path()); }).says("cannot be read: Is a directory"));
}

TEST_CASE("read_file reads a pipe, as a passphrase may come out of one") {
  const TemporaryFolder folder;
  REQUIRE(mkfifo((folder / "pipe").c_str(), 0600) == 0);
  const std::string writer = "printf secret >" + quoted(folder / "pipe") + " &";
  REQUIRE(std::system(writer.c_str()) == 0);
  CHECK(read_file(folder / "pipe") == "secret");
}

TEST_CASE("holds compares the bytes of a file") {
  const TemporaryFolder folder;
  write_bytes(folder / "file", "bytes");
  CHECK(holds(folder / "file", "bytes"));
  CHECK(!holds(folder / "file", "byte"));
  CHECK(!holds(folder / "absent", ""));
  CHECK(!holds(folder.path(), ""));
}

TEST_CASE("exchange swaps two folders in one step") {
  const TemporaryFolder folder;
  FileStorage storage;
  write_bytes(folder / "one/file", "1");
  write_bytes(folder / "other/file", "2");
  if (!storage.exchange(folder / "one", folder / "other")) {
    MESSAGE("skipped: this file system cannot exchange");
    return;
  }
  CHECK(read_bytes(folder / "one/file") == "2");
  CHECK(read_bytes(folder / "other/file") == "1");
  const Thrown thrown = thrown_by([&] { storage.exchange(folder / "one", folder / "absent"); });
  CHECK(thrown.cause == Cause::Output);
  CHECK(thrown.says("cannot exchange with"));
}
