// SPDX-License-Identifier: Apache-2.0
//
// What readers and the next run find after a run in which any call of the storage
// failed, one after the other.
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "pipeline/rollback.h"
#include "pipeline/run.h"
#include "pipeline/verify.h"
#include "tests/support/tiny_run.h"

using namespace reposbom::tests;
using reposbom::Cause;
using reposbom::pipeline::RunOptions;
using reposbom::pipeline::RunResult;
using reposbom::pipeline::RunState;

namespace {

// A tree that stands before the run that is disturbed, the repository that this run reads, and the
// tree that it makes if nothing disturbs it.
struct Disturbed {
  TinyRun run = {};
  RunOptions options = {};
  std::map<std::string, std::string> before = {};
  std::string current_before = {};
  std::map<std::string, std::string> after = {};
  std::string current_after = {};

  explicit Disturbed(bool is_first, bool is_signed) {
    if (is_signed) {
      const fs::path keys = TestKeys::find()->openpgp("first").parent_path();
      run.settings.signing.openpgp = {{.key = keys / "first.secret.asc"}};
    }
    run.repository.write(two_builds());
    if (!is_first) {
      run.build();
      before = run.published();
      current_before = run.current();
      fs::create_directories(saved());
      fs::copy(run.tree(), saved(), fs::copy_options::recursive | fs::copy_options::copy_symlinks);
      // One package is gone, another is there in a newer version too.
      run.repository.write(
          {{.name = "hello", .needs = {"world"}},
           {.name = "world"},
           {.name = "world", .version = "2.0", .time = 1'705'000'000}},
          1'710'000'100);
      options.allow_shrink = true;
    }
    run.build(options);
    after = run.published();
    current_after = run.current();
  }

  fs::path saved() const { return run.folder() / "saved"; }

  void restore() const {
    fs::remove_all(run.tree());
    if (before.empty()) return;
    fs::copy(saved(), run.tree(), fs::copy_options::recursive | fs::copy_options::copy_symlinks);
  }

  // Fails at the n-th call, checks what readers see then, and runs again undisturbed. Returns
  // whether there was such a call.
  bool fail_at(std::size_t n, Failing failing, Fault fault) const {
    CAPTURE(n);
    restore();
    FailingStorage storage(n, failing, fault);
    const Thrown thrown = thrown_by([&] { run.build(options, storage); });
    if (!storage.has_failed()) return false;
    // The last calls come when all is published: then the run is good, and says what failed. And a
    // bad disk may swap `current` and tell that it has not.
    const bool is_published = run.current() == current_after;
    if (thrown.cause) REQUIRE(thrown.cause == Cause::Output);
    if (!thrown.cause) REQUIRE(is_published);
    if (fault != Fault::BadDisk) REQUIRE(is_published == !thrown.cause);
    if (!is_published) REQUIRE(run.current() == current_before);
    if (!run.current().empty()) reposbom::pipeline::verify(run.run(), {});

    const RunResult again = run.build(options);
    REQUIRE(again.state == (is_published ? RunState::Unchanged : RunState::Published));
    std::map<std::string, std::string> made = run.published();
    if (is_published) {
      std::erase_if(made, [](const auto& file) { return file.first.starts_with(".staging"); });
    }
    REQUIRE(differing(made, after) == "");
    return true;
  }
};

// Every way in which a call can fail; `at` fails at the n-th and tells whether there is one.
void fail_everywhere(
    std::size_t at_least, const std::function<bool(std::size_t, Failing, Fault)>& at) {
  for (const Failing failing : {Failing::Once, Failing::FromThereOn}) {
    for (const Fault fault : {Fault::NoSpace, Fault::NoAccess, Fault::BadDisk}) {
      CAPTURE(static_cast<int>(failing));
      CAPTURE(static_cast<int>(fault));
      std::size_t n = 1;
      while (at(n, failing, fault))
        ++n;
      CHECK(n > at_least);
    }
  }
}

void fail_everywhere(const Disturbed& disturbed) {
  fail_everywhere(60, [&](std::size_t n, Failing failing, Fault fault) {
    return disturbed.fail_at(n, failing, fault);
  });
}

// A tree of four runs, each with another world, of which the first has a set of its own.
struct FourRuns {
  TinyRun run = {};

  FourRuns() {
    for (const int day : {1, 2, 3, 4}) {
      std::vector<TinyPackage> packages = two_builds();
      packages[2].version = std::to_string(day) + ".0";
      run.repository.write(packages, 1'710'000'000 + std::int64_t{day} * 86'400);
      run.build();
    }
    fs::copy(run.tree(), saved(), kAsItIs);
  }

  static constexpr fs::copy_options kAsItIs =
      fs::copy_options::recursive | fs::copy_options::copy_symlinks;

  fs::path saved() const { return run.folder() / "saved"; }

  void restore() const {
    fs::remove_all(run.tree());
    fs::copy(saved(), run.tree(), kAsItIs);
  }

  // Disturbs what `work` does at the n-th call; then the tree is good, and `work` done again ends
  // as it would have ended undisturbed.
  bool fail_at(
      const std::function<void(reposbom::pipeline::Storage&)>& work,
      const std::map<std::string, std::string>& after,
      FailingStorage&& storage) const {
    restore();
    const Thrown thrown = thrown_by([&] { work(storage); });
    if (!storage.has_failed()) return false;
    if (thrown.cause) REQUIRE(thrown.cause == Cause::Output);
    reposbom::pipeline::verify(run.tree(), {});
    FailingStorage good;
    thrown_by([&] { work(good); });  // A swap that is done already is refused.
    REQUIRE(!run.current().empty());
    std::map<std::string, std::string> made = run.published();
    std::erase_if(made, [](const auto& file) { return file.first.starts_with(".staging"); });
    REQUIRE(differing(made, after) == "");
    return true;
  }

  void disturb(const std::function<void(reposbom::pipeline::Storage&)>& work) const {
    restore();
    FailingStorage undisturbed;
    work(undisturbed);
    const auto after = run.published();
    fail_everywhere(3, [&](std::size_t n, Failing failing, Fault fault) {
      CAPTURE(n);
      return fail_at(work, after, FailingStorage(n, failing, fault));
    });
  }
};

}  // namespace

TEST_CASE("a first run that fails anywhere publishes nothing, and the next is as if it never was") {
  fail_everywhere(Disturbed(true, false));
}

TEST_CASE("a run that fails anywhere leaves the run before, and the next is as if it never was") {
  const bool is_signed = TestKeys::find() != nullptr;
  fail_everywhere(Disturbed(false, is_signed));
}

TEST_CASE("a pruning that fails anywhere leaves a good tree, and the next ends it") {
  const FourRuns four;
  const reposbom::pipeline::Keep keep{.runs = 2};
  four.disturb([&](reposbom::pipeline::Storage& storage) {
    reposbom::pipeline::prune(four.run.tree(), keep, /*dry_run=*/false, {}, storage);
  });
}

TEST_CASE("a rollback that fails anywhere has swapped the run or has not") {
  const FourRuns four;
  four.disturb([&](reposbom::pipeline::Storage& storage) {
    reposbom::pipeline::roll_back(four.run.tree(), "20240311T160000Z", {}, storage);
  });
}

TEST_CASE("a retention that fails anywhere after a build is no failure of the build") {
  FourRuns four;
  four.run.settings.keep = {.runs = 2, .superseded = reposbom::pipeline::KeepCount{1}};
  four.run.repository.write(two_builds(), 1'711'000'000);
  const RunOptions options{.allow_shrink = true};
  four.restore();
  FailingStorage counting;
  four.run.build(options, counting);
  for (std::size_t n = counting.calls() - 8; n <= counting.calls(); ++n) {
    CAPTURE(n);
    four.restore();
    FailingStorage storage(n, Failing::FromThereOn, Fault::NoAccess);
    const Thrown thrown = thrown_by([&] { four.run.build(options, storage); });
    REQUIRE(storage.has_failed());
    reposbom::pipeline::verify(four.run.tree(), {});
    if (thrown.cause) REQUIRE(thrown.cause == Cause::Output);
  }
}

TEST_CASE("a repair that fails anywhere leaves the set as it was or whole") {
  TinyRun run;
  run.repository.write(two_builds());
  run.build();
  const auto good = run.published();
  const fs::path document = "sets/w/world/world-1.0-1.el9/world-1.0-1.el9.x86_64.cdx.json";
  fail_everywhere(5, [&](std::size_t n, Failing failing, Fault fault) {
    CAPTURE(n);
    damage(run.run() / document);
    FailingStorage storage(n, failing, fault);
    thrown_by([&] { run.build({.force = true}, storage); });
    // Wherever that ended, this mends it.
    run.build({.force = true});
    REQUIRE(differing(run.published(), good) == "");
    return storage.has_failed();
  });
}
