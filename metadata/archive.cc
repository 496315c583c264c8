// SPDX-License-Identifier: Apache-2.0
#include "metadata/archive.h"

#include <array>
#include <memory>

#include <archive.h>
#include <archive_entry.h>

#include "metadata/digest.h"
#include "metadata/error.h"

namespace reposbom::metadata {
namespace {

struct FreeReader {
  void operator()(archive* reader) const { archive_read_free(reader); }
};
using Reader = std::unique_ptr<archive, FreeReader>;

using Support = int (*)(archive*);

// A member in an ISO is some 4 KiB of directory at the least; nothing real comes near this.
constexpr std::uint64_t kMaxMembers = 20'000'000;
constexpr std::size_t kBlock = 65536;

[[noreturn]] void fail(const std::string& subject, const std::string& message) {
  throw Error(Cause::Untrusted, subject, message);
}

std::string error_text(archive* reader) {
  const char* text = archive_error_string(reader);
  return text != nullptr ? text : "unknown error";
}

[[noreturn]] void fail_damaged(const std::string& subject, archive* reader) {
  fail(subject, "cannot be unpacked: " + error_text(reader));
}

[[noreturn]] void fail_too_big(const std::string& subject, std::uint64_t limit) {
  fail(subject, "holds more than the allowed " + std::to_string(limit) + " bytes when unpacked");
}

// Only what libarchive decodes in this process. Its other filters start programs: ARCHIVE_WARN
// says so, and is refused.
constexpr std::array<Support, 4> kCompressions = {
    archive_read_support_filter_gzip,
    archive_read_support_filter_xz,
    archive_read_support_filter_zstd,
    archive_read_support_filter_bzip2};

Reader make_reader(const std::string& subject, std::initializer_list<Support> more) {
  Reader reader(archive_read_new());
  if (reader == nullptr) throw std::bad_alloc();
  const auto enable = [&](Support support) {
    if (support(reader.get()) != ARCHIVE_OK) fail(subject, error_text(reader.get()));
  };
  for (const Support support : kCompressions)
    enable(support);
  for (const Support support : more)
    enable(support);
  return reader;
}

// Goes to the next member; nothing at the end. A warning is about attributes that are of no use
// here.
archive_entry* next_member(archive* reader, const std::string& subject) {
  archive_entry* entry = nullptr;
  const int result = archive_read_next_header(reader, &entry);
  if (result == ARCHIVE_EOF) return nullptr;
  if (result != ARCHIVE_OK && result != ARCHIVE_WARN) fail_damaged(subject, reader);
  return entry;
}

// The next chunk of the current member's data; false at its end.
bool next_chunk(archive* reader, const std::string& subject, std::string_view& chunk) {
  const void* block = nullptr;
  std::size_t size = 0;
  la_int64_t offset = 0;
  const int result = archive_read_data_block(reader, &block, &size, &offset);
  if (result == ARCHIVE_EOF) return false;
  if (result != ARCHIVE_OK) fail_damaged(subject, reader);
  chunk = {static_cast<const char*>(block), size};
  return true;
}

std::string text_or_empty(const char* text) {
  return text != nullptr ? text : "";
}

// A path that cannot be told in the locale is asked for as UTF-8, which Joliet names can give.
std::string path_of(archive_entry* entry) {
  const char* path = archive_entry_pathname(entry);
  return text_or_empty(path != nullptr ? path : archive_entry_pathname_utf8(entry));
}

Member member_of(archive_entry* entry) {
  const la_int64_t size = archive_entry_size(entry);
  return {
      .path = path_of(entry),
      .size = size > 0 ? static_cast<std::uint64_t>(size) : 0,
      .is_file = archive_entry_filetype(entry) == AE_IFREG,
      .hard_link = text_or_empty(archive_entry_hardlink(entry))};
}

bool is_iso(archive* reader) {
  return (archive_format(reader) & ARCHIVE_FORMAT_BASE_MASK) == ARCHIVE_FORMAT_ISO9660;
}

// Counts bytes against a limit.
class Budget {
 public:
  Budget(std::string subject, std::uint64_t limit)
      : subject_(std::move(subject)), limit_(limit), left_(limit) {}

  void spend(std::uint64_t bytes) {
    if (bytes > left_) fail_too_big(subject_, limit_);
    left_ -= bytes;
  }

 private:
  std::string subject_;
  std::uint64_t limit_;
  std::uint64_t left_;
};

}  // namespace

void decompress(
    std::string_view bytes,
    const std::string& subject,
    std::uint64_t limit,
    const std::function<void(std::string_view)>& take,
    Hasher* content) {
  // The raw format refuses to hold nothing; the empty one is there for that.
  const Reader reader =
      make_reader(subject, {archive_read_support_format_raw, archive_read_support_format_empty});
  if (archive_read_open_memory(reader.get(), bytes.data(), bytes.size()) != ARCHIVE_OK) {
    fail_damaged(subject, reader.get());
  }
  if (next_member(reader.get(), subject) == nullptr) return;
  Budget budget(subject, limit);
  std::string_view chunk;
  while (next_chunk(reader.get(), subject, chunk)) {
    budget.spend(chunk.size());
    if (content != nullptr) content->update(chunk);
    take(chunk);
  }
}

std::string decompress(
    std::string_view bytes, const std::string& subject, std::uint64_t limit, Hasher* content) {
  std::string whole;
  decompress(
      bytes, subject, limit, [&](std::string_view chunk) { whole += chunk; }, content);
  return whole;
}

void read_members(
    const std::filesystem::path& file,
    std::uint64_t limit,
    const std::function<Visit(const Member&)>& choose,
    const std::function<void(const Member&, std::string_view chunk)>& take) {
  read_members(LocalFile{file, file.string()}, limit, choose, take);
}

void read_members(
    const LocalFile& file,
    std::uint64_t limit,
    const std::function<Visit(const Member&)>& choose,
    const std::function<void(const Member&, std::string_view chunk)>& take) {
  const std::string& subject = file.name;
  const Reader reader = make_reader(
      subject,
      {archive_read_support_filter_lzma,
       archive_read_support_filter_rpm,
       archive_read_support_format_cpio,
       archive_read_support_format_iso9660});
  if (archive_read_open_filename(reader.get(), file.path.c_str(), kBlock) != ARCHIVE_OK) {
    fail_damaged(subject, reader.get());
  }
  Budget budget(subject, limit);
  Budget members(subject, kMaxMembers);
  while (archive_entry* entry = next_member(reader.get(), subject)) {
    members.spend(1);
    const Member member = member_of(entry);
    const Visit visit = choose(member);
    if (visit == Visit::Stop) return;
    if (visit != Visit::Skip || !is_iso(reader.get())) budget.spend(member.size);
    if (visit == Visit::Skip) continue;
    std::string_view chunk;
    while (next_chunk(reader.get(), subject, chunk))
      take(member, chunk);
    if (visit == Visit::ReadLast) return;
  }
}

}  // namespace reposbom::metadata
