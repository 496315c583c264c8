// SPDX-License-Identifier: Apache-2.0
//
// A file as its readers need it, by path, whether it stands in a directory or was
// downloaded: then it is nameless, and gone with the last LocalFile of it.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace reposbom::metadata {

// An open file; closed at the end.
class OpenFile {
 public:
  OpenFile() = default;
  explicit OpenFile(int descriptor) : descriptor_(descriptor) {}
  ~OpenFile();
  OpenFile(OpenFile&& other) noexcept;
  OpenFile& operator=(OpenFile&& other) noexcept;

  int descriptor() const { return descriptor_; }
  bool is_open() const { return descriptor_ >= 0; }

 private:
  int descriptor_ = -1;
};

struct LocalFile {
  std::filesystem::path path = {};  // Valid as long as this is there.
  std::string name = {};            // For messages: its path, or the URL that it is from.
  OpenFile file = {};
  bool is_kept = false;    // From a cache.
  bool is_proven = false;  // The file that it is, or is the front of, has the digest of repodata.
};

// Nameless files: in memory, with these bytes; or empty, on the disk of that folder. Throw Error
// (Cause::Output).
LocalFile file_of_bytes(std::string_view bytes, std::string name);
LocalFile new_nameless_file(const std::filesystem::path& folder, std::string name);

bool write_all(int file, std::string_view bytes);

// What is there but may not be looked at is not absent: reading it tells why.
bool is_absent(const std::filesystem::path& file);

// Throws Error (Cause::Untrusted) if it cannot be read, or is larger than `limit`.
std::string read_whole(const std::filesystem::path& file, std::uintmax_t limit);

// The same for a file that a person named, which may be a pipe. Throws Error (Cause::Usage).
std::string read_file(const std::filesystem::path& file);

// The first bytes of a file, fewer where it ends. Throws Error (Cause::Untrusted).
std::string read_front(const LocalFile& file, std::uintmax_t count);

}  // namespace reposbom::metadata
