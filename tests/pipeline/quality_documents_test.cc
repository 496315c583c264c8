// SPDX-License-Identifier: Apache-2.0
#include "pipeline/quality_documents.h"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "pipeline/compressed.h"
#include "tests/support/published_tree.h"
#include "tests/support/tiny_run.h"

using namespace reposbom::pipeline;
using namespace reposbom::tests;

namespace {

std::vector<std::string> paths(const fs::path& target) {
  std::vector<std::string> paths;
  read_documents(target, [&](const std::vector<PublishedDocument>& batch) {
    for (const PublishedDocument& document : batch) {
      const std::string json = unpack(document.bytes, document.path);
      CHECK(json.starts_with("{\n"));
      CHECK(json.ends_with("}\n"));
      paths.push_back(document.path);
    }
  });
  return paths;
}

}  // namespace

TEST_CASE("read_documents gives those in JSON of the current run, of a run and of a set") {
  TinyRun run;
  run.repository.write(two_builds());
  run.settings.formats = {
      reposbom::generators::Format::SpdxJson, reposbom::generators::Format::SpdxXml};
  run.build();
  const std::string hello = "sets/h/hello/hello-1.0-1.el9/";
  const std::vector<std::string> expected = {
      paths(run.tree()).front(),  // Of the release, by the name of the distribution.
      hello + "hello-1.0-1.el9.src.spdx.json",
      hello + "hello-1.0-1.el9.x86_64.spdx.json",
      hello + "hello-doc-1.0-1.el9.noarch.spdx.json",
      "sets/w/world/world-1.0-1.el9/world-1.0-1.el9.src.spdx.json",
      "sets/w/world/world-1.0-1.el9/world-1.0-1.el9.x86_64.spdx.json"};
  CHECK(paths(run.tree()) == expected);
  CHECK(expected.front().starts_with("releases/"));
  CHECK(paths(run.run()) == expected);
  CHECK(
      paths(run.run() / "sets/w/world/world-1.0-1.el9") ==
      std::vector<std::string>{
          "world-1.0-1.el9.src.spdx.json", "world-1.0-1.el9.x86_64.spdx.json"});
}

TEST_CASE("read_documents knows compressed documents in JSON from others") {
  TinyRun run;
  run.repository.write(two_builds());
  run.settings.formats = {
      reposbom::generators::Format::SpdxJson, reposbom::generators::Format::SpdxXml};
  for (const CompressionRow& row : compressions()) {
    CAPTURE(row.name);
    run.settings.compress = row.compression;
    run.build();
    const std::string suffix = ".spdx.json" + std::string(row.suffix);
    CHECK(
        paths(run.run() / "sets/w/world/world-1.0-1.el9") ==
        std::vector<std::string>{
            "world-1.0-1.el9.src" + suffix, "world-1.0-1.el9.x86_64" + suffix});
    CHECK(paths(run.tree()).size() == 6);
  }
}
