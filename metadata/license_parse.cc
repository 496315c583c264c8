// SPDX-License-Identifier: Apache-2.0

#include "metadata/license_parse.h"

#include <cstddef>
#include <utility>

namespace reposbom::metadata {

namespace {

// Real tags nest twice; the limit keeps a hostile one from exhausting the stack.
constexpr int kDeepest = 50;

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}

enum class Token { End, Open, Close, And, Or, Word };

// Recursive descent, one function per level:
//   either  = both (OR both)*        both = single (AND single)*
//   single  = "(" either ")" | word+
class TagParser {
 public:
  explicit TagParser(std::string_view tag) : tag_(tag) { advance(); }

  std::optional<LicenseTree> parse() {
    auto root = parse_either(0);
    if (!root || token_ != Token::End) return std::nullopt;
    LicenseTree tree = {};
    tree.root = std::move(*root);
    tree.has_operators = lower_ + upper_ > 0;
    tree.operators_are_upper = upper_ > 0 && lower_ == 0;
    return tree;
  }

 private:
  std::optional<LicenseNode> parse_either(int depth) {
    return parse_list(Token::Or, LicenseNodeKind::Or, depth);
  }

  std::optional<LicenseNode> parse_list(Token separator, LicenseNodeKind kind, int depth) {
    const auto parse_item = [&] {
      return separator == Token::Or ? parse_list(Token::And, LicenseNodeKind::And, depth)
                                    : parse_single(depth);
    };
    auto first = parse_item();
    if (!first || token_ != separator) return first;
    LicenseNode list = {};
    list.kind = kind;
    list.children.push_back(std::move(*first));
    while (token_ == separator) {
      advance();
      auto next = parse_item();
      if (!next) return std::nullopt;
      list.children.push_back(std::move(*next));
    }
    return list;
  }

  std::optional<LicenseNode> parse_single(int depth) {
    if (token_ == Token::Open) return parse_group(depth);
    if (token_ != Token::Word) return std::nullopt;
    LicenseNode operand = {};
    while (token_ == Token::Word) {
      if (!operand.text.empty()) operand.text += ' ';
      operand.text += word();
      advance();
    }
    return operand;
  }

  std::optional<LicenseNode> parse_group(int depth) {
    if (depth == kDeepest) return std::nullopt;
    advance();
    auto inside = parse_either(depth + 1);
    if (!inside || token_ != Token::Close) return std::nullopt;
    advance();
    ++inside->parentheses;
    return inside;
  }

  void advance() {
    begin_ = end_;
    while (begin_ < tag_.size() && is_blank(tag_[begin_]))
      ++begin_;
    end_ = begin_;
    if (begin_ == tag_.size()) {
      token_ = Token::End;
      return;
    }
    if (tag_[begin_] == '(' || tag_[begin_] == ')') {
      token_ = tag_[begin_] == '(' ? Token::Open : Token::Close;
      ++end_;
      return;
    }
    while (end_ < tag_.size() && !is_blank(tag_[end_]) && tag_[end_] != '(' && tag_[end_] != ')') {
      ++end_;
    }
    classify(word());
  }

  std::string_view word() const { return std::string_view(tag_).substr(begin_, end_ - begin_); }

  // "And" and "Or" are words: neither grammar writes its operators so.
  void classify(std::string_view text) {
    const bool upper = text == "AND" || text == "OR";
    if (!upper && text != "and" && text != "or") {
      token_ = Token::Word;
      return;
    }
    token_ = text.size() == 3 ? Token::And : Token::Or;
    ++(upper ? upper_ : lower_);
  }

  std::string tag_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  Token token_ = Token::End;
  std::size_t lower_ = 0;
  std::size_t upper_ = 0;
};

}  // namespace

std::string collapse_blanks(std::string_view text) {
  std::string collapsed;
  collapsed.reserve(text.size());
  for (const char c : text) {
    if (!is_blank(c)) {
      collapsed += c;
    } else if (!collapsed.empty() && collapsed.back() != ' ') {
      collapsed += ' ';
    }
  }
  if (!collapsed.empty() && collapsed.back() == ' ') collapsed.pop_back();
  return collapsed;
}

std::optional<LicenseTree> parse_license_tag(std::string_view tag) {
  return TagParser(tag).parse();
}

}  // namespace reposbom::metadata
