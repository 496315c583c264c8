// SPDX-License-Identifier: Apache-2.0

#include "metadata/license_term.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "metadata/license_ref.h"
#include "metadata/license_table.h"

namespace reposbom::metadata {

namespace {

constexpr std::string_view kRefPrefix = "LicenseRef-";

bool has_ref_prefix(std::string_view word) {
  return word.size() > kRefPrefix.size() &&
         same_but_case(word.substr(0, kRefPrefix.size()), kRefPrefix);
}

// "GPL-2.0-only WITH x" to "GPL-2.0-or-later WITH x"; nothing if it does not begin with an -only
// id.
std::optional<std::string> or_later(std::string_view expression) {
  constexpr std::string_view only = "-only";
  const std::size_t end = std::min(expression.find(' '), expression.size());
  const std::string_view id = expression.substr(0, end);
  if (!id.ends_with(only)) return std::nullopt;
  std::string text(id.substr(0, id.size() - only.size()));
  text += "-or-later";
  return text.append(expression.substr(end));
}

SpdxTerm listed_term(SpdxId row) {
  SpdxTerm term = {};
  term.is_deprecated = spdx_is_deprecated(row);
  term.text = spdx_replacement(row).empty() ? spdx_spelling(row) : spdx_replacement(row);
  return term;
}

// The id without its "+" is `row`.
SpdxTerm listed_or_later_term(SpdxId row) {
  SpdxTerm term = listed_term(row);
  if (!term.is_deprecated) {
    term.text += '+';
    return term;
  }
  auto later = or_later(term.text);
  term.text = later ? std::move(*later) : std::string(spdx_spelling(row)) + '+';
  return term;
}

std::optional<SpdxTerm> parse_simple_term(std::string_view word) {
  if (const auto row = find_spdx_id(word, SpdxKind::License)) return listed_term(*row);
  if (word.ends_with('+')) {
    const auto row = find_spdx_id(word.substr(0, word.size() - 1), SpdxKind::License);
    if (row) return listed_or_later_term(*row);
  }
  if (!has_ref_prefix(word)) return std::nullopt;
  SpdxTerm term = {};
  term.text = std::string(kRefPrefix) + license_idstring(word.substr(kRefPrefix.size()));
  term.is_ref = true;
  return term;
}

}  // namespace

std::optional<SpdxTerm> parse_spdx_term(std::string_view operand) {
  const std::size_t first = operand.find(' ');
  if (first == std::string_view::npos) return parse_simple_term(operand);
  const std::size_t second = operand.find(' ', first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  if (!same_but_case(operand.substr(first + 1, second - first - 1), "with")) return std::nullopt;

  auto term = parse_simple_term(operand.substr(0, first));
  const auto exception = find_spdx_id(operand.substr(second + 1), SpdxKind::Exception);
  // One exception is all that annex D allows, and a replaced id may have brought its own.
  if (!term || !exception || term->text.find(' ') != std::string::npos) return std::nullopt;
  const SpdxTerm allowed = listed_term(*exception);
  term->text += " WITH " + allowed.text;
  term->is_deprecated = term->is_deprecated || allowed.is_deprecated;
  return term;
}

}  // namespace reposbom::metadata
