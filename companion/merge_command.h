// SPDX-License-Identifier: Apache-2.0
//
// `sbomget merge`: the document of the machine to a file, which gets its name when it is
// whole, or to standard output.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "companion/merge.h"

namespace reposbom::companion {

struct MergeTarget {
  std::string format = {};  // By its name.
  std::optional<std::filesystem::path> file = {};
  std::function<void(std::string_view)> print = {};  // Where there is no file.
};

// SOURCE_DATE_EPOCH is taken from the environment. Throws Error: Usage if there is no such format,
// Output, and as merge() does.
MergeSummary merge_to(MergeRequest request, const MergeTarget& target);

}  // namespace reposbom::companion
