// SPDX-License-Identifier: Apache-2.0
//
// CPE 2.3 names (NISTIR 7695, formatted strings) of packages. They name what the
// distribution ships, not what upstream's CPE dictionary entry may be called.
#pragma once

#include <string>
#include <string_view>

#include "metadata/package.h"

namespace reposbom::metadata {

// "cpe:2.3:a:almalinux:libstdc\+\+:11.5.0-5.el9_5:*:*:*:*:*:*:*"; an epoch that is not 0 stands
// before the version, as "1\:".
std::string rpm_cpe(const Package& package, std::string_view vendor);

}  // namespace reposbom::metadata
