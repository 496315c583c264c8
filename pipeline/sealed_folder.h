// SPDX-License-Identifier: Apache-2.0
//
// A sealed folder is one that a SHA256SUMS answers for: a run, a companion disk,
// or a set within either. Read here is what such folders hold, from directories or
// out of an ISO image, and compared with their SHA256SUMS; whose signature that
// carries, metadata/signatures.h says. Nothing read is believed: any name may be hostile.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace reposbom::pipeline {

// The SHA256SUMS of a run over all of el9 has some 700 KB.
inline constexpr std::uint64_t kLargestSealedText = std::uint64_t{64} << 20U;

struct SealedFolder {
  std::string subject = {};  // Where it is, for messages.

  // SHA-256 of each file by its path below the folder, but for those in `sets`. Empty for what is
  // there without being a file: a link, a device.
  std::map<std::string, std::string> digests = {};

  // The content of SHA256SUMS, its signatures and set.json; and of keys/ out of an ISO image.
  std::map<std::string, std::string> texts = {};

  // Sets by path ("sets/b/bash/bash-5.1.8-9.el9"), as indexes into SealedFolders::sets.
  std::map<std::string, std::size_t> sets = {};

  // The text of that name, null if there is none.
  const std::string* text(std::string_view name) const;

  // The names in `texts` of the signatures over SHA256SUMS; with a suffix, of those of that kind.
  std::vector<std::string> signatures(std::string_view suffix = {}) const;
};

struct SealedFolders {
  std::vector<SealedFolder> roots = {};
  std::vector<SealedFolder> sets = {};  // Each once, however many roots link to it.
};

// Hashes what is in and below the directories `roots`, on every core. Throws Error
// (Cause::Untrusted) if something cannot be read.
SealedFolders read_folders(const std::vector<std::filesystem::path>& roots);

// The same for an ISO image, which becomes the one root; read in place, in one pass.
SealedFolders read_image(const std::filesystem::path& image);

// The same for sets alone, in the order given.
std::vector<SealedFolder> read_sets(const std::vector<std::filesystem::path>& sets);

// The digest of a file of a root or of its sets; null if there is no such file.
const std::string* find_digest(
    const SealedFolder& root, const std::vector<SealedFolder>& sets, const std::string& path);

// Whether the folder holds what its SHA256SUMS lists, as it lists it, and nothing besides but that
// file and its signatures. Of its sets, only what it lists itself is compared. Returns how many
// files those were. Throws Error (Cause::Untrusted) about the first that is not right.
std::size_t check_files(const SealedFolder& folder, const std::vector<SealedFolder>& sets = {});

// set.json tells how many signatures a set was given, so that none can get lost unseen. Throws
// Error (Cause::Untrusted) if there are fewer; anything but a set has no set.json.
void check_signature_count(const SealedFolder& set);

// Whether the content of a file of that name is kept in SealedFolder::texts.
bool is_sealed_text(std::string_view name);

// Whether a file of that name in a set is a document.
bool is_document(std::string_view name);

}  // namespace reposbom::pipeline
