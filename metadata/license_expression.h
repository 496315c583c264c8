// SPDX-License-Identifier: Apache-2.0
//
// Whether a text is an SPDX licence expression as documents must have it: stricter
// than convert_license(), which makes one of anything.
#pragma once

#include <string_view>

namespace reposbom::metadata {

// Ids of the SPDX list that are not withdrawn, LicenseRef-…, WITH a listed exception; joined by AND
// and OR, in upper case, with parentheses (SPDX 2.3 annex D). NOASSERTION and NONE are none.
bool is_license_expression(std::string_view text);

}  // namespace reposbom::metadata
