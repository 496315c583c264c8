// SPDX-License-Identifier: Apache-2.0
#include "pipeline/show.h"

#include <string>

#include <doctest/doctest.h>

#include "tests/support/shared_data.h"
#include "tests/support/tiny_run.h"

using namespace reposbom::pipeline;
using namespace reposbom::tests;
using reposbom::Cause;
using reposbom::generators::Format;

namespace {

ShowCommand command(const TinyRun& run, const std::string& subject) {
  return {.subject = subject, .repositories = {run.repository.path().string()}};
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("show_document gives the bytes that a run publishes") {
  TinyRun run;
  run.repository.write(two_builds());
  // The same settings as those of the command.
  const fs::path output = run.tree();
  run.settings = settings_for({run.repository.path().string()});
  run.settings.output = output;
  run.settings.formats.push_back(Format::Spdx3Json);
  run.build();
  const fs::path set = run.run() / "sets/h/hello/hello-1.0-1.el9";
  for (const Format format : run.settings.formats) {
    const std::string suffix(reposbom::generators::row_of(format).suffix);
    CAPTURE(suffix);
    for (const std::string name : {"hello-1.0-1.el9.x86_64", "hello-1.0-1.el9.src"}) {
      ShowCommand show = command(run, name);
      show.format = format;
      CHECK(show_document(show) == read_bytes(set / (name + suffix)));
    }
  }
}

TEST_CASE("show_document takes a configuration file, and needs no signing key for it") {
  TinyRun run;
  run.repository.write(two_builds());
  write_bytes(
      run.folder() / "reposbom.yaml",
      "supplier: {name: Example Foundation}\n"
      "repositories: [{id: tiny, packages: repository}]\n"
      "signing: {openpgp: {key: absent.asc}}\n");
  const std::string document = show_document(
      {.subject = "world-1.0-1.el9.x86_64", .config = run.folder() / "reposbom.yaml"});
  CHECK(has(document, "Organization: Example Foundation"));
}

TEST_CASE("show_document finds a package by its name with epoch and without") {
  TinyRun run;
  run.repository.write({{.name = "bind", .epoch = 32}});
  const std::string document = show_document(command(run, "bind-32:1.0-1.el9.x86_64"));
  CHECK(has(document, "bind"));
  CHECK(document == show_document(command(run, "bind-1.0-1.el9.x86_64")));
}

TEST_CASE("show_document of an unknown package says how to name one") {
  TinyRun run;
  run.repository.write(two_builds());
  for (const std::string subject : {"nobody-1-1.noarch", "hello", "hello-1.0-1.el9", ""}) {
    CAPTURE(subject);
    const Thrown thrown = thrown_by([&] { show_document(command(run, subject)); });
    CHECK(thrown.cause == Cause::Usage);
    CHECK(
        thrown.says("is no package of these repositories; give name-[epoch:]version-release.arch"));
  }
}

TEST_CASE("show_document describes an RPM file, and does not claim to know its dependencies") {
  const auto data = shared_data();
  if (!data) {
    MESSAGE("skipped: no shared data");
    return;
  }
  const fs::path rpms = *data / "rpms/fedora-el";
  const std::string document =
      show_document({.subject = (rpms / "tmpwatch-2.9.7-1.1.el5.2.x86_64.rpm").string()});
  CHECK(has(document, "\"name\": \"tmpwatch\""));
  CHECK(has(document, "requirements are met by no package of these repositories"));
  CHECK(!has(document, "Its direct runtime dependencies are complete"));

  const std::string source =
      show_document({.subject = (rpms / "tmpwatch-2.9.7-1.1.el5.2.src.rpm").string()});
  CHECK(has(source, "tmpwatch-2.9.7.tar.gz"));
}

TEST_CASE("show_document refuses a file that is no RPM") {
  const TemporaryFolder folder;
  write_bytes(folder / "x.rpm", "no RPM");
  const Thrown thrown = thrown_by([&] { show_document({.subject = (folder / "x.rpm").string()}); });
  CHECK(thrown.cause == Cause::Untrusted);
  CHECK(thrown.says("x.rpm"));
}

TEST_CASE("show_document of a file that is not there is wrong usage") {
  const TemporaryFolder folder;
  const Thrown thrown =
      thrown_by([&] { show_document({.subject = (folder / "absent.rpm").string()}); });
  CHECK(thrown.cause == Cause::Usage);
  CHECK(thrown.says("absent.rpm"));
}
