// SPDX-License-Identifier: Apache-2.0

#include "metadata/license_ref.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <utility>

#include "metadata/text.h"

namespace reposbom::metadata {

namespace {

// Free text as long as a page would otherwise become an id as long as a page.
constexpr std::size_t kLongestIdstring = 200;

bool is_idstring_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '-';
}

bool is_separator(char c) {
  return c == ' ' || c == '(' || c == ')';
}

std::string numbered(const std::string& id, std::size_t number) {
  return number == 1 ? id : id + '-' + std::to_string(number);
}

// Replaces the ids that stand in `renamed`; ids end at blanks and parentheses.
std::string rename_in(
    std::string_view expression, const std::map<std::string, std::string>& renamed) {
  std::string text;
  std::size_t at = 0;
  while (at < expression.size()) {
    std::size_t end = at;
    while (end < expression.size() && !is_separator(expression[end]))
      ++end;
    const std::string word(expression.substr(at, end - at));
    const auto found = renamed.find(word);
    text += found == renamed.end() ? word : found->second;
    if (end < expression.size()) text += expression[end++];
    at = end;
  }
  return text;
}

}  // namespace

std::string license_idstring(std::string_view text) {
  std::string id;
  const auto add_dash = [&] {
    if (!id.empty() && id.back() != '-') id += '-';
  };
  for (const char c : text) {
    if (id.size() >= kLongestIdstring) break;
    if (c == '+') {
      add_dash();
      id += "plus";
    } else if (is_idstring_char(c) && c != '-') {
      id += c;
    } else {
      add_dash();
    }
  }
  const std::size_t first = id.find_first_not_of("-.");
  if (first == std::string::npos) return "unnamed";
  const std::size_t last = id.find_last_not_of("-.");
  return id.substr(first, last - first + 1);
}

std::string LicenseRefs::add(const LicenseRef& ref) {
  const auto [entry, is_new] = ids_.try_emplace({ascii_lower(ref.id), ref.raw});
  if (is_new) {
    entry->second = free_id(ref.id);
    refs_.push_back(ref);
    refs_.back().id = entry->second;
  }
  return entry->second;
}

std::string LicenseRefs::free_id(const std::string& wanted) {
  std::size_t& number = last_number_[ascii_lower(wanted)];
  std::string id;
  do {
    id = numbered(wanted, ++number);
  } while (!taken_.insert(ascii_lower(id)).second);
  return id;
}

std::vector<LicenseRef> LicenseRefs::sorted() const {
  std::vector<LicenseRef> sorted = refs_;
  std::ranges::sort(sorted, {}, &LicenseRef::id);
  return sorted;
}

void make_refs_distinct(std::span<License> licenses) {
  LicenseRefs document;
  for (License& license : licenses) {
    std::map<std::string, std::string> renamed;
    for (LicenseRef& ref : license.refs) {
      std::string id = document.add(ref);
      if (id == ref.id) continue;
      renamed.emplace(ref.id, id);
      ref.id = std::move(id);
    }
    if (renamed.empty()) continue;
    license.expression = rename_in(license.expression, renamed);
    std::ranges::sort(license.refs, {}, &LicenseRef::id);
  }
}

}  // namespace reposbom::metadata
