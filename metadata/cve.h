// SPDX-License-Identifier: Apache-2.0
//
// The CVE ids that people write into changelogs and names of patches.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace reposbom::metadata {

// Every "CVE-YYYY-N…", N of at least four digits, in any case of letters; in upper case, in order,
// without duplicates.
std::vector<std::string> cve_ids(std::string_view text);

}  // namespace reposbom::metadata
