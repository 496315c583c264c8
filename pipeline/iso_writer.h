// SPDX-License-Identifier: Apache-2.0
//
// Writes an ISO 9660 image with Rock Ridge and Joliet names. The same files,
// volume id and time give the same bytes, in whatever order they are added, on
// every machine with the same libarchive. Nothing stands at FILE before the
// image is whole: it is written to FILE.partial, which is gone if it fails.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>

namespace reposbom::pipeline {

class IsoWriter {
 public:
  // `time` dates the image and all that is in it. Throws Error (Cause::Output) if the file cannot
  // be created, or if ISO 9660 has no room for the volume id (1 to 32 characters of ASCII) or time.
  IsoWriter(const std::filesystem::path& file, std::string volume_id, std::int64_t time);
  ~IsoWriter();
  IsoWriter(const IsoWriter&) = delete;
  IsoWriter& operator=(const IsoWriter&) = delete;

  // `path` is relative, with at most 7 folders, which come into being by themselves. The source is
  // read by close() and must stay as it is until then; if it may be executed, so may the copy.
  void add_file(const std::string& path, const std::filesystem::path& source);
  void add_bytes(const std::string& path, std::string_view bytes, bool executable = false);

  // Writes the image and moves it into place. Returns its size in bytes. Call it last and once.
  // libarchive keeps the content of the files in a temporary file meanwhile, as large as the image,
  // in the folder that TMPDIR names (else /tmp). Throws Error (Cause::Output), also if that folder
  // is too small.
  std::uint64_t close();

  // Has temporary files kept in `folder` unless the user has set TMPDIR. It changes the environment
  // of the process. Requires: no other thread is running.
  static void keep_temporary_files_in(const std::filesystem::path& folder);

 private:
  class Image;
  struct Entry {
    bool is_folder = false;
    bool executable = false;
    std::uint64_t size = 0;
    std::filesystem::path source = {};  // Empty: `bytes` holds the content.
    std::string bytes = {};
  };

  void add(const std::string& path, Entry&& entry);
  void check_space() const;
  void write_entry(Image& image, const std::string& path, const Entry& entry) const;
  void finish();

  std::filesystem::path file_;
  std::filesystem::path partial_;
  std::string volume_id_;
  std::int64_t time_ = 0;
  int descriptor_ = -1;
  std::map<std::string, Entry> entries_ = {};  // Folders too; "a" sorts before "a/b".
};

}  // namespace reposbom::pipeline
