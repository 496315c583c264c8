// SPDX-License-Identifier: Apache-2.0

#include <optional>
#include <system_error>
#include <utility>

#include "metadata/archive.h"
#include "metadata/digest.h"
#include "metadata/error.h"
#include "pipeline/sealed_folder.h"

namespace reposbom::pipeline {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kSets = "sets/";
constexpr std::string_view kKeys = "keys/";
constexpr int kSlashesInSet = 4;  // "sets/L/NAME/BUILD/".

[[noreturn]] void fail(const std::string& subject, const std::string& message) {
  throw Error(Cause::Untrusted, subject, message);
}

// Takes an image's members one after the other, as they come.
class ImageReader {
 public:
  explicit ImageReader(const fs::path& image) : subject_(image.string()) {
    folders_.roots.resize(1);
    folders_.roots[0].subject = subject_;
  }

  metadata::Visit begin(const metadata::Member& member);
  void take(std::string_view chunk);
  SealedFolders finish();

 private:
  struct Place {
    SealedFolder* folder = nullptr;
    std::string name = {};
  };

  // The content of a second name of a file stands in the image once.
  struct HardLink {
    Place link = {};
    Place target = {};
  };

  Place place_of(const std::string& path);
  void finish_member();

  std::string subject_;
  SealedFolders folders_ = {};
  std::map<std::string, SealedFolder> sets_ = {};
  std::vector<HardLink> hard_links_ = {};
  Place place_ = {};  // Of the member being read.
  std::optional<metadata::Hasher> hasher_ = {};
  std::string* text_ = nullptr;
};

ImageReader::Place ImageReader::place_of(const std::string& path) {
  if (!path.starts_with(kSets)) return {&folders_.roots[0], path};
  std::size_t end = 0;
  for (int i = 0; i != kSlashesInSet && end != std::string::npos; ++i)
    end = path.find('/', end + 1);
  if (end == std::string::npos) return {&folders_.roots[0], path};
  SealedFolder& set = sets_[path.substr(0, end)];
  set.subject = subject_ + "/" + path.substr(0, end);
  return {&set, path.substr(end + 1)};
}

metadata::Visit ImageReader::begin(const metadata::Member& member) {
  finish_member();
  if (!member.is_file) return metadata::Visit::Skip;
  place_ = place_of(member.path);
  auto& [folder, name] = place_;
  if (!folder->digests.try_emplace(name).second) {
    fail(folder->subject + "/" + name, "is in the image twice");
  }
  if (!member.hard_link.empty()) {
    hard_links_.push_back({std::exchange(place_, {}), place_of(member.hard_link)});
    return metadata::Visit::Skip;
  }
  const bool is_key = folder == folders_.roots.data() && name.starts_with(kKeys);
  text_ = is_sealed_text(name) || is_key ? &folder->texts[name] : nullptr;
  if (text_ != nullptr && member.size > kLargestSealedText) {
    fail(folder->subject + "/" + name, "is larger than any such file can be");
  }
  hasher_.emplace(metadata::ChecksumType::Sha256);
  return metadata::Visit::Read;
}

void ImageReader::take(std::string_view chunk) {
  hasher_->update(chunk);
  if (text_ != nullptr) text_->append(chunk);
}

void ImageReader::finish_member() {
  if (hasher_) place_.folder->digests[place_.name] = hasher_->hex();
  hasher_.reset();
  text_ = nullptr;
}

SealedFolders ImageReader::finish() {
  finish_member();
  for (const auto& [link, target] : hard_links_) {
    const auto digest = target.folder->digests.find(target.name);
    if (digest != target.folder->digests.end()) link.folder->digests[link.name] = digest->second;
    const std::string* const text = target.folder->text(target.name);
    if (text != nullptr) link.folder->texts[link.name] = *text;
  }
  for (auto& [path, set] : sets_) {
    folders_.roots[0].sets.emplace(path, folders_.sets.size());
    folders_.sets.push_back(std::move(set));
  }
  return std::move(folders_);
}

}  // namespace

SealedFolders read_image(const fs::path& image) {
  std::error_code error;
  // Nothing in an image is compressed: its files together are smaller than it is.
  const std::uintmax_t size = fs::file_size(image, error);
  if (error) fail(image.string(), "cannot be read: " + error.message());
  ImageReader reader(image);
  metadata::read_members(
      image,
      size,
      [&](const metadata::Member& member) { return reader.begin(member); },
      [&](const metadata::Member&, std::string_view chunk) { reader.take(chunk); });
  return reader.finish();
}

}  // namespace reposbom::pipeline
