// SPDX-License-Identifier: Apache-2.0

#include "pipeline/client_repository.h"

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <system_error>

#include "metadata/error.h"
#include "metadata/local_file.h"

namespace reposbom::pipeline {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kLargest = std::uint64_t{256} << 20U;  // sbomget and its libraries have 10.
constexpr int kMostFolders = 2;

[[noreturn]] void fail(const fs::path& subject, const std::string& message) {
  throw Error(Cause::Usage, subject.string(), message);
}

// Of RPMs and of repodata: nothing that a shell, a URL or ISO 9660 would read in its own way.
bool is_plain_name(std::string_view name) {
  const bool starts_well = name.front() != '.' && name.front() != '-';
  return starts_well && name.size() <= 200 && std::ranges::all_of(name, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  std::string_view("._+-~^").find(c) != std::string_view::npos;
         });
}

class Reader {
 public:
  explicit Reader(const fs::path& folder) : folder_(folder) {}

  void read(const std::string& prefix, int depth) {
    std::error_code error;
    fs::directory_iterator at(folder_ / prefix, error);
    for (; !error && at != fs::directory_iterator(); at.increment(error))
      take(*at, prefix, depth);
    if (error) fail(folder_ / prefix, "cannot be read: " + error.message());
  }

  ClientRepository finish() {
    std::ranges::sort(repository_.packages);
    const auto is_client = [](const std::string& name) { return name.starts_with("sbomget-"); };
    if (!repository_.files.contains("repodata/repomd.xml")) {
      fail(folder_, "is no repository: it has no repodata/repomd.xml");
    }
    if (std::ranges::none_of(repository_.packages, is_client)) {
      fail(folder_, "has no RPM of sbomget");
    }
    return std::move(repository_);
  }

 private:
  void take(const fs::directory_entry& entry, const std::string& prefix, int depth) {
    const std::string name = entry.path().filename().string();
    if (!is_plain_name(name)) fail(entry.path(), "has a name that is none of a package");
    std::error_code error;
    const fs::file_status status = entry.symlink_status(error);
    if (error) fail(entry.path(), "cannot be read: " + error.message());
    if (fs::is_directory(status) && depth < kMostFolders) {
      read(prefix + name + "/", depth + 1);
    } else if (fs::is_regular_file(status)) {
      take_file(entry.path(), prefix + name);
    } else {
      fail(entry.path(), "is not a plain file, which is all that a companion disk holds");
    }
  }

  void take_file(const fs::path& file, const std::string& path) {
    std::string bytes = metadata::read_whole(file, kLargest - size_);
    size_ += bytes.size();
    if (path.ends_with(".rpm")) repository_.packages.push_back(file.filename().string());
    repository_.files.emplace(path, std::move(bytes));
  }

  const fs::path& folder_;
  std::uint64_t size_ = 0;
  ClientRepository repository_ = {};
};

}  // namespace

ClientRepository read_client(const fs::path& folder) {
  Reader reader(folder);
  reader.read("", 0);
  return reader.finish();
}

}  // namespace reposbom::pipeline
