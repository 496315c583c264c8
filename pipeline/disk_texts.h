// SPDX-License-Identifier: Apache-2.0
//
// The files of pipeline/disk/, which embed_text.cmake puts into the program.
#pragma once

#include <string_view>

namespace reposbom::pipeline {

extern const std::string_view kVerifyScript;    // verify.sh
extern const std::string_view kInstallScript;   // install.sh
extern const std::string_view kReadmeEnglish;   // README.txt
extern const std::string_view kReadmeJapanese;  // README.ja.txt
extern const std::string_view kLicenseText;     // LICENSE.txt

// Of the guide, guide/: its texts, its style, and what was seen on a terminal.
extern const std::string_view kGuideEnglish;
extern const std::string_view kGuideJapanese;
extern const std::string_view kGuideStyle;
extern const std::string_view kInstallTranscript;
extern const std::string_view kFetchTranscript;
extern const std::string_view kImportTranscript;
extern const std::string_view kNetworkTranscript;
extern const std::string_view kMergeTranscript;
extern const std::string_view kVerifyTranscript;
extern const std::string_view kUninstallTranscript;

}  // namespace reposbom::pipeline
