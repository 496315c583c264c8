// SPDX-License-Identifier: Apache-2.0
//
// Ids that follow from content: the same thing has the same id in every document.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace reposbom::generators {

// How many hexadecimal digits of a SHA-256 an id carries.
inline constexpr std::size_t kIdDigits = 16;

// The first of them.
std::string short_digest(std::string_view content);

// "SPDXRef-" and a name of letters, digits, "." and "-" only, as SPDX 2.3 clause 3.2 wants.
std::string spdx_id(std::string_view name);

}  // namespace reposbom::generators
