// SPDX-License-Identifier: Apache-2.0
//
// What the files of documents are called, by the formats that a publisher can choose.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace reposbom::companion {

struct DocumentFormat {
  std::string_view name;    // "spdx-json".
  std::string_view suffix;  // ".spdx.json".
};

std::span<const DocumentFormat> document_formats();

// The suffixes of the formats of these names. Throws Error (Cause::Usage) about a name that is
// none; `subject` is where it was read.
std::vector<std::string> suffixes_of(
    const std::vector<std::string>& names, const std::string& subject);

// Whether `name` is the file of a document `stem` in the format of that suffix: as it is, or
// compressed by gzip or zstd.
bool is_document_file(std::string_view name, std::string_view stem, std::string_view suffix);

}  // namespace reposbom::companion
