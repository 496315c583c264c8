// SPDX-License-Identifier: Apache-2.0
#include "pipeline/input.h"

#include <algorithm>
#include <ctime>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/support/tiny_run.h"

using namespace reposbom::pipeline;
using namespace reposbom::tests;
using reposbom::Cause;
using reposbom::metadata::Build;
using reposbom::metadata::Catalog;

namespace {

// A second repository beside that of the run.
TinyRepository& add_repository(TinyRun& run, TinyRepository& repository) {
  run.settings.repositories.push_back({.id = "second", .packages = repository.path().string()});
  return repository;
}

struct Read {
  Report report = {};
  FileCache files = {};
  Catalog catalog = {};
};

Read read(const TinyRun& run) {
  Read read;
  read.catalog = read_input(run.settings, open_input(run.settings), read.files, read.report);
  return read;
}

std::vector<std::string> remarks(const Read& read) {
  std::vector<std::string> texts;
  for (const auto& remark : read.catalog.remarks)
    texts.push_back(remark.subject + ": " + remark.message);
  return texts;
}

}  // namespace

TEST_CASE("open_input reads every repomd.xml, and its time is the newest") {
  TinyRun run;
  TinyRepository second(run.folder() / "second");
  run.repository.write(two_builds(), 1'710'000'000);
  add_repository(run, second).write({{.name = "more"}}, 1'710'000'500);
  const OpenedInput opened = open_input(run.settings);
  CHECK(opened.entries.size() == 2);
  CHECK(opened.time() == 1'710'000'500);
  CHECK(opened.distribution.id == "almalinux");
  CHECK(opened.distribution.major() == "9");
}

TEST_CASE("the digest of the input changes with any repomd.xml, that of sources too") {
  TinyRun run;
  TinyRepository second(run.folder() / "second");
  TinyRepository sources(run.folder() / "sources");
  run.repository.write(two_builds());
  add_repository(run, second).write({{.name = "more"}});
  sources.write({{.name = "hello", .arch = "src"}});
  const std::string before = open_input(run.settings).digest();
  CHECK(before == open_input(run.settings).digest());

  second.write({{.name = "more"}}, 1'710'000'001);
  const std::string newer = open_input(run.settings).digest();
  CHECK(newer != before);
  run.settings.repositories[0].sources = sources.path().string();
  const std::string with_sources = open_input(run.settings).digest();
  CHECK(with_sources != newer);
  sources.write({{.name = "world", .arch = "src"}});
  CHECK(open_input(run.settings).digest() != with_sources);
}

TEST_CASE("the digest of the input changes with the keys, whatever their files are called") {
  const TestKeys* keys = TestKeys::find();
  if (keys == nullptr) return;
  TinyRun run;
  run.repository.write(two_builds());
  TinyRepository sources(run.folder() / "sources");
  sources.write({{.name = "hello", .arch = "src"}});
  const std::string bytes = read_bytes(run.repository.repomd());
  write_bytes(
      run.repository.repomd().string() + ".asc",
      keys->openpgp_signer("first")->sign(bytes, std::time(nullptr)));
  auto& repository = run.settings.repositories[0];
  repository.sources = sources.path().string();
  const std::string without = open_input(run.settings).digest();

  const fs::path file = run.folder() / "key";
  fs::copy_file(keys->openpgp("first"), file);
  repository.keys = {file};
  repository.source_keys.emplace();  // Nobody has signed them.
  const OpenedInput opened = open_input(run.settings);
  CHECK(opened.digest() != without);
  CHECK(opened.entries[0].package_keys != nullptr);
  CHECK(opened.entries[0].source_keys == nullptr);
  fs::rename(file, run.folder() / "other");
  repository.keys = {run.folder() / "other"};
  CHECK(open_input(run.settings).digest() == opened.digest());
  repository.keys = {run.folder() / "other", keys->openpgp("second")};
  CHECK(open_input(run.settings).digest() != opened.digest());
  repository.source_keys.reset();
  const Thrown thrown = thrown_by([&] { open_input(run.settings); });
  CHECK(thrown.says("sources/repodata/repomd.xml: has no repomd.xml.asc"));
}

TEST_CASE("open_input tells that no server answers, and when to try again") {
  TinyRun run;
  // Nothing listens there; port 1 is privileged.
  run.settings.repositories[0].packages = "http://127.0.0.1:1/os";
  run.settings.repositories[0].network = {.proxy = "", .retries = 0};
  run.settings.cache = run.folder() / "cache";
  const Thrown thrown = thrown_by([&] { open_input(run.settings); });
  CHECK(thrown.cause == Cause::TryAgain);
  CHECK(thrown.says("http://127.0.0.1:1/os/repodata/repomd.xml: "));
}

TEST_CASE("read_input joins the repositories in the order of the settings") {
  TinyRun run;
  TinyRepository second(run.folder() / "second");
  run.repository.write(two_builds());
  // world is the same file in both.
  add_repository(run, second).write({{.name = "world"}, {.name = "more", .needs = {"hello"}}});
  const Read found = read(run);
  REQUIRE(found.catalog.builds.size() == 3);
  CHECK(found.catalog.records == 5);
  CHECK(found.catalog.builds[2].packages[0].origins.size() == 2);
  const Build& more = found.catalog.builds[1];
  REQUIRE(more.packages[0].depends_on.size() == 1);
  CHECK(found.catalog.at(more.packages[0].depends_on[0]).name == "hello");

  REQUIRE(found.report.repositories.size() == 2);
  CHECK(found.report.repositories[0].id == "tiny");
  CHECK(found.report.repositories[0].records == 3);
  CHECK(found.report.repositories[1].id == "second");
  CHECK(found.report.repositories[1].repomd_sha256.size() == 64);
}

TEST_CASE("read_input tells refused records of all repositories, sorted") {
  TinyRun run;
  TinyRepository second(run.folder() / "second");
  const auto bad = [](const std::string& name) {
    return TinyRepository::record({.name = name, .version = "/"});
  };
  run.repository.write_records(bad("z") + bad("a"), 2);
  add_repository(run, second).write_records(bad("m"), 1);
  const Report report = read(run).report;
  REQUIRE(report.failures.size() == 3);
  CHECK(std::is_sorted(report.failures.begin(), report.failures.end()));
  CHECK(report.failures[0].stage == "read");
}

TEST_CASE("a source package without its file, or with a damaged one, costs only its header") {
  TinyRun run;
  run.repository.write(two_builds());
  TinyRepository sources(run.folder() / "sources");
  sources.write({{.name = "hello", .arch = "src"}, {.name = "world", .arch = "src"}});
  run.settings.repositories[0].sources = sources.path().string();
  write_bytes(sources.path() / "Packages/world-1.0-1.el9.src.rpm", "no RPM");
  const Read found = read(run);
  REQUIRE(found.report.failures.size() == 1);
  CHECK(found.report.failures[0].subject.ends_with("world-1.0-1.el9.src.rpm"));
  REQUIRE(found.catalog.builds.size() == 2);
  for (const Build& build : found.catalog.builds) {
    CHECK(build.source.in_repodata);
    CHECK(!build.source.header_read);
  }
}

TEST_CASE("files that packages need are looked up in filelists.xml") {
  TinyRun run;
  const std::vector<TinyPackage> packages = {
      {.name = "hello", .needs = {"/opt/tool"}}, {.name = "world"}};
  const std::string filelists =
      "<filelists packages=\"1\"><package pkgid=\"" + packages[1].pkgid() +
      "\" name=\"world\" arch=\"x86_64\"><version epoch=\"0\" ver=\"1.0\" rel=\"1.el9\"/>"
      "<file>/opt/tool</file></package></filelists>";
  run.repository.add_part("filelists", "filelists.xml", filelists);
  run.repository.write(packages);
  SUBCASE("which is there") {
    const Read found = read(run);
    const auto& hello = found.catalog.builds[0].packages[0];
    CHECK(hello.unresolved.empty());
    REQUIRE(hello.depends_on.size() == 1);
    CHECK(found.catalog.at(hello.depends_on[0]).name == "world");
    CHECK(remarks(found).empty());
  }
  SUBCASE("which is absent: that is a remark") {
    fs::remove(run.repository.path() / "filelists.xml");
    const Read found = read(run);
    CHECK(found.catalog.builds[0].packages[0].unresolved.size() == 1);
    REQUIRE(remarks(found).size() == 1);
    CHECK(remarks(found)[0].find("repomd.xml names it but it is absent") != std::string::npos);
  }
  SUBCASE("which is not what repomd.xml says") {
    damage(run.repository.path() / "filelists.xml");
    CHECK(thrown_by([&] { read(run); }).cause == Cause::Untrusted);
  }
}

TEST_CASE("read_input of a damaged repository that did not change says what is wrong") {
  TinyRun run;
  run.repository.write(two_builds());
  const OpenedInput opened = open_input(run.settings);
  damage(run.repository.primary());
  Report report;
  FileCache files;
  const Thrown thrown = thrown_by([&] { read_input(run.settings, opened, files, report); });
  CHECK(thrown.cause == Cause::Untrusted);
  CHECK(thrown.says("its SHA256 is"));
}

TEST_CASE("read_input of a repository that was exchanged meanwhile wants another try") {
  TinyRun run;
  run.repository.write(two_builds());
  const OpenedInput opened = open_input(run.settings);
  Report report;
  FileCache files;
  SUBCASE("though all that was named is still there") {
    const std::string primary = read_bytes(run.repository.primary());
    const fs::path file = run.repository.primary();
    run.repository.write({{.name = "new"}});
    write_bytes(file, primary);
  }
  SUBCASE("and the old metadata is gone") {
    run.repository.write({{.name = "new"}});
  }
  CHECK(
      thrown_by([&] { read_input(run.settings, opened, files, report); }).cause == Cause::TryAgain);
}
