// SPDX-License-Identifier: Apache-2.0
//
// Text from outside made fit for every format that is written: UTF-8 that XML 1.0
// can carry, with line feeds alone. And names from outside that may become names
// of files.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace reposbom::metadata {

// Whether clean_text() would change nothing.
bool is_clean_text(std::string_view bytes);

// Valid UTF-8 stays, but for characters that XML 1.0 forbids, which are dropped, and carriage
// returns, which become line feeds. Anything else is read as createrepo_c reads it, so that text
// from headers and from repodata agree: as Latin-1 without its bytes 0x80 to 0xBF.
std::string clean_text(std::string_view bytes);

// The letters A to Z in lower case; no other character is touched.
std::string ascii_lower(std::string_view text);

// Without blanks, tabs and line feeds at both ends.
std::string trimmed(std::string_view text);

// The longest name of a file that is taken from metadata; what the program adds fits beside it.
constexpr std::size_t kLongestFileName = 200;

// One component of a path: UTF-8 without control characters or '/', not empty, "." or "..", not
// longer than kLongestFileName.
bool is_safe_file_name(std::string_view name);

// Components that are all safe, joined by single slashes; not absolute.
bool is_safe_relative_path(std::string_view path);

}  // namespace reposbom::metadata
