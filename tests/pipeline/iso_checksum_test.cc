// SPDX-License-Identifier: Apache-2.0

#include "pipeline/iso_checksum.h"

#include <cstddef>
#include <filesystem>
#include <string>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include "metadata/error.h"
#include "pipeline/iso_writer.h"
#include "tests/support/published_tree.h"

using reposbom::Cause;
using reposbom::Error;
using reposbom::pipeline::implant_checksum;
using reposbom::pipeline::IsoWriter;
using reposbom::tests::has_programs;
using reposbom::tests::quoted;
using reposbom::tests::read_bytes;
using reposbom::tests::run_shell;
using reposbom::tests::TemporaryFolder;
using reposbom::tests::write_bytes;

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kUseAt = 16 * 2048 + 883;
constexpr std::size_t kUse = 512;

// Empty if it was implanted, else what was wrong.
std::string implant(const fs::path& file) {
  const int descriptor = ::open(file.c_str(), O_RDWR | O_CLOEXEC);
  REQUIRE(descriptor >= 0);
  std::string message;
  try {
    implant_checksum(descriptor, "IMAGE");
  } catch (const Error& error) {
    CHECK(error.cause() == Cause::Output);
    message = error.what();
  }
  ::close(descriptor);
  return message;
}

void write_image(const fs::path& file, std::size_t size) {
  IsoWriter writer(file, "TEST", 1600000000);
  writer.add_bytes("file", std::string(size, 'x'));
  writer.close();
}

std::string use_of(const fs::path& file) {
  return read_bytes(file).substr(kUseAt, kUse);
}

}  // namespace

TEST_CASE("implant_checksum writes what checkisomd5 looks for, and nothing else") {
  const TemporaryFolder folder;
  const fs::path image = folder / "disk.iso";
  write_image(image, 3000000);
  const std::string bytes = read_bytes(image);
  const std::string text = bytes.substr(kUseAt, kUse);
  CHECK(text.starts_with("ISO MD5SUM = "));
  CHECK(text.substr(45, 49) == ";SKIPSECTORS = 15;RHLISOSTATUS=1;FRAGMENT SUMS = ");
  CHECK(
      text.substr(154) ==
      ";FRAGMENT COUNT = 20;THIS IS NOT THE SAME AS RUNNING MD5SUM ON THIS ISO!!" +
          std::string(kUse - 154 - 73, ' '));

  // The MD5 by another way: of the image with blanks in that place, less its last 15 sectors.
  std::string blank = bytes;
  blank.replace(kUseAt, kUse, kUse, ' ');
  write_bytes(folder / "blank", blank.substr(0, blank.size() - std::size_t{15} * 2048));
  const auto md5 = run_shell("md5sum <" + quoted(folder / "blank"));
  CHECK(md5.output.substr(0, 32) == text.substr(13, 32));

  // Again, over itself or over blanks, it is the same.
  CHECK(implant(image).empty());
  const bool is_same = read_bytes(image) == bytes;
  CHECK(is_same);
  write_bytes(image, blank);
  CHECK(implant(image).empty());
  const bool is_same_again = read_bytes(image) == bytes;
  CHECK(is_same_again);
}

TEST_CASE("checkisomd5 passes images of every size, and finds a byte that was changed") {
  if (!has_programs("checkisomd5 implantisomd5")) {
    MESSAGE("skipped: no checkisomd5");
    return;
  }
  const TemporaryFolder folder;
  const fs::path image = folder / "disk.iso";
  for (const std::size_t size : {0, 1, 300000, 700000, 3000000}) {
    CAPTURE(size);
    write_image(image, size);
    CHECK(run_shell("checkisomd5 " + quoted(image) + " </dev/null").code == 0);
  }
  const std::string ours = use_of(image);
  CHECK(run_shell("implantisomd5 --force --supported-iso " + quoted(image)).code == 0);
  CHECK(use_of(image) == ours);
  std::string bytes = read_bytes(image);
  bytes[bytes.find("xxxxxxxx") + 1000000] = 'y';
  write_bytes(image, bytes);
  CHECK(run_shell("checkisomd5 " + quoted(image) + " </dev/null").code == 1);
}

TEST_CASE("implant_checksum refuses what is no image") {
  const TemporaryFolder folder;
  const fs::path file = folder / "file";
  write_image(file, 1000);
  std::string bytes = read_bytes(file);
  std::string expected;
  SUBCASE("nothing") {
    bytes.clear();
    expected = "IMAGE: ends before the image that it should hold";
  }
  SUBCASE("zeros") {
    bytes.assign(bytes.size(), '\0');
    expected = "IMAGE: is no image of ISO 9660: its first descriptor is not that of a volume";
  }
  SUBCASE("an image cut short") {
    bytes.resize(bytes.size() - std::size_t{16} * 2048);
    expected = "IMAGE: ends before the image that it should hold";
  }
  SUBCASE("an image that says it has no sectors") {
    bytes.replace(16 * 2048 + 84, 4, 4, '\0');
    expected = "IMAGE: is no image of ISO 9660: it has 0 sectors";
  }
  write_bytes(file, bytes);
  CHECK(implant(file) == expected);
  const bool is_untouched = read_bytes(file) == bytes;
  CHECK(is_untouched);
}
