// SPDX-License-Identifier: Apache-2.0
#include "companion/collection.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "metadata/digest.h"
#include "metadata/error.h"
#include "metadata/text.h"

namespace reposbom::companion {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kStaging = ".partial";
constexpr std::string_view kLock = ".lock";
constexpr int kReadable = 0644;
constexpr int kPrivate = 0600;  // Nobody else can hold the lock.
constexpr int kSetDepth = 2;    // Of BUILD in sets/L/NAME/BUILD, L being at 0.

[[noreturn]] void fail(const fs::path& path, const std::string& what, int code) {
  throw Error(Cause::Output, path.string(), what + ": " + std::strerror(code));
}

void check(const std::error_code& error, const fs::path& path, const std::string& what) {
  if (error) throw Error(Cause::Output, path.string(), what + ": " + error.message());
}

void make_folder(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  check(error, folder, "cannot be made");
}

void write_new(const fs::path& file, std::string_view bytes, bool is_lasting = false) {
  constexpr int kFlags = O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW;
  metadata::OpenFile opened(::open(file.c_str(), kFlags, kReadable));
  if (!opened.is_open() && errno == ENOENT) {
    make_folder(file.parent_path());
    opened = metadata::OpenFile(::open(file.c_str(), kFlags, kReadable));
  }
  if (!opened.is_open()) fail(file, "cannot be written", errno);
  if (!metadata::write_all(opened.descriptor(), bytes)) fail(file, "cannot be written", errno);
  if (is_lasting && ::fsync(opened.descriptor()) != 0) fail(file, "cannot be written", errno);
}

// Both are there afterwards, each under the name of the other.
bool exchange(const fs::path& one, const fs::path& other) {
#ifdef SYS_renameat2
  constexpr unsigned kExchange = 2;  // RENAME_EXCHANGE
  return syscall(SYS_renameat2, AT_FDCWD, one.c_str(), AT_FDCWD, other.c_str(), kExchange) == 0;
#else
  errno = ENOSYS;
  return false;
#endif
}

}  // namespace

fs::path Collection::path(Side side, const std::string& name) const {
  return side == Side::Final ? folder_ / name : folder_ / kStaging / name;
}

bool Collection::is_there() const {
  std::error_code ignored;
  return fs::is_directory(folder_ / "sets", ignored);
}

void Collection::lock() {
  make_folder(folder_);
  const fs::path file = folder_ / kLock;
  lock_ = metadata::OpenFile(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, kPrivate));
  if (!lock_.is_open()) fail(file, "cannot be written", errno);
  if (::flock(lock_.descriptor(), LOCK_EX | LOCK_NB) == 0) return;
  if (errno != EWOULDBLOCK) fail(file, "cannot be locked", errno);
  throw Error(Cause::TryAgain, folder_.string(), "another sbomget is writing there");
}

std::optional<std::string> Collection::read(Side side, const std::string& name) const {
  const fs::path file = path(side, name);
  std::error_code error;
  if (!fs::is_regular_file(fs::symlink_status(file, error)) || error) return std::nullopt;
  try {
    return metadata::read_whole(file, kLargestFile);
  } catch (const Error&) {
    return std::nullopt;  // What cannot be read is fetched again.
  }
}

bool Collection::has(Side side, const std::string& name, const std::string& sha256) const {
  const std::optional<std::string> bytes = read(side, name);
  return bytes && metadata::sha256(*bytes) == sha256;
}

void Collection::write(Side side, const std::string& name, std::string_view bytes) const {
  const fs::path file = path(side, name);
  if (side == Side::Staged) {
    write_new(file, bytes);
    return;
  }
  const fs::path partial = path(Side::Staged, "file");
  // The memory of what was newest must outlast a power cut.
  write_new(partial, bytes, /*is_lasting=*/name == kStateFile);
  std::error_code error;
  fs::rename(partial, file, error);
  if (error == std::errc::no_such_file_or_directory) {
    make_folder(file.parent_path());
    fs::rename(partial, file, error);
  }
  check(error, file, "cannot be written");
}

void Collection::stage_copy(const std::string& name) const {
  const fs::path to = path(Side::Staged, name);
  make_folder(to.parent_path());
  std::error_code error;
  fs::remove(to, error);
  fs::create_hard_link(path(Side::Final, name), to, error);
  if (!error) return;
  const std::optional<std::string> bytes = read(Side::Final, name);
  if (!bytes) throw Error(Cause::Output, path(Side::Final, name).string(), "went away");
  write_new(to, *bytes);
}

void Collection::drop_set(const std::string& set) const {
  const fs::path staged = path(Side::Staged, set);
  std::error_code error;
  fs::remove_all(staged, error);
  check(error, staged, "cannot be removed");
}

void Collection::finish_set(const std::string& set) const {
  const fs::path staged = path(Side::Staged, set);
  const fs::path final = path(Side::Final, set);
  make_folder(final.parent_path());
  std::error_code error;
  if (!exchange(staged, final)) {
    // It is not there yet, or this file system cannot exchange.
    if (errno != ENOENT && errno != EINVAL && errno != ENOSYS) {
      fail(final, "cannot be put into its place", errno);
    }
    fs::remove_all(final, error);
    check(error, final, "cannot be removed");
    fs::rename(staged, final, error);
    check(error, final, "cannot be put into its place");
  }
  fs::remove_all(staged, error);
}

void Collection::remove(const std::string& name) const {
  const fs::path file = path(Side::Final, name);
  std::error_code error;
  fs::remove_all(file, error);
  check(error, file, "cannot be removed");
}

void Collection::finish() const {
  std::error_code ignored;
  fs::remove(path(Side::Staged, "file"), ignored);
  if (lock_.is_open() && syncfs(lock_.descriptor()) != 0) {
    fail(folder_, "cannot be written to the disk", errno);
  }
}

std::vector<std::string> Collection::sets() const {
  std::vector<std::string> sets;
  std::error_code error;
  const fs::path root = folder_ / "sets";
  fs::recursive_directory_iterator at(root, fs::directory_options::follow_directory_symlink, error);
  for (; !error && at != fs::recursive_directory_iterator(); at.increment(error)) {
    if (at.depth() != kSetDepth) continue;
    at.disable_recursion_pending();
    sets.push_back(at->path().lexically_relative(folder_).string());
  }
  if (error && error != std::errc::no_such_file_or_directory) {
    check(error, root, "cannot be read");
  }
  std::ranges::sort(sets);
  return sets;
}

std::vector<std::string> Collection::runs() const {
  std::vector<std::string> runs;
  std::error_code error;
  for (fs::directory_iterator at(folder_ / "runs", error); !error && at != fs::directory_iterator();
       at.increment(error)) {
    runs.push_back(at->path().filename().string());
  }
  std::ranges::sort(runs);
  return runs;
}

}  // namespace reposbom::companion
