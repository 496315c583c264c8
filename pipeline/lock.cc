// SPDX-License-Identifier: Apache-2.0
#include "pipeline/lock.h"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "metadata/error.h"

namespace reposbom::pipeline {

TreeLock::TreeLock(const std::filesystem::path& tree) : descriptor_(-1) {
  const std::filesystem::path file = tree / ".lock";
  descriptor_ = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
  if (descriptor_ < 0) {
    throw Error(
        Cause::Output, file.string(), std::string("cannot be opened: ") + std::strerror(errno));
  }
  if (::flock(descriptor_, LOCK_EX | LOCK_NB) == 0) return;
  const int error = errno;
  ::close(descriptor_);
  if (error != EWOULDBLOCK) {
    throw Error(
        Cause::Output, file.string(), std::string("cannot be locked: ") + std::strerror(error));
  }
  throw Error(
      Cause::TryAgain, tree.string(), "another run is writing to this tree: try again later");
}

TreeLock::~TreeLock() {
  ::close(descriptor_);
}

}  // namespace reposbom::pipeline
