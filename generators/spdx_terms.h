// SPDX-License-Identifier: Apache-2.0
//
// What SPDX 2.3 calls things, and how it writes who made them and what their licence
// tag said.
#pragma once

#include <string>
#include <string_view>

#include "generators/document.h"

namespace reposbom::generators {

// Clause 6.8: "Organization: NAME (EMAIL)". A name's own brackets at its end would be read as an
// e-mail address, so an empty pair follows them.
std::string organization(std::string_view name, std::string_view email);

std::string_view spdx_purpose(Role role);           // Clause 7.24.
std::string_view spdx_file_type(FileKind kind);     // Clause 8.3.
std::string_view spdx_name(RelationshipType type);  // Clause 11.1.

// The tag as written and the flags of its conversion; empty if there is no tag.
std::string license_comment(const metadata::License& license);

}  // namespace reposbom::generators
