// SPDX-License-Identifier: Apache-2.0
//
// The user guide of a companion disk, in English and Japanese, each as plain text and as
// a page of HTML that needs nothing but itself. Both are made of the plain text in
// pipeline/disk/guide/, and of the transcripts there that stand for a terminal.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace reposbom::pipeline {

// Files by their path on the disk: guide/index.html, ja.html, guide.txt and guide.ja.txt.
std::map<std::string, std::string> guide_files();

// The text with its transcripts, as it is read on a terminal.
std::string guide_text(std::string_view source);

// The same as a page; `language` is "en" or "ja". What a line says by its form, guide.cc tells.
// Requires: each "@NAME" names a transcript.
std::string guide_page(std::string_view source, std::string_view language);

}  // namespace reposbom::pipeline
