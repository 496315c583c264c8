// SPDX-License-Identifier: Apache-2.0
#include <cerrno>
#include <cstring>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "companion/local_sources.h"
#include "metadata/digest.h"
#include "metadata/local_file.h"
#include "metadata/rpm_database.h"
#include "metadata/sums.h"
#include "metadata/text.h"

namespace reposbom::companion {
namespace {

namespace fs = std::filesystem;
using metadata::kSums;

constexpr std::uint64_t kLargestSums = std::uint64_t{64} << 20U;
constexpr std::uint64_t kLargestSignature = std::uint64_t{1} << 20U;

// A whole file, unless it is none: what a link leads to may be a device or a pipe.
Answer read_answer(const fs::path& file, std::uint64_t limit) {
  Answer answer{.state = Answer::State::Failed};
  const metadata::OpenFile opened(::open(file.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  struct stat status = {};
  if (!opened.is_open() || fstat(opened.descriptor(), &status) != 0) {
    if (errno == ENOENT || errno == ENOTDIR) answer.state = Answer::State::Absent;
    answer.message = std::string("cannot be read: ") + std::strerror(errno);
    return answer;
  }
  const auto size = static_cast<std::uint64_t>(status.st_size);
  if (!S_ISREG(status.st_mode)) {
    answer.message = "is no file";
  } else if (size > limit) {
    answer.message = "has " + std::to_string(size) + " bytes, more than it may have";
  } else {
    answer.bytes.resize(static_cast<std::size_t>(size));
    std::size_t done = 0;
    while (done != answer.bytes.size()) {
      const ssize_t count =
          ::read(opened.descriptor(), answer.bytes.data() + done, answer.bytes.size() - done);
      if (count < 0 && errno == EINTR) continue;
      if (count <= 0) break;
      done += static_cast<std::size_t>(count);
    }
    if (done == answer.bytes.size()) {
      answer.state = Answer::State::Done;
    } else {
      answer.message = "cannot be read whole";
    }
  }
  return answer;
}

class FolderSource : public Source {
 public:
  explicit FolderSource(const fs::path& folder) : name_(folder.string()), root_(folder) {}

  const std::string& name() const override { return name_; }
  Front open(const std::string& known_etag) override;
  void read(std::span<const Request> requests, const Take& take) override;

 private:
  // Below the folder, wherever links lead: what a disk links to elsewhere is not its own.
  Answer read_below(const fs::path& path, std::uint64_t limit) const;

  std::string name_;
  fs::path root_;
  fs::path run_ = {};  // Below it: "runs/NAME" of a tree.
};

Answer FolderSource::read_below(const fs::path& path, std::uint64_t limit) const {
  const fs::path file = metadata::path_below(root_, run_ / path);
  if (file.empty()) return {.state = Answer::State::Absent};
  return read_answer(file, limit);
}

Front FolderSource::open(const std::string& known_etag) {
  std::error_code error;
  if (!fs::is_directory(root_, error)) {
    throw Error(Cause::TryAgain, name_, "is not there, or not mounted");
  }
  Front front;
  const fs::path current = fs::read_symlink(root_ / "current", error);
  if (!error) {
    front.run = current.filename().string();
    if (current.parent_path() != "runs" || !metadata::is_safe_file_name(front.run)) {
      throw Error(Cause::Untrusted, name_ + "/current", "leads to no run of this tree");
    }
    run_ = current;
  }
  Answer sums = read_below(kSums, kLargestSums);
  if (sums.state == Answer::State::Absent) {
    throw Error(
        Cause::Untrusted, name_, "is neither a tree nor a companion disk: no SHA256SUMS is in it");
  }
  if (sums.state == Answer::State::Failed) {
    throw Error(Cause::TryAgain, (root_ / run_ / kSums).string(), sums.message);
  }
  front.etag = metadata::sha256(sums.bytes);
  front.is_unchanged = front.etag == known_etag;
  if (front.is_unchanged) return front;
  for (const std::string_view suffix : {metadata::kOpenPgpSuffix, metadata::kCmsSuffix}) {
    for (std::size_t number = 1; number <= metadata::kMostSigners; ++number) {
      const std::string name = metadata::signature_name(suffix, number);
      Answer signature = read_below(name, kLargestSignature);
      if (signature.state != Answer::State::Done) break;
      front.texts.emplace(name, std::move(signature.bytes));
    }
  }
  front.texts.emplace(kSums, std::move(sums.bytes));
  return front;
}

void FolderSource::read(std::span<const Request> requests, const Take& take) {
  for (std::size_t i = 0; i != requests.size(); ++i)
    take(i, read_below(requests[i].path, requests[i].limit));
}

}  // namespace

std::unique_ptr<Source> folder_source(const fs::path& folder) {
  return std::make_unique<FolderSource>(folder);
}

}  // namespace reposbom::companion
