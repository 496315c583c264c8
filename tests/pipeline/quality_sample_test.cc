// SPDX-License-Identifier: Apache-2.0
#include "pipeline/quality_sample.h"

#include <algorithm>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "pipeline/report.h"
#include "tests/support/published_tree.h"
#include "tests/support/tiny_run.h"

using namespace reposbom::pipeline;
using namespace reposbom::tests;
using reposbom::Cause;

namespace {

// As many builds as asked for, each a set in the store with the same SPDX document.
std::vector<SetSummary> store_sets(const TinyRun& run, std::size_t count) {
  const fs::path document = run.run() / "sets/h/hello/hello-1.0-1.el9/hello-1.0-1.el9.x86_64";
  std::vector<SetSummary> sets;
  for (std::size_t i = 0; i != count; ++i) {
    const std::string number = std::to_string(i);
    SetSummary set{.digest = std::string(64 - number.size(), '0') + number};
    set.packages = {{.stem = "p"}};
    write_bytes(
        run.tree() / store_path(set.digest) / "p.spdx.json",
        read_bytes(document.string() + ".spdx.json"));
    write_bytes(run.tree() / store_path(set.digest) / reposbom::metadata::kSums, "");
    sets.push_back(set);
  }
  return sets;
}

const QualityGap* find(const std::vector<QualityGap>& gaps, Reason reason) {
  const auto found = std::ranges::find(gaps, reason, &QualityGap::reason);
  return found == gaps.end() ? nullptr : &*found;
}

}  // namespace

TEST_CASE("a run's report tells the quality of its package documents") {
  TinyRun run;
  run.repository.write(two_builds());
  const Report report = run.build().report;
  CHECK(report.quality.documents() == 4);  // Of two builds, in two formats.
  CHECK(report.quality.missing.empty());
  const std::vector<QualityGap> gaps = gaps_of(report.quality);
  const QualityGap* unsigned_documents = find(gaps, Reason::NotSigned);
  REQUIRE(unsigned_documents != nullptr);
  CHECK(unsigned_documents->kind == AnswerKind::Unanswerable);
  CHECK(unsigned_documents->documents == 2);
  CHECK(std::ranges::is_sorted(unsigned_documents->elements));
  CHECK(find(gaps, Reason::Absent) == nullptr);

  const std::string json = read_bytes(run.run() / "report.json");
  CHECK(json.find("\"reason\": \"not-signed\"") != std::string::npos);
  CHECK(json.find("\"standard\": \"bsi-tr-03183-2-v2.1\"") != std::string::npos);
  const std::string html = read_bytes(run.run() / "report.html");
  CHECK(html.find(row_of(Reason::NoCreator).text) != std::string::npos);
  CHECK(html.find(row_of(Reason::NoCreator).japanese) != std::string::npos);
}

TEST_CASE("a run's report tells the same quality of compressed documents") {
  TinyRun run;
  run.repository.write(two_builds());
  const QualityTotals plain = run.build().report.quality;
  for (const Compression compression : {Compression::Gzip, Compression::Zstd}) {
    run.settings.compress = compression;
    const Report report = run.build().report;
    CHECK(report.sets_written == 2);
    CHECK(report.quality.documents() == 4);
    CHECK(report.quality.gaps == plain.gaps);
  }
}

TEST_CASE("no quality is told where no format is judged") {
  TinyRun run;
  run.repository.write(two_builds());
  run.settings.formats = {reposbom::generators::Format::SpdxYaml};
  CHECK(run.build().report.quality.documents() == 0);
  CHECK(read_bytes(run.run() / "report.html").find("Quality") == std::string::npos);
}

TEST_CASE("judge_sample takes builds from the first to the last, and no more than it may") {
  TinyRun run;
  run.repository.write(two_builds());
  run.build();
  std::vector<SetSummary> sets = store_sets(run, 3 * kSampledBuilds);
  CHECK(judge_sample(run.tree(), sets, {}).documents() == kSampledBuilds);
  // Builds that failed are none of them.
  for (std::size_t i = 0; i != sets.size(); i += 2)
    sets[i] = {};
  CHECK(judge_sample(run.tree(), sets, {}).documents() == kSampledBuilds);
  CHECK(judge_sample(run.tree(), {}, {}).documents() == 0);

  sets = store_sets(run, 2);
  write_bytes(run.tree() / store_path(sets[1].digest) / "p.spdx.json", "{");
  CHECK(thrown_by([&] { judge_sample(run.tree(), sets, {}); }).cause == Cause::Untrusted);
}

TEST_CASE("a document that cannot be judged is a remark, and the run goes on") {
  TinyRun run;
  std::vector<TinyPackage> packages = two_builds();
  run.repository.write(packages);
  run.build();
  for (const auto& entry : fs::recursive_directory_iterator(run.tree() / kStore)) {
    if (entry.path().string().ends_with(".spdx.json")) write_bytes(entry.path(), "{");
  }
  packages[1].summary = "Another summary";
  run.repository.write(packages, 1'710'000'100);
  const RunResult result = run.build();
  CHECK(result.state == RunState::Published);
  CHECK(result.report.sets_reused == 1);
  CHECK(result.report.quality.documents() == 0);
  REQUIRE(!result.report.remarks.empty());
  CHECK(result.report.remarks.back().subject == "quality");
}

TEST_CASE("gaps_of has what is missing first, then by how many documents") {
  QualityTotals totals;
  totals.gaps[{AnswerKind::Unanswerable, Reason::NoCreator, 0, QualityFormat::Spdx}] = 2;
  totals.gaps[{AnswerKind::Unanswerable, Reason::NoCreator, 1, QualityFormat::Spdx}] = 5;
  totals.gaps[{AnswerKind::Unsayable, Reason::LeafInSpdx, 2, QualityFormat::Spdx}] = 9;
  totals.missing[{3, QualityFormat::Spdx}] = {{.subject = "a"}};
  totals.elements[0][3].documents[static_cast<std::size_t>(AnswerKind::Missing)] = 1;
  const std::vector<QualityGap> gaps = gaps_of(totals);
  REQUIRE(gaps.size() == 3);
  CHECK(gaps[0].kind == AnswerKind::Missing);
  CHECK(gaps[0].documents == 1);
  CHECK(gaps[1].reason == Reason::LeafInSpdx);
  CHECK(gaps[2].documents == 5);
  CHECK(gaps[2].elements.size() == 2);
}
