// SPDX-License-Identifier: Apache-2.0
//
// What SPDX 2.3 calls things, and how it writes who made them; what SPDX of any edition says in
// words, or computes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

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

// What stands for the text of a licence that is on no list.
std::string license_text(const metadata::LicenseRef& ref);

// What has no field of its own, as "name: value".
std::vector<std::string> annotations_of(const Element& element);

// SPDX 2.3 clause 7.9: SHA-1 of the sorted SHA-1 digests of all files.
std::string package_verification_code(const Document& document);

}  // namespace reposbom::generators
