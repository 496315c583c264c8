// SPDX-License-Identifier: Apache-2.0
#include "metadata/cache.h"

#include <array>
#include <fstream>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "metadata/digest.h"
#include "metadata/error.h"
#include "metadata/local_file.h"
#include "metadata/text.h"

namespace reposbom::metadata {
namespace {

namespace fs = std::filesystem;

// Their folders, in the order of Kept.
constexpr std::array<std::string_view, 5> kFolders = {
    "parts", "fronts", "fronts-unproven", "fronts-proven", "specs"};

// An entry begins with the SHA-256 of the rest and a line feed.
constexpr std::size_t kSeal = 65;

std::string seal_of(std::string_view bytes) {
  return sha256(bytes) + "\n";
}

// Why a folder, which is made if there is none, cannot be used; empty if it can.
std::string trouble_with(const fs::path& folder) {
  std::error_code error;
  const bool is_new = fs::create_directories(folder, error);
  if (error) return "cannot be made: " + error.message();
  if (is_new) fs::permissions(folder, fs::perms::owner_all, error);
  struct stat state = {};
  if (::stat(folder.c_str(), &state) != 0 || !S_ISDIR(state.st_mode)) return "is no folder";
  // Root and the user himself are trusted, and a group that was made for it.
  const bool is_own = state.st_uid == ::geteuid() || state.st_uid == 0;
  if (!is_own || (state.st_mode & S_IWOTH) != 0) return "can be written to by other users";
  return ::access(folder.c_str(), W_OK | X_OK) == 0 ? "" : "cannot be written to";
}

}  // namespace

Cache::Cache(fs::path folder) : folder_(std::move(folder)) {
  const std::string trouble = trouble_with(folder_);
  if (trouble.empty()) return;
  throw Error(
      Cause::Usage, folder_.string(), trouble + ": give another folder for downloads as 'cache'");
}

bool Cache::can_use(const fs::path& folder) {
  return trouble_with(folder).empty();
}

fs::path Cache::entry(Kept kind, const Checksum& file) const {
  return folder_ / kFolders[static_cast<std::size_t>(kind)] /
         (ascii_lower(to_string(file.type)) + "-" + file.hex);
}

std::optional<std::string> Cache::read(Kept kind, const Checksum& file) const {
  const fs::path path = entry(kind, file);
  std::ifstream stream(path, std::ios::binary);
  if (!stream) return std::nullopt;
  std::error_code error;
  const std::uintmax_t size = fs::file_size(path, error);
  if (error || size < kSeal) return std::nullopt;
  std::string seal(kSeal, '\0');
  std::string bytes(static_cast<std::size_t>(size - kSeal), '\0');
  stream.read(seal.data(), static_cast<std::streamsize>(seal.size()));
  stream.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (!stream || seal != seal_of(bytes)) return std::nullopt;
  (void)::utimensat(AT_FDCWD, path.c_str(), nullptr, 0);
  return bytes;
}

void Cache::write(Kept kind, const Checksum& file, std::string_view bytes) const {
  const fs::path path = entry(kind, file);
  std::error_code ignored;
  fs::create_directories(path.parent_path(), ignored);
  std::string temporary = (path.parent_path() / ".new-XXXXXX").string();
  const int descriptor = ::mkostemp(temporary.data(), O_CLOEXEC);
  if (descriptor < 0) return;
  bool is_whole = write_all(descriptor, seal_of(bytes)) && write_all(descriptor, bytes);
  is_whole = ::close(descriptor) == 0 && is_whole;
  // Not synced: after a power cut an entry may be damaged, which its seal tells.
  if (is_whole && ::rename(temporary.c_str(), path.c_str()) == 0) return;
  ::unlink(temporary.c_str());
}

void Cache::prune(std::chrono::hours age) const {
  const auto oldest = fs::file_time_type::clock::now() - age;
  for (const std::string_view kind : kFolders) {
    std::error_code error;
    for (fs::directory_iterator file(folder_ / kind, error); !error && file != fs::end(file);
         file.increment(error)) {
      std::error_code gone;
      const auto used = file->last_write_time(gone);
      if (!gone && used < oldest) fs::remove(file->path(), gone);
    }
  }
}

}  // namespace reposbom::metadata
