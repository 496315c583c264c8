// SPDX-License-Identifier: Apache-2.0
#include "metadata/package.h"

#include <array>

#include <doctest/doctest.h>

using namespace reposbom::metadata;

namespace {

Package package(const char* name, Evr evr, const char* arch) {
  Package package;
  package.name = name;
  package.evr = std::move(evr);
  package.arch = arch;
  return package;
}

int sign(int number) {
  return (number > 0) - (number < 0);
}

}  // namespace

TEST_CASE("compare puts versions in rpm's order") {
  struct Row {
    const char* older;
    const char* newer;
  };
  const std::array rows = {
      Row{"1.0", "2.0"},
      Row{"2.0", "2.0.1"},
      Row{"2.0.1", "2.0.1a"},
      Row{"5.5p1", "5.5p2"},
      Row{"5.5p9", "5.5p10"},
      Row{"10xyz", "10.1xyz"},
      Row{"xyz.4", "8"},
      Row{"1.0~rc1", "1.0"},
      Row{"1.0~rc1", "1.0~rc2"},
      Row{"1.0", "1.0^git1"},
      Row{"1.0^git1", "1.0.1"},
      Row{"20101121", "20101122"}};
  for (const Row& row : rows) {
    CAPTURE(row.older);
    CAPTURE(row.newer);
    CHECK(sign(compare({0, row.older, "1"}, {0, row.newer, "1"})) == -1);
    CHECK(sign(compare({0, row.newer, "1"}, {0, row.older, "1"})) == 1);
    CHECK(sign(compare({0, "1", row.older}, {0, "1", row.newer})) == -1);
  }
  CHECK(compare({0, "1.010", "1"}, {0, "1.10", "1"}) == 0);
}

TEST_CASE("compare looks at the epoch first, at the release last") {
  CHECK(compare({1, "1", "1"}, {0, "9", "9"}) > 0);
  CHECK(compare({1, "1", "1"}, {4294967295U, "1", "1"}) < 0);
  CHECK(compare({0, "2", "1"}, {0, "1", "9"}) > 0);
  CHECK(compare({3, "1", "1.el9"}, {3, "1", "1.el9"}) == 0);
}

TEST_CASE("to_string of an Evr leaves out an epoch of 0") {
  CHECK(to_string(Evr{0, "5.1.8", "9.el9"}) == "5.1.8-9.el9");
  CHECK(to_string(Evr{1, "5.1.8", "9.el9"}) == "1:5.1.8-9.el9");
}

TEST_CASE("nevra has the epoch, nvra is the name of the file") {
  const Package nodejs = package("nodejs", {1, "18.18.2", "1.el9"}, "x86_64");
  CHECK(nevra(nodejs) == "nodejs-1:18.18.2-1.el9.x86_64");
  CHECK(nvra(nodejs) == "nodejs-18.18.2-1.el9.x86_64");
}

TEST_CASE("parse_nevra reads back what nevra writes") {
  for (const Package& wanted :
       {package("gcc-c++", {0, "11.4.1", "2.1.el9"}, "x86_64"),
        package("bind-libs", {32, "9.16.23", "1.el9"}, "noarch"),
        package("a", {4294967295U, "1", "2"}, "src")}) {
    const auto parsed = parse_nevra(nevra(wanted));
    REQUIRE(parsed);
    CHECK(parsed->name == wanted.name);
    CHECK(parsed->evr == wanted.evr);
    CHECK(parsed->arch == wanted.arch);
  }
}

TEST_CASE("parse_nevra takes an epoch of 0 as none") {
  const auto parsed = parse_nevra("tangerine-0:0.22-7.module_1588+5eed94c6.noarch");
  REQUIRE(parsed);
  CHECK(nevra(*parsed) == "tangerine-0.22-7.module_1588+5eed94c6.noarch");
}

TEST_CASE("parse_nevra refuses a name with no release") {
  CHECK_FALSE(parse_nevra("bash-5.1.8.x86_64"));
  CHECK_FALSE(parse_nevra("bash-5.1.8-.x86_64"));
}

TEST_CASE("parse_nevra refuses what is not a NEVRA") {
  for (const char* text :
       {"",
        "-",
        ".",
        "bash",
        "bash-5-9",
        "bash-5-9.",
        "-5-9.x86_64",
        "bash--9.x86_64",
        "bash-:5-9.x86_64",
        "bash-1:-9.x86_64",
        "bash-x:5-9.x86_64",
        "bash-0:1:5-9.x86_64",
        "bash-4294967296:5-9.x86_64",
        "../bash-5-9.x86_64",
        "ba sh-5-9.x86_64",
        "bash-5-9.x86_64\n",
        "bash-5-9\x7f.x86_64"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_nevra(text));
  }
  CHECK_FALSE(parse_nevra(std::string_view("bash-5-9\0.x86_64", 16)));
}

TEST_CASE("parse_source_rpm takes a file name apart") {
  const auto gdm = parse_source_rpm("gnome-session-xlibre-40.1.1-10.el9.src.rpm");
  REQUIRE(gdm);
  CHECK(gdm->name == "gnome-session-xlibre");
  CHECK(gdm->version == "40.1.1");
  CHECK(gdm->release == "10.el9");
  const auto nosource = parse_source_rpm("jdk-1.8-2.nosrc.rpm");
  REQUIRE(nosource);
  CHECK(nosource->release == "2");
}

TEST_CASE("parse_source_rpm refuses other names") {
  for (const char* name :
       {"",
        ".src.rpm",
        "a.src.rpm",
        "a-1.src.rpm",
        "-1-1.src.rpm",
        "a--1.src.rpm",
        "a-1-.src.rpm",
        "bash-5-9.x86_64.rpm",
        "../a-1-1.src.rpm",
        "(none)"}) {
    CAPTURE(name);
    CHECK_FALSE(parse_source_rpm(name));
  }
}

TEST_CASE("checksum_type knows the names of repodata, SPDX and CycloneDX") {
  CHECK(checksum_type("sha256") == ChecksumType::Sha256);
  CHECK(checksum_type("SHA256") == ChecksumType::Sha256);
  CHECK(checksum_type("SHA-512") == ChecksumType::Sha512);
  CHECK(checksum_type("sha") == ChecksumType::Sha1);
  CHECK(checksum_type("md5") == ChecksumType::Md5);
  CHECK_FALSE(checksum_type("sha3-256"));
  CHECK_FALSE(checksum_type(""));
  for (const auto type :
       {ChecksumType::Md5,
        ChecksumType::Sha1,
        ChecksumType::Sha224,
        ChecksumType::Sha256,
        ChecksumType::Sha384,
        ChecksumType::Sha512}) {
    CHECK(checksum_type(to_string(type)) == type);
  }
}
