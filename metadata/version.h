// SPDX-License-Identifier: Apache-2.0
//
// The version of the program, and that of its documents.
#pragma once

#include <string_view>

namespace reposbom::metadata {

inline constexpr std::string_view kVersion = "0.3.0";

// What documents say they were made by: the version without its patch number. It changes whenever
// the same facts would be written differently, and only then; every document is then made anew.
inline constexpr std::string_view kDocumentVersion = "0.3";

}  // namespace reposbom::metadata
