// SPDX-License-Identifier: Apache-2.0
#include "companion/merge_command.h"

#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <system_error>

#include <unistd.h>

#include "companion/document_formats.h"
#include "metadata/error.h"

namespace reposbom::companion {
namespace {

namespace fs = std::filesystem;

std::optional<std::int64_t> source_date_epoch() {
  const char* const text = std::getenv("SOURCE_DATE_EPOCH");
  if (text == nullptr) return std::nullopt;
  std::int64_t seconds = 0;
  const char* const end = text + std::strlen(text);
  const auto [at, error] = std::from_chars(text, end, seconds);
  if (error == std::errc() && at == end && seconds >= 0) return seconds;
  throw Error(Cause::Usage, "SOURCE_DATE_EPOCH", "is to be seconds since 1970");
}

// Beside the file, under a name that goes away again if it does not become whole.
class NewFile {
 public:
  explicit NewFile(fs::path file)
      : file_(std::move(file)), partial_(file_.string() + "." + std::to_string(getpid()) + ".new") {
    stream_.open(partial_, std::ios::binary | std::ios::trunc);
    check(stream_.is_open());
  }
  ~NewFile() {
    std::error_code ignored;
    fs::remove(partial_, ignored);
  }
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;

  void write(std::string_view bytes) {
    stream_.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    check(stream_.good());
  }

  void finish() {
    stream_.close();
    check(!stream_.fail());
    std::error_code error;
    fs::rename(partial_, file_, error);
    if (error) throw Error(Cause::Output, file_.string(), "cannot be written: " + error.message());
  }

 private:
  void check(bool is_good) const {
    if (is_good) return;
    throw Error(
        Cause::Output, file_.string(), std::string("cannot be written: ") + strerror(errno));
  }

  fs::path file_;
  fs::path partial_;
  std::ofstream stream_ = {};
};

}  // namespace

MergeSummary merge_to(MergeRequest request, const MergeTarget& target) {
  (void)suffixes_of({target.format}, "--format");
  request.format = *generators::format_by_name(target.format);
  request.source_date_epoch = source_date_epoch();
  if (!target.file) return merge(request, target.print);
  std::error_code ignored;
  if (fs::exists(*target.file, ignored) && !fs::is_regular_file(*target.file, ignored)) {
    throw Error(Cause::Usage, target.file->string(), "is no file; without -o it is printed");
  }
  NewFile file(*target.file);
  MergeSummary summary = merge(request, [&](std::string_view bytes) { file.write(bytes); });
  file.finish();
  return summary;
}

}  // namespace reposbom::companion
