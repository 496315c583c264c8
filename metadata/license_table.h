// SPDX-License-Identifier: Apache-2.0
//
// The two tables that licences are looked up in, compiled in from licenses.tsv
// and spdx_ids.tsv. Rows live as long as the program; look-ups regard ASCII
// letters of both cases as the same and may come from any thread.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace reposbom::metadata {

enum class LicenseConfidence { Exact, Spelling, OneOfSeveral, NoSpdxId };

// One row of licenses.tsv, as its number.
using LegacyName = std::size_t;

std::optional<LegacyName> find_legacy_name(std::string_view name);

// The row whose SPDX expression is this LicenseRef.
std::optional<LegacyName> find_legacy_ref(std::string_view license_ref);

std::string_view legacy_spelling(LegacyName row);
std::string_view legacy_expression(LegacyName row);
LicenseConfidence legacy_confidence(LegacyName row);
std::string_view legacy_candidates(LegacyName row);  // Separated by ", "; may be empty.

enum class SpdxKind { License, Exception };

// One row of spdx_ids.tsv, as its number.
using SpdxId = std::size_t;

std::optional<SpdxId> find_spdx_id(std::string_view id, SpdxKind kind);
std::string_view spdx_spelling(SpdxId row);
bool spdx_is_deprecated(SpdxId row);
std::string_view spdx_replacement(SpdxId row);  // Empty if there is none.

// Whether two texts are the same but for the case of ASCII letters.
bool same_but_case(std::string_view left, std::string_view right);

}  // namespace reposbom::metadata
