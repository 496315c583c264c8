// SPDX-License-Identifier: Apache-2.0
#include "metadata/local_file.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <system_error>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "metadata/error.h"

namespace reposbom::metadata {
namespace {

constexpr std::size_t kReadAtOnce = std::size_t{64} << 10U;

// By such a path another part of the program opens a file that has none.
LocalFile nameless(int descriptor, std::string name) {
  if (descriptor < 0) {
    throw Error(
        Cause::Output, name, std::string("cannot make a temporary file: ") + std::strerror(errno));
  }
  return {"/proc/self/fd/" + std::to_string(descriptor), std::move(name), OpenFile(descriptor)};
}

}  // namespace

OpenFile::~OpenFile() {
  if (is_open()) ::close(descriptor_);
}

OpenFile::OpenFile(OpenFile&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

OpenFile& OpenFile::operator=(OpenFile&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

LocalFile file_of_bytes(std::string_view bytes, std::string name) {
  LocalFile file = nameless(::memfd_create("download", MFD_CLOEXEC), std::move(name));
  if (!write_all(file.file.descriptor(), bytes)) {
    throw Error(Cause::Output, file.name, "cannot be kept in memory");
  }
  return file;
}

LocalFile new_nameless_file(const std::filesystem::path& folder, std::string name) {
  constexpr int kOwnerOnly = 0600;
  int descriptor = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, kOwnerOnly);
  if (descriptor < 0) {  // Some file systems cannot do that.
    std::string path = (folder / ".new-XXXXXX").string();
    descriptor = ::mkostemp(path.data(), O_CLOEXEC);
    if (descriptor >= 0) ::unlink(path.c_str());
  }
  return nameless(descriptor, std::move(name));
}

bool write_all(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

bool is_absent(const std::filesystem::path& file) {
  std::error_code error;
  const std::filesystem::file_status status = std::filesystem::status(file, error);
  return status.type() == std::filesystem::file_type::not_found;
}

std::string read_whole(const std::filesystem::path& file, std::uintmax_t limit) {
  std::error_code error;
  const std::uintmax_t size = std::filesystem::file_size(file, error);
  if (error) throw Error(Cause::Untrusted, file.string(), "cannot be read: " + error.message());
  if (size > limit) {
    throw Error(
        Cause::Untrusted,
        file.string(),
        "has " + std::to_string(size) + " bytes, more than the " + std::to_string(limit) +
            " that are read");
  }
  std::ifstream stream(file, std::ios::binary);
  std::string bytes(static_cast<std::size_t>(size), '\0');
  if (!stream.read(bytes.data(), static_cast<std::streamsize>(size))) {
    throw Error(Cause::Untrusted, file.string(), "cannot be read whole");
  }
  return bytes;
}

std::string read_file(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  const bool is_open = stream.is_open();
  std::string bytes;
  // By parts, because what a passphrase is read from may be a pipe, which has no size.
  std::vector<char> part(kReadAtOnce);
  while (stream) {
    stream.read(part.data(), static_cast<std::streamsize>(part.size()));
    bytes.append(part.data(), static_cast<std::size_t>(stream.gcount()));
  }
  if (!is_open || stream.bad()) {
    throw Error(
        Cause::Usage, file.string(), std::string("cannot be read: ") + std::strerror(errno));
  }
  return bytes;
}

std::string read_front(const LocalFile& file, std::uintmax_t count) {
  std::ifstream stream(file.path, std::ios::binary);
  std::string bytes(static_cast<std::size_t>(count), '\0');
  stream.read(bytes.data(), static_cast<std::streamsize>(count));
  if (!stream && !stream.eof()) throw Error(Cause::Untrusted, file.name, "cannot be read");
  bytes.resize(static_cast<std::size_t>(stream.gcount()));
  return bytes;
}

}  // namespace reposbom::metadata
