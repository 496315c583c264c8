// SPDX-License-Identifier: Apache-2.0
#include "metadata/providers.h"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "metadata/error.h"
#include "metadata/primary.h"
#include "tests/support/shared_data.h"

namespace {

using namespace reposbom::metadata;  // NOLINT(google-build-using-namespace)
using Strings = std::vector<std::string>;

// "name" or "name >= evr"; a rich requirement whole.
Dependency dependency(const std::string& text) {
  static const std::map<std::string, Comparison> comparisons = {
      {"<", Comparison::Less},
      {"<=", Comparison::LessOrEqual},
      {"=", Comparison::Equal},
      {">=", Comparison::GreaterOrEqual},
      {">", Comparison::Greater}};
  const std::size_t first = text.find(' ');
  if (text.starts_with('(') || first == std::string::npos) return {.name = text};
  const std::size_t second = text.find(' ', first + 1);
  return {
      .name = text.substr(0, first),
      .comparison = comparisons.at(text.substr(first + 1, second - first - 1)),
      .evr = text.substr(second + 1)};
}

struct Sample {
  std::string nevra = {};  // Or a name alone: "-1-1.x86_64" is added.
  Strings needs = {};
  Strings provides = {};
  Strings files = {};
  std::int64_t built = 100;
  std::string module = {};
  std::string source = {};  // Name of the source package and its build; else one for each package.
};

Package package_of(const Sample& sample) {
  const bool is_short = sample.nevra.find('.') == std::string::npos;
  auto package = parse_nevra(is_short ? sample.nevra + "-1-1.x86_64" : sample.nevra).value();
  for (const std::string& text : sample.needs)
    package.requires_.push_back(dependency(text));
  for (const std::string& text : sample.provides)
    package.provides.push_back(dependency(text));
  package.files = sample.files;
  package.build_time = sample.built;
  package.module = sample.module;
  package.checksum.hex = "c0ffee";
  return package;
}

// Packages of one `source` make one build; every other package is a build of its own.
Catalog catalog_of(const std::vector<Sample>& samples) {
  Catalog catalog;
  std::map<std::string, std::size_t> places;
  for (const Sample& sample : samples) {
    Package package = package_of(sample);
    const std::string name = sample.source.empty() ? package.name : sample.source;
    const auto [place, is_new] = places.emplace(sample.source, catalog.builds.size());
    if (is_new || sample.source.empty()) {
      place->second = catalog.builds.size();
      catalog.builds.emplace_back().source.package.name = name.substr(0, name.find('/'));
    }
    catalog.builds[place->second].packages.push_back(std::move(package));
  }
  return catalog;
}

// What the first package depends on and what it misses, after a "!".
Strings resolved(const std::vector<Sample>& samples, const std::vector<OwnedFile>& files = {}) {
  Catalog catalog = catalog_of(samples);
  resolve_dependencies(catalog, files);
  const Package& first = catalog.builds[0].packages[0];
  Strings answer;
  for (const PackageRef ref : first.depends_on)
    answer.push_back(nevra(catalog.at(ref)));
  for (const std::string& text : first.unresolved)
    answer.push_back("! " + text);
  return answer;
}

Resolution counted(const std::vector<Sample>& samples) {
  Catalog catalog = catalog_of(samples);
  return resolve_dependencies(catalog);
}

}  // namespace

TEST_CASE("resolve_dependencies finds a package by its name") {
  CHECK(resolved({{"app", {"lib"}}, {"lib"}}) == Strings{"lib-1-1.x86_64"});
}

TEST_CASE("resolve_dependencies finds a package by what it provides") {
  const Strings expected = {"lib-1-1.x86_64"};
  CHECK(
      resolved({{"app", {"libx.so.1()(64bit)"}}, {"lib", {}, {"libx.so.1()(64bit)"}}}) == expected);
}

TEST_CASE("resolve_dependencies needs nothing for what the package itself provides") {
  const std::vector<Sample> samples = {{"app", {"x", "app"}, {"x"}}, {"other", {}, {"x", "app"}}};
  CHECK(resolved(samples) == Strings{});
  CHECK(counted(samples) == Resolution{.requirements = 2, .resolved = 2});
}

TEST_CASE("resolve_dependencies names what nothing provides as rpm prints it") {
  const Strings needs = {"b >= 1:2-3", "a", "c < 1", "d <= 1", "e = 1", "f > 1", "(g and lib)"};
  const Strings expected = {
      "lib-1-1.x86_64",
      "! (g and lib)",
      "! a",
      "! b >= 1:2-3",
      "! c < 1",
      "! d <= 1",
      "! e = 1",
      "! f > 1"};
  CHECK(resolved({{"app", needs}, {"lib"}}) == expected);
}

TEST_CASE("resolve_dependencies counts a requirement once for a package") {
  const std::vector<Sample> samples = {{"app", {"lib", "lib", "no", "no"}}, {"lib", {"no"}}};
  CHECK(counted(samples) == Resolution{.requirements = 3, .resolved = 1, .unresolved = 2});
  CHECK(resolved(samples) == Strings{"lib-1-1.x86_64", "! no"});
}

TEST_CASE("resolve_dependencies leaves out what rpm itself provides") {
  CHECK(resolved({{"app", {"rpmlib(FileDigests) <= 4.6.0-1"}}}) == Strings{});
  CHECK(counted({{"app", {"rpmlib(FileDigests) <= 4.6.0-1"}}}) == Resolution{});
}

TEST_CASE("resolve_dependencies compares versions as rpm does") {
  const auto meets = [](const std::string& version, const std::string& comparison) {
    return resolved({{"app", {"lib " + comparison}}, {"lib-" + version + ".x86_64"}}).front()[0] !=
           '!';
  };
  CHECK(meets("1.10-1", "> 1.9"));
  CHECK_FALSE(meets("1.9-1", "> 1.10"));
  CHECK(meets("1.9-1", ">= 1.9"));
  CHECK(meets("1.9-5", "= 1.9"));
  CHECK_FALSE(meets("1.9-5", "= 1.9-4"));
  CHECK(meets("1.0~rc1-1", "< 1.0"));
  CHECK(meets("1.0^git1-1", "> 1.0-1"));
  CHECK(meets("1:1-1", "> 2"));
  CHECK_FALSE(meets("1-1", ">= 1:0"));
  CHECK(meets("1-1", "= 0:1-1"));
}

TEST_CASE("resolve_dependencies lets a provide without a version meet every version") {
  CHECK(resolved({{"app", {"x >= 7"}}, {"lib", {}, {"x"}}}) == Strings{"lib-1-1.x86_64"});
  CHECK(resolved({{"app", {"x >= 7"}}, {"lib", {}, {"x = 6"}}}) == Strings{"! x >= 7"});
}

TEST_CASE("resolve_dependencies finds files of primary.xml") {
  const Strings expected = {"bash-1-1.x86_64"};
  CHECK(resolved({{"app", {"/usr/bin/sh"}}, {"bash", {}, {}, {"/usr/bin/sh"}}}) == expected);
  CHECK(resolved({{"app", {"(/usr/bin/sh or x)"}}, {"bash", {}, {}, {"/usr/bin/sh"}}}) == expected);
}

TEST_CASE("resolve_dependencies finds files of filelists.xml") {
  const std::vector<Sample> samples = {{"app", {"/usr/share/dict/words"}}};
  std::vector<Sample> with_words = samples;
  with_words.push_back({"words"});
  Catalog catalog = catalog_of(with_words);
  catalog.builds[1].packages[0].checksum.hex = "feed";
  const Resolution before = resolve_dependencies(catalog);
  CHECK(before == Resolution{.requirements = 1, .unresolved = 1});
  const Resolution after = resolve_dependencies(
      catalog, {{"feed", "/usr/share/dict/words"}, {"0bad", "/usr/share/dict/words"}});
  CHECK(after == Resolution{.requirements = 1, .resolved = 1});
  const Package& app = catalog.builds[0].packages[0];
  CHECK(app.depends_on == std::vector<PackageRef>{{1, 0}});
  CHECK(app.unresolved.empty());  // What an earlier call wrote is gone.
}

TEST_CASE("resolve_dependencies chooses the own architecture, then noarch, then another") {
  const Sample same = {"a-1-1.x86_64", {}, {"x"}};
  const Sample none = {"a-3-1.noarch", {}, {"x"}};
  const Sample other = {"a-2-1.i686", {}, {"x"}};
  CHECK(resolved({{"app", {"x"}}, other, none, same}) == Strings{"a-1-1.x86_64"});
  CHECK(resolved({{"app", {"x"}}, other, none}) == Strings{"a-3-1.noarch"});
  CHECK(resolved({{"app", {"x"}}, other}) == Strings{"a-2-1.i686"});
}

TEST_CASE("resolve_dependencies gives an i686 package what is installed beside it") {
  const Sample app = {"app-1-1.i686", {"sh"}};
  CHECK(resolved({app, {"sh-1-1.x86_64"}, {"sh-1-1.i686"}}) == Strings{"sh-1-1.i686"});
  CHECK(resolved({app, {"sh-1-1.x86_64"}}) == Strings{"sh-1-1.x86_64"});
  CHECK(resolved({app, {"sh-1-1.aarch64"}, {"y-1-1.x86_64"}}) == Strings{"! sh"});
}

TEST_CASE("resolve_dependencies works for every architecture, known to libsolv or not") {
  for (const std::string arch :
       {"x86_64", "aarch64", "ppc64le", "s390x", "riscv64", "x86_64_v2", "armv7hl", "mips7"}) {
    CAPTURE(arch);
    const Strings expected = {"lib-1-1." + arch, "text-1-1.noarch"};
    const Sample app = {"app-1-1." + arch, {"lib", "text"}};
    CHECK(resolved({app, {"lib-1-1." + arch}, {"text-1-1.noarch"}}) == expected);
  }
}

TEST_CASE("resolve_dependencies keeps architectures apart that no machine runs together") {
  CHECK(resolved({{"app-1-1.x86_64", {"lib"}}, {"lib-1-1.aarch64"}}) == Strings{"! lib"});
  CHECK(resolved({{"app-1-1.s390x", {"lib"}}, {"lib-1-1.ppc64le"}}) == Strings{"! lib"});
}

TEST_CASE("resolve_dependencies lets x86_64_v2 fall back to what runs there, best first") {
  const Sample app = {"app-1-1.x86_64_v2", {"lib"}};
  const Sample baseline = {"lib-1-1.x86_64"};
  const Sample old = {"lib-1-1.i686"};
  CHECK(resolved({app, old, baseline}) == Strings{"lib-1-1.x86_64"});
  CHECK(resolved({app, old}) == Strings{"lib-1-1.i686"});
  CHECK(
      resolved({app, {"lib-1-1.x86_64_v3"}, {"y-1-1.x86_64_v2"}}) == Strings{"lib-1-1.x86_64_v3"});
  CHECK(resolved({app, {"lib-1-1.aarch64"}}) == Strings{"! lib"});
}

TEST_CASE("resolve_dependencies gives a noarch package the most frequent architecture") {
  const Sample app = {"app-1-1.noarch", {"sh"}};
  const Sample arm = {"sh-1-1.aarch64"};
  const Sample intel = {"sh-1-1.x86_64"};
  CHECK(resolved({app, arm, intel, {"y-1-1.x86_64"}}) == Strings{"sh-1-1.x86_64"});
  CHECK(resolved({app, arm, intel, {"y-1-1.aarch64"}}) == Strings{"sh-1-1.aarch64"});
  CHECK(resolved({app, arm, {"y-1-1.x86_64"}, {"z-1-1.x86_64"}}) == Strings{"sh-1-1.aarch64"});
}

TEST_CASE("resolve_dependencies takes no source package") {
  CHECK(resolved({{"app", {"lib"}}, {"lib-1-1.src"}}) == Strings{"! lib"});
}

TEST_CASE("resolve_dependencies refuses more architectures than there are") {
  std::vector<Sample> samples;
  for (int i = 0; i != 100; ++i)
    samples.push_back({"a-1-1.arch" + std::to_string(i)});
  Catalog catalog = catalog_of(samples);
  CHECK_THROWS_AS(resolve_dependencies(catalog), reposbom::Error);
}

TEST_CASE("resolve_dependencies stays in the module stream, else outside of modules") {
  const auto nodejs = [](const std::string& version, const std::string& module) {
    return Sample{.nevra = "nodejs-" + version + "-1.x86_64", .module = module};
  };
  const Sample plain = nodejs("16", "");
  const Sample m18 = nodejs("18", "nodejs:18:1:c1");
  const Sample m20 = nodejs("20", "nodejs:20:1:c2");
  CHECK(resolved({{"app", {"nodejs"}}, m20, m18, plain}) == Strings{"nodejs-16-1.x86_64"});
  CHECK(resolved({{"app", {"nodejs"}}, m18, m20}) == Strings{"nodejs-20-1.x86_64"});
  const Sample npm = {.nevra = "npm", .needs = {"nodejs"}, .module = "nodejs:18:2:c9"};
  CHECK(resolved({npm, m20, m18, plain}) == Strings{"nodejs-18-1.x86_64"});
  CHECK(resolved({npm, m20, plain}) == Strings{"nodejs-16-1.x86_64"});
}

TEST_CASE("resolve_dependencies prefers the package that is asked for to one providing the name") {
  CHECK(resolved({{"app", {"curl"}}, {"a", {}, {"curl"}}, {"curl"}}) == Strings{"curl-1-1.x86_64"});
}

TEST_CASE("resolve_dependencies prefers the same build, then the same source, then the alphabet") {
  const Sample app = {.nevra = "app", .needs = {"x"}, .source = "s/1"};
  const Sample early = {.nevra = "early", .provides = {"x"}};
  const Sample sibling = {.nevra = "other", .provides = {"x"}, .source = "s/2"};
  const Sample twin = {.nevra = "twin", .provides = {"x"}, .source = "s/1"};
  const Sample late = {.nevra = "late", .provides = {"x"}};
  CHECK(resolved({app, late, early, sibling, twin}) == Strings{"twin-1-1.x86_64"});
  CHECK(resolved({app, late, early, sibling}) == Strings{"other-1-1.x86_64"});
  CHECK(resolved({app, late, early}) == Strings{"early-1-1.x86_64"});
}

TEST_CASE("resolve_dependencies chooses the newest version built no later, else the oldest") {
  const auto glibc = [](const std::string& version, std::int64_t built) {
    return Sample{.nevra = "glibc-" + version + "-1.x86_64", .built = built};
  };
  const auto chosen = [&](std::int64_t built) {
    const Sample app = {.nevra = "app", .needs = {"glibc"}, .built = built};
    return resolved({app, glibc("2.10", 300), glibc("2.2", 100), glibc("2.9", 200)}).front();
  };
  CHECK(chosen(50) == "glibc-2.2-1.x86_64");
  CHECK(chosen(100) == "glibc-2.2-1.x86_64");
  CHECK(chosen(250) == "glibc-2.9-1.x86_64");
  CHECK(chosen(300) == "glibc-2.10-1.x86_64");
  CHECK(chosen(9000) == "glibc-2.10-1.x86_64");
}

TEST_CASE("resolve_dependencies takes what the same build finished later as not later") {
  const Sample app = {.nevra = "app", .needs = {"data"}, .built = 100, .source = "s"};
  const Sample old = {.nevra = "data-1-1.noarch", .built = 10};
  const Sample own = {.nevra = "data-2-1.noarch", .built = 105, .source = "s"};
  CHECK(resolved({app, old, own}) == Strings{"data-2-1.noarch"});
}

TEST_CASE("resolve_dependencies passes over what a newer version of itself had replaced") {
  // The library moved from the package "big" to "small" in version 2.
  const Sample before = {.nevra = "big-1-1.x86_64", .provides = {"x"}, .built = 100};
  const Sample after = {.nevra = "big-2-1.x86_64", .built = 200};
  const Sample moved = {.nevra = "small-2-1.x86_64", .provides = {"x"}, .built = 200};
  const auto chosen = [&](std::int64_t built) {
    return resolved({{.nevra = "app", .needs = {"x"}, .built = built}, before, after, moved})
        .front();
  };
  CHECK(chosen(150) == "big-1-1.x86_64");
  CHECK(chosen(200) == "small-2-1.x86_64");
  CHECK(chosen(250) == "small-2-1.x86_64");
  CHECK(chosen(50) == "big-1-1.x86_64");
}

TEST_CASE("resolve_dependencies tells packages of one name but different files apart") {
  Catalog catalog = catalog_of(
      {{.nevra = "app", .needs = {"x", "lib"}},
       {.nevra = "lib", .source = "lib"},
       {.nevra = "lib", .provides = {"x"}, .source = "lib"}});
  resolve_dependencies(catalog);
  CHECK(catalog.builds[0].packages[0].depends_on == std::vector<PackageRef>{{1, 0}, {1, 1}});
}

TEST_CASE("resolve_dependencies needs both operands of \"and\"") {
  const Strings both = {"a-1-1.x86_64", "b-1-1.x86_64"};
  CHECK(resolved({{"app", {"(a and b)"}}, {"a"}, {"b"}}) == both);
  CHECK(
      resolved({{"app", {"(a and b and c)"}}, {"a"}, {"b"}}) ==
      Strings{"a-1-1.x86_64", "b-1-1.x86_64", "! (a and b and c)"});
}

TEST_CASE("resolve_dependencies takes the first operand of \"or\" that can be met") {
  CHECK(resolved({{"app", {"(b or a)"}}, {"a"}, {"b"}}) == Strings{"b-1-1.x86_64"});
  CHECK(resolved({{"app", {"(b > 1 or a)"}}, {"a"}, {"b"}}) == Strings{"a-1-1.x86_64"});
  CHECK(resolved({{"app", {"((b and no) or a)"}}, {"a"}, {"b"}}) == Strings{"a-1-1.x86_64"});
  CHECK(resolved({{"app", {"(b or own)"}, {"own"}}, {"b"}}) == Strings{});
  CHECK(resolved({{"app", {"(no or never)"}}}) == Strings{"! (no or never)"});
}

TEST_CASE("resolve_dependencies needs nothing for \"if\", unless the condition is sure") {
  const Resolution conditional = {.requirements = 1, .conditional = 1};
  CHECK(resolved({{"app", {"(a if b)"}}, {"a"}, {"b"}}) == Strings{});
  CHECK(counted({{"app", {"(a if b)"}}, {"a"}, {"b"}}) == conditional);
  CHECK(counted({{"app", {"(no if b)"}}, {"b"}}) == conditional);
  CHECK(counted({{"app", {"(no if never)"}}}) == conditional);
  CHECK(resolved({{"app", {"(a if app)"}}, {"a"}}) == Strings{"a-1-1.x86_64"});
  CHECK(resolved({{"app", {"(no if app)"}}}) == Strings{"! (no if app)"});
}

TEST_CASE("resolve_dependencies follows \"else\" where the condition is sure") {
  CHECK(resolved({{"app", {"(a if b else c)"}}, {"a"}, {"b"}, {"c"}}) == Strings{});
  CHECK(resolved({{"app", {"(a if no else c)"}}, {"a"}, {"c"}}) == Strings{"c-1-1.x86_64"});
  CHECK(resolved({{"app", {"(a if app else c)"}}, {"a"}, {"c"}}) == Strings{"a-1-1.x86_64"});
  CHECK(resolved({{"app", {"(no if b else never)"}}, {"b"}}) == Strings{"! (no if b else never)"});
}

TEST_CASE("resolve_dependencies takes \"unless\" as the opposite of \"if\"") {
  CHECK(resolved({{"app", {"(a unless b)"}}, {"a"}, {"b"}}) == Strings{});
  CHECK(resolved({{"app", {"(a unless no)"}}, {"a"}}) == Strings{"a-1-1.x86_64"});
  CHECK(resolved({{"app", {"(a unless app)"}}, {"a"}}) == Strings{});
  CHECK(resolved({{"app", {"(a unless app else c)"}}, {"a"}, {"c"}}) == Strings{"c-1-1.x86_64"});
}

TEST_CASE("resolve_dependencies wants one package for \"with\" and \"without\"") {
  const Sample old = {"old", {}, {"x = 1"}};
  const Sample right = {"right", {}, {"x = 2"}};
  const Sample young = {"young", {}, {"x = 3"}};
  const Strings expected = {"right-1-1.x86_64"};
  CHECK(resolved({{"app", {"(x >= 2 with x < 3)"}}, young, old, right}) == expected);
  CHECK(
      resolved({{"app", {"(x >= 2 with x < 2)"}}, old, young}) == Strings{"! (x >= 2 with x < 2)"});
  CHECK(resolved({{"app", {"(x >= 2 without x >= 3)"}}, young, right}) == expected);
}

TEST_CASE("resolve_dependencies survives rich requirements that are none") {
  const std::string deep = std::string(1'000'000, '(') + "a";
  const std::string nested = std::string(8000, '(') + "a" + std::string(8000, ')');
  const Strings needs = {"(", "()", "(a", "(a b)", "(a and )", "(a >= )", "", deep};
  Catalog catalog = catalog_of({{"app", needs}, {"a"}});
  const Resolution resolution = resolve_dependencies(catalog);
  CHECK(resolution == Resolution{.requirements = 8, .unresolved = 8});
  CHECK(catalog.builds[0].packages[0].unresolved.size() == 8);
  CHECK(resolved({{"app", {nested}}, {"a"}}) == Strings{"a-1-1.x86_64"});
}

namespace {

// The BuildRequires of the first build, which is made of one package of `arch`.
Strings built_with(const std::string& arch, const Strings& needs, std::vector<Sample> others) {
  others.insert(others.begin(), Sample{.nevra = "app-1-1." + arch});
  Catalog catalog = catalog_of(others);
  SourcePackage& source = catalog.builds[0].source;
  for (const std::string& text : needs)
    source.build_requires.push_back(dependency(text));
  const Resolution resolution = resolve_dependencies(catalog);
  CHECK(resolution == Resolution{});  // What a build needs is not what a package needs.
  Strings answer;
  for (const PackageRef ref : source.build_depends_on)
    answer.push_back(nevra(catalog.at(ref)));
  for (const std::string& text : source.build_unresolved)
    answer.push_back("! " + text);
  return answer;
}

}  // namespace

TEST_CASE("resolve_dependencies tells what a build was made with") {
  const std::vector<Sample> others = {
      {"gcc"}, {"make", {}, {"gmake"}}, {.nevra = "zlib-devel", .files = {"/usr/lib/zlib.pc"}}};
  CHECK(
      built_with("x86_64", {"gcc >= 1", "gmake", "/usr/lib/zlib.pc", "cargo", "gcc > 1"}, others) ==
      Strings{
          "gcc-1-1.x86_64", "make-1-1.x86_64", "zlib-devel-1-1.x86_64", "! cargo", "! gcc > 1"});
}

TEST_CASE("resolve_dependencies takes for a build what runs where its packages run") {
  const std::vector<Sample> others = {{"gcc-1-1.i686"}, {"gcc-1-1.x86_64"}, {"gcc-1-1.aarch64"}};
  CHECK(built_with("x86_64", {"gcc"}, others) == Strings{"gcc-1-1.x86_64"});
  CHECK(built_with("i686", {"gcc"}, others) == Strings{"gcc-1-1.i686"});
  CHECK(built_with("aarch64", {"gcc"}, others) == Strings{"gcc-1-1.aarch64"});
}

TEST_CASE("resolve_dependencies takes for a build what was there when it was made") {
  const std::vector<Sample> others = {
      {.nevra = "gcc-1-1.x86_64", .built = 50}, {.nevra = "gcc-2-1.x86_64", .built = 200}};
  CHECK(built_with("x86_64", {"gcc"}, others) == Strings{"gcc-1-1.x86_64"});
}

TEST_CASE("resolve_dependencies takes rich build requirements apart") {
  CHECK(
      built_with("x86_64", {"(gcc and make)", "(clang or gcc)"}, {{"gcc"}, {"make"}}) ==
      Strings{"gcc-1-1.x86_64", "make-1-1.x86_64"});
}

TEST_CASE("resolve_dependencies has nothing to do for an empty catalog") {
  Catalog catalog;
  CHECK(resolve_dependencies(catalog) == Resolution{});
}

namespace {

Catalog read_real_catalog(const std::filesystem::path& repositories) {
  std::map<std::string, Build> builds;
  std::set<std::string> seen;
  for (const char* name : {"centos-stream-9-baseos-2022", "centos-stream-9-appstream-2025"}) {
    for (const auto& file : std::filesystem::directory_iterator(repositories / name / "repodata")) {
      const std::string path = file.path().string();
      if (path.find("primary.xml") == std::string::npos) continue;
      std::ifstream stream(path, std::ios::binary);
      const std::string bytes((std::istreambuf_iterator<char>(stream)), {});
      const auto take = [&](Package&& package) {
        if (!seen.insert(nevra(package) + package.checksum.hex).second) return;
        Build& build = builds[package.source_rpm];
        build.source.package.name = parse_source_rpm(package.source_rpm).value().name;
        build.packages.push_back(std::move(package));
      };
      read_primary(bytes, path, take, [](const std::string&, const std::string&) {});
    }
  }
  Catalog catalog;
  for (auto& [source, build] : builds)
    catalog.builds.push_back(std::move(build));
  return catalog;
}

std::set<std::string> names_provided_by(const Package& package) {
  std::set<std::string> names(package.files.begin(), package.files.end());
  for (const Dependency& provided : package.provides)
    names.insert(provided.name);
  names.insert(package.name);
  return names;
}

bool is_needed(const Package& package, const std::set<std::string>& names) {
  return std::ranges::any_of(package.requires_, [&](const Dependency& required) {
    if (!required.name.starts_with('(')) return names.contains(required.name);
    return std::ranges::any_of(names, [&](const std::string& name) {
      return required.name.find(name) != std::string::npos;
    });
  });
}

}  // namespace

TEST_CASE("resolve_dependencies resolves 98 % of two real repositories, each edge with a reason") {
  const auto data = reposbom::tests::shared_data();
  if (!data) {
    MESSAGE("skipped: no shared data");
    return;
  }
  Catalog catalog = read_real_catalog(*data / "repos");
  REQUIRE(catalog.package_count() == 18771);
  CHECK(
      resolve_dependencies(catalog) ==
      Resolution{
          .requirements = 206007, .resolved = 201651, .conditional = 333, .unresolved = 4023});

  std::vector<std::vector<std::set<std::string>>> provided;
  std::set<std::string> known;
  for (const Build& build : catalog.builds) {
    std::vector<std::set<std::string>>& names = provided.emplace_back();
    for (const Package& package : build.packages) {
      names.push_back(names_provided_by(package));
      known.insert(names.back().begin(), names.back().end());
    }
  }
  std::size_t edges = 0;
  std::size_t without_reason = 0;
  std::size_t wrongly_missed = 0;
  for (const Build& build : catalog.builds) {
    for (const Package& package : build.packages) {
      edges += package.depends_on.size();
      for (const PackageRef ref : package.depends_on) {
        if (!is_needed(package, provided[ref.build][ref.package])) ++without_reason;
      }
      for (const std::string& text : package.unresolved) {
        if (known.contains(text)) ++wrongly_missed;
      }
    }
  }
  CHECK(edges == 100631);
  CHECK(without_reason == 0);
  CHECK(wrongly_missed == 0);
}
