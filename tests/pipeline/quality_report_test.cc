// SPDX-License-Identifier: Apache-2.0
#include "pipeline/quality_report.h"

#include <string>

#include <doctest/doctest.h>

#include "metadata/error.h"
#include "tests/support/document_trees.h"
#include "tests/support/quality_samples.h"
#include "tests/support/tiny_run.h"

using namespace reposbom::pipeline;
using namespace reposbom::tests;
using reposbom::generators::Format;

namespace {

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("write_quality_text tells shares, what is missing where, and what nothing can tell") {
  const std::string good = good_document(Format::SpdxJson);
  QualityTotals totals;
  totals.add(check_quality(good, "good.spdx.json", {}));
  totals.add(check_quality(altered(good, "/packages/0/supplier", ""), "bad.spdx.json", {}));
  const std::string text = write_quality_text(totals);
  CAPTURE(text);
  CHECK(has(text, "quality of 2 documents in JSON\n"));
  CHECK(has(
      text,
      "NTIA 2021, SPDX 2.3: 2 documents; answer all of it: 50.0 %; all that can be told: 50.0 %; "
      "mean: 6.5 of 7.0\n"));
  CHECK(has(text, "BSI TR-03183-2 v2.1, SPDX 2.3: not admitted by it, and not judged\n"));
  CHECK_FALSE(has(text, "CycloneDX 1.6:"));
  CHECK(
      has(text, "missing: NTIA 2021, supplier name, SPDX 2.3\n  bad.spdx.json: SPDXRef-Package-"));
  CHECK(has(
      text,
      "unanswerable: no signature was verified: configure signing\n  CISA 2026, author signature, "
      "SPDX 2.3: 2 documents\n"));
  CHECK(has(text, "no place in the format: SPDX 2.3 numbers no revisions"));
}

TEST_CASE("write_quality_text says that nothing is missing, and how many are not named") {
  const std::string good = good_document(Format::SpdxJson);
  QualityTotals totals;
  totals.add(check_quality(good, "good", kSigned));
  CHECK(has(write_quality_text(totals), "missing: nothing that the metadata tells\n"));
  const DocumentQuality bad =
      check_quality(altered(good, "/packages/0/supplier", ""), "bad", kSigned);
  for (std::size_t i = 0; i != kNamedDocuments + 3; ++i)
    totals.add(bad);
  CHECK(has(write_quality_text(totals), "  and 3 more documents\n"));
  CHECK(has(write_quality_text(QualityTotals()), "no document in JSON"));
}

TEST_CASE("judge_documents judges a whole run, and reports each document") {
  TinyRun run;
  run.repository.write(two_builds());
  run.build();
  FileStorage storage;
  const fs::path report = run.folder() / "quality.json";
  write_bytes(report, "an older one");
  const QualityTotals totals = judge_documents(run.tree(), {}, report, storage);
  CHECK(totals.documents() == 12);
  CHECK(totals.missing.empty());
  const auto json = parse_json(read_bytes(report));
  CHECK(json["documents"].Size() == 12);
  CHECK_FALSE(fs::exists(run.folder() / "quality.json.unfinished"));
}

TEST_CASE("judge_documents leaves the older report where a new one cannot be written") {
  TinyRun run;
  run.repository.write(two_builds());
  run.build();
  const fs::path report = run.folder() / "none" / "quality.json";
  FileStorage storage;
  CHECK(thrown_by([&] {
          judge_documents(run.tree(), {}, report, storage);
        }).cause == reposbom::Cause::Output);
}
