// SPDX-License-Identifier: Apache-2.0
#include "pipeline/report.h"

#include <stdexcept>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "generators/json_reader.h"
#include "pipeline/input.h"
#include "tests/support/tiny_run.h"

using namespace reposbom::pipeline;
using namespace reposbom::tests;
using reposbom::Cause;
using reposbom::Error;
using reposbom::generators::JsonObject;

namespace {

Report sample() {
  Report report;
  report.run = "20240309T160000Z";
  report.version = "0.1.0";
  report.inputs = "abc";
  report.distribution = "almalinux-9.4";
  report.repositories = {{"baseos", "r1", std::string(64, 'a'), 1'710'000'000, 3, {4, 5, 6}}};
  report.packages = 3;
  report.builds = 2;
  report.documents = 10;
  report.bytes = 5'000'000'000;
  report.changes = {"20240308T160000Z", {"a-1-1.noarch", "b-1-1.noarch"}, {}, {"c-1-1.noarch"}};
  report.licenses = {{"MIT", 3}};
  report.builds_without_source = {"bash-5-1"};
  report.unresolved = {{"libx.so", 4}};
  report.license_flags = {{"umbrella", 2}};
  report.unknown_licenses = {{"Foo \"quoted\"", 1}};
  report.failures = {{"bash-5", "read", "line\nfeed \\ and <tag>"}};
  report.remarks = {{"RHSA-1", "names no package"}};
  report.signers = {
      {.fingerprint = "0123", .description = "Ed25519 key 0123", .expires = 1800000000},
      {.fingerprint = "4567", .description = "RSA-3072 key 4567"}};
  return report;
}

}  // namespace

TEST_CASE("report.json says what the report holds") {
  reposbom::generators::read_json(
      write_report_json(sample()), "report.json", [](const JsonObject& json) {
        CHECK(json.text("run") == "20240309T160000Z");
        CHECK(json.text("madeBy") == "reposbom-0.1.0");
        CHECK(json.text("distribution") == "almalinux-9.4");
        CHECK(
            json.texts("signers") ==
            std::vector<std::string>{"Ed25519 key 0123", "RSA-3072 key 4567"});
        std::vector<std::int64_t> expiries;
        json.each("signingKeys", [&](const JsonObject& key) {
          expiries.push_back(key.number("expires"));
        });
        CHECK(expiries == std::vector<std::int64_t>{1800000000, 0});
        json.object("counts", [](const JsonObject& counts) {
          CHECK(counts.number("packages") == 3);
          CHECK(counts.number("bytesWritten") == 5'000'000'000);
          CHECK(counts.number("failures") == 1);
        });
        json.object("changes", [](const JsonObject& changes) {
          CHECK(changes.text("from") == "20240308T160000Z");
          CHECK(changes.number("added") == 2);
          CHECK(changes.number("changed") == 0);
          CHECK(changes.number("removed") == 1);
        });
        json.each("licenses", [](const JsonObject& license) {
          CHECK(license.text("license") == "MIT");
          CHECK(license.number("packages") == 3);
        });
        CHECK(json.texts("buildsWithoutSource") == std::vector<std::string>{"bash-5-1"});
        json.each("unresolved", [](const JsonObject& unresolved) {
          CHECK(unresolved.text("requirement") == "libx.so");
          CHECK(unresolved.number("packages") == 4);
        });
        std::vector<std::string> found;
        json.each("repositories", [&](const JsonObject& repository) {
          found.push_back(repository.text("id") + repository.text("revision"));
          CHECK(repository.number("records") == 3);
          repository.object("headers", [](const JsonObject& headers) {
            CHECK(headers.number("signed") == 4);
            CHECK(headers.number("unsigned") == 5);
            CHECK(headers.number("refused") == 6);
          });
        });
        json.each("unknownLicenses", [&](const JsonObject& license) {
          found.push_back(license.text("tag"));
          CHECK(license.number("packages") == 1);
        });
        json.each("failures", [&](const JsonObject& failure) {
          found.push_back(failure.text("subject") + failure.text("stage"));
          CHECK(failure.text("message") == "line\nfeed \\ and <tag>");
        });
        json.each("remarks", [&](const JsonObject& remark) {
          found.push_back(remark.text("subject") + remark.text("message"));
        });
        CHECK(
            found == std::vector<std::string>{
                         "baseosr1", "Foo \"quoted\"", "bash-5read", "RHSA-1names no package"});
      });
}

TEST_CASE("read_report_inputs reads what write_report_json wrote") {
  CHECK(read_report_inputs(write_report_json(sample()), "report.json") == "abc");
  CHECK(read_report_inputs("{}", "report.json").empty());
  CHECK(thrown_by([] { read_report_inputs("damaged", "report.json"); }).cause == Cause::Untrusted);
}

TEST_CASE("read_changes reads what diff.json lists, an update with both versions") {
  const Changes changes = read_changes(R"({"from": "r1", "to": "r2", "added": ["a"],
      "updated": [{"from": "d-1", "to": "d-2"}], "changed": ["b", "c"], "removed": []})");
  CHECK(changes.from == "r1");
  CHECK(changes.added == std::vector<std::string>{"a"});
  CHECK(changes.changed == std::vector<std::string>{"d-1 → d-2", "b", "c"});
  CHECK(changes.removed.empty());
  CHECK(thrown_by([] { read_changes("[]"); }).cause == Cause::Untrusted);
}

TEST_CASE("count_catalog counts each licence that an expression names once for each package") {
  TinyRun run;
  run.repository.write(
      {{.name = "a", .license = "(MIT OR Apache-2.0) AND MIT"},
       {.name = "b", .license = "GPL-2.0-or-later WITH Classpath-exception-2.0 AND MIT"},
       {.name = "c", .license = ""}});
  Report report;
  FileCache files;
  count_catalog(read_input(run.settings, open_input(run.settings), files, report), report);
  CHECK(
      report.licenses == std::map<std::string, std::size_t>{
                             {"Apache-2.0", 1},
                             {"GPL-2.0-or-later WITH Classpath-exception-2.0", 1},
                             {"MIT", 2},
                             {"NOASSERTION", 1}});
}

TEST_CASE("attempt makes a Failure of what cannot be trusted, and lets everything else go up") {
  const auto good = attempt("read", [] { return 7; });
  CHECK(std::get<int>(good) == 7);
  const auto bad = attempt("read", []() -> int { throw Error(Cause::Untrusted, "a: b", "c: d"); });
  CHECK(std::get<Failure>(bad) == Failure{"a: b", "read", "c: d"});
  CHECK(thrown_by([] {
          attempt("read", []() -> int { throw Error(Cause::Output, "disk", "is full"); });
        }).cause == Cause::Output);
  CHECK_THROWS_AS(
      attempt("read", []() -> int { throw std::logic_error("defect"); }), std::logic_error);
}

TEST_CASE("count_catalog counts what people ask for") {
  TinyRun run;
  run.repository.write(
      {{.name = "hello", .license = "GPLv2+", .needs = {"world", "nobody", "nothing"}},
       {.name = "hello-doc", .source = "hello-1.0-1.el9", .license = "No Such Licence"},
       {.name = "world", .license = "No Such Licence"}});
  Report report;
  FileCache files;
  const auto catalog = read_input(run.settings, open_input(run.settings), files, report);
  count_catalog(catalog, report);
  CHECK(report.records == 3);
  CHECK(report.packages == 3);
  CHECK(report.builds == 2);
  CHECK(report.packages_without_source == 3);
  CHECK(report.packages_with_unresolved == 1);
  CHECK(report.unresolved_requirements == 2);
  CHECK(report.unresolved == std::map<std::string, std::size_t>{{"nobody", 1}, {"nothing", 1}});
  CHECK(
      report.builds_without_source ==
      std::vector<std::string>{"hello-1.0-1.el9", "world-1.0-1.el9"});
  CHECK(report.unknown_licenses == std::map<std::string, std::size_t>{{"No Such Licence", 2}});
}

TEST_CASE("check_failures allows a count or a share of the packages") {
  Report report;
  report.packages = 200;
  report.failures = {{"bash", "read", "is damaged"}, {"zlib", "read", "is damaged"}};
  check_failures(report, {.failures = {.value = 2}});
  check_failures(report, {.failures = {.value = 1, .is_percent = true}});
  const Thrown thrown = thrown_by([&] { check_failures(report, {.failures = {.value = 1}}); });
  CHECK(thrown.cause == Cause::Limits);
  CHECK(
      thrown.message.starts_with("bash: is damaged; 2 failures in all, limits.failures allows 1"));
  report.failures.clear();
  check_failures(report, {.failures = {.value = 0}});
}

TEST_CASE("check_shrink compares with the current packages of the run before") {
  Index previous;
  previous.packages.resize(100);
  previous.packages.push_back({.state = State::Withdrawn});
  const Limits limits{.shrink = {.value = 5, .is_percent = true}};
  Report report;
  for (const std::size_t packages : {95U, 100U, 1000U}) {
    report.packages = packages;
    check_shrink(report, previous, limits);
  }
  report.packages = 94;
  const Thrown thrown = thrown_by([&] { check_shrink(report, previous, limits); });
  CHECK(thrown.cause == Cause::Limits);
  CHECK(thrown.says("hold 94 packages, the published run 100"));
  CHECK(thrown.says("--allow-shrink"));
  report.packages = 0;
  check_shrink(report, {}, limits);
}
