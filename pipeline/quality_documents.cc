// SPDX-License-Identifier: Apache-2.0
#include "pipeline/quality_documents.h"

#include <algorithm>
#include <fstream>
#include <string_view>
#include <system_error>
#include <utility>

#include "metadata/archive.h"
#include "metadata/error.h"
#include "pipeline/compressed.h"

namespace reposbom::pipeline {
namespace {

namespace fs = std::filesystem;

// Enough documents for many threads; bytes, as release documents are a thousand times larger.
constexpr std::size_t kDocumentsAtOnce = 512;
constexpr std::size_t kBytesAtOnce = std::size_t{32} << 20U;

bool is_readable(std::string_view name) {
  return std::any_of(kJudgedFormats.begin(), kJudgedFormats.end(), [&](generators::Format format) {
    return without_compression(name).ends_with(generators::row_of(format).suffix);
  });
}

class Batches {
 public:
  explicit Batches(const std::function<void(std::vector<PublishedDocument>&)>& take)
      : take_(take) {}

  // A document, to whose bytes the caller appends before the next call.
  PublishedDocument& add(std::string path, std::size_t size) {
    const bool is_full = batch_.size() == kDocumentsAtOnce || bytes_ + size > kBytesAtOnce;
    if (is_full) finish();
    bytes_ += size;
    return batch_.emplace_back(PublishedDocument{std::move(path), {}});
  }
  PublishedDocument& last() { return batch_.back(); }

  void finish() {
    if (!batch_.empty()) take_(batch_);
    batch_.clear();
    bytes_ = 0;
  }

 private:
  const std::function<void(std::vector<PublishedDocument>&)>& take_;
  std::vector<PublishedDocument> batch_ = {};
  std::size_t bytes_ = 0;
};

std::vector<fs::path> list(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code error;
  fs::recursive_directory_iterator at(
      folder, fs::directory_options::follow_directory_symlink, error);
  for (; !error && at != fs::recursive_directory_iterator(); at.increment(error)) {
    if (is_readable(at->path().filename().string())) files.push_back(at->path());
  }
  if (error) {
    throw Error(Cause::Untrusted, folder.string(), "cannot be read: " + error.message());
  }
  std::sort(files.begin(), files.end());
  return files;
}

void read_whole(const fs::path& file, std::string& bytes, std::size_t size) {
  bytes.resize(size);
  std::ifstream stream(file, std::ios::binary);
  if (!stream.read(bytes.data(), static_cast<std::streamsize>(size))) {
    throw Error(Cause::Untrusted, file.string(), "cannot be read, or became shorter meanwhile");
  }
}

void read_folder(const fs::path& folder, Batches& batches) {
  for (const fs::path& file : list(folder)) {
    std::error_code error;
    const std::uintmax_t size = fs::file_size(file, error);
    if (error) throw Error(Cause::Untrusted, file.string(), "cannot be read: " + error.message());
    read_whole(file, batches.add(file.lexically_relative(folder).string(), size).bytes, size);
  }
}

void read_image(const fs::path& image, Batches& batches) {
  std::error_code error;
  const std::uintmax_t size = fs::file_size(image, error);
  if (error) throw Error(Cause::Untrusted, image.string(), "cannot be read: " + error.message());
  metadata::read_members(
      image,
      size,
      [&](const metadata::Member& member) {
        // Another name of a document that is in the image under its own.
        const bool is_link = !member.hard_link.empty();
        if (!member.is_file || is_link || !is_readable(member.path)) return metadata::Visit::Skip;
        batches.add(member.path, member.size);
        return metadata::Visit::Read;
      },
      [&](const metadata::Member&, std::string_view chunk) { batches.last().bytes.append(chunk); });
}

}  // namespace

void read_documents(
    const fs::path& target, const std::function<void(std::vector<PublishedDocument>&)>& take) {
  Batches batches(take);
  std::error_code ignored;
  if (!fs::is_directory(target, ignored)) {
    read_image(target, batches);
  } else {
    const fs::path current = target / "current";
    read_folder(fs::is_directory(current, ignored) ? fs::canonical(current) : target, batches);
  }
  batches.finish();
}

}  // namespace reposbom::pipeline
