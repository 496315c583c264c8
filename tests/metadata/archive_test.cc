// SPDX-License-Identifier: Apache-2.0
#include "metadata/archive.h"

#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <vector>

#include <archive.h>
#include <archive_entry.h>
#include <doctest/doctest.h>
#include <unistd.h>

#include "metadata/error.h"
#include "tests/support/shared_data.h"

using namespace reposbom::metadata;
using reposbom::Error;

namespace {

constexpr std::uint64_t kNoLimit = std::uint64_t{1} << 40;

struct FreeWriter {
  void operator()(archive* writer) const { archive_write_free(writer); }
};
using Writer = std::unique_ptr<archive, FreeWriter>;

struct FreeEntry {
  void operator()(archive_entry* entry) const { archive_entry_free(entry); }
};

struct Source {
  std::string path;
  std::string bytes;
  std::string hard_link = {};
};

void write_entry(archive* writer, const Source& source) {
  const std::unique_ptr<archive_entry, FreeEntry> entry(archive_entry_new());
  archive_entry_set_pathname(entry.get(), source.path.c_str());
  archive_entry_set_filetype(entry.get(), AE_IFREG);
  archive_entry_set_perm(entry.get(), 0644);
  archive_entry_set_size(entry.get(), static_cast<la_int64_t>(source.bytes.size()));
  archive_entry_set_mtime(entry.get(), 1700000000, 0);
  if (!source.hard_link.empty()) archive_entry_set_hardlink(entry.get(), source.hard_link.c_str());
  if (source.path == "linked" || !source.hard_link.empty()) archive_entry_set_nlink(entry.get(), 2);
  REQUIRE(archive_write_header(writer, entry.get()) == ARCHIVE_OK);
  const auto written = archive_write_data(writer, source.bytes.data(), source.bytes.size());
  REQUIRE(written == static_cast<la_ssize_t>(source.bytes.size()));
}

// Bytes compressed by libarchive's own writer.
std::string compressed(int (*filter)(archive*), const std::string& bytes) {
  std::string out(bytes.size() * 2 + 65536, '\0');
  std::size_t used = 0;
  const Writer writer(archive_write_new());
  REQUIRE(filter(writer.get()) == ARCHIVE_OK);
  REQUIRE(archive_write_set_format_raw(writer.get()) == ARCHIVE_OK);
  REQUIRE(archive_write_set_bytes_in_last_block(writer.get(), 1) == ARCHIVE_OK);
  REQUIRE(archive_write_open_memory(writer.get(), out.data(), out.size(), &used) == ARCHIVE_OK);
  write_entry(writer.get(), {"x", bytes});
  REQUIRE(archive_write_close(writer.get()) == ARCHIVE_OK);
  out.resize(used);
  return out;
}

// An archive on disk that goes away with this.
class ArchiveFile {
 public:
  ArchiveFile(int (*format)(archive*), int (*filter)(archive*), const std::vector<Source>& sources)
      : path_(
            std::filesystem::temp_directory_path() /
            ("reposbom-archive-" + std::to_string(::getpid()))) {
    const Writer writer(archive_write_new());
    REQUIRE(format(writer.get()) == ARCHIVE_OK);
    REQUIRE(filter(writer.get()) == ARCHIVE_OK);
    REQUIRE(archive_write_open_filename(writer.get(), path_.c_str()) == ARCHIVE_OK);
    for (const Source& source : sources)
      write_entry(writer.get(), source);
    REQUIRE(archive_write_close(writer.get()) == ARCHIVE_OK);
  }
  ~ArchiveFile() { std::filesystem::remove(path_); }
  ArchiveFile(const ArchiveFile&) = delete;
  ArchiveFile& operator=(const ArchiveFile&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

// The bytes of every member for which `choose` says so.
std::map<std::string, std::string> read_all(
    const std::filesystem::path& file, const std::function<Visit(const Member&)>& choose) {
  std::map<std::string, std::string> members;
  read_members(file, kNoLimit, choose, [&](const Member& member, std::string_view chunk) {
    members[member.path] += chunk;
  });
  return members;
}

Visit read_files(const Member& member) {
  return member.is_file ? Visit::Read : Visit::Skip;
}

const std::string kText = [] {
  std::string text;
  for (int line = 0; line < 20'000; ++line)
    text += "line " + std::to_string(line) + "\n";
  return text;
}();

}  // namespace

TEST_CASE("decompress reads every compression of repodata") {
  CHECK(decompress(kText, "x", kNoLimit) == kText);
  CHECK(decompress(compressed(archive_write_add_filter_gzip, kText), "x", kNoLimit) == kText);
  CHECK(decompress(compressed(archive_write_add_filter_xz, kText), "x", kNoLimit) == kText);
  CHECK(decompress(compressed(archive_write_add_filter_zstd, kText), "x", kNoLimit) == kText);
  CHECK(decompress(compressed(archive_write_add_filter_bzip2, kText), "x", kNoLimit) == kText);
}

TEST_CASE("decompress gives nothing for nothing, compressed or not") {
  CHECK(decompress("", "x", kNoLimit).empty());
  CHECK(decompress(compressed(archive_write_add_filter_gzip, ""), "x", kNoLimit).empty());
  CHECK(decompress(compressed(archive_write_add_filter_zstd, ""), "x", kNoLimit).empty());
}

TEST_CASE("decompress keeps every byte of a plain file") {
  const std::string bytes("a\0\r\n\xff", 5);
  CHECK(decompress(bytes, "x", kNoLimit) == bytes);
}

TEST_CASE("decompress refuses a truncated file, by name") {
  for (const auto filter :
       {archive_write_add_filter_gzip,
        archive_write_add_filter_xz,
        archive_write_add_filter_zstd,
        archive_write_add_filter_bzip2}) {
    const std::string whole = compressed(filter, kText);
    const std::string half = whole.substr(0, whole.size() / 2);
    CHECK_THROWS_AS(decompress(half, "primary.xml", kNoLimit), Error);
    try {
      decompress(half, "primary.xml", kNoLimit);
    } catch (const Error& error) {
      CHECK(error.subject() == "primary.xml");
      CHECK(error.cause() == reposbom::Cause::Untrusted);
    }
  }
}

TEST_CASE("decompress stops at its limit") {
  const std::string bomb = compressed(archive_write_add_filter_zstd, std::string(50'000'000, ' '));
  CHECK(bomb.size() < 100'000);
  std::uint64_t taken = 0;
  CHECK_THROWS_WITH_AS(
      decompress(bomb, "bomb", 1'000'000, [&](std::string_view part) { taken += part.size(); }),
      "bomb: holds more than the allowed 1000000 bytes when unpacked",
      Error);
  CHECK(taken <= 1'000'000);
  CHECK(decompress("four", "x", 4) == "four");
  CHECK_THROWS_AS(decompress("four", "x", 3), Error);
}

TEST_CASE("decompress lets through what the receiver throws") {
  CHECK_THROWS_AS(
      decompress(kText, "x", kNoLimit, [](std::string_view) { throw std::out_of_range("mine"); }),
      std::out_of_range);
}

TEST_CASE("read_members lists and reads an ISO") {
  const ArchiveFile iso(
      archive_write_set_format_iso9660,
      archive_write_add_filter_none,
      {{"BaseOS/repodata/repomd.xml", "<repomd/>"},
       {"BaseOS/Packages/a-very-long-name-1.2.3-4.module_el9+123+abcdef01.x86_64.rpm", kText},
       {".treeinfo", "[general]"}});
  std::vector<std::string> folders;
  const auto members = read_all(iso.path(), [&](const Member& member) {
    if (!member.is_file) folders.push_back(member.path);
    return member.path.ends_with(".rpm") ? Visit::Skip : read_files(member);
  });
  const std::map<std::string, std::string> expected = {
      {"BaseOS/repodata/repomd.xml", "<repomd/>"}, {".treeinfo", "[general]"}};
  CHECK(members == expected);
  CHECK(folders.size() == 4);  // ".", BaseOS, repodata, Packages.
}

TEST_CASE("read_members counts only what it reads of an ISO against the limit") {
  const ArchiveFile iso(
      archive_write_set_format_iso9660,
      archive_write_add_filter_none,
      {{"large", kText}, {"small", "12345"}});
  const auto small = [](const Member& member) {
    return member.path == "small" ? Visit::Read : Visit::Skip;
  };
  const auto ignore = [](const Member&, std::string_view) {};
  CHECK_NOTHROW(read_members(iso.path(), 5, small, ignore));
  CHECK_THROWS_AS(read_members(iso.path(), 4, small, ignore), Error);
}

TEST_CASE("read_members tells that a member of an ISO is a hard link") {
  const ArchiveFile iso(
      archive_write_set_format_iso9660,
      archive_write_add_filter_none,
      {{"linked", "12345"}, {"other", "", "linked"}});
  std::map<std::string, std::string> links;
  const auto members = read_all(iso.path(), [&](const Member& member) {
    if (member.is_file) links[member.path] = member.hard_link;
    return read_files(member);
  });
  const std::map<std::string, std::string> either = {{"linked", ""}, {"other", "linked"}};
  const std::map<std::string, std::string> or_else = {{"linked", "other"}, {"other", ""}};
  CHECK((links == either || links == or_else));
  CHECK(members.size() == 1);
}

TEST_CASE("read_members stops where it is told to") {
  const ArchiveFile cpio(
      archive_write_set_format_cpio_newc,
      archive_write_add_filter_gzip,
      {{"a", "1"}, {"b.spec", "22"}, {"c", "333"}});
  int visited = 0;
  const auto last = read_all(cpio.path(), [&](const Member& member) {
    ++visited;
    return member.path.ends_with(".spec") ? Visit::ReadLast : Visit::Skip;
  });
  CHECK(visited == 2);
  CHECK(last == std::map<std::string, std::string>{{"b.spec", "22"}});
  CHECK(read_all(cpio.path(), [](const Member&) { return Visit::Stop; }).empty());
}

TEST_CASE("read_members counts skipped members of a stream against the limit") {
  const ArchiveFile cpio(
      archive_write_set_format_cpio_newc, archive_write_add_filter_zstd, {{"a", kText}});
  const auto skip = [](const Member&) { return Visit::Skip; };
  const auto ignore = [](const Member&, std::string_view) {};
  CHECK_NOTHROW(read_members(cpio.path(), kText.size(), skip, ignore));
  CHECK_THROWS_AS(read_members(cpio.path(), kText.size() - 1, skip, ignore), Error);
}

TEST_CASE("read_members refuses what is missing, cut off or no archive") {
  const auto ignore = [](const Member&, std::string_view) {};
  CHECK_THROWS_AS(read_members("/nonexistent", kNoLimit, read_files, ignore), Error);

  const ArchiveFile cpio(
      archive_write_set_format_cpio_newc, archive_write_add_filter_none, {{"a", kText}});
  std::filesystem::resize_file(cpio.path(), kText.size() / 2);
  CHECK_THROWS_AS(read_members(cpio.path(), kNoLimit, read_files, ignore), Error);

  std::ofstream(cpio.path(), std::ios::trunc) << kText;
  CHECK_THROWS_AS(read_members(cpio.path(), kNoLimit, read_files, ignore), Error);
}

TEST_CASE("read_members finds the spec file in a real source package") {
  const auto data = reposbom::tests::shared_data();
  if (!data) {
    MESSAGE("skipped: no shared data");
    return;
  }
  const auto members =
      read_all(*data / "repos/sg5-el9/9/SRPMS/g/gdm-40.1-28.el9.src.rpm", [](const Member& member) {
        return member.path.ends_with(".spec") ? Visit::ReadLast : Visit::Skip;
      });
  REQUIRE(members.size() == 1);
  CHECK(members.begin()->first == "gdm.spec");
  CHECK(members.begin()->second.find("%package devel") != std::string::npos);
}
