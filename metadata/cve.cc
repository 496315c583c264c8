// SPDX-License-Identifier: Apache-2.0
#include "metadata/cve.h"

#include <algorithm>
#include <cctype>
#include <unordered_set>

namespace reposbom::metadata {
namespace {

constexpr std::string_view kPrefix = "CVE-";
constexpr std::size_t kYearDigits = 4;
constexpr std::size_t kFewestDigits = 4;

std::size_t digits_end(const std::string& text, std::size_t at) {
  while (at != text.size() && std::isdigit(static_cast<unsigned char>(text[at])) != 0)
    ++at;
  return at;
}

}  // namespace

std::vector<std::string> cve_ids(std::string_view text) {
  std::string upper(text);
  std::transform(upper.begin(), upper.end(), upper.begin(), [](unsigned char c) {
    return static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  });
  std::vector<std::string> ids;
  std::unordered_set<std::string> seen;
  for (std::size_t at = upper.find(kPrefix); at != std::string::npos;
       at = upper.find(kPrefix, at + 1)) {
    const std::size_t year = at + kPrefix.size();
    const std::size_t year_end = digits_end(upper, year);
    if (year_end - year != kYearDigits || upper[year_end] != '-') continue;
    const std::size_t end = digits_end(upper, year_end + 1);
    if (end - year_end - 1 < kFewestDigits) continue;
    std::string id = upper.substr(at, end - at);
    if (seen.insert(id).second) ids.push_back(std::move(id));
  }
  return ids;
}

}  // namespace reposbom::metadata
