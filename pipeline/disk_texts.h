// SPDX-License-Identifier: Apache-2.0
//
// The files of pipeline/disk/, which embed_text.cmake puts into the program.
#pragma once

#include <string_view>

namespace reposbom::pipeline {

extern const std::string_view kVerifyScript;    // verify.sh
extern const std::string_view kReadmeEnglish;   // README.txt
extern const std::string_view kReadmeJapanese;  // README.ja.txt

}  // namespace reposbom::pipeline
