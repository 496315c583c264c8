// SPDX-License-Identifier: Apache-2.0
//
// LicenseRef ids: their characters, and that within one document no id stands
// for two texts.
#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "metadata/license.h"

namespace reposbom::metadata {

// `text` in the characters that an SPDX 2.3 idstring may have (A-Z a-z 0-9 . -), never empty:
// "GPLv2+ with exceptions" becomes "GPLv2-plus-with-exceptions".
std::string license_idstring(std::string_view text);

// Hands out ids. An id that is taken by another text (compared without regard to case) gets "-2",
// "-3" ...
class LicenseRefs {
 public:
  // The id to use for this reference: `ref.id`, or that with a number.
  std::string add(const LicenseRef& ref);

  // Sorted by id.
  std::vector<LicenseRef> sorted() const;

 private:
  std::string free_id(const std::string& wanted);

  std::map<std::pair<std::string, std::string>, std::string> ids_;  // {wanted id, raw} -> id
  std::set<std::string> taken_;                                     // Folded to lower case.
  std::map<std::string, std::size_t> last_number_;                  // Of a wanted id.
  std::vector<LicenseRef> refs_;
};

}  // namespace reposbom::metadata
