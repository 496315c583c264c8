// SPDX-License-Identifier: Apache-2.0
#include "metadata/filelists.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "metadata/error.h"
#include "tests/support/shared_data.h"

namespace {

using namespace reposbom::metadata;  // NOLINT(google-build-using-namespace)

std::vector<OwnedFile> read(std::string_view xml, const std::vector<std::string>& wanted) {
  std::vector<OwnedFile> files;
  read_filelists(
      xml,
      "filelists.xml",
      [&](std::string_view path) { return std::ranges::find(wanted, path) != wanted.end(); },
      [&](OwnedFile&& file) { files.push_back(std::move(file)); });
  return files;
}

Catalog catalog_of(std::vector<Package> packages) {
  Catalog catalog;
  catalog.builds.emplace_back().packages = std::move(packages);
  return catalog;
}

}  // namespace

TEST_CASE("read_filelists takes wanted files and folders with the package they belong to") {
  const std::string_view xml = R"(<?xml version="1.0" encoding="UTF-8"?>
<filelists xmlns="http://linux.duke.edu/metadata/filelists" packages="2">
<package pkgid="AB01" name="words" arch="noarch">
  <version epoch="0" ver="3.0" rel="39.el9"/>
  <file>/usr/share/dict/linux.words</file>
  <file type="ghost">/usr/share/dict/words</file>
  <file type="dir">/usr/share/dict</file>
</package>
<package pkgid="cd02" name="other" arch="noarch">
  <version epoch="0" ver="1" rel="1"/>
  <file>/usr/share/a&amp;b</file>
  <file type="dir">/usr/share/dict</file>
</package>
</filelists>)";
  CHECK(
      read(xml, {"/usr/share/dict", "/usr/share/dict/words", "/usr/share/a&b"}) ==
      std::vector<OwnedFile>{
          {"ab01", "/usr/share/dict/words"},
          {"ab01", "/usr/share/dict"},
          {"cd02", "/usr/share/a&b"},
          {"cd02", "/usr/share/dict"}});
}

TEST_CASE("read_filelists wants the whole path") {
  const std::string_view xml =
      "<filelists><package pkgid='a'><file>/usr/bin/sh</file></package></filelists>";
  CHECK(read(xml, {"/usr/bin", "/usr/bin/sh2", "sh"}).empty());
}

TEST_CASE("read_filelists refuses a package without a pkgid") {
  CHECK_THROWS_WITH_AS(
      read("<filelists>\n<package name='x'/></filelists>", {}),
      "filelists.xml: line 2: a package without a pkgid",
      reposbom::Error);
}

TEST_CASE("read_filelists refuses what is cut off or no XML") {
  CHECK_THROWS_AS(read("<filelists><package pkgid='a'>", {}), reposbom::Error);
  CHECK_THROWS_AS(read("no XML", {}), reposbom::Error);
  CHECK_THROWS_AS(read("<metadata/>", {}), reposbom::Error);
}

TEST_CASE("read_filelists reads an empty list") {
  CHECK(read("<filelists packages=\"0\"/>", {"/a"}).empty());
}

TEST_CASE("unlisted_files gives required paths that no package lists or provides, sorted") {
  const Catalog catalog = catalog_of(
      {{.requires_ = {{.name = "/z"}, {.name = "/bin/sh"}, {.name = "/etc/x"}, {.name = "lib"}}},
       {.provides = {{.name = "/bin/sh"}}, .files = {"/etc/x", "/etc/y"}},
       {.requires_ = {{.name = "/a"}, {.name = "/z"}}}});
  CHECK(unlisted_files(catalog) == std::vector<std::string>{"/a", "/z"});
}

TEST_CASE("unlisted_files looks into rich requirements") {
  const Catalog catalog =
      catalog_of({{.requires_ = {{.name = "((/b and lib(/no)) or /a)"}, {.name = "(x if /c)"}}}});
  const std::vector<std::string> files = unlisted_files(catalog);
  for (const char* path : {"/a", "/b", "/c"}) {
    CAPTURE(path);
    CHECK(std::ranges::find(files, path) != files.end());
  }
}

TEST_CASE("read_filelists finds the files of a real repository") {
  const auto data = reposbom::tests::shared_data();
  if (!data) {
    MESSAGE("skipped: no shared data");
    return;
  }
  std::size_t lists = 0;
  const auto folder = *data / "repos" / "pgdg15-el8" / "repodata";
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (!entry.path().string().ends_with("filelists.xml.gz")) continue;
    ++lists;
    std::ifstream stream(entry.path(), std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(stream)), {});
    std::size_t all = 0;
    read_filelists(
        bytes,
        "filelists.xml.gz",
        [](std::string_view path) { return path.starts_with('/'); },
        [&](OwnedFile&& file) { all += file.pkgid.size() == 64 ? 1 : 0; });
    CHECK(all == 104915);  // As many as "<file>" and "<file " stand in it.
    CHECK(read(bytes, {"/usr/pgsql-15/lib/ip4r.so"}).size() == 2);
  }
  CHECK(lists == 1);
}
