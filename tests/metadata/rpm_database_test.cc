// SPDX-License-Identifier: Apache-2.0
#include "metadata/rpm_database.h"

#include <algorithm>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "metadata/error.h"
#include "metadata/rpm_header.h"
#include "tests/support/rpm_machine.h"

using namespace reposbom::metadata;
using namespace reposbom::tests;
using reposbom::Cause;

namespace {

using Texts = std::vector<std::string>;

Texts nevras(const std::vector<Package>& packages) {
  Texts texts;
  for (const Package& package : packages)
    texts.push_back(nevra(package));
  return texts;
}

const fs::path& depweave() {
  static const fs::path rpm = fixture_rpm("AppStream", "depweave-0.4-11.el9.x86_64");
  return rpm;
}

const fs::path& perlet() {
  static const fs::path rpm = fixture_rpm("BaseOS", "perlet-libs-5.32.1-481.el9.i686");
  return rpm;
}

bool has(const Texts& texts, const std::string& text) {
  return std::ranges::find(texts, text) != texts.end();
}

}  // namespace

TEST_CASE("fixtures: read_rpm_database says of a package what its file says") {
  if (!RpmMachine::is_possible()) return;
  const RpmMachine machine({depweave(), perlet()});
  const RpmDatabase read = read_rpm_database({.root = machine.root()});
  CHECK(read.folder == fs::canonical(machine.database()));
  CHECK(read.refused.empty());
  REQUIRE(
      nevras(read.packages) ==
      Texts{"depweave-0.4-11.el9.x86_64", "perlet-libs-4:5.32.1-481.el9.i686"});
  for (const auto& [package, rpm] :
       {std::pair{read.packages[0], depweave()}, std::pair{read.packages[1], perlet()}}) {
    const Package expected = read_rpm_header(rpm).package;
    CHECK(package.evr == expected.evr);
    CHECK(package.arch == expected.arch);
    CHECK(package.source_rpm == expected.source_rpm);
    CHECK(package.summary == expected.summary);
    CHECK(package.license == expected.license);
    CHECK(package.vendor == expected.vendor);
    CHECK(package.url == expected.url);
    CHECK(package.build_time == expected.build_time);
    CHECK(package.installed_size == expected.installed_size);
    CHECK(package.provides == expected.provides);
    CHECK(package.requires_ == expected.requires_);
    CHECK(package.header == expected.header);
    CHECK_FALSE(package.header.sha256_header.empty());
    CHECK(package.checksum.hex.empty());
  }
}

TEST_CASE("fixtures: read_rpm_database knows every file of a package") {
  if (!RpmMachine::is_possible()) return;
  const RpmMachine machine({fixture_rpm("BaseOS", "tzlore-20240202-1.el9.noarch")});
  const RpmDatabase read = read_rpm_database({.root = machine.root()});
  REQUIRE(read.packages.size() == 1);
  Texts files = read.packages[0].files;
  std::ranges::sort(files);
  CHECK(has(files, "/usr/share/tzlore/zone.tab"));
  CHECK(files == machine.query("[%{FILENAMES}\\n]"));
}

TEST_CASE("fixtures: read_rpm_database counts keys, and gives the module of a package") {
  if (!RpmMachine::is_possible()) return;
  RpmMachine machine(
      {fixture_rpm("AppStream", "nodule-18.20.4-1.module_el9.4.0+105+e9a5b3c3.x86_64")});
  machine.import_key(fixture_folder() / "keys/RPM-GPG-KEY-fixtures");
  const RpmDatabase read = read_rpm_database({.root = machine.root()});
  CHECK(machine.query("%{NAME}").size() == 2);
  CHECK(read.keys == 1);
  REQUIRE(read.packages.size() == 1);
  CHECK(read.packages[0].module == machine.query("%{MODULARITYLABEL}").back());
}

TEST_CASE("fixtures: read_rpm_database looks where databases stand, or where it is told") {
  if (!RpmMachine::is_possible()) return;
  const RpmMachine newer({depweave()}, "usr/lib/sysimage/rpm");
  CHECK(read_rpm_database({.root = newer.root()}).packages.size() == 1);
  const RpmMachine other({depweave()}, "srv/100%rpm db");
  CHECK(
      read_rpm_database({.root = other.root(), .dbpath = "/srv/100%rpm db"}).packages.size() == 1);
  CHECK(read_rpm_database({.dbpath = other.database()}).packages.size() == 1);
  const auto thrown = thrown_by([&] { read_rpm_database({.root = other.root()}); });
  CHECK(thrown.cause == Cause::Usage);
  CHECK(
      thrown.message == (other.root() / "var/lib/rpm").string() +
                            ": there is no RPM database; name its place with --root or --dbpath");
}

TEST_CASE("read_rpm_database makes no database where there is none") {
  const TemporaryFolder empty;
  fs::create_directories(empty / "var/lib/rpm");
  CHECK(thrown_by([&] { read_rpm_database({.root = empty.path()}); }).cause == Cause::Usage);
  CHECK(fs::is_empty(empty / "var/lib/rpm"));
}

TEST_CASE("fixtures: read_rpm_database reads where it cannot write") {
  if (!RpmMachine::is_possible()) return;
  const RpmMachine machine({depweave()});
  // As it is copied to a disk: without what SQLite makes beside it.
  fs::remove(machine.database() / "rpmdb.sqlite-shm");
  fs::remove(machine.database() / "rpmdb.sqlite-wal");
  const std::string before = read_bytes(machine.database() / "rpmdb.sqlite");
  REQUIRE(::chmod(machine.database().c_str(), 0555) == 0);
  CHECK(read_rpm_database({.root = machine.root()}).packages.size() == 1);
  CHECK(read_bytes(machine.database() / "rpmdb.sqlite") == before);
  if (::geteuid() != 0) CHECK_FALSE(fs::exists(machine.database() / "rpmdb.sqlite-shm"));
  REQUIRE(::chmod(machine.database().c_str(), 0755) == 0);
}

TEST_CASE("fixtures: read_rpm_database refuses a database of which a header was changed") {
  if (!RpmMachine::is_possible()) return;
  const RpmMachine machine({depweave(), perlet()});
  const fs::path file = machine.database() / "rpmdb.sqlite";
  std::string bytes = read_bytes(file);
  const std::string text = "Needs others in every way there is";
  const std::size_t at = bytes.find(text);
  REQUIRE(at != std::string::npos);
  bytes.replace(at, 5, "Wants");
  write_bytes(file, bytes);
  const auto thrown = thrown_by([&] { read_rpm_database({.root = machine.root()}); });
  CHECK(thrown.cause == Cause::Untrusted);
  CHECK(thrown.message.find("the RPM database cannot be read: ") != std::string::npos);
}

TEST_CASE("fixtures: read_rpm_database refuses what is no database, and one without packages") {
  if (!RpmMachine::is_possible()) return;
  const RpmMachine machine({depweave()});
  machine.query("%{NAME}");
  const TemporaryFolder folder;
  write_bytes(folder / "var/lib/rpm/rpmdb.sqlite", "no database\n");
  CHECK(thrown_by([&] { read_rpm_database({.root = folder.path()}); }).cause == Cause::Untrusted);

  RpmMachine emptied({depweave()});
  emptied.erase("depweave");
  const auto thrown = thrown_by([&] { read_rpm_database({.root = emptied.root()}); });
  CHECK(thrown.cause == Cause::Usage);
  CHECK(thrown.message.find("holds no package") != std::string::npos);
}

TEST_CASE("path_below does not follow a link that leads out of the root") {
  const TemporaryFolder root;
  write_bytes(root / "usr/lib/os-release", "ID=almalinux\n");
  write_bytes(root / "outside/root/file", "");
  fs::create_directories(root / "etc");
  fs::create_symlink("../usr/lib/os-release", root / "etc/os-release");
  fs::create_symlink("../file", root / "outside/root/link");
  write_bytes(root / "outside/file", "");
  CHECK(path_below(root.path(), "/etc/os-release") == fs::canonical(root / "usr/lib/os-release"));
  CHECK(path_below("/", root / "usr") == fs::canonical(root / "usr"));
  CHECK(path_below(root / "outside/root", "file") == fs::canonical(root / "outside/root/file"));
  CHECK(path_below(root / "outside/root", "link").empty());
  CHECK(path_below(root.path(), "/missing").empty());
}
