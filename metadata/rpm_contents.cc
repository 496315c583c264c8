// SPDX-License-Identifier: Apache-2.0
#include "metadata/rpm_contents.h"

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "metadata/archive.h"
#include "metadata/digest.h"
#include "metadata/error.h"
#include "metadata/rpm_header.h"

namespace reposbom::metadata {
namespace {

// The payload ends in padding, and names count too.
constexpr std::uint64_t kSlack = std::uint64_t{1} << 20U;

// SHA-1 of every content of a payload, by its digest of another kind. Of hard links only the last
// has the bytes; by their digest, all find them.
class Contents {
 public:
  explicit Contents(ChecksumType type) : type_(type) {}

  void begin() {
    end();
    digest_.emplace(type_);
    sha1_.emplace(ChecksumType::Sha1);
  }

  void update(std::string_view bytes) {
    digest_->update(bytes);
    sha1_->update(bytes);
  }

  void end() {
    if (digest_) sha1_by_digest_.emplace(digest_->hex(), sha1_->hex());
    digest_.reset();
  }

  const std::string* sha1(const Checksum& checksum) const {
    const auto found = sha1_by_digest_.find(checksum.hex);
    return found == sha1_by_digest_.end() ? nullptr : &found->second;
  }

 private:
  ChecksumType type_;
  std::optional<Hasher> digest_ = {};
  std::optional<Hasher> sha1_ = {};
  std::unordered_map<std::string, std::string> sha1_by_digest_ = {};
};

}  // namespace

std::vector<PackagedFile> read_packaged_files(const std::filesystem::path& rpm) {
  return read_packaged_files(LocalFile{rpm, rpm.string()});
}

std::vector<PackagedFile> read_packaged_files(
    const LocalFile& rpm, std::string_view sha256_header) {
  RpmFileList list = read_rpm_file_list(rpm);
  if (!sha256_header.empty() && list.sha256_header != sha256_header) {
    throw Error(
        Cause::Untrusted,
        rpm.name,
        "has another header than the one that its other facts are from: sync it again");
  }
  if (list.files.empty()) return {};
  Contents contents(list.files.front().checksum.type);
  read_members(
      rpm,
      list.payload_size + kSlack,
      [&](const Member& member) {
        if (!member.is_file) return Visit::Skip;
        contents.begin();
        return Visit::Read;
      },
      [&](const Member&, std::string_view chunk) { contents.update(chunk); });
  contents.end();
  for (PackagedFile& file : list.files) {
    const std::string* sha1 = contents.sha1(file.checksum);
    if (sha1 == nullptr) {
      throw Error(
          Cause::Untrusted,
          rpm.name,
          "its payload does not hold " + file.path + " as its header says: sync it again");
    }
    file.sha1 = *sha1;
  }
  return std::move(list.files);
}

}  // namespace reposbom::metadata
