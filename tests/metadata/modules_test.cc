// SPDX-License-Identifier: Apache-2.0
#include "metadata/modules.h"

#include <fstream>
#include <iterator>
#include <set>

#include <doctest/doctest.h>

#include "metadata/error.h"
#include "tests/support/shared_data.h"

using namespace reposbom::metadata;
using reposbom::Error;

namespace {

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string refusal(const std::string& text) {
  try {
    (void)read_modules(text, "modules.yaml");
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("read_modules reads streams and leaves out documents of other kinds") {
  const auto streams = read_modules(
      "---\ndocument: modulemd-defaults\nversion: 1\ndata:\n  module: mariadb\n  name: no\n"
      "  stream: no\n...\n"
      "---\ndocument: modulemd\nversion: 2\ndata:\n  name: mariadb\n  stream: \"10.10\"\n"
      "  version: 920240126110506\n  context: rhel9\n  static_context: true\n  arch: x86_64\n"
      "  summary: MariaDB\n  profiles: {server: {rpms: [mariadb-server]}}\n"
      "  artifacts:\n    rpms:\n    - galera-0:26.4.16-1.module_el9.x86_64\n"
      "    - mariadb-3:10.11.6-1.module_el9.src\n    rpm-map: {sha256: {x: {name: galera}}}\n...\n"
      "---\ndocument: modulemd-obsoletes\nversion: 1\ndata: {module: cri-o, stream: "
      "\"1.28\"}\n...\n"
      "---\nversion: 1\ndata: {name: old, stream: f28, version: 1, artifacts: {rpms: "
      "[a-0:1-1.noarch]}}\n"
      "document: modulemd\n...\n",
      "modules.yaml");
  REQUIRE(streams.size() == 2);
  CHECK(streams[0].name == "mariadb");
  CHECK(streams[0].stream == "10.10");
  CHECK(streams[0].version == "920240126110506");
  CHECK(streams[0].context == "rhel9");
  CHECK(streams[0].arch == "x86_64");
  CHECK(streams[0].label() == "mariadb:10.10:920240126110506:rhel9");
  CHECK(
      streams[0].artifacts ==
      std::vector<std::string>{
          "galera-0:26.4.16-1.module_el9.x86_64", "mariadb-3:10.11.6-1.module_el9.src"});
  CHECK(streams[1].label() == "old:f28:1");
  CHECK(streams[1].artifacts == std::vector<std::string>{"a-0:1-1.noarch"});
}

TEST_CASE("read_modules takes unquoted stream numbers as they are written") {
  const auto streams =
      read_modules("document: modulemd\ndata: {name: perl, stream: 5.30}\n", "modules.yaml");
  REQUIRE(streams.size() == 1);
  CHECK(streams[0].stream == "5.30");
}

TEST_CASE("read_modules gives nothing for an empty file or other YAML") {
  CHECK(read_modules("", "x").empty());
  CHECK(read_modules("---\n...\n", "x").empty());
  CHECK(read_modules("[1, 2]\n", "x").empty());
  CHECK(read_modules("document: modulemd\n", "x").empty());
  CHECK(read_modules("document: modulemd\ndata: {name: a}\n", "x").empty());
  CHECK(read_modules("document: modulemd\ndata: [name, stream]\n", "x").empty());
  CHECK(read_modules("document: modulemd\ndata:\n  ? {name: a}\n  : {stream: b}\n", "x").empty());
  CHECK(read_modules("document: modulemd\ndata: {name: {name: x}, stream: [y]}\n", "x").empty());
}

TEST_CASE("read_modules names the line of what is no YAML") {
  CHECK_THROWS_AS(read_modules("data: {name: [}\n", "modules.yaml"), Error);
  try {
    read_modules("document: modulemd\ndata:\n  name: a\n bad\n", "modules.yaml");
    FAIL("accepted");
  } catch (const Error& error) {
    CHECK(std::string(error.what()).starts_with("modules.yaml: line "));
  }
}

TEST_CASE("read_modules ends at a comma that yaml-cpp would never leave") {
  CHECK(refusal(",") == "modules.yaml: line 1: no YAML value begins like this");
  CHECK(
      refusal("---\ndocument: modulemd\n...\n,a\n") ==
      "modules.yaml: line 4: no YAML value begins like this");
  CHECK(read_modules("---\n---\n---\n", "modules.yaml").empty());
}

TEST_CASE("read_modules passes aliases where nothing is read, so that none can multiply") {
  const auto streams = read_modules(
      "document: modulemd\ndata:\n  xmd: &x [1, 2]\n  name: a\n  stream: b\n  other: *x\n",
      "modules.yaml");
  CHECK(streams.size() == 1);
}

TEST_CASE("read_modules refuses aliases where something is read") {
  for (const char* yaml :
       {"document: modulemd\nx: &x a\ndata: {name: *x , stream: b}\n",
        "x: &x modulemd\ndocument: *x\n",
        "x: &x {name: a}\ndocument: modulemd\ndata: *x\n",
        "document: modulemd\nx: &x a\ndata: {name: a, stream: b, artifacts: {rpms: [*x , *x ]}}\n",
        "document: modulemd\nx: &x [a]\ndata: {name: a, stream: b, artifacts: {rpms: *x }}\n"}) {
    CAPTURE(yaml);
    CHECK_THROWS_AS(read_modules(yaml, "modules.yaml"), Error);
  }
}

TEST_CASE("read_modules is not slowed by long keys, which it would copy for every value") {
  // Were the key copied for each value, this would take minutes.
  std::string yaml =
      "document: modulemd\ndata: {name: a, stream: b}\n? " + std::string(1'000'000, 'k') + "\n: [";
  for (int i = 0; i < 100'000; ++i)
    yaml += "1,";
  CHECK(read_modules(yaml + "1]\n", "modules.yaml").size() == 1);
}

TEST_CASE("read_modules refuses a file that is nested too deeply") {
  CHECK_THROWS_WITH_AS(
      read_modules(std::string(100'000, '['), "modules.yaml"),
      "modules.yaml: line 1: nested too deeply",
      Error);
  std::string maps;
  for (int i = 0; i < 10'000; ++i)
    maps += "{a: ";
  CHECK_THROWS_AS(read_modules(maps, "modules.yaml"), Error);
  std::string items;
  for (int i = 0; i < 10'000; ++i)
    items += "- ";
  CHECK_THROWS_AS(read_modules(items + "x\n", "modules.yaml"), Error);
}

TEST_CASE("read_modules reads the real modules of CentOS Stream 9 and Fedora 29") {
  const auto data = reposbom::tests::shared_data();
  if (!data) {
    MESSAGE("skipped: no shared data");
    return;
  }
  const auto appstream = read_modules(
      read_file(
          *data / "repos/centos-stream-9-appstream-2025/repodata/"
                  "ffe6aa44abe8480c2f7a59b9e92f251f10018e1e79ac33e2807260dd03955592-"
                  "modules.yaml.xz"),
      "modules.yaml.xz");
  CHECK(appstream.size() == 31);
  std::set<std::string> artifacts;
  for (const ModuleStream& each : appstream) {
    artifacts.insert(each.artifacts.begin(), each.artifacts.end());
    CHECK_FALSE(each.context.empty());
  }
  CHECK(artifacts.size() == 1'044);
  CHECK(appstream.front().label() == "mariadb:10.11:920240126110506:rhel9");

  const auto fedora = read_modules(read_file(*data / "modules/f29.yaml"), "f29.yaml");
  CHECK(fedora.size() == 48);
  std::size_t count = 0;
  for (const ModuleStream& each : fedora)
    count += each.artifacts.size();
  CHECK(count == 1'226);
}
