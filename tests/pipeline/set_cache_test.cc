// SPDX-License-Identifier: Apache-2.0
#include "pipeline/set_cache.h"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "pipeline/set_summary.h"
#include "tests/support/tiny_run.h"

using namespace reposbom::pipeline;
using namespace reposbom::tests;

namespace {

SetSummary sample(const std::string& digest, const std::string& name) {
  SetSummary set;
  set.digest = digest;
  set.build = name + "-1.0-1.el9";
  set.source_name = name;
  set.time = 1700000000;
  set.document = {
      .id = "DocumentRef-build-" + name,
      .name_space = "https://example.com/" + name,
      .sha1 = "s1",
      .uuid = "u1",
      .root_spdx_id = "SPDXRef-1",
      .root_bom_ref = "pkg:rpm/x"};
  for (const std::string arch : {"noarch", "x86_64"}) {
    set.packages.push_back(
        {.nevra = name + "-1:1.0-1.el9." + arch,
         .arch = arch,
         .pkgid = "p-" + arch,
         .stem = name + "-1.0-1.el9." + arch,
         .build = set.build,
         .source_name = name,
         .set = digest,
         .uuid = "u-" + arch,
         .time = -5});
  }
  set.documents = 15;
  set.signatures = 2;
  set.bytes = std::uint64_t{1} << 40;
  set.sums_sha256 = "sums of " + name;
  return set;
}

// write_set_json() tells all but what stands beside it.
std::string told(const SetSummary& set) {
  return write_set_json(set, std::vector<PackageFacts>(set.packages.size())) + set.sums_sha256;
}

}  // namespace

TEST_CASE("parse_set_cache reads what write_set_cache wrote") {
  const std::vector<SetSummary> sets = {sample("d1", "bash"), {}, sample("d2", "zsh")};
  const SetCache cache = parse_set_cache(write_set_cache(sets, {}, {}));
  REQUIRE(cache.size() == 2);
  CHECK(told(cache.at("d1")) == told(sets[0]));
  CHECK(told(cache.at("d2")) == told(sets[2]));
  CHECK(cache.at("d2").packages[1].set == "d2");
  CHECK(cache.at("d2").packages[1].build == "zsh-1.0-1.el9");
  CHECK(cache.at("d2").packages[1].source_name == "zsh");
  CHECK(parse_set_cache(write_set_cache({}, {}, {})).empty());
}

TEST_CASE("write_set_cache keeps of earlier sets those that the run links to") {
  SetCache earlier;
  for (const std::string digest : {"d1", "d3", "d4"})
    earlier[digest] = sample(digest, "earlier");
  const std::vector<RunSet> linked = {{.digest = "d1"}, {.digest = "d3"}, {.digest = "d9"}};
  const SetCache cache = parse_set_cache(write_set_cache({sample("d1", "bash")}, earlier, linked));
  CHECK(cache.size() == 2);
  CHECK(cache.at("d1").source_name == "bash");
  CHECK(cache.at("d3").source_name == "earlier");
}

TEST_CASE("write_set_cache leaves out a set of which something stands in no line") {
  SetSummary odd = sample("d1", "bash");
  odd.packages[1].nevra = "a\tb";
  const SetCache cache = parse_set_cache(write_set_cache({odd, sample("d2", "zsh")}, {}, {}));
  CHECK(cache.size() == 1);
  CHECK(cache.contains("d2"));
}

TEST_CASE("parse_set_cache takes nothing from a file that was cut or changed") {
  const std::string text = write_set_cache({sample("d1", "bash"), sample("d2", "zsh")}, {}, {});
  for (std::size_t size = 0; size != text.size(); ++size)
    CHECK(parse_set_cache(text.substr(0, size)).empty());
  for (std::size_t at = 0; at != text.size(); ++at) {
    std::string changed = text;
    changed[at] = changed[at] == 'x' ? 'y' : 'x';
    CHECK(parse_set_cache(changed).empty());
  }
}

TEST_CASE("a run keeps what set.json of each of its sets tells") {
  TinyRun run;
  run.repository.write(two_builds());
  run.build();
  const SetCache cache = read_set_cache(run.tree());
  REQUIRE(cache.size() == 2);
  for (const auto& [digest, set] : cache) {
    const SetSummary stored = read_set(run.tree(), digest);
    SetSummary kept = set;
    kept.inputs = stored.inputs;
    CHECK(told(kept) == told(stored));
  }
  CHECK(read_set_cache(run.tree() / "store").empty());
}

TEST_CASE("a run gives the same with the cache, without it and with a damaged one") {
  TinyRun run;
  std::vector<TinyPackage> packages = two_builds();
  run.repository.write(packages);
  run.build();
  packages[0].summary = "Another";
  run.repository.write(packages);
  SUBCASE("with it") {}
  SUBCASE("without it") {
    fs::remove(run.tree() / std::string(kSetCache));
  }
  SUBCASE("with a damaged one") {
    damage(run.tree() / std::string(kSetCache));
  }
  CHECK(run.build().report.sets_reused == 1);
  CHECK(run.build({.check = true}).state == RunState::Same);
  CHECK(read_set_cache(run.tree()).size() == 2);
}
