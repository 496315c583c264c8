// SPDX-License-Identifier: Apache-2.0
#include "metadata/rpm_contents.h"

#include <algorithm>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "metadata/digest.h"
#include "metadata/rpm_header.h"
#include "tests/support/published_tree.h"

using namespace reposbom::metadata;
using namespace reposbom::tests;
using reposbom::Cause;

namespace {

// A package of the fixtures.
fs::path rpm(const std::string& name) {
  const fs::path mirror = fs::path(REPOSBOM_BINARY_DIR) / "fixtures/mirror";
  for (const auto& entry : fs::recursive_directory_iterator(mirror)) {
    if (entry.path().filename() == name) return entry.path();
  }
  FAIL("no such package: " << name);
  return {};
}

const std::string kShell = "quillsh-5.1.8-9.el9.x86_64.rpm";

}  // namespace

TEST_CASE("fixtures: read_packaged_files lists files with the digests of their content") {
  const std::vector<PackagedFile> files = read_packaged_files(rpm(kShell));
  REQUIRE(!files.empty());
  const auto shell = std::ranges::find_if(
      files, [](const PackagedFile& file) { return file.path == "/usr/bin/quillsh"; });
  REQUIRE(shell != files.end());
  CHECK(shell->checksum.type == ChecksumType::Sha256);
  // What rpm2cpio takes out of the package.
  const TemporaryFolder folder;
  const Ran ran = run_shell(
      "cd " + quoted(folder.path()) + " && rpm2cpio " + quoted(rpm(kShell)) +
      " | cpio --quiet -id ./usr/bin/quillsh || rpm2cpio " + quoted(rpm(kShell)) +
      " | bsdtar -xf - ./usr/bin/quillsh");
  REQUIRE(ran.code == 0);
  const std::string content = read_bytes(folder / "usr/bin/quillsh");
  CHECK(shell->checksum.hex == sha256(content));
  CHECK(shell->sha1 == digest(ChecksumType::Sha1, content));
}

TEST_CASE("fixtures: read_packaged_files leaves out folders, links and what has no content") {
  for (const PackagedFile& file : read_packaged_files(rpm(kShell))) {
    CAPTURE(file.path);
    CHECK(file.path.starts_with('/'));
    CHECK(file.sha1.size() == 40);
    CHECK(file.checksum.hex.size() == 64);
  }
}

TEST_CASE("fixtures: read_packaged_files wants the header that the other facts are from") {
  const fs::path shell = rpm(kShell);
  const LocalFile file{shell, "the shell"};
  const std::string header = read_rpm_file_list(file).sha256_header;
  CHECK(header.size() == 64);
  CHECK(!read_packaged_files(file, header).empty());
  const Thrown thrown = thrown_by([&] { (void)read_packaged_files(file, std::string(64, '0')); });
  CHECK(thrown.cause == Cause::Untrusted);
  CHECK(thrown.says("the shell: has another header"));
}

TEST_CASE("fixtures: read_packaged_files refuses a payload that is not as the header says") {
  const TemporaryFolder folder;
  const fs::path copy = folder / "x.rpm";
  std::string bytes = read_bytes(rpm(kShell));
  SUBCASE("because a byte is another") {
    bytes[bytes.size() - 20] ^= 1;
  }
  SUBCASE("because it ends too early") {
    bytes.resize(bytes.size() - 100);
  }
  write_bytes(copy, bytes);
  CHECK(thrown_by([&] { (void)read_packaged_files(copy); }).cause == Cause::Untrusted);
}
