// SPDX-License-Identifier: Apache-2.0
#include "companion/seen.h"

#include <vector>

#include <doctest/doctest.h>

#include "tests/support/published_tree.h"

using namespace reposbom::companion;
using reposbom::Cause;
using reposbom::tests::thrown_by;

namespace {

const std::string kDigest(64, 'a');

Seen sample() {
  return {
      {"https://sbom.example.com", {1717977600, kDigest, "20240610T000000Z", "\"6666-abc\""}},
      {"/mnt/disk", {-5, std::string(64, '0'), "", ""}}};
}

}  // namespace

TEST_CASE("parse_seen reads what write_seen wrote") {
  const Seen read = parse_seen(write_seen(sample()), "state");
  REQUIRE(read.size() == 2);
  for (const auto& [source, run] : sample()) {
    REQUIRE(read.contains(source));
    CHECK(read.at(source).time == run.time);
    CHECK(read.at(source).sums == run.sums);
    CHECK(read.at(source).run == run.run);
    CHECK(read.at(source).etag == run.etag);
  }
  CHECK(parse_seen(write_seen({}), "state").empty());
}

TEST_CASE("write_seen leaves out an ETag that would be more than a field") {
  Seen seen = sample();
  seen["https://sbom.example.com"].etag = "a\nhttps://other\t1";
  CHECK(parse_seen(write_seen(seen), "state").at("https://sbom.example.com").etag.empty());
}

TEST_CASE("parse_seen says of a damaged file what to do") {
  const std::string good = write_seen(sample());
  std::vector<std::string> texts = {"", "sbomget state 2\n", good.substr(0, good.size() - 1)};
  texts.push_back(good + "\n");
  texts.push_back(good + good.substr(good.find('\n') + 1));  // Each source twice.
  texts.push_back("sbomget state 1\nx\t1\t" + kDigest + "\t\n");
  texts.push_back("sbomget state 1\nx\t1\t" + kDigest + "\t\t\t\n");
  texts.push_back("sbomget state 1\nx\t1y\t" + kDigest + "\t\t\n");
  texts.push_back("sbomget state 1\nx\t1\t../" + kDigest.substr(3) + "\t\t\n");
  texts.push_back("sbomget state 1\nx\t1\t" + kDigest + "\t..\t\n");
  for (const std::string& text : texts) {
    CAPTURE(text);
    const auto thrown = thrown_by([&] { parse_seen(text, "state"); });
    CHECK(thrown.cause == Cause::Usage);
    CHECK(thrown.says("state: is damaged: remove it"));
  }
}
