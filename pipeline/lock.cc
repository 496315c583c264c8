// SPDX-License-Identifier: Apache-2.0
#include "pipeline/lock.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <thread>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "metadata/error.h"
#include "pipeline/interrupt.h"

namespace reposbom::pipeline {
namespace {

constexpr std::chrono::milliseconds kPause(50);
constexpr std::size_t kLongestHolder = 200;

[[noreturn]] void fail(const std::filesystem::path& file, const std::string& what, int error) {
  throw Error(Cause::Output, file.string(), "cannot be " + what + ": " + std::strerror(error));
}

// "build of 20240309T160000Z, process 123 on host": whoever reads it may sit at another host.
std::string holder(const std::string& doing) {
  std::array<char, 256> host = {};
  if (::gethostname(host.data(), host.size() - 1) != 0) host[0] = '?';
  return doing + (doing.empty() ? "" : ", ") + "process " + std::to_string(::getpid()) + " on " +
         host.data() + "\n";
}

// What the holder wrote, as far as it can be printed; empty if it has not yet.
std::string read_holder(int descriptor) {
  std::array<char, kLongestHolder> bytes = {};
  const ssize_t size = ::pread(descriptor, bytes.data(), bytes.size(), 0);
  if (size <= 0) return {};
  const std::string_view text(bytes.data(), static_cast<std::size_t>(size));
  std::string line(text.substr(0, text.find('\n')));
  std::erase_if(line, [](unsigned char c) { return c < ' ' || c == 0x7F; });
  return line;
}

// Only a help for people: it does not matter if it cannot be written.
void write_holder(int descriptor, const std::string& text) {
  if (::ftruncate(descriptor, 0) != 0) return;
  (void)!::pwrite(descriptor, text.data(), std::min(text.size(), kLongestHolder), 0);
}

// Whether the lock was got in time.
bool take(int descriptor, std::chrono::seconds wait, const std::filesystem::path& file) {
  const auto end = std::chrono::steady_clock::now() + wait;
  while (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR) fail(file, "locked", errno);
    if (std::chrono::steady_clock::now() >= end) return false;
    check_interrupt();
    std::this_thread::sleep_for(kPause);
  }
  return true;
}

}  // namespace

TreeLock::TreeLock(
    const std::filesystem::path& tree, const std::string& doing, std::chrono::seconds wait)
    : descriptor_(-1) {
  const std::filesystem::path file = tree / ".lock";
  descriptor_ = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
  if (descriptor_ < 0) fail(file, "opened", errno);
  try {
    if (take(descriptor_, wait, file)) {
      write_holder(descriptor_, holder(doing));
      return;
    }
    const std::string other = read_holder(descriptor_);
    throw Error(
        Cause::TryAgain,
        tree.string(),
        "another run is writing to this tree" + (other.empty() ? "" : " (" + other + ")") +
            ": try again later, or wait for it with --wait");
  } catch (const Error&) {
    ::close(descriptor_);
    throw;
  }
}

TreeLock::~TreeLock() {
  (void)!::ftruncate(descriptor_, 0);
  ::close(descriptor_);
}

}  // namespace reposbom::pipeline
