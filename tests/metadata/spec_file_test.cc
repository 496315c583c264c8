// SPDX-License-Identifier: Apache-2.0
#include "metadata/spec_file.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <unistd.h>

#include "metadata/error.h"
#include "metadata/rpm_header.h"
#include "tests/support/shared_data.h"

using namespace reposbom::metadata;
using reposbom::Error;

namespace {

SpecFile parsed(const std::string& text, const SpecMacroValues& known = {}) {
  return parse_spec(text, "test.spec", known);
}

// "Source1 name", or "Patch? name" without a number.
std::string entry(const SpecSource& source) {
  const std::string number = source.number ? std::to_string(*source.number) : "?";
  return (source.is_patch ? "Patch" : "Source") + number + " " + source.file_name;
}

std::vector<std::string> entries(const std::vector<SpecSource>& sources) {
  std::vector<std::string> list;
  list.reserve(sources.size());
  for (const SpecSource& source : sources)
    list.push_back(entry(source));
  return list;
}

using Entries = std::vector<std::string>;

std::string url_of(const std::string& value) {
  const SpecFile spec = parsed("Source: " + value + "\n");
  REQUIRE(spec.sources.size() == 1);
  return spec.sources[0].url;
}

std::string name_of(const std::string& value) {
  const SpecFile spec = parsed("Source: " + value + "\n");
  REQUIRE(spec.sources.size() == 1);
  return spec.sources[0].file_name;
}

// A file of the "new ASCII" cpio format, removed at the end.
class Payload {
 public:
  Payload() {
    static int count = 0;
    path_ = std::filesystem::temp_directory_path() /
            ("spec-" + std::to_string(getpid()) + "-" + std::to_string(++count) + ".cpio");
  }
  Payload(const Payload&) = delete;
  Payload& operator=(const Payload&) = delete;
  ~Payload() { std::filesystem::remove(path_); }

  Payload& add(const std::string& name, const std::string& bytes, std::size_t size) {
    bytes_ += "070701" + hex(++inode_) + hex(0100644) + hex(0) + hex(0) + hex(1) + hex(0);
    bytes_ += hex(size) + hex(0) + hex(0) + hex(0) + hex(0) + hex(name.size() + 1) + hex(0) + name;
    bytes_ += '\0';
    pad();
    bytes_ += bytes;
    pad();
    return *this;
  }
  Payload& add(const std::string& name, const std::string& bytes) {
    return add(name, bytes, bytes.size());
  }
  Payload& end() { return add("TRAILER!!!", ""); }

  std::filesystem::path written() const {
    std::ofstream(path_, std::ios::binary) << bytes_;
    return path_;
  }

 private:
  static std::string hex(std::size_t number) {
    std::string text;
    for (int shift = 28; shift >= 0; shift -= 4)
      text += "0123456789abcdef"[number >> static_cast<unsigned>(shift) & 15U];
    return text;
  }
  void pad() { bytes_.resize((bytes_.size() + 3) / 4 * 4, '\0'); }

  std::filesystem::path path_;
  std::string bytes_ = {};
  std::size_t inode_ = 0;
};

std::vector<std::filesystem::path> real_source_packages(const std::filesystem::path& data) {
  std::vector<std::filesystem::path> found;
  for (const auto& file : std::filesystem::recursive_directory_iterator(data)) {
    if (file.path().string().ends_with(".src.rpm")) found.push_back(file.path());
  }
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace

TEST_CASE("parse_spec reads numbers, names and URLs of sources and patches") {
  const SpecFile spec = parsed(
      "Name: tool\nVersion: 1.2\nURL: https://example.org/tool\n"
      "Source0: %{url}/%{name}-%{version}.tar.gz\nSource3: tool.conf\nPatch7: fix.patch\n");
  CHECK(
      entries(spec.sources) ==
      Entries{"Source0 tool-1.2.tar.gz", "Source3 tool.conf", "Patch7 fix.patch"});
  CHECK(spec.sources[0].url == "https://example.org/tool/tool-1.2.tar.gz");
  CHECK(spec.sources[0].is_expanded);
  CHECK(spec.sources[1].url.empty());
  CHECK(spec.unexpanded.empty());
}

TEST_CASE("parse_spec minds no case and no blanks in tags") {
  CHECK(
      entries(parsed("SOURCE1 :\t a.gz \r\npAtCh002:b.patch\n").sources) ==
      Entries{"Source1 a.gz", "Patch2 b.patch"});
}

TEST_CASE("parse_spec numbers what has no number one above the last") {
  CHECK(
      entries(parsed("Source: a\nSource5: b\nSource: c\nPatch: d\nPatch: e\n").sources) ==
      Entries{"Source0 a", "Source5 b", "Source6 c", "Patch0 d", "Patch1 e"});
}

TEST_CASE("parse_spec gives no number where rpm would take none") {
  CHECK(
      entries(parsed("Source99999999999: a\nSource: b\n").sources) ==
      Entries{"Source? a", "Source? b"});
}

TEST_CASE("parse_spec reads %sourcelist and %patchlist") {
  const SpecFile spec = parsed(
      "Source3: a\n%sourcelist\nhttps://example.org/b.gz\n# none\n\n  c\n%patchlist\nd\n"
      "%description\ne\n");
  CHECK(entries(spec.sources) == Entries{"Source3 a", "Source4 b.gz", "Source5 c", "Patch0 d"});
  CHECK(spec.sources[1].url == "https://example.org/b.gz");
}

TEST_CASE("parse_spec takes tags from packages alone") {
  CHECK(
      entries(parsed("%description\nSource: a\n%package x\nSource7: b\n%prep\nPatch: c\n"
                     "%changelog\nSource: d\n")
                  .sources) == Entries{"Source7 b"});
}

TEST_CASE("parse_spec gives a file the name that rpm gives it") {
  CHECK(name_of("https://example.org/a/b.tar.gz") == "b.tar.gz");
  CHECK(name_of("https://example.org/v1.tar.gz#/tool-1.tar.gz") == "tool-1.tar.gz");
  CHECK(name_of("https://example.org/get?a=b&file=c.gz") == "c.gz");
  CHECK(name_of("a=b.gz") == "a=b.gz");
  CHECK(name_of("https://example.org/%(echo a/b).gz") == "%(echo a/b).gz");
}

TEST_CASE("parse_spec takes absolute URLs of four schemes, without the name behind #/") {
  CHECK(url_of("http://example.org/a") == "http://example.org/a");
  CHECK(url_of("FTP://example.org/a") == "FTP://example.org/a");
  CHECK(url_of("git://example.org/a") == "git://example.org/a");
  CHECK(url_of("https://example.org/v1.gz#/a-1.gz") == "https://example.org/v1.gz");
  CHECK(url_of("https://example.org/a%%20b.gz") == "https://example.org/a%20b.gz");
  CHECK(url_of("file:///etc/passwd").empty());
  CHECK(url_of("https:///a").empty());
  CHECK(url_of("https://").empty());
  CHECK(url_of("https://example.org/a b").empty());
  CHECK(url_of("example.org/a").empty());
}

TEST_CASE("parse_spec tells what it left, and gives no URL for it") {
  const SpecFile spec = parsed(
      "%global commit %(git rev-parse HEAD)\nSource: https://example.org/a-%{commit}.gz\n"
      "Source1: %{pypi_source}\nSource2: %{gsub %{name} - _}.gz\nPatch: %{lua:print('x')}.patch\n");
  CHECK(spec.unexpanded == Entries{"%(…)", "%{gsub …}", "%{lua:…}", "%{pypi_source}"});
  CHECK(spec.sources[0].file_name == "a-%(git rev-parse HEAD).gz");
  CHECK(spec.sources[0].url.empty());
  CHECK_FALSE(spec.sources[0].is_expanded);
}

TEST_CASE("parse_spec tells of lines from which more sources could have come") {
  const SpecFile spec = parsed(
      "%{lua: print('Source: x')}\n%include more.spec\n%forgemeta -v\n%{?nothing}\n"
      "Requires: %{elsewhere}\n%description\n%{unseen}\n");
  CHECK(spec.unexpanded == Entries{"%forgemeta", "%include", "%{lua:…}"});
}

TEST_CASE("parse_spec takes sources out of macros of many lines") {
  CHECK(
      entries(parsed("%define more \\\nSource1: a\\\nSource2: b\n%{more}\n").sources) ==
      Entries{"Source1 a", "Source2 b"});
}

TEST_CASE("parse_spec believes the header before the tags") {
  const std::string text = "Version: %{lua:print(2)}\nSource: a-%{version}.gz\n";
  CHECK(name_of("a") == "a");
  CHECK(entries(parsed(text, {{"version", "2"}}).sources) == Entries{"Source0 a-2.gz"});
}

TEST_CASE("parse_spec lets the tags of a sub-package change its macros") {
  CHECK(
      entries(
          parsed("Version: 1\n%package x\nVersion: 2\nSource: a-%{version}\n", {{"version", "1"}})
              .sources) == Entries{"Source0 a-2"});
}

TEST_CASE("parse_spec takes the branch of a condition that it can evaluate") {
  const std::string text = "%if 0%{?rhel} >= 9\nSource0: a\n%else\nSource0: b\n%endif\nSource: c\n";
  CHECK(entries(parsed(text, {{"rhel", "9"}}).sources) == Entries{"Source0 a", "Source1 c"});
  CHECK(entries(parsed(text).sources) == Entries{"Source0 b", "Source1 c"});
  CHECK(entries(parsed(text).skipped) == Entries{"Source0 a"});
}

TEST_CASE("parse_spec reads %elif, conditions of two lines and conditions within others") {
  const SpecFile spec = parsed(
      "%bcond_with x\n%if %{with x} \\\n  || 0\nSource1: a\n%elif 1\n%if 0\nSource2: b\n%else\n"
      "Source3: c\n%endif\n%else\nSource4: d\n%endif\nSource5: e\n");
  CHECK(entries(spec.sources) == Entries{"Source3 c", "Source5 e"});
}

TEST_CASE("parse_spec expands the condition of an %elif behind a branch that was skipped") {
  const SpecFile spec = parsed(
      "%bcond_without x\n%if 0\nSource1: a\n%elif %{with x}\nSource2: b\n%else\nSource3: c\n"
      "%endif\n");
  CHECK(entries(spec.sources) == Entries{"Source2 b"});
}

TEST_CASE("parse_spec takes both branches of a condition that it cannot evaluate") {
  const SpecFile spec =
      parsed("%if %(test -e /x && echo 1)\nSource0: a\n%else\nSource0: b\n%endif\n");
  CHECK(entries(spec.sources) == Entries{"Source0 a", "Source0 b"});
}

TEST_CASE("parse_spec does not know the processor of the build") {
  CHECK(
      entries(parsed("%ifarch x86_64\nSource1: a\n%endif\n%ifnarch x86_64\nSource2: b\n%endif\n"
                     "%ifos linux\nSource3: c\n%endif\n%ifnos linux\nSource4: d\n%endif\n")
                  .sources) == Entries{"Source1 a", "Source2 b", "Source3 c"});
}

TEST_CASE("parse_spec does not know the numbers behind a source that may be there") {
  CHECK(
      entries(parsed("Source: a\n%ifarch x86_64\nSource: b\n%endif\nSource: c\nSource7: d\n"
                     "Source: e\n")
                  .sources) ==
      Entries{"Source0 a", "Source? b", "Source? c", "Source7 d", "Source8 e"});
}

TEST_CASE("parse_spec says of one file in two branches only what both say") {
  const SpecFile spec = parsed(
      "%ifarch x86_64\nSource0: https://example.org/1/a.gz\nSource1: https://example.org/b.gz\n"
      "%else\nSource0: https://example.org/2/a.gz\nSource2: https://example.org/b.gz\n%endif\n");
  CHECK(entries(spec.sources) == Entries{"Source0 a.gz", "Source? b.gz"});
  CHECK(spec.sources[0].url.empty());
  CHECK(spec.sources[1].url == "https://example.org/b.gz");
}

TEST_CASE("parse_spec does not use what was defined where it may not count") {
  const SpecFile spec = parsed(
      "%ifarch x86_64\n%global v 1\n%else\n%global v 2\n%endif\n"
      "Source0: https://example.org/a-%{v}.gz\n");
  CHECK(spec.sources[0].url.empty());
  CHECK(spec.unexpanded == Entries{"%{v}"});
}

TEST_CASE("parse_spec comes back to its section behind a branch that was skipped") {
  CHECK(
      entries(parsed("%if 0\n%package x\n%description x\n%endif\nSource1: a\n").sources) ==
      Entries{"Source1 a"});
}

TEST_CASE("parse_spec gives text that every format can carry") {
  const SpecFile spec = parsed("Source0: caf\xE9\x01.gz\n");
  CHECK(spec.sources[0].file_name == "caf\xC3\xA9.gz");
}

TEST_CASE("parse_spec reads on behind a brace that is never closed") {
  CHECK(
      entries(parsed("Source0: %{a\nSource1: b\n").sources) == Entries{"Source0 %{a", "Source1 b"});
}

TEST_CASE("parse_spec refuses a spec of more than 16 MiB") {
  CHECK_THROWS_WITH_AS(
      parsed(std::string((std::size_t{16} << 20U) + 1, '\n')),
      "test.spec: is longer than 16777216 bytes",
      Error);
}

TEST_CASE("parse_spec refuses more sources than real specs have") {
  std::string text;
  for (int i = 0; i <= 100'000; ++i)
    text += "Source: a" + std::to_string(i) + "\n";
  CHECK_THROWS_AS(parsed(text), Error);
}

TEST_CASE("known_macros has what the header says, and dist from the release") {
  Package package;
  package.name = "tool";
  package.evr = {.epoch = 2, .version = "1.0", .release = "3.el9_4.1"};
  CHECK(
      known_macros(package) == SpecMacroValues{
                                   {"name", "tool"},
                                   {"version", "1.0"},
                                   {"release", "3.el9_4.1"},
                                   {"epoch", "2"},
                                   {"dist", ".el9_4"},
                                   {"rhel", "9"},
                                   {"el9", "1"}});
}

TEST_CASE("known_macros knows modules and Fedora, and no other releases") {
  const auto dist_of = [](const std::string& release) {
    Package package;
    package.evr.release = release;
    const auto macros = known_macros(package);
    return macros.contains("dist") ? macros.at("dist") : "";
  };
  CHECK(dist_of("28.el9") == ".el9");
  CHECK(dist_of("1.module_el9.4.0+105+e9a5b3c3") == ".module_el9.4.0+105+e9a5b3c3");
  CHECK(dist_of("1.module+el8.9.0+1+ab") == ".module+el8.9.0+1+ab");
  CHECK(dist_of("6.fc12") == ".fc12");
  CHECK(dist_of("1.el9.elrepo") == ".el9");
  CHECK(dist_of("1.elrepo").empty());
  CHECK(dist_of("1").empty());
}

TEST_CASE("match_sources finds the entry of each file of the header, in any order") {
  const SpecFile spec = parsed("Source0: a\nSource1: b\nPatch1: a\n");
  const auto matches = match_sources(
      spec, {{.name = "b"}, {.name = "a"}, {.name = "a", .is_patch = true}, {.name = "c"}});
  REQUIRE(matches.size() == 4);
  CHECK(entry(*matches[0]) == "Source1 b");
  CHECK(entry(*matches[1]) == "Source0 a");
  CHECK(entry(*matches[2]) == "Patch1 a");
  CHECK(matches[3] == nullptr);
}

TEST_CASE("match_sources lets macros that were left stand for any text") {
  const SpecFile spec = parsed("Source0: a-%(x)-%(y).gz\nSource1: a-doc.gz\n");
  const auto matches = match_sources(spec, {{.name = "a-doc.gz"}, {.name = "a-1-2.gz"}});
  REQUIRE(matches[0] != nullptr);
  REQUIRE(matches[1] != nullptr);
  CHECK(matches[0]->number == 1);
  CHECK(matches[1]->number == 0);
}

TEST_CASE("match_sources does not choose between two that fit") {
  const SpecFile spec = parsed("Source0: a-%(x).gz\nSource1: %{y}.gz\nSource2: %(z).xz\n");
  const auto matches =
      match_sources(spec, {{.name = "a-1.gz"}, {.name = "b.gz"}, {.name = "c.xz"}});
  CHECK(matches[0] == nullptr);
  CHECK(matches[1] == nullptr);
  REQUIRE(matches[2] != nullptr);
  CHECK(matches[2]->number == 2);
}

TEST_CASE("match_sources takes from a branch that was skipped what the header names") {
  const SpecFile spec = parsed("%if 0\nSource4: a\n%endif\n");
  CHECK(spec.sources.empty());
  const auto matches = match_sources(spec, {{.name = "a"}});
  REQUIRE(matches[0] != nullptr);
  CHECK(matches[0]->number == 4);
}

TEST_CASE("read_spec finds the spec of a payload and reads no further") {
  Payload payload;
  payload.add("a.tar.gz", "archive")
      .add("macros.spec", "a source")
      .add("tool.spec", "Name: tool\n");
  const std::vector<SourceFile> sources = {{.name = "macros.spec"}};
  // Behind the spec stands nothing that could be read.
  CHECK(read_spec(payload.written(), sources) == "Name: tool\n");
}

TEST_CASE("read_spec finds nothing where there is no spec") {
  Payload payload;
  payload.add("a.tar.gz", "archive").add("tool.spec.in", "no").end();
  CHECK_FALSE(read_spec(payload.written()));
}

TEST_CASE("read_spec refuses a spec of more than 16 MiB before it reads it") {
  Payload payload;
  payload.add("tool.spec", "", (std::size_t{16} << 20U) + 1);
  const auto path = payload.written();
  CHECK_THROWS_WITH_AS(
      read_spec(path),
      (path.string() + ": tool.spec is larger than 16777216 bytes").c_str(),
      Error);
}

TEST_CASE("read_spec refuses a package that is not there") {
  CHECK_THROWS_AS(read_spec("/nonexistent/a.src.rpm"), Error);
}

TEST_CASE("the spec of every real source package numbers every file of its header") {
  const auto data = reposbom::tests::shared_data();
  if (!data) {
    MESSAGE("skipped: no shared data");
    return;
  }
  const auto packages = real_source_packages(*data);
  CHECK(packages.size() == 19);
  std::size_t files = 0;
  for (const auto& path : packages) {
    CAPTURE(path);
    const RpmHeader header = read_rpm_header(path);
    const auto text = read_spec(path, header.files);
    REQUIRE(text);
    const SpecFile spec = parse_spec(*text, path.string(), known_macros(header.package));
    const auto matches = match_sources(spec, header.files);
    for (std::size_t i = 0; i < matches.size(); ++i) {
      CAPTURE(header.files[i].name);
      REQUIRE(matches[i] != nullptr);
      CHECK(matches[i]->number);
      CHECK(matches[i]->is_patch == header.files[i].is_patch);
      ++files;
    }
  }
  CHECK(files == 70);
}

TEST_CASE("the specs of the real source packages give the URLs and numbers that one reads there") {
  const auto data = reposbom::tests::shared_data();
  if (!data) {
    MESSAGE("skipped: no shared data");
    return;
  }
  const std::map<std::string, std::string> urls = {
      {"popt-1.13.tar.gz", "http://www.rpm5.org/files/popt/popt-1.13.tar.gz"},
      {"png-mtime.py", "http://people.redhat.com/jantill/fedora/png-mtime.py"},
      {"font-util-1.4.1.tar.xz", "http://www.x.org/pub/individual/font/font-util-1.4.1.tar.xz"}};
  const std::map<std::string, unsigned> numbers = {
      {"gdm-40.1.tar.xz", 0},
      {"default.pa-for-gdm", 5},
      {"0002-gdm-x-session-run-session-bus-on-non-seat0-seats.patch", 66620002},
      {"0001-local-display-factory-Provide-more-flexibility-for-c.patch", 10001},
      {"gnome-session-40.1.1.tar.xz", 0},
      {"gnome-session-3.6.2-swrast.patch", 20001},
      {"xorg-x11-fonts-update-dirs.1", 6},
      {"setup-2.5.58.tar.bz2", 0},
      {"tmpwatch-2.9.7-quota.patch", 1},
      {"png-mtime.py", 1}};
  std::map<std::string, std::string> urls_found;
  std::size_t numbers_found = 0;
  for (const auto& path : real_source_packages(*data)) {
    const RpmHeader header = read_rpm_header(path);
    const SpecFile spec =
        parse_spec(*read_spec(path, header.files), path.string(), known_macros(header.package));
    const bool has_shell = header.package.name == "gdm" || header.package.name.starts_with("gnome");
    CHECK(spec.unexpanded == (has_shell ? Entries{"%(…)"} : Entries{}));
    const auto matches = match_sources(spec, header.files);
    for (std::size_t i = 0; i < matches.size(); ++i) {
      const std::string& name = header.files[i].name;
      REQUIRE(matches[i] != nullptr);
      if (!matches[i]->url.empty()) urls_found[name] = matches[i]->url;
      if (const auto known = numbers.find(name); known != numbers.end()) {
        CHECK(matches[i]->number == known->second);
        ++numbers_found;
      }
    }
  }
  CHECK(urls_found == urls);
  CHECK(numbers_found == numbers.size());
}
