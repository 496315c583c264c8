// SPDX-License-Identifier: Apache-2.0
#include "pipeline/storage.h"

#include <cerrno>
#include <cstdio>
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "metadata/error.h"
#include "pipeline/trace.h"

namespace reposbom::pipeline {
namespace {

[[noreturn]] void fail(const std::filesystem::path& path, const std::string& doing, int error) {
  throw Error(Cause::Output, path.string(), "cannot " + doing + ": " + std::strerror(error));
}

class FileDescriptor {
 public:
  explicit FileDescriptor(int descriptor) : descriptor_(descriptor) {}
  ~FileDescriptor() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;

  int get() const { return descriptor_; }
  // close() tells of a full disk on some file systems: its answer counts.
  bool close() {
    const int descriptor = descriptor_;
    descriptor_ = -1;
    return ::close(descriptor) == 0;
  }

 private:
  int descriptor_;
};

int create_exclusively(const std::filesystem::path& file) {
  const int descriptor =
      ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0644);
  if (descriptor < 0) fail(file, "create the file", errno);
  return descriptor;
}

void write_all(int descriptor, std::string_view bytes, const std::filesystem::path& file) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail(file, "write", errno);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

class NewFile : public OutputFile {
 public:
  explicit NewFile(std::filesystem::path file)
      : file_(std::move(file)), descriptor_(create_exclusively(file_)) {}
  ~NewFile() override {
    if (!is_closed_) ::unlink(file_.c_str());
  }

  void write(std::string_view bytes) override { write_all(descriptor_.get(), bytes, file_); }
  void close() override {
    if (!descriptor_.close()) fail(file_, "close the file", errno);
    is_closed_ = true;
  }

 private:
  std::filesystem::path file_;
  FileDescriptor descriptor_;
  bool is_closed_ = false;
};

}  // namespace

void FileStorage::create_directories(const std::filesystem::path& directory) {
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  if (error) fail(directory, "create the directory", error.value());
}

std::unique_ptr<OutputFile> FileStorage::create(const std::filesystem::path& file) {
  return std::make_unique<NewFile>(file);
}

void FileStorage::write(const std::filesystem::path& file, std::string_view bytes) {
  FileDescriptor descriptor(create_exclusively(file));
  write_all(descriptor.get(), bytes, file);
  if (!descriptor.close()) fail(file, "close the file", errno);
}

void FileStorage::rename(const std::filesystem::path& from, const std::filesystem::path& to) {
  if (::rename(from.c_str(), to.c_str()) != 0) fail(from, "rename to " + to.string(), errno);
}

bool FileStorage::exchange(const std::filesystem::path& one, const std::filesystem::path& other) {
  if (::renameat2(AT_FDCWD, one.c_str(), AT_FDCWD, other.c_str(), RENAME_EXCHANGE) == 0) {
    return true;
  }
  // NFS and others know no exchange, old kernels not even the call.
  if (errno == EINVAL || errno == ENOSYS || errno == EOPNOTSUPP) return false;
  fail(one, "exchange with " + other.string(), errno);
}

void FileStorage::create_symlink(
    const std::filesystem::path& target, const std::filesystem::path& link) {
  if (::symlink(target.c_str(), link.c_str()) != 0) fail(link, "create the symbolic link", errno);
}

void FileStorage::remove_all(const std::filesystem::path& path) {
  std::error_code error;
  std::filesystem::remove_all(path, error);
  if (error) fail(path, "remove", error.value());
}

void FileStorage::sync(const std::filesystem::path& path) {
  const Span span("sync");
  const FileDescriptor descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (descriptor.get() < 0) fail(path, "open", errno);
  if (::syncfs(descriptor.get()) != 0) fail(path, "sync", errno);
}

bool holds(const std::filesystem::path& file, std::string_view bytes) {
  std::error_code ignored;
  return std::filesystem::is_regular_file(file, ignored) && read_file(file) == bytes;
}

}  // namespace reposbom::pipeline
