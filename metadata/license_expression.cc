// SPDX-License-Identifier: Apache-2.0
#include "metadata/license_expression.h"

#include <algorithm>
#include <cctype>

#include "metadata/license_parse.h"
#include "metadata/license_table.h"

namespace reposbom::metadata {
namespace {

constexpr std::string_view kRef = "LicenseRef-";
constexpr std::string_view kWith = " WITH ";

bool is_listed(std::string_view id, SpdxKind kind) {
  const auto row = find_spdx_id(id, kind);
  return row && !spdx_is_deprecated(*row);
}

// Clause 10.1.
bool is_ref(std::string_view id) {
  if (!id.starts_with(kRef) || id.size() == kRef.size()) return false;
  return std::all_of(id.begin(), id.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '.' || c == '-';
  });
}

// "+" says "or any later version", also of licences whose id does not end in "-or-later".
bool is_license(std::string_view id) {
  if (id.ends_with('+') && !id.starts_with(kRef)) id.remove_suffix(1);
  return is_listed(id, SpdxKind::License) || is_ref(id);
}

bool is_operand(std::string_view text) {
  const std::size_t with = text.find(kWith);
  if (with == std::string_view::npos) return is_license(text);
  return is_license(text.substr(0, with)) &&
         is_listed(text.substr(with + kWith.size()), SpdxKind::Exception);
}

bool is_right(const LicenseNode& node) {
  if (node.kind == LicenseNodeKind::Operand) return is_operand(node.text);
  return std::all_of(node.children.begin(), node.children.end(), is_right);
}

}  // namespace

bool is_license_expression(std::string_view text) {
  const auto tree = parse_license_tag(collapse_blanks(text));
  return tree && (!tree->has_operators || tree->operators_are_upper) && is_right(tree->root);
}

}  // namespace reposbom::metadata
