// SPDX-License-Identifier: Apache-2.0
//
// License tags: whatever the tag, the answer is an expression by the grammar of
// SPDX 2.3 annex D, and it and its list of LicenseRefs name the same ones.
#include <algorithm>
#include <set>

#include "metadata/license.h"
#include "tests/fuzz/fuzz.h"

using namespace reposbom;
using fuzz::require;

namespace {

constexpr std::string_view kRef = "LicenseRef-";

bool is_idstring(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '-';
  });
}

// Reads an expression by the grammar; written for this test alone, with nothing of the program's.
class Grammar {
 public:
  explicit Grammar(std::string_view text) : text_(text) { next(); }

  bool is_expression() {
    or_expression();
    return good_ && token_.empty();
  }

  const std::set<std::string>& refs() const { return refs_; }

 private:
  void next() {
    if (text_.starts_with(' ')) text_.remove_prefix(1);
    const bool is_bracket = text_.starts_with('(') || text_.starts_with(')');
    const std::size_t end = is_bracket ? 1 : std::min(text_.find_first_of(" ()"), text_.size());
    token_ = text_.substr(0, end);
    text_.remove_prefix(end);
  }

  bool take(std::string_view word) {
    if (token_ != word) return false;
    next();
    return true;
  }

  void or_expression() {
    do {
      and_expression();
    } while (good_ && take("OR"));
  }

  void and_expression() {
    do {
      operand();
    } while (good_ && take("AND"));
  }

  void operand() {
    if (take("(")) {
      or_expression();
      good_ = good_ && take(")");
      return;
    }
    const bool is_ref = token_.starts_with(kRef);
    if (is_ref) refs_.insert(std::string(token_));
    std::string_view id = is_ref ? token_.substr(kRef.size()) : token_;
    if (!is_ref && id.ends_with('+')) id.remove_suffix(1);
    const bool is_word = id == "AND" || id == "OR" || id == "WITH";
    good_ = good_ && !is_word && is_idstring(id);
    next();
    if (!take("WITH")) return;
    good_ = good_ && is_idstring(token_);
    next();
  }

  std::string_view text_;
  std::string_view token_ = {};
  std::set<std::string> refs_ = {};
  bool good_ = true;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // As every reader gives it.
  const std::string tag = metadata::clean_text(fuzz::bytes_of(data, size));
  const metadata::License license = metadata::convert_license(tag);
  fuzz::require_clean(license.tag);
  fuzz::require_clean(license.expression);
  Grammar grammar(license.expression);
  require(
      license.expression == "NOASSERTION" || grammar.is_expression(),
      "an expression is one",
      license.expression);

  std::set<std::string> defined;
  for (const metadata::LicenseRef& ref : license.refs) {
    fuzz::require_clean(ref.raw);
    fuzz::require_clean(ref.comment);
    require(!ref.raw.empty(), "a LicenseRef has a text", ref.id);
    require(defined.insert(ref.id).second, "a LicenseRef is defined once", ref.id);
  }
  require(defined == grammar.refs(), "LicenseRefs are those of the expression", license.expression);
  for (const std::string& id : license.ids)
    require(license.expression.find(id) != std::string::npos, "an id is of the expression", id);
  require(std::ranges::is_sorted(license.flags), "flags are sorted");
  return 0;
}
