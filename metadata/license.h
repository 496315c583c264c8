// SPDX-License-Identifier: Apache-2.0
//
// RPM License tags to SPDX 2.3 licence expressions (annex D). Both grammars that
// tags are written in are read: SPDX itself, and the short names of Fedora's old
// list. Nothing is guessed: a name that may be one of several licences becomes a
// LicenseRef with its candidates. The tables are licenses.tsv and spdx_ids.tsv.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace reposbom::metadata {

// What a reader of the expression should know. The order is that of License::flags.
enum class LicenseFlag {
  MitMayBeUmbrella,   // The tag is "MIT": an SPDX id, or the old list's name for a family.
  OneOfSeveral,       // A name that does not say which licence it is.
  NoSpdxId,           // A name, known or not, of something that SPDX does not list.
  PrecedenceAssumed,  // "and" beside "or" without parentheses, where the grammar defines no order.
  DeprecatedId,       // An id that SPDX has withdrawn; rewritten where there is a successor.
  UnknownOperand,     // Neither SPDX nor the old list.
  UnparsedTag,        // Not operands joined by and/or: all of it became one LicenseRef.
};

// "mit-may-be-umbrella", "ambiguous", "no-spdx-id", "precedence-assumed", "deprecated-id",
// "unknown-operand", "unparsed-tag".
std::string_view to_string(LicenseFlag flag);

// One LicenseRef-... of an expression and what it stands for.
struct LicenseRef {
  std::string id = {};
  std::string raw = {};      // The operand; for names of the table, as the table spells it.
  std::string comment = {};  // The candidates, or why there is no listed id.

  bool operator==(const LicenseRef&) const = default;
};

struct License {
  std::string tag = {};         // As given, white space collapsed.
  std::string expression = {};  // "NOASSERTION" for an empty tag.
  // The listed ids, in order and each once, if the expression is one of them or an AND of them
  // with no parentheses; else empty.
  std::vector<std::string> ids = {};
  std::vector<LicenseFlag> flags = {};  // Sorted, unique.
  std::vector<LicenseRef> refs = {};    // Sorted by id, unique.
  bool is_concluded =
      false;  // False if the tag is empty or did not parse, or an operand is unknown.
  std::vector<std::string> why = {};  // How the tag was read, then a line for each operand.
};

// Always answers; depends on nothing but the tag.
License convert_license(std::string_view tag);

// Renames LicenseRefs of licences that are to stand in one document so that no id (compared
// without regard to case) means two texts: the first text keeps the id, the next gets "-2" ...
void make_refs_distinct(std::span<License> licenses);

// Of the SPDX licence list that the ids come from.
std::string_view license_list_version();

}  // namespace reposbom::metadata
