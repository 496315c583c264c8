// SPDX-License-Identifier: Apache-2.0

#include "pipeline/iso_writer.h"

#include <array>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <archive.h>
#include <archive_entry.h>
#include <doctest/doctest.h>
#include <locale.h>
#include <sys/resource.h>

#include "metadata/digest.h"
#include "metadata/error.h"
#include "pipeline/iso_clock.h"

using reposbom::Cause;
using reposbom::Error;
using reposbom::pipeline::FixedClock;
using reposbom::pipeline::IsoWriter;

namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kTime = 1600000000;  // 2020-09-13T12:26:40Z

class Folder {
 public:
  Folder() {
    std::string name = (fs::temp_directory_path() / "iso-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  ~Folder() { fs::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  fs::path operator/(const std::string& name) const { return path_ / name; }
  const fs::path& path() const { return path_; }

 private:
  fs::path path_ = {};
};

std::string read(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  REQUIRE(stream);
  return {std::istreambuf_iterator<char>(stream), {}};
}

void write(const fs::path& file, const std::string& bytes) {
  std::ofstream(file, std::ios::binary) << bytes;
}

struct Member {
  bool is_folder = false;
  unsigned int mode = 0;
  std::int64_t time = 0;
  std::string bytes = {};
};

// Another time zone for the whole process, until it ends.
class TimeZone {
 public:
  explicit TimeZone(const char* zone) {
    if (const char* before = std::getenv("TZ")) before_ = before;
    setenv("TZ", zone, /*overwrite=*/1);
    tzset();
  }
  ~TimeZone() {
    if (before_) {
      setenv("TZ", before_->c_str(), /*overwrite=*/1);
    } else {
      unsetenv("TZ");
    }
    tzset();
  }
  TimeZone(const TimeZone&) = delete;
  TimeZone& operator=(const TimeZone&) = delete;

 private:
  std::optional<std::string> before_ = {};
};

// What libarchive's reader finds in an image, by Rock Ridge or by Joliet names.
std::map<std::string, Member> members(const fs::path& image, const std::string& options = "") {
  // The reader turns Joliet's UTF-16 into what the locale has.
  const locale_t utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
  REQUIRE(utf8 != nullptr);
  const locale_t before = uselocale(utf8);
  const std::unique_ptr<archive, int (*)(archive*)> reader(archive_read_new(), archive_read_free);
  REQUIRE(archive_read_support_format_iso9660(reader.get()) == ARCHIVE_OK);
  REQUIRE(archive_read_set_options(reader.get(), options.c_str()) == ARCHIVE_OK);
  REQUIRE(archive_read_open_filename(reader.get(), image.c_str(), 65536) == ARCHIVE_OK);
  std::map<std::string, Member> found;
  archive_entry* entry = nullptr;
  while (archive_read_next_header(reader.get(), &entry) == ARCHIVE_OK) {
    Member member;
    member.is_folder = archive_entry_filetype(entry) == AE_IFDIR;
    member.mode = archive_entry_perm(entry);
    member.time = archive_entry_mtime(entry);
    std::array<char, 4096> buffer = {};
    la_ssize_t count = 0;
    while (!member.is_folder &&
           (count = archive_read_data(reader.get(), buffer.data(), buffer.size())) > 0) {
      member.bytes.append(buffer.data(), static_cast<std::size_t>(count));
    }
    const char* name = archive_entry_pathname_utf8(entry);
    REQUIRE(name != nullptr);
    found[name] = member;
  }
  uselocale(before);
  freelocale(utf8);
  return found;
}

std::optional<Cause> cause_of(const auto& action, std::string* message = nullptr) {
  try {
    action();
  } catch (const Error& error) {
    if (message != nullptr) *message = error.what();
    return error.cause();
  }
  return std::nullopt;
}

void write_small_image(const fs::path& file, bool reversed = false) {
  IsoWriter writer(file, "TEST", kTime);
  std::vector<std::string> paths = {"a/b/one.json", "a/two.json", "three.txt"};
  if (reversed) paths = {paths.rbegin(), paths.rend()};
  for (const std::string& path : paths)
    writer.add_bytes(path, "content of " + path);
  writer.close();
}

}  // namespace

TEST_CASE("IsoWriter writes files, folders, modes and times that libarchive reads back") {
  const Folder folder;
  write(folder / "source", std::string(200000, 'x'));
  write(folder / "tool", "#!/bin/sh\n");
  fs::permissions(folder / "tool", fs::perms(0700));
  const fs::path image = folder / "disk.iso";
  IsoWriter writer(image, "REPOSBOM", kTime);
  writer.add_file("sets/b/source", folder / "source");
  writer.add_file("tool", folder / "tool");
  writer.add_bytes("README", "read me\n");
  writer.add_bytes("verify.sh", "true\n", /*executable=*/true);
  writer.add_bytes("empty", "");
  const std::uint64_t size = writer.close();

  CHECK(size == fs::file_size(image));
  CHECK_FALSE(fs::exists(folder / "disk.iso.partial"));
  const auto found = members(image);
  CHECK(found.size() == 8);  // Five files, two folders and the root.
  CHECK(found.at("sets/b/source").bytes == std::string(200000, 'x'));
  CHECK(found.at("sets/b/source").mode == 0644);
  CHECK(found.at("tool").mode == 0755);
  CHECK(found.at("README").bytes == "read me\n");
  CHECK(found.at("README").mode == 0644);
  CHECK(found.at("verify.sh").mode == 0755);
  CHECK(found.at("empty").bytes.empty());
  CHECK(found.at("sets").is_folder);
  CHECK(found.at("sets/b").mode == 0755);
  for (const auto& [path, member] : found) {
    CAPTURE(path);
    CHECK(member.time == kTime);
  }
}

TEST_CASE("IsoWriter stores equal content once") {
  const Folder folder;
  const std::string large(1000000, 'x');
  write(folder / "source", large);
  const auto size_with = [&](int copies, const std::string& digest) {
    IsoWriter writer(folder / "disk.iso", "SAME", kTime);
    writer.add_file("a/first", folder / "source", digest);
    writer.add_bytes("b/tool", large, /*executable=*/true);
    for (int i = 0; i != copies; ++i) {
      const std::string path = "c/copy-" + std::to_string(i);
      writer.add_bytes(path, large);
    }
    writer.add_bytes("empty-1", "");
    writer.add_bytes("empty-2", "");
    const std::uint64_t size = writer.close();
    CHECK(writer.repeated().files == static_cast<std::size_t>(copies - (digest.empty() ? 1 : 0)));
    CHECK(writer.repeated().bytes == writer.repeated().files * 489 * 2048);
    return size;
  };
  const std::uint64_t one = size_with(1, "");
  const std::uint64_t three = size_with(3, "");
  CHECK(three - one < 10000);
  const std::uint64_t linked = size_with(3, reposbom::metadata::sha256(large));
  CHECK(three - linked == 489 * 2048);

  const auto found = members(folder / "disk.iso", "iso9660:!rockridge");
  for (const std::string path : {"a/first", "b/tool", "c/copy-0", "c/copy-1", "c/copy-2"}) {
    CAPTURE(path);
    REQUIRE(found.contains(path));
  }
  // libarchive's reader gives the content of a link with one of its names; others read each.
  if (std::system("xorriso -version >/dev/null 2>&1") != 0) {
    MESSAGE("not read with xorriso: it is missing");
    return;
  }
  const std::string out = (folder / "out").string();
  const std::string image = (folder / "disk.iso").string();
  REQUIRE(
      std::system(("xorriso -osirrox on -indev '" + image + "' -extract / '" + out +
                   "' >/dev/null 2>&1 && chmod -R u+w '" + out + "'")
                      .c_str()) == 0);
  for (const std::string path : {"a/first", "b/tool", "c/copy-0", "c/copy-1", "c/copy-2"}) {
    CAPTURE(path);
    const bool is_whole = read(fs::path(out) / path) == large;
    CHECK(is_whole);
    const bool is_executable =
        (fs::status(fs::path(out) / path).permissions() & fs::perms::owner_exec) != fs::perms::none;
    CHECK(is_executable == (path == "b/tool"));
  }
}

TEST_CASE("IsoWriter keeps the names of packages") {
  const Folder folder;
  const fs::path image = folder / "disk.iso";
  const std::vector<std::string> paths = {
      "gcc-c++-11.4.1-3.el9.x86_64.spdx.json",
      "postgresql-15~rc1^git20220801.el9.x86_64.cdx.xml",
      std::string(180, 'n') + ".spdx.json",
      std::string(250, 'm'),
      "name with spaces",
      "caf\xc3\xa9.txt",
      "1/2/3/4/5/6/7/deepest-1.0-1.el9.noarch.spdx.yaml"};
  IsoWriter writer(image, "NAMES", kTime);
  for (const std::string& path : paths)
    writer.add_bytes(path, path);
  writer.close();
  const auto found = members(image);
  for (const std::string& path : paths) {
    CAPTURE(path);
    REQUIRE(found.contains(path));
    CHECK(found.at(path).bytes == path);
  }
  const auto joliet = members(image, "iso9660:!rockridge");
  CHECK(joliet.contains(paths[0]));
  CHECK(joliet.contains(paths[1]));
  CHECK(joliet.contains(paths[5]));
  CHECK(joliet.contains(paths[6]));
  CHECK(read(image).find("RR_MOVED") == std::string::npos);

  if (std::system("bsdtar --version >/dev/null 2>&1") != 0) {
    MESSAGE("not listed with bsdtar: it is missing");
    return;
  }
  const std::string list = (folder / "list").string();
  REQUIRE(std::system(("bsdtar -tf '" + image.string() + "' >'" + list + "'").c_str()) == 0);
  CHECK(read(list).find("\n" + paths[0] + "\n") != std::string::npos);
  CHECK(read(list).find("\n" + paths[1] + "\n") != std::string::npos);
  CHECK(read(list).find("\n" + paths[6] + "\n") != std::string::npos);
}

TEST_CASE("IsoWriter writes the same bytes a second later, in another order and time zone") {
  const Folder folder;
  write_small_image(folder / "first.iso");
  std::this_thread::sleep_for(std::chrono::milliseconds(1100));
  {
    const TimeZone zone("TST+5:30");
    write_small_image(folder / "second.iso", /*reversed=*/true);
  }
  // Not by CHECK(a == b), which would print them.
  const bool same = read(folder / "first.iso") == read(folder / "second.iso");
  CHECK(same);
}

TEST_CASE("IsoWriter dates the image as told") {
  const Folder folder;
  write_small_image(folder / "disk.iso");
  const std::string image = read(folder / "disk.iso");
  // ECMA-119 8.4: the primary volume descriptor is in sector 16.
  CHECK(image.substr(16 * 2048 + 1, 5) == "CD001");
  CHECK(image.substr(16 * 2048 + 40, 5) == "TEST ");
  CHECK(image.substr(16 * 2048 + 813, 17) == std::string("2020091312264000") + '\0');
  CHECK(image.substr(16 * 2048 + 830, 17) == std::string("2020091312264000") + '\0');
}

TEST_CASE("IsoWriter leaves nothing behind when it is given up, and the old image untouched") {
  const Folder folder;
  write(folder / "disk.iso", "old");
  {
    IsoWriter writer(folder / "disk.iso", "TEST", kTime);
    writer.add_bytes("a", "b");
    CHECK(fs::exists(folder / "disk.iso.partial"));
  }
  CHECK_FALSE(fs::exists(folder / "disk.iso.partial"));
  CHECK(read(folder / "disk.iso") == "old");
  write_small_image(folder / "disk.iso");
  CHECK(fs::file_size(folder / "disk.iso") > 2048 * 17);
}

TEST_CASE("IsoWriter refuses paths that ISO 9660 or a reader could trip over") {
  const Folder folder;
  IsoWriter writer(folder / "disk.iso", "TEST", kTime);
  writer.add_bytes("a/file", "x");
  const std::vector<std::string> bad = {
      "",
      "/a",
      "a/",
      "a//b",
      "../a",
      "a/../b",
      "./a",
      std::string("a\0b", 3),
      "a\nb",
      std::string(251, 'n'),
      "1/2/3/4/5/6/7/8/file",
      "a/file",
      "a/file/below",
      "a"};
  for (const std::string& path : bad) {
    CAPTURE(path);
    CHECK(cause_of([&] { writer.add_bytes(path, "x"); }) == Cause::Output);
  }
  CHECK(writer.close() > 0);
}

TEST_CASE("IsoWriter refuses what it cannot read, write or date") {
  const Folder folder;
  const auto make = [&](const std::string& name, const std::string& volume, std::int64_t time) {
    return cause_of([&] { IsoWriter(folder / name, volume, time); });
  };
  CHECK(make("missing/disk.iso", "TEST", kTime) == Cause::Output);
  CHECK(make("disk.iso", "", kTime) == Cause::Output);
  CHECK(make("disk.iso", std::string(33, 'V'), kTime) == Cause::Output);
  CHECK(make("disk.iso", "caf\xc3\xa9", kTime) == Cause::Output);
  CHECK(make("disk.iso", "TEST", -1) == Cause::Output);
  CHECK(make("disk.iso", "TEST", std::int64_t{1} << 40) == Cause::Output);
  CHECK_FALSE(make("disk.iso", std::string(32, 'V'), 5869583999));

  IsoWriter writer(folder / "disk.iso", "TEST", kTime);
  CHECK(cause_of([&] { writer.add_file("a", folder / "missing"); }) == Cause::Output);
  CHECK(cause_of([&] { writer.add_file("a", folder.path()); }) == Cause::Output);
  write(folder / "source", "four");
  writer.add_file("a", folder / "source");
  SUBCASE("a source that grows") {
    write(folder / "source", "longer");
  }
  SUBCASE("a source that shrinks") {
    write(folder / "source", "x");
  }
  SUBCASE("a source that goes") {
    fs::remove(folder / "source");
  }
  CHECK(cause_of([&] { writer.close(); }) == Cause::Output);
  CHECK_FALSE(fs::exists(folder / "disk.iso"));
}

// A limit on the size of files stands for a full disk: first that of the temporary file, then,
// higher, that of the image, which is larger by its folders and padding.
TEST_CASE("IsoWriter reports a disk that is full and leaves nothing") {
  const Folder folder;
  rlimit before = {};
  REQUIRE(getrlimit(RLIMIT_FSIZE, &before) == 0);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  rlimit limit = before;
  SUBCASE("in the folder of temporary files") {
    limit.rlim_cur = 20000;
  }
  SUBCASE("at the target") {
    limit.rlim_cur = 320000;
  }
  std::string message;
  std::optional<Cause> cause;
  {
    IsoWriter writer(folder / "disk.iso", "TEST", kTime);
    writer.add_bytes("a", std::string(200000, 'x'));
    REQUIRE(setrlimit(RLIMIT_FSIZE, &limit) == 0);
    cause = cause_of([&] { writer.close(); }, &message);
    REQUIRE(setrlimit(RLIMIT_FSIZE, &before) == 0);
  }
  std::signal(SIGXFSZ, handler);
  CAPTURE(message);
  CHECK(cause == Cause::Output);
  CHECK(message.find("disk.iso") != std::string::npos);
  CHECK(fs::is_empty(folder.path()));
}

TEST_CASE("FixedClock stops the time of its thread alone") {
  const std::time_t now = std::time(nullptr);
  CHECK(now > kTime);
  {
    const FixedClock clock(kTime);
    CHECK(std::time(nullptr) == kTime);
    std::time_t elsewhere = 0;
    std::thread([&] { elsewhere = std::time(nullptr); }).join();
    CHECK(elsewhere >= now);
    CHECK(elsewhere <= now + 60);
  }
  CHECK(std::time(nullptr) >= now);
  const std::time_t other = kTime;
  std::tm parts = {};
  const TimeZone zone("TST-3");
  CHECK(localtime_r(&other, &parts) != nullptr);
  CHECK(parts.tm_hour == 15);
  CHECK(parts.tm_gmtoff == 3 * 3600);
}
