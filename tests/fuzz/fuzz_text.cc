// SPDX-License-Identifier: Apache-2.0
//
// Bytes made text: always fit for every format, left alone if they were, and
// names of files that stay below their folder.
#include <filesystem>

#include "tests/fuzz/fuzz.h"

using namespace reposbom;
using fuzz::require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes = fuzz::bytes_of(data, size);
  const std::string text = metadata::clean_text(bytes);
  fuzz::require_clean(text);
  require(metadata::is_clean_text(bytes) == (text == bytes), "clean text is left alone", text);
  require(metadata::clean_text(text) == text, "text is cleaned once", text);

  if (metadata::is_safe_file_name(bytes)) {
    const std::filesystem::path path = std::filesystem::path("/top/folder") / bytes;
    require(path.lexically_normal().parent_path() == "/top/folder", "a name is no path", bytes);
    require(bytes.find('\0') == std::string_view::npos, "a name has no NUL", bytes);
  }
  if (metadata::is_safe_relative_path(bytes)) {
    const auto path = (std::filesystem::path("/top/folder") / bytes).lexically_normal();
    require(path.string().starts_with("/top/folder/"), "a path stays below its folder", bytes);
  }
  if (const auto parsed = metadata::parse_nevra(bytes)) {
    const auto again = metadata::parse_nevra(metadata::nevra(*parsed));
    require(again && metadata::nevra(*again) == metadata::nevra(*parsed), "a NEVRA", bytes);
  }
  (void)metadata::parse_source_rpm(bytes);
  return 0;
}
