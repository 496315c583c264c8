// SPDX-License-Identifier: Apache-2.0

#include "pipeline/iso_writer.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <memory>
#include <utility>
#include <vector>

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <locale.h>
#include <sys/stat.h>
#include <unistd.h>

#include "metadata/digest.h"
#include "metadata/error.h"
#include "pipeline/iso_checksum.h"
#include "pipeline/iso_clock.h"

namespace reposbom::pipeline {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kSector = 2048;
constexpr std::size_t kMaxFolders = 7;       // More are moved to a folder "rr_moved".
constexpr std::size_t kMaxNameLength = 250;  // Longer ones have not been seen to come back whole.
constexpr std::int64_t kLastTime = 5869583999;  // ISO 9660 counts years in a byte, from 1900.

[[noreturn]] void fail(const std::string& subject, const std::string& message) {
  throw Error(Cause::Output, subject, message);
}

[[noreturn]] void fail_with_errno(const std::string& subject, const std::string& what) {
  const int reason = errno;
  fail(subject, what + ": " + std::strerror(reason));
}

std::string in_quotes(const std::string& text) {
  return "\"" + text + "\"";
}

std::uint64_t in_sectors(std::uint64_t size) {
  return (size + kSector - 1) / kSector * kSector;
}

bool is_good_name(std::string_view name) {
  if (name.empty() || name == "." || name == ".." || name.size() > kMaxNameLength) return false;
  return std::ranges::none_of(
      name, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

// The folders above a path, outermost first. Throws Error unless all its names are good ones.
std::vector<std::string> folders_of(const std::string& path, const std::string& subject) {
  std::vector<std::string> folders;
  std::size_t begin = 0;
  for (;;) {
    const std::size_t end = path.find('/', begin);
    if (!is_good_name(std::string_view(path).substr(begin, end - begin))) {
      fail(subject, in_quotes(path) + " cannot be a path on the disk");
    }
    if (end == std::string::npos) break;
    folders.push_back(path.substr(0, end));
    begin = end + 1;
  }
  if (folders.size() > kMaxFolders) {
    fail(
        subject,
        in_quotes(path) + " is in more than " + std::to_string(kMaxFolders) +
            " folders, which ISO 9660 cannot hold");
  }
  return folders;
}

// libarchive turns names to UTF-16 for Joliet by the locale. A program that never asked for one is
// in "C", where a name beyond ASCII is an error; this thread gets UTF-8 for the time being.
class Utf8Names {
 public:
  Utf8Names()
      : locale_(newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr)),
        before_(locale_ == nullptr ? nullptr : uselocale(locale_)) {}
  ~Utf8Names() {
    if (locale_ == nullptr) return;
    uselocale(before_);
    freelocale(locale_);
  }
  Utf8Names(const Utf8Names&) = delete;
  Utf8Names& operator=(const Utf8Names&) = delete;

 private:
  locale_t locale_;
  locale_t before_;
};

using Writer = std::unique_ptr<archive, decltype(&archive_write_free)>;

struct EntryDestroyer {
  void operator()(archive_entry* entry) const { archive_entry_free(entry); }
};

fs::path temporary_folder() {
  const char* set = std::getenv("TMPDIR");
  return set != nullptr && *set != '\0' ? set : "/tmp";
}

}  // namespace

// libarchive's writer with every answer looked at: it goes on after an error, to a wrong image.
class IsoWriter::Image {
 public:
  Image(int descriptor, std::string subject, const std::string& volume_id)
      : subject_(std::move(subject)),
        descriptor_(descriptor),
        writer_(archive_write_new(), archive_write_free) {
    if (writer_ == nullptr) fail(subject_, "no memory for the image");
    check(archive_write_set_format_iso9660(writer_.get()));
    check(archive_write_add_filter_none(writer_.get()));
    set("volume-id", volume_id.c_str());
    set("rockridge", "strict");  // Else 0644 becomes 0444.
    set("joliet", "long");       // Names of up to 103 characters for those who read no Rock Ridge.
    set("pad", "1");
    check(archive_write_set_bytes_in_last_block(writer_.get(), 1));  // Nothing behind the image.
    check(archive_write_open(writer_.get(), this, nullptr, write_image, nullptr));
  }

  // An image given up is ended all the same, since libarchive 3.6 frees some of its memory only
  // then; with nothing written any more this takes no time.
  ~Image() {
    descriptor_ = -1;
    archive_write_close(writer_.get());
  }

  Image(const Image&) = delete;
  Image& operator=(const Image&) = delete;

  void begin(const std::string& path, const Entry& file, std::int64_t time) {
    const std::unique_ptr<archive_entry, EntryDestroyer> entry(archive_entry_new());
    if (entry == nullptr) fail(subject_, "no memory for " + path);
    archive_entry_set_pathname(entry.get(), path.c_str());
    archive_entry_set_filetype(entry.get(), file.is_folder ? AE_IFDIR : AE_IFREG);
    archive_entry_set_perm(entry.get(), file.is_folder || file.executable ? 0755 : 0644);
    // libarchive counts links itself, but of no file that is said to have but one.
    archive_entry_set_nlink(entry.get(), file.is_repeated || !file.same_as.empty() ? 2 : 1);
    archive_entry_set_uid(entry.get(), 0);
    archive_entry_set_gid(entry.get(), 0);
    archive_entry_set_size(entry.get(), static_cast<la_int64_t>(file.size));
    if (!file.same_as.empty()) archive_entry_set_hardlink(entry.get(), file.same_as.c_str());
    archive_entry_set_mtime(entry.get(), time, 0);
    archive_entry_set_atime(entry.get(), time, 0);
    archive_entry_set_ctime(entry.get(), time, 0);
    check(archive_write_header(writer_.get(), entry.get()), path);
  }

  void write(const std::string& path, std::string_view bytes) {
    while (!bytes.empty()) {
      const la_ssize_t written = archive_write_data(writer_.get(), bytes.data(), bytes.size());
      if (written <= 0) check(ARCHIVE_FATAL, path);
      bytes.remove_prefix(static_cast<std::size_t>(written));
    }
  }

  void end(const std::string& path) { check(archive_write_finish_entry(writer_.get()), path); }

  void close() { check(archive_write_close(writer_.get())); }

 private:
  static la_ssize_t write_image(archive* writer, void* image, const void* bytes, std::size_t size) {
    const ssize_t written = ::write(static_cast<Image*>(image)->descriptor_, bytes, size);
    if (written < 0) archive_set_error(writer, errno, "%s", std::strerror(errno));
    return written;
  }

  void set(const char* option, const char* value) {
    check(archive_write_set_format_option(writer_.get(), "iso9660", option, value), option);
  }

  // Warnings are errors here: they say that something is not as it was told.
  void check(int result, const std::string& about = {}) {
    if (result == ARCHIVE_OK) return;
    const char* text = archive_error_string(writer_.get());
    fail(
        subject_,
        (about.empty() ? "" : about + ": ") + (text == nullptr ? "cannot be written" : text) +
            "; temporary files are in " + temporary_folder().string());
  }

  std::string subject_;
  int descriptor_ = -1;
  Writer writer_;
};

IsoWriter::IsoWriter(const fs::path& file, std::string volume_id, std::int64_t time)
    : file_(file),
      partial_(file.string() + ".partial"),
      volume_id_(std::move(volume_id)),
      time_(time) {
  const bool is_ascii =
      std::ranges::all_of(volume_id_, [](char c) { return c >= ' ' && c <= '~'; });
  if (volume_id_.empty() || volume_id_.size() > 32 || !is_ascii) {
    fail(file_.string(), in_quotes(volume_id_) + " cannot be a volume id");
  }
  if (time_ < 0 || time_ > kLastTime) {
    fail(file_.string(), "a disk cannot be dated " + std::to_string(time_) + " seconds after 1970");
  }
  constexpr int flags = O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW;
  descriptor_ = ::open(partial_.c_str(), flags, 0666);
  if (descriptor_ < 0) fail_with_errno(partial_.string(), "cannot be created");
}

IsoWriter::~IsoWriter() {
  if (descriptor_ < 0) return;
  ::close(descriptor_);
  ::unlink(partial_.c_str());
}

void IsoWriter::add_file(
    const std::string& path, const fs::path& source, const std::string& sha256) {
  struct stat status = {};
  if (::stat(source.c_str(), &status) != 0) fail_with_errno(source.string(), "cannot be read");
  if (!S_ISREG(status.st_mode)) fail(source.string(), "is not a file");
  add(path,
      {.executable = (status.st_mode & S_IXUSR) != 0,
       .size = static_cast<std::uint64_t>(status.st_size),
       .source = source,
       .digest = sha256});
}

void IsoWriter::add_bytes(const std::string& path, std::string_view bytes, bool executable) {
  add(path,
      {.executable = executable,
       .size = bytes.size(),
       .bytes = std::string(bytes),
       .digest = metadata::sha256(bytes)});
}

void IsoWriter::add(const std::string& path, Entry&& entry) {
  for (const std::string& folder : folders_of(path, file_.string())) {
    const auto [place, is_new] = entries_.try_emplace(folder, Entry{.is_folder = true});
    if (!place->second.is_folder) {
      fail(file_.string(), in_quotes(folder) + " is a file and cannot hold " + in_quotes(path));
    }
  }
  if (!entries_.try_emplace(path, std::move(entry)).second) {
    fail(file_.string(), in_quotes(path) + " is there twice");
  }
}

// Links share more than content: a file that may be executed is no link to one that may not.
void IsoWriter::find_repeated() {
  std::map<std::pair<std::string_view, bool>, std::map<std::string, Entry>::iterator> first;
  for (auto at = entries_.begin(); at != entries_.end(); ++at) {
    Entry& entry = at->second;
    if (entry.digest.empty() || entry.size == 0) continue;
    const auto [place, is_new] = first.try_emplace({entry.digest, entry.executable}, at);
    if (is_new) continue;
    entry.same_as = place->second->first;
    place->second->second.is_repeated = true;
    ++repeated_.files;
    repeated_.bytes += in_sectors(entry.size);
  }
}

// What does not fit is better told now than after gigabytes.
void IsoWriter::check_space() const {
  std::uint64_t needed = 0;
  for (const auto& [path, entry] : entries_) {
    if (entry.same_as.empty()) needed += in_sectors(entry.size);
  }
  const fs::path folder = temporary_folder();
  std::error_code error;
  const fs::space_info space = fs::space(folder, error);
  if (error || space.available >= needed) return;  // If unknown, libarchive finds out.
  fail(
      folder.string(),
      "has " + std::to_string(space.available) + " bytes free of the " + std::to_string(needed) +
          " needed for a temporary file; set TMPDIR to a folder that has more");
}

void IsoWriter::write_entry(Image& image, const std::string& path, const Entry& entry) const {
  image.begin(path, entry, time_);
  if (!entry.same_as.empty()) return image.end(path);
  image.write(path, entry.bytes);
  if (!entry.source.empty()) {
    std::ifstream stream(entry.source, std::ios::binary);
    std::array<char, 65536> buffer = {};
    std::uint64_t size = 0;
    while (stream.read(buffer.data(), buffer.size()) || stream.gcount() > 0) {
      const auto count = static_cast<std::size_t>(stream.gcount());
      size += count;
      if (size > entry.size) break;
      image.write(path, {buffer.data(), count});
    }
    if (!stream.is_open() || stream.bad()) fail(entry.source.string(), "cannot be read");
    if (size != entry.size) fail(entry.source.string(), "changed while it was copied");
  }
  image.end(path);
}

std::uint64_t IsoWriter::close() {
  if (descriptor_ < 0) fail(file_.string(), "is written already");
  find_repeated();
  check_space();
  {
    const FixedClock clock(time_);
    const Utf8Names names;
    Image image(descriptor_, file_.string(), volume_id_);
    for (const auto& [path, entry] : entries_)
      write_entry(image, path, entry);
    image.close();
  }
  implant_checksum(descriptor_, partial_.string());
  struct stat status = {};
  if (::fstat(descriptor_, &status) != 0) fail_with_errno(partial_.string(), "cannot be measured");
  finish();
  return static_cast<std::uint64_t>(status.st_size);
}

// The data first, then the name, then the folder that holds the name: in this order a power cut
// leaves the old file or the new one.
void IsoWriter::finish() {
  if (::fsync(descriptor_) != 0) fail_with_errno(partial_.string(), "cannot be written");
  if (::rename(partial_.c_str(), file_.c_str()) != 0) {
    fail_with_errno(file_.string(), "cannot be moved into place");
  }
  const bool closed = ::close(std::exchange(descriptor_, -1)) == 0;
  if (!closed) fail_with_errno(file_.string(), "cannot be written");
  const fs::path folder = file_.has_parent_path() ? file_.parent_path() : fs::path(".");
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) fail_with_errno(folder.string(), "cannot be opened");
  const bool synced = ::fsync(descriptor) == 0 || errno == EINVAL;  // Some file systems cannot.
  const int reason = errno;
  ::close(descriptor);
  errno = reason;
  if (!synced) fail_with_errno(folder.string(), "cannot be written");
}

void IsoWriter::keep_temporary_files_in(const fs::path& folder) {
  if (::setenv("TMPDIR", folder.c_str(), /*overwrite=*/0) != 0) {
    fail_with_errno(folder.string(), "cannot be set as the folder of temporary files");
  }
}

}  // namespace reposbom::pipeline
