// SPDX-License-Identifier: Apache-2.0
#include "pipeline/secret.h"

#include <array>
#include <cstdlib>
#include <fstream>
#include <string_view>
#include <utility>

#include <string.h>
#include <sys/resource.h>

#include "metadata/error.h"

namespace reposbom::pipeline {
namespace {

constexpr const char* kDirectory = "CREDENTIALS_DIRECTORY";
constexpr std::string_view kNoDirectory = "$CREDENTIALS_DIRECTORY";

[[noreturn]] void fail_reading(const std::filesystem::path& file, const std::string& what) {
  std::string message = "cannot read the file of " + what;
  if (*file.begin() == kNoDirectory) {
    message += ": it is a credential, and only a service of systemd that says LoadCredential=" +
               file.filename().string() + ":FILE has that";
  }
  throw Error(Cause::Usage, file.string(), message);
}

}  // namespace

Secret::Secret(std::string bytes) : bytes_(std::move(bytes)) {}

Secret::~Secret() {
  wipe();
}

Secret::Secret(Secret&& other) noexcept : bytes_(std::move(other.bytes_)) {
  other.wipe();  // A short text is copied by a move.
}

Secret& Secret::operator=(Secret&& other) noexcept {
  if (this == &other) return *this;
  wipe();
  bytes_ = std::move(other.bytes_);
  other.wipe();
  return *this;
}

void Secret::wipe() noexcept {
  bytes_.resize(bytes_.capacity());
  ::explicit_bzero(bytes_.data(), bytes_.size());
  bytes_.clear();
}

Secret read_secret(const std::filesystem::path& file, const std::string& what) {
  keep_memory_out_of_cores();
  std::ifstream stream;
  stream.rdbuf()->pubsetbuf(nullptr, 0);  // No copy that could not be overwritten.
  stream.open(file, std::ios::binary);
  std::array<char, 65536> buffer = {};
  std::string bytes;
  bytes.reserve(buffer.size());
  while (stream.read(buffer.data(), buffer.size()) || stream.gcount() > 0) {
    bytes.append(buffer.data(), static_cast<std::size_t>(stream.gcount()));
  }
  ::explicit_bzero(buffer.data(), buffer.size());
  Secret secret(std::move(bytes));
  if (!stream.is_open() || stream.bad()) fail_reading(file, what);
  return secret;
}

Secret read_passphrase(const std::filesystem::path& file) {
  const Secret text = read_secret(file, "a passphrase");
  return Secret(text.bytes().substr(0, text.bytes().find('\n')));
}

std::filesystem::path credential_file(const std::string& name) {
  const char* const directory = std::getenv(kDirectory);
  const bool is_given = directory != nullptr && *directory == '/';
  return std::filesystem::path(is_given ? std::string_view(directory) : kNoDirectory) / name;
}

void keep_memory_out_of_cores() {
  // Where a service may not set limits, its unit has LimitCORE=0. A handler that core dumps are
  // piped to gets them whatever the limit is: the filter leaves it nothing of the memory.
  const rlimit none = {.rlim_cur = 0, .rlim_max = 0};
  ::setrlimit(RLIMIT_CORE, &none);
  std::ofstream("/proc/self/coredump_filter") << "0";
}

}  // namespace reposbom::pipeline
