// SPDX-License-Identifier: Apache-2.0
//
// One operand of a License tag read as SPDX, annex D: an id of the licence list,
// id+, a LicenseRef, or one of these WITH an exception. Operators and parentheses
// are license_parse.h's.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace reposbom::metadata {

struct SpdxTerm {
  std::string text = {};  // In the list's spelling, deprecated ids replaced where that is possible.
  bool is_ref = false;
  bool is_deprecated = false;
};

// Nothing if it is not such a term. Case does not matter; characters that a LicenseRef must not
// have are replaced.
std::optional<SpdxTerm> parse_spdx_term(std::string_view operand);

}  // namespace reposbom::metadata
