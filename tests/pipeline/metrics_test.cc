// SPDX-License-Identifier: Apache-2.0
#include "pipeline/metrics.h"

#include <map>
#include <sstream>
#include <string>

#include <doctest/doctest.h>

#include "tests/support/tiny_run.h"

using namespace reposbom::pipeline;
using namespace reposbom::tests;
using reposbom::Cause;

namespace {

// Samples by name with labels.
std::map<std::string, std::string> samples_of(const std::string& page) {
  std::map<std::string, std::string> samples;
  std::istringstream lines(page);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("# ")) continue;
    const std::size_t space = line.rfind(' ');
    REQUIRE(space != std::string::npos);
    CHECK(samples.emplace(line.substr(0, space), line.substr(space + 1)).second);
  }
  return samples;
}

Settings two_repositories() {
  Settings settings;
  settings.repositories = {{.id = "a", .keys = {"key"}}, {.id = "b"}};
  return settings;
}

}  // namespace

TEST_CASE("write_metrics tells how a run ended") {
  const auto good = samples_of(write_metrics({0, 1000, 1.5}, two_repositories(), "", ""));
  CHECK(good.at("reposbom_run_status{state=\"finished\"}") == "1");
  CHECK(good.at("reposbom_run_status{state=\"finished_incomplete\"}") == "0");
  CHECK(good.at("reposbom_run_status{state=\"doomed\"}") == "0");
  CHECK(good.at("reposbom_run_exit_code") == "0");
  CHECK(good.at("reposbom_run_duration_seconds") == "1.500");
  CHECK(good.at("reposbom_last_run_timestamp_seconds") == "1000");
  CHECK(good.at("reposbom_last_success_timestamp_seconds") == "1000");
  CHECK(good.at("reposbom_repositories_unverified") == "1");
  CHECK(good.count("reposbom_packages") == 0);

  const auto incomplete = samples_of(write_metrics({2, 1000, 1}, {}, "", ""));
  CHECK(incomplete.at("reposbom_run_status{state=\"finished_incomplete\"}") == "1");
  CHECK(incomplete.at("reposbom_last_success_timestamp_seconds") == "1000");
  for (const int code : {1, 3, 4, 5, 75, 143, 70}) {
    const auto bad = samples_of(write_metrics({code, 1000, 1}, {}, "", ""));
    CHECK(bad.at("reposbom_run_status{state=\"doomed\"}") == "1");
    CHECK(bad.at("reposbom_run_exit_code") == std::to_string(code));
    CHECK(bad.count("reposbom_last_success_timestamp_seconds") == 0);
  }
}

TEST_CASE("write_metrics keeps the time of the last success when runs fail") {
  const std::string good = write_metrics({0, 1000, 1}, {}, "", "");
  const std::string bad = write_metrics({3, 2000, 1}, {}, "", good);
  const std::string worse = write_metrics({4, 3000, 1}, {}, "", bad);
  CHECK(samples_of(worse).at("reposbom_last_success_timestamp_seconds") == "1000");
  CHECK(samples_of(worse).at("reposbom_last_run_timestamp_seconds") == "3000");
  const std::string healed = write_metrics({0, 4000, 1}, {}, "", worse);
  CHECK(samples_of(healed).at("reposbom_last_success_timestamp_seconds") == "4000");
}

TEST_CASE("write_metrics tells when keys end, also when a run did not get to know it") {
  const std::string metric = "reposbom_signing_key_expiry_timestamp_seconds";
  const std::string first = metric + "{fingerprint=\"AB\"}";
  Settings settings;
  settings.signing.openpgp = {{.key = "key"}};
  const RunEnd end{
      0, 1000, 1, {{.fingerprint = "AB", .expires = 1800000000}, {.fingerprint = "CD"}}};
  const std::string good = write_metrics(end, settings, "", "");
  CHECK(samples_of(good).at(first) == "1800000000");
  CHECK(samples_of(good).count(metric + "{fingerprint=\"CD\"}") == 0);

  const std::string failed = write_metrics({4, 2000, 1}, settings, "", good);
  CHECK(samples_of(failed).at(first) == "1800000000");
  CHECK(samples_of(write_metrics({4, 3000, 1}, settings, "", failed)).at(first) == "1800000000");
  const RunEnd other{0, 4000, 1, {{.fingerprint = "EF", .expires = 1900000000}}};
  const auto changed = samples_of(write_metrics(other, settings, "", failed));
  CHECK(changed.count(first) == 0);
  CHECK(changed.at(metric + "{fingerprint=\"EF\"}") == "1900000000");
  CHECK(write_metrics({0, 5000, 1}, {}, "", good).find(metric) == std::string::npos);
  const std::string strange = metric + "{fingerprint=\"x\"} 1 2\n" + metric + "{} x\n";
  CHECK(samples_of(write_metrics({4, 1, 1}, settings, "", strange)).count(metric + "{}") == 0);
}

TEST_CASE("write_metrics takes what is published from its report") {
  Report report;
  report.packages = 7;
  report.builds = 3;
  report.documents = 50;
  report.sets_written = 1;
  report.sets_reused = 2;
  report.packages_without_source = 4;
  report.packages_with_unresolved = 5;
  report.failures = {{"a", "b", "c"}};
  report.unknown_licenses = {{"x", 1}, {"y", 2}};
  report.repositories = {{"base \"os\"\\\n", "", "", 1234, 9}};
  DocumentQuality document{.format = QualityFormat::Cyclonedx};
  document.elements.resize(quality_rules().size());
  document.elements.front().worst = AnswerKind::Answered;
  document.elements.at(1).worst = AnswerKind::Missing;
  report.quality.add(document);
  const auto samples = samples_of(write_metrics({0, 1, 1}, {}, write_report_json(report), ""));
  CHECK(samples.at("reposbom_packages") == "7");
  CHECK(samples.at("reposbom_builds") == "3");
  CHECK(samples.at("reposbom_documents") == "50");
  CHECK(samples.at("reposbom_failures") == "1");
  CHECK(samples.at("reposbom_sets{outcome=\"written\"}") == "1");
  CHECK(samples.at("reposbom_sets{outcome=\"reused\"}") == "2");
  CHECK(samples.at("reposbom_packages_without_source") == "4");
  CHECK(samples.at("reposbom_packages_with_unresolved") == "5");
  CHECK(samples.at("reposbom_unknown_license_tags") == "2");
  const std::string of = R"({standard="ntia-2021",format="CycloneDX 1.6"})";
  CHECK(samples.at("reposbom_quality_ratio" + of) == "0.500");
  const std::string id = R"({repository="base \"os\"\\\n"})";
  CHECK(samples.at("reposbom_repository_timestamp_seconds" + id) == "1234");
  CHECK(samples.at("reposbom_repository_records" + id) == "9");
  CHECK(thrown_by([] { write_metrics({}, {}, "damaged", ""); }).cause == Cause::Untrusted);
}

TEST_CASE("update_metrics tells of the published run, and leaves nothing beside its file") {
  TinyRun run;
  run.repository.write(two_builds());
  run.settings.metrics = run.folder() / "metrics" / "reposbom.prom";
  FileStorage storage;
  storage.create_directories(run.folder() / "metrics");
  update_metrics({75, 5, 1}, run.settings, storage);
  CHECK(samples_of(read_bytes(run.settings.metrics)).count("reposbom_packages") == 0);
  run.build();
  update_metrics({0, 6, 1}, run.settings, storage);
  CHECK(samples_of(read_bytes(run.settings.metrics)).at("reposbom_packages") == "3");
  CHECK(snapshot(run.folder() / "metrics").size() == 1);
}

TEST_CASE("update_metrics replaces its file whole or not at all") {
  TinyRun run;
  run.settings.metrics = run.folder() / "reposbom.prom";
  FileStorage files;
  update_metrics({0, 5, 1}, run.settings, files);
  const std::string before = read_bytes(run.settings.metrics);
  std::size_t n = 1;
  for (;; ++n) {
    FailingStorage storage(n, Failing::Once);
    const Thrown thrown = thrown_by([&] { update_metrics({3, 6, 1}, run.settings, storage); });
    if (!storage.has_failed()) break;
    CHECK(thrown.cause == Cause::Output);
    CHECK(read_bytes(run.settings.metrics) == before);
  }
  CHECK(n == 6);
  CHECK(samples_of(read_bytes(run.settings.metrics)).at("reposbom_run_exit_code") == "3");
}
