// SPDX-License-Identifier: Apache-2.0

#include "pipeline/media.h"

#include <filesystem>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/support/published_tree.h"
#include "tests/support/shared_data.h"

using reposbom::Cause;
using reposbom::pipeline::Media;
using reposbom::pipeline::MediaPackage;
using reposbom::pipeline::read_media;
using reposbom::tests::damage;
using reposbom::tests::has_programs;
using reposbom::tests::quoted;
using reposbom::tests::run_shell;
using reposbom::tests::TemporaryFolder;
using reposbom::tests::thrown_by;
using reposbom::tests::write_bytes;

namespace {

namespace fs = std::filesystem;

const std::string kPkgid(64, 'a');

std::string package_xml(
    const std::string& name, const std::string& arch, const std::string& source) {
  return "<package type=\"rpm\"><name>" + name + "</name><arch>" + arch +
         "</arch><version epoch=\"0\" ver=\"1.0\" rel=\"1.el9\"/>"
         "<checksum type=\"sha256\" pkgid=\"YES\">" +
         kPkgid + "</checksum><location href=\"Packages/" + name + "-1.0-1.el9." + arch +
         ".rpm\"/><format><rpm:sourcerpm>" + source + "</rpm:sourcerpm></format></package>\n";
}

// A repository with a primary.xml that is not compressed.
void write_repository(const fs::path& folder, const std::string& packages) {
  const std::string primary =
      "<?xml version=\"1.0\"?>\n<metadata xmlns=\"http://linux.duke.edu/metadata/common\" "
      "xmlns:rpm=\"http://linux.duke.edu/metadata/rpm\">\n" +
      packages + "</metadata>\n";
  write_bytes(folder / "repodata/primary.xml", primary);
  write_bytes(
      folder / "repodata/repomd.xml",
      "<?xml version=\"1.0\"?>\n<repomd xmlns=\"http://linux.duke.edu/metadata/repo\">"
      "<revision>1714737600</revision><data type=\"primary\"><checksum type=\"sha256\">" +
          reposbom::metadata::sha256(primary) +
          "</checksum><location href=\"repodata/primary.xml\"/></data></repomd>\n");
}

void write_media(const fs::path& folder) {
  write_repository(
      folder / "BaseOS",
      package_xml("bash", "x86_64", "bash-1.0-1.el9.src.rpm") + package_xml("bash", "src", "") +
          package_xml("shared", "noarch", "shared-1.0-1.el9.src.rpm"));
  write_repository(
      folder / "AppStream",
      package_xml("shared", "noarch", "shared-1.0-1.el9.src.rpm") +
          package_xml("../evil", "x86_64", "evil-1.0-1.el9.src.rpm") +
          package_xml("app", "i686", "app-1.0-1.el9.src.rpm"));
  write_bytes(folder / ".discinfo", "1714737600.000000\n9.4\nx86_64\n1,2\n");
}

fs::path make_image(const fs::path& folder, const std::string& label) {
  const fs::path image = folder.string() + ".iso";
  const auto made = run_shell(
      "xorriso -as mkisofs -quiet -r -J -joliet-long -V '" + label + "' -o " + quoted(image) + " " +
      quoted(folder));
  INFO(made.output);
  REQUIRE(made.code == 0);
  return image;
}

void check_media(const Media& media) {
  CHECK(media.timestamp == "1714737600.000000");
  CHECK(media.release == "9.4");
  CHECK(media.arch == "x86_64");
  CHECK(media.repositories == std::vector<std::string>{"AppStream", "BaseOS"});
  REQUIRE(media.packages.size() == 3);
  const MediaPackage& app = media.packages[0];
  CHECK(app.nevra == "app-1.0-1.el9.i686");
  CHECK(app.pkgid == kPkgid);
  CHECK(app.source_rpm == "app-1.0-1.el9.src.rpm");
  CHECK(app.path == "AppStream/Packages/app-1.0-1.el9.i686.rpm");
  CHECK(media.packages[1].nevra == "bash-1.0-1.el9.x86_64");
  CHECK(media.packages[2].nevra == "shared-1.0-1.el9.noarch");
  REQUIRE(media.refused.size() == 1);
  CHECK(media.refused[0].find("evil") != std::string::npos);
}

}  // namespace

TEST_CASE("read_media finds the repositories of a directory and each binary package once") {
  const TemporaryFolder folder;
  write_media(folder / "media");
  const Media media = read_media(folder / "media");
  check_media(media);
  CHECK(media.label.empty());
}

TEST_CASE("read_media finds the same in an ISO image, and its label") {
  if (!has_programs("xorriso")) {
    MESSAGE("skipped: no xorriso");
    return;
  }
  const TemporaryFolder folder;
  write_media(folder / "media");
  const Media media = read_media(make_image(folder / "media", "AlmaLinux-9-4-x86_64-dvd"));
  check_media(media);
  CHECK(media.label == "AlmaLinux-9-4-x86_64-dvd");
}

TEST_CASE("read_media takes a repository for media") {
  const TemporaryFolder folder;
  write_repository(folder / "os", package_xml("bash", "x86_64", "bash-1.0-1.el9.src.rpm"));
  const Media media = read_media(folder / "os");
  CHECK(media.repositories == std::vector<std::string>{"."});
  REQUIRE(media.packages.size() == 1);
  CHECK(media.packages[0].path == "Packages/bash-1.0-1.el9.x86_64.rpm");
  CHECK(media.timestamp.empty());
}

TEST_CASE("read_media says what boot media lack") {
  const TemporaryFolder folder;
  write_bytes(folder / "boot/images/install.img", "An image.\n");
  const auto thrown = thrown_by([&] { read_media(folder / "boot"); });
  CHECK(thrown.cause == Cause::Usage);
  CHECK(thrown.says("boot media has none"));
  if (!has_programs("xorriso")) return;
  const fs::path image = make_image(folder / "boot", "BOOT");
  CHECK(thrown_by([&] { read_media(image); }).cause == Cause::Usage);
}

TEST_CASE("read_media refuses a damaged repository") {
  const TemporaryFolder folder;
  write_media(folder / "media");
  SUBCASE("whose primary.xml was changed") {
    damage(folder / "media/BaseOS/repodata/primary.xml");
    const auto thrown = thrown_by([&] { read_media(folder / "media"); });
    CHECK(thrown.cause == Cause::Untrusted);
    CHECK(thrown.says("BaseOS/repodata/primary.xml: its SHA256 is"));
  }
  SUBCASE("whose primary.xml is missing") {
    fs::remove(folder / "media/BaseOS/repodata/primary.xml");
    const auto thrown = thrown_by([&] { read_media(folder / "media"); });
    CHECK(thrown.cause == Cause::Untrusted);
    CHECK(thrown.says("BaseOS/repodata/primary.xml: is missing"));
  }
}

TEST_CASE("read_media tells a path that is not there from one that is no media") {
  const TemporaryFolder folder;
  CHECK(thrown_by([&] { read_media(folder / "nothing"); }).cause == Cause::Usage);
  write_bytes(folder / "text.iso", "This is no image.\n");
  CHECK(thrown_by([&] { read_media(folder / "text.iso"); }).cause == Cause::Untrusted);
}

TEST_CASE("read_media reads every package of a real repository") {
  const auto data = reposbom::tests::shared_data();
  if (!data) {
    MESSAGE("skipped: no shared data");
    return;
  }
  const Media media = read_media(*data / "repos/centos-stream-9-appstream-2025");
  CHECK(media.packages.size() == 17649);
  CHECK(media.refused.empty());
}
