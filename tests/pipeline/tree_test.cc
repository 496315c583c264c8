// SPDX-License-Identifier: Apache-2.0
#include "pipeline/tree.h"

#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "tests/support/published_tree.h"

using namespace reposbom::pipeline;
using reposbom::Cause;
using reposbom::tests::Thrown;
using reposbom::tests::thrown_by;

namespace {

const std::string kDigest(64, 'a');

Index sample_index() {
  Index index{.run = "20240309T160000Z", .distribution = "almalinux-9.4"};
  index.suffixes = {".spdx.json", ".cdx.xml"};
  index.packages = {
      {.nevra = "bash-5.1.8-9.el9.x86_64",
       .arch = "x86_64",
       .pkgid = std::string(64, 'b'),
       .stem = "bash-5.1.8-9.el9.x86_64",
       .build = "bash-5.1.8-9.el9",
       .source_name = "bash",
       .set = kDigest,
       .uuid = "11111111-2222-5333-8444-555555555555",
       .state = State::Current,
       .time = 1'700'000'000},
      {.nevra = "zlib-1:1.2-3.i686",
       .arch = "i686",
       .pkgid = std::string(64, 'c'),
       .stem = "zlib-1.2-3.i686",
       .build = "zlib-1.2-3",
       .source_name = "zlib",
       .set = kDigest,
       .uuid = "21111111-2222-5333-8444-555555555555",
       .replaces = "31111111-2222-5333-8444-555555555555",
       .state = State::Withdrawn,
       .time = -1}};
  return index;
}

// An index with one entry in which `member` is `value`.
std::string index_with(const std::string& member, const std::string& value) {
  Index index = sample_index();
  index.packages.pop_back();
  std::string json = write_index(index);
  const std::string start = "\"" + member + "\": \"";
  const std::size_t at = json.find(start) + start.size();
  return json.replace(at, json.find('"', at) - at, value);
}

}  // namespace

TEST_CASE("paths of the tree are as the README says") {
  CHECK(store_path(kDigest) == "store/aa/" + kDigest);
  CHECK(staged_set_path(kDigest) == ".staging/sets/" + kDigest);
  CHECK(set_link_target(kDigest) == "../../../../../store/aa/" + kDigest);
}

TEST_CASE("is_run_link_target takes a run and nothing else") {
  CHECK(is_run_link_target("runs/20240610T000000Z"));
  for (const char* target :
       {"", "runs", "runs/", "runs/.", "runs/..", "runs/a/b", "/runs/a", "../runs/a", "store/a"}) {
    CAPTURE(target);
    CHECK(!is_run_link_target(target));
  }
}

TEST_CASE("parse_index reads what write_index wrote") {
  const Index index = sample_index();
  const std::string json = write_index(index);
  const Index read = parse_index(json, "index.json");
  CHECK(read.run == index.run);
  CHECK(read.distribution == index.distribution);
  CHECK(read.suffixes == index.suffixes);
  REQUIRE(read.packages.size() == 2);
  CHECK(read.packages[0].nevra == "bash-5.1.8-9.el9.x86_64");
  CHECK(read.packages[0].replaces.empty());
  CHECK(read.packages[1].state == State::Withdrawn);
  CHECK(read.packages[1].time == -1);
  // Every other member: a second round gives the same bytes.
  CHECK(write_index(read) == json);
}

TEST_CASE("parse_index refuses entries that would become paths elsewhere") {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"build", "../x"},
      {"source", ".."},
      {"source", ""},
      {"documents", "a/b"},
      {"set", ""},
      {"set", std::string(63, 'a')},
      {"set", "../" + std::string(61, 'a')},
      {"set", std::string(64, 'A')},
      {"state", "gone"}};
  for (const auto& [member, value] : cases) {
    CAPTURE(member);
    CAPTURE(value);
    const Thrown thrown = thrown_by([&] { parse_index(index_with(member, value), "index.json"); });
    CHECK(thrown.cause == Cause::Untrusted);
    CHECK(thrown.says("index.json: "));
  }
  CHECK(parse_index(index_with("state", "superseded"), "i").packages[0].state == State::Superseded);
}

TEST_CASE("parse_index refuses what is no JSON object") {
  for (const std::string json : {"", "[]", "{", "{} {}"}) {
    CAPTURE(json);
    CHECK(thrown_by([&] { parse_index(json, "index.json"); }).cause == Cause::Untrusted);
  }
}
