// SPDX-License-Identifier: Apache-2.0
#include <system_error>
#include <unordered_map>
#include <utility>

#include "companion/local_sources.h"
#include "metadata/archive.h"
#include "metadata/digest.h"
#include "metadata/sums.h"

namespace reposbom::companion {
namespace {

namespace fs = std::filesystem;
using metadata::kSums;
using metadata::Member;
using metadata::Visit;

constexpr std::uint64_t kLargestSums = std::uint64_t{64} << 20U;
constexpr std::uint64_t kLargestSignature = std::uint64_t{1} << 20U;

class ImageSource : public Source {
 public:
  explicit ImageSource(fs::path image) : name_(image.string()), image_(std::move(image)) {}

  const std::string& name() const override { return name_; }
  Front open(const std::string& known_etag) override;
  void read(std::span<const Request> requests, const Take& take) override;

 private:
  // The content of what stands there more than once is in the image once, under one of its names.
  const std::string& place_of(const std::string& path) const {
    const auto link = hard_links_.find(path);
    return link == hard_links_.end() ? path : link->second;
  }

  std::string name_;
  fs::path image_;
  std::uint64_t size_ = 0;
  std::unordered_map<std::string, std::string> hard_links_ = {};
};

Front ImageSource::open(const std::string& known_etag) {
  std::error_code error;
  size_ = fs::file_size(image_, error);
  if (error) throw Error(Cause::TryAgain, name_, "cannot be read: " + error.message());
  Front front;
  std::string* text = nullptr;
  metadata::read_members(
      image_,
      size_,
      [&](const Member& member) {
        text = nullptr;
        if (!member.hard_link.empty()) hard_links_.emplace(member.path, member.hard_link);
        const bool is_seal = member.path == kSums || metadata::is_signature_name(member.path);
        if (!member.is_file || !is_seal || !member.hard_link.empty()) return Visit::Skip;
        if (member.size > (member.path == kSums ? kLargestSums : kLargestSignature)) {
          throw Error(Cause::Untrusted, name_ + "/" + member.path, "is larger than it can be");
        }
        text = &front.texts[member.path];
        return Visit::Read;
      },
      [&](const Member&, std::string_view chunk) { text->append(chunk); });
  const auto sums = front.texts.find(std::string(kSums));
  if (sums == front.texts.end()) {
    throw Error(Cause::Untrusted, name_, "is no companion disk: no SHA256SUMS is in it");
  }
  front.etag = metadata::sha256(sums->second);
  front.is_unchanged = front.etag == known_etag;
  if (front.is_unchanged) front.texts.clear();
  return front;
}

void ImageSource::read(std::span<const Request> requests, const Take& take) {
  // Several requests may be for the same content.
  std::unordered_map<std::string, std::vector<std::size_t>> wanted;
  for (std::size_t i = 0; i != requests.size(); ++i)
    wanted[place_of(requests[i].path)].push_back(i);

  std::vector<std::size_t> indexes;  // Of the member being read.
  Answer answer;
  const auto hand_over = [&] {
    for (const std::size_t i : std::exchange(indexes, {}))
      take(i, Answer(answer));
    answer = {};
  };
  if (!wanted.empty()) {
    metadata::read_members(
        image_,
        size_,
        [&](const Member& member) {
          hand_over();
          if (wanted.empty()) return Visit::Stop;
          if (!member.is_file || !member.hard_link.empty()) return Visit::Skip;
          const auto found = wanted.find(member.path);
          if (found == wanted.end()) return Visit::Skip;
          indexes = std::move(found->second);
          wanted.erase(found);
          if (member.size <= requests[indexes.front()].limit) return Visit::Read;
          answer = {.state = Answer::State::Failed, .message = "is larger than it may be"};
          return Visit::Skip;
        },
        [&](const Member&, std::string_view chunk) { answer.bytes.append(chunk); });
    hand_over();
  }
  for (const auto& [path, absent] : wanted) {
    for (const std::size_t i : absent)
      take(i, {.state = Answer::State::Absent});
  }
}

}  // namespace

std::unique_ptr<Source> image_source(const fs::path& image) {
  return std::make_unique<ImageSource>(image);
}

}  // namespace reposbom::companion
