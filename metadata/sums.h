// SPDX-License-Identifier: Apache-2.0
//
// SHA256SUMS, which seals a folder of a published tree (a run, a set, a companion
// disk), as coreutils write and check it; what the signatures over it are called;
// and the path that leads from an installed package to its set.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace reposbom::metadata {

inline constexpr std::string_view kSums = "SHA256SUMS";

// One line. Names hold no newline (is_safe_file_name), so that coreutils' escaped form is never
// needed: a line that does not begin with a backslash is taken as it is.
struct Sum {
  std::string sha256 = {};
  std::string name = {};
};
std::string write_sums(const std::vector<Sum>& sums);
// Throws Error (Cause::Untrusted) naming the file and line of what is not "HEX  NAME", or of a
// name that leaves the folder.
std::vector<Sum> parse_sums(std::string_view text, const std::string& subject);

// Whether it is a SHA-256 in lower-case hexadecimal.
bool is_sha256(std::string_view text);

// A signature over a SHA256SUMS, beside it, by the number of its signer among those of the same
// kind: "SHA256SUMS.asc", "SHA256SUMS.2.asc" to "SHA256SUMS.9.asc".
inline constexpr std::string_view kOpenPgpSuffix = ".asc";
inline constexpr std::string_view kCmsSuffix = ".p7s";
inline constexpr std::size_t kMostSigners = 9;
std::string signature_name(std::string_view suffix, std::size_t number);
// Whether `name` is one of these; with an empty suffix, of either kind.
bool is_signature_name(std::string_view name, std::string_view suffix = {});

// "sets/L/SOURCE-NAME/SOURCE-NVR", below a run or a disk; L is the first character of the name.
std::filesystem::path set_path(std::string_view source_name, std::string_view build_name);

}  // namespace reposbom::metadata
