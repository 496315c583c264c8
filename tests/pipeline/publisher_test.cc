// SPDX-License-Identifier: Apache-2.0
#include "pipeline/publisher.h"

#include <map>
#include <memory>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "metadata/digest.h"
#include "tests/support/fake_signer.h"
#include "tests/support/tiny_run.h"

using namespace reposbom::pipeline;
using namespace reposbom::tests;
using reposbom::Cause;
using reposbom::generators::Sink;

namespace {

const std::string kDigest(64, 'a');

RunFile file_of(const std::string& name, const std::string& bytes) {
  // In two pieces, as a document comes.
  return {name, [bytes](const Sink& sink) {
            sink(std::string_view(bytes).substr(0, 1));
            sink(std::string_view(bytes).substr(1));
          }};
}

SetRecipe recipe_with(const std::string& key) {
  SetRecipe recipe;
  recipe.signers.push_back(std::make_unique<FakeSigner>(key));
  return recipe;
}

// One staged set and two files.
RunContents stage_run(
    const fs::path& tree, Storage& storage, const std::string& name = "20240309T160000Z") {
  RenderedSet set{.files = {{"SHA256SUMS", "sums of the set\n"}}};
  set.summary.digest = kDigest;
  stage_set(set, tree, storage);
  return {
      .name = name,
      .time = 1'710'000'000,
      .sets =
          {{"bash", "bash-5-1", kDigest, reposbom::metadata::sha256("sums of the set\n"), true}},
      .files = {file_of("index.json", "{}\n"), file_of("releases/el9.spdx.json", "a release\n")}};
}

}  // namespace

TEST_CASE("run_name is the time, with a number if the tree has that run") {
  const TemporaryFolder tree;
  CHECK(run_name(tree.path(), 1'710'000'000) == "20240309T160000Z");
  fs::create_directories(tree / "runs/20240309T160000Z");
  CHECK(run_name(tree.path(), 1'710'000'000) == "20240309T160000Z-2");
  // Whatever has that name, even a link that leads nowhere.
  fs::create_symlink("nowhere", tree / "runs/20240309T160000Z-2");
  CHECK(run_name(tree.path(), 1'710'000'000) == "20240309T160000Z-3");
  CHECK(run_name(tree.path(), 1'710'000'001) == "20240309T160001Z");
}

TEST_CASE("publish makes a run whose sums say what is in it") {
  const TemporaryFolder folder;
  const fs::path tree = folder / "tree";
  FailingStorage storage;
  const RunContents contents = stage_run(tree, storage);
  CHECK(publish(contents, recipe_with("first"), tree, storage).empty());

  const std::string sums =
      reposbom::metadata::sha256("{}\n") + "  index.json\n" +
      reposbom::metadata::sha256("a release\n") + "  releases/el9.spdx.json\n" +
      reposbom::metadata::sha256("sums of the set\n") + "  sets/b/bash/bash-5-1/SHA256SUMS\n";
  const std::string key = "Test key first\n  first.key  " + reposbom::metadata::sha256("first");
  std::map<std::string, std::string> found = snapshot(tree);
  CHECK(found.at("keys/README").ends_with("\n\n" + key + "\n"));
  found.erase("keys/README");
  const std::string run = "runs/20240309T160000Z";
  CHECK(
      found == std::map<std::string, std::string>{
                   {"current", "-> " + run},
                   {"keys", "folder"},
                   {"keys/first.key", "the public key first\n"},
                   {"runs", "folder"},
                   {run, "folder"},
                   {run + "/SHA256SUMS", sums},
                   {run + "/SHA256SUMS.asc", FakeSigner().sign(sums, 1'710'000'000)},
                   {run + "/index.json", "{}\n"},
                   {run + "/releases", "folder"},
                   {run + "/releases/el9.spdx.json", "a release\n"},
                   {run + "/sets", "folder"},
                   {run + "/sets/b", "folder"},
                   {run + "/sets/b/bash", "folder"},
                   {run + "/sets/b/bash/bash-5-1", "-> ../../../../../store/aa/" + kDigest},
                   {"store", "folder"},
                   {"store/aa", "folder"},
                   {"store/aa/" + kDigest, "folder"},
                   {"store/aa/" + kDigest + "/SHA256SUMS", "sums of the set\n"}});
  CHECK(read_bytes(tree / "current/sets/b/bash/bash-5-1/SHA256SUMS") == "sums of the set\n");
}

TEST_CASE("publish keeps the keys of runs before, and does not touch those that are there") {
  const TemporaryFolder folder;
  const fs::path tree = folder / "tree";
  FailingStorage storage;
  publish(stage_run(tree, storage), recipe_with("first"), tree, storage);
  const auto written = fs::last_write_time(tree / "keys/README");
  fs::remove_all(tree / "store");
  publish(stage_run(tree, storage, "20240310T000000Z"), recipe_with("first"), tree, storage);
  CHECK(fs::last_write_time(tree / "keys/README") == written);

  fs::remove_all(tree / "store");
  publish(stage_run(tree, storage, "20240311T000000Z"), recipe_with("second"), tree, storage);
  CHECK(fs::exists(tree / "keys/first.key"));
  CHECK(fs::exists(tree / "keys/second.key"));
  CHECK(fs::read_symlink(tree / "current") == "runs/20240311T000000Z");
}

TEST_CASE("publish gives nothing its name before all is on the medium") {
  // Tells of the calls that matter, in their order.
  class Recorder : public FailingStorage {
   public:
    void rename(const fs::path& from, const fs::path& to) override {
      calls.push_back("rename " + to.filename().string());
      FailingStorage::rename(from, to);
    }
    void sync(const fs::path& path) override {
      calls.push_back("sync");
      FailingStorage::sync(path);
    }
    std::vector<std::string> calls = {};
  };
  const TemporaryFolder folder;
  const fs::path tree = folder / "tree";
  Recorder storage;
  publish(stage_run(tree, storage), recipe_with("first"), tree, storage);
  CHECK(
      storage.calls == std::vector<std::string>{
                           "sync",
                           "rename " + kDigest,
                           "rename first.key",
                           "rename README",
                           "rename 20240309T160000Z",
                           "sync",
                           "rename current",
                           "sync"});
}

TEST_CASE("publish tells of a failure after the swap, for the run stands") {
  const TemporaryFolder folder;
  const fs::path tree = folder / "tree";
  FailingStorage counting;
  publish(stage_run(tree, counting), {}, tree, counting);
  fs::remove_all(tree);
  // The last call removes the staging folder, the one before is the last sync.
  for (const std::size_t n : {counting.calls() - 1, counting.calls()}) {
    FailingStorage storage(n, Failing::Once);
    const std::string trouble = publish(stage_run(tree, storage), {}, tree, storage);
    CHECK(trouble.find("cannot be written") != std::string::npos);
    CHECK(fs::exists(tree / "current/index.json"));
    discard_unfinished(tree, storage);
    CHECK(fs::exists(tree / "current/index.json"));
    CHECK(!fs::exists(tree / ".staging"));
    fs::remove_all(tree);
  }
}

TEST_CASE("discard_unfinished removes a run that was named but never current") {
  const TemporaryFolder tree;
  FailingStorage storage;
  write_bytes(tree / "runs/old/index.json", "old");
  write_bytes(tree / "runs/new/index.json", "new");
  fs::create_symlink("runs/old", tree / "current");
  write_bytes(tree / ".staging/sets/x/file", "half");
  fs::create_symlink("runs/new", tree / ".staging/current");
  discard_unfinished(tree.path(), storage);
  CHECK(fs::exists(tree / "runs/old/index.json"));
  CHECK(!fs::exists(tree / "runs/new"));
  CHECK(!fs::exists(tree / ".staging"));
  discard_unfinished(tree.path(), storage);  // Nothing is left to do.
}

TEST_CASE("discard_unfinished removes no run that readers follow, and nothing but runs") {
  const TemporaryFolder tree;
  FailingStorage storage;
  write_bytes(tree / "runs/old/index.json", "old");
  write_bytes(tree / "store/file", "kept");
  fs::create_symlink("runs/old", tree / "current");
  for (const std::string target :
       {"runs/old", "store", "runs", "../../elsewhere", "runs/..", "runs/."}) {
    CAPTURE(target);
    fs::create_directories(tree / ".staging");
    fs::create_symlink(target, tree / ".staging/current");
    discard_unfinished(tree.path(), storage);
    CHECK(fs::exists(tree / "runs/old/index.json"));
    CHECK(fs::exists(tree / "store/file"));
    CHECK(!fs::exists(tree / ".staging"));
  }
}

TEST_CASE("Cleanup tidies up before and after, whatever can be removed") {
  const TemporaryFolder tree;
  FailingStorage storage;
  write_bytes(tree / ".staging/old", "");
  {
    const Cleanup cleanup(tree.path(), storage);
    CHECK(!fs::exists(tree / ".staging"));
    write_bytes(tree / ".staging/new", "");
  }
  CHECK(!fs::exists(tree / ".staging"));

  write_bytes(tree / ".staging/old", "");
  FailingStorage failing(2, Failing::FromThereOn);
  {
    const Cleanup cleanup(tree.path(), failing);
    write_bytes(tree / ".staging/new", "");
  }
  CHECK(failing.has_failed());
  CHECK(fs::exists(tree / ".staging/new"));
}

TEST_CASE("current_run and what it says are empty in a tree without one") {
  const TemporaryFolder tree;
  CHECK(!current_run(tree.path()));
  CHECK(current_inputs(tree.path()).empty());
  CHECK(current_index(tree.path()).packages.empty());
  fs::create_symlink("runs/x", tree / "current");
  CHECK(current_run(tree.path()) == tree / "runs/x");
  CHECK(current_inputs(tree.path()).empty());
  write_bytes(tree / "runs/x/report.json", R"({"inputs": "abc"})");
  CHECK(current_inputs(tree.path()) == "abc");
  write_bytes(tree / "runs/x/index.json", "damaged");
  CHECK(thrown_by([&] { current_index(tree.path()); }).cause == Cause::Untrusted);
}

TEST_CASE("current_run refuses a link that leads anywhere but to a run") {
  for (const std::string target : {"/etc", "runs/..", "runs", "store/x", "runs/a/b"}) {
    CAPTURE(target);
    const TemporaryFolder tree;
    fs::create_symlink(target, tree / "current");
    const Thrown thrown = thrown_by([&] { current_run(tree.path()); });
    CHECK(thrown.cause == Cause::Untrusted);
    CHECK(thrown.says("current: leads to " + target + ", which is no run of this tree"));
  }
}

TEST_CASE("is_as_written compares a streamed file") {
  const TemporaryFolder run;
  write_bytes(run / "a", "bytes");
  CHECK(is_as_written(file_of("a", "bytes"), run.path()));
  CHECK(!is_as_written(file_of("a", "other"), run.path()));
  CHECK(!is_as_written(file_of("b", "bytes"), run.path()));
}
