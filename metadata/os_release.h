// SPDX-License-Identifier: Apache-2.0
//
// os-release(5): what a machine calls its operating system.
#pragma once

#include <optional>
#include <string_view>

#include "metadata/distribution.h"

namespace reposbom::metadata {

// Nothing if it has no ID. Lines that are no assignment are passed over, as those who read the file
// with a shell would.
std::optional<Distribution> parse_os_release(std::string_view text);

}  // namespace reposbom::metadata
