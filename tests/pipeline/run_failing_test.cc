// SPDX-License-Identifier: Apache-2.0
//
// What readers and the next run find after a run in which any call of the storage
// failed, one after the other.
#include <cstddef>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include <doctest/doctest.h>

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
      run.settings.signing.openpgp = {.key = keys / "first.secret.asc"};
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
  bool fail_at(std::size_t n, Failing failing) const {
    CAPTURE(n);
    restore();
    FailingStorage storage(n, failing);
    const Thrown thrown = thrown_by([&] { run.build(options, storage); });
    if (!storage.has_failed()) return false;
    // The last calls come when all is published: then the run is good, and says what failed.
    const bool is_published = !thrown.cause.has_value();
    if (!is_published) REQUIRE(thrown.cause == Cause::Output);
    REQUIRE(run.current() == (is_published ? current_after : current_before));
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

void fail_everywhere(const Disturbed& disturbed, Failing failing) {
  std::size_t n = 1;
  while (disturbed.fail_at(n, failing))
    ++n;
  CHECK(n > 60);
}

}  // namespace

TEST_CASE("a first run that fails anywhere publishes nothing, and the next is as if it never was") {
  const Disturbed disturbed(true, false);
  SUBCASE("when one call fails") {
    fail_everywhere(disturbed, Failing::Once);
  }
  SUBCASE("when it is killed") {
    fail_everywhere(disturbed, Failing::FromThereOn);
  }
}

TEST_CASE("a run that fails anywhere leaves the run before, and the next is as if it never was") {
  const bool is_signed = TestKeys::find() != nullptr;
  const Disturbed disturbed(false, is_signed);
  SUBCASE("when one call fails") {
    fail_everywhere(disturbed, Failing::Once);
  }
  SUBCASE("when it is killed") {
    fail_everywhere(disturbed, Failing::FromThereOn);
  }
}
