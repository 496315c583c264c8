// SPDX-License-Identifier: Apache-2.0

#include "metadata/license_table.h"

#include <algorithm>
#include <iterator>
#include <string_view>

namespace reposbom::metadata {

namespace {

// Rows of text: see the heads of the .tsv files for their columns.
#include "metadata/licenses.inc"
#include "metadata/spdx_ids.inc"

constexpr std::size_t kName = 0;
constexpr std::size_t kExpression = 1;
constexpr std::size_t kConfidence = 2;
constexpr std::size_t kCandidates = 3;

constexpr std::size_t kId = 0;
constexpr std::size_t kKind = 1;
constexpr std::size_t kStatus = 2;
constexpr std::size_t kReplacement = 3;

constexpr char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

// Negative, zero or positive; bytes compared as unsigned after lower-casing.
constexpr int compare_folded(std::string_view left, std::string_view right) {
  const std::size_t common = left.size() < right.size() ? left.size() : right.size();
  for (std::size_t i = 0; i < common; ++i) {
    const auto a = static_cast<unsigned char>(lower(left[i]));
    const auto b = static_cast<unsigned char>(lower(right[i]));
    if (a != b) return a < b ? -1 : 1;
  }
  if (left.size() == right.size()) return 0;
  return left.size() < right.size() ? -1 : 1;
}

template <std::size_t Rows, std::size_t Columns>
constexpr bool is_sorted_folded(const std::string_view (&table)[Rows][Columns]) {
  for (std::size_t row = 1; row < Rows; ++row) {
    if (compare_folded(table[row - 1][0], table[row][0]) >= 0) return false;
  }
  return true;
}

template <std::size_t Rows, std::size_t Columns>
std::optional<std::size_t> find_row(
    const std::string_view (&table)[Rows][Columns], std::string_view key) {
  std::size_t first = 0;
  std::size_t last = Rows;
  while (first < last) {
    const std::size_t middle = first + (last - first) / 2;
    const int order = compare_folded(table[middle][0], key);
    if (order == 0) return middle;
    if (order < 0) {
      first = middle + 1;
    } else {
      last = middle;
    }
  }
  return std::nullopt;
}

constexpr bool is_confidence(std::string_view text) {
  return text == "exact" || text == "spelling" || text == "one-of-several" || text == "no-spdx-id";
}

constexpr bool confidences_are_known() {
  for (const auto& row : kLicenseRows) {
    if (!is_confidence(row[kConfidence])) return false;
  }
  return true;
}

constexpr bool kinds_are_known() {
  for (const auto& row : kSpdxRows) {
    if (row[kKind] != "license" && row[kKind] != "exception") return false;
    if (row[kStatus] != "current" && row[kStatus] != "deprecated") return false;
  }
  return true;
}

static_assert(is_sorted_folded(kLicenseRows), "licenses.tsv is not sorted, or has a name twice");
static_assert(is_sorted_folded(kSpdxRows), "spdx_ids.tsv is not sorted, or has an id twice");
static_assert(confidences_are_known(), "licenses.tsv has a row with an unknown confidence");
static_assert(kinds_are_known(), "spdx_ids.tsv has a row with an unknown kind or status");

}  // namespace

std::optional<LegacyName> find_legacy_name(std::string_view name) {
  return find_row(kLicenseRows, name);
}

std::optional<LegacyName> find_legacy_ref(std::string_view license_ref) {
  const auto* found =
      std::find_if(std::begin(kLicenseRows), std::end(kLicenseRows), [&](const auto& row) {
        return same_but_case(row[kExpression], license_ref);
      });
  if (found == std::end(kLicenseRows)) return std::nullopt;
  return static_cast<LegacyName>(found - std::begin(kLicenseRows));
}

std::string_view legacy_spelling(LegacyName row) {
  return kLicenseRows[row][kName];
}

std::string_view legacy_expression(LegacyName row) {
  return kLicenseRows[row][kExpression];
}

LicenseConfidence legacy_confidence(LegacyName row) {
  const std::string_view text = kLicenseRows[row][kConfidence];
  if (text == "exact") return LicenseConfidence::Exact;
  if (text == "spelling") return LicenseConfidence::Spelling;
  if (text == "one-of-several") return LicenseConfidence::OneOfSeveral;
  return LicenseConfidence::NoSpdxId;
}

std::string_view legacy_candidates(LegacyName row) {
  return kLicenseRows[row][kCandidates];
}

std::optional<SpdxId> find_spdx_id(std::string_view id, SpdxKind kind) {
  const auto row = find_row(kSpdxRows, id);
  if (!row) return std::nullopt;
  const bool is_license = kSpdxRows[*row][kKind] == "license";
  if (is_license != (kind == SpdxKind::License)) return std::nullopt;
  return row;
}

std::string_view spdx_spelling(SpdxId row) {
  return kSpdxRows[row][kId];
}

bool spdx_is_deprecated(SpdxId row) {
  return kSpdxRows[row][kStatus] == "deprecated";
}

std::string_view spdx_replacement(SpdxId row) {
  return kSpdxRows[row][kReplacement];
}

bool same_but_case(std::string_view left, std::string_view right) {
  return left.size() == right.size() && compare_folded(left, right) == 0;
}

}  // namespace reposbom::metadata
