// SPDX-License-Identifier: Apache-2.0
//
// Writes an ISO 9660 image with Rock Ridge and Joliet names, and the checksum that
// installation media carry in themselves (iso_checksum.h). The same files,
// volume id and time give the same bytes, in whatever order they are added, on
// every machine with the same libarchive. Nothing stands at FILE before the
// image is whole: it is written to FILE.partial, which is gone if it fails.
#pragma once

#include <cstddef>
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
  // read by close() and must stay as it is until then; if it may be executed, so may the copy. The
  // content of files with the same digest stands in the image once, and so does that of equal
  // bytes.
  void add_file(
      const std::string& path, const std::filesystem::path& source, const std::string& sha256 = {});
  void add_bytes(const std::string& path, std::string_view bytes, bool executable = false);

  // Writes the image and moves it into place. Returns its size in bytes. Call it last and once.
  // libarchive keeps the content of the files in a temporary file meanwhile, as large as the image,
  // in the folder that TMPDIR names (else /tmp). Throws Error (Cause::Output), also if that folder
  // is too small.
  std::uint64_t close();

  // What close() found to be there already, under another path.
  struct Repeated {
    std::size_t files = 0;
    std::uint64_t bytes = 0;  // In whole sectors, as the image would be larger by them.
  };
  const Repeated& repeated() const { return repeated_; }

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
    std::string digest = {};   // Of the content, if it is known.
    std::string same_as = {};  // Path of an earlier file that has the same content.
    bool is_repeated = false;  // A later one has.
  };

  void add(const std::string& path, Entry&& entry);
  void find_repeated();
  void check_space() const;
  void write_entry(Image& image, const std::string& path, const Entry& entry) const;
  void finish();

  std::filesystem::path file_;
  std::filesystem::path partial_;
  std::string volume_id_;
  std::int64_t time_ = 0;
  int descriptor_ = -1;
  std::map<std::string, Entry> entries_ = {};  // Folders too; "a" sorts before "a/b".
  Repeated repeated_ = {};
};

}  // namespace reposbom::pipeline
