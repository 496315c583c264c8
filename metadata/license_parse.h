// SPDX-License-Identifier: Apache-2.0
//
// The shape of an RPM License tag: operands joined by and/or with parentheses,
// whatever the operands are called. AND binds before OR. Words that are neither
// operator nor parenthesis belong to one operand, blanks and "with" included.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace reposbom::metadata {

enum class LicenseNodeKind { Operand, And, Or };

struct LicenseNode {
  LicenseNodeKind kind = LicenseNodeKind::Operand;
  std::string text = {};                   // Of an operand; words joined with one blank.
  std::vector<LicenseNode> children = {};  // At least two, of And and Or.
  int parentheses = 0;                     // How many pairs the tag writes around this.
};

struct LicenseTree {
  LicenseNode root = {};
  bool has_operators = false;
  bool operators_are_upper = false;  // Every one of at least one.
};

// Runs of white space to one blank; none at the ends.
std::string collapse_blanks(std::string_view text);

// Nothing if the tag is empty, its parentheses do not match or nest deeper than any real tag,
// or an operand or operator is missing. Requires: blanks are collapsed.
std::optional<LicenseTree> parse_license_tag(std::string_view tag);

}  // namespace reposbom::metadata
