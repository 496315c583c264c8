// SPDX-License-Identifier: Apache-2.0
#include "metadata/spec_condition.h"

#include <array>
#include <charconv>
#include <utility>
#include <variant>

#include "metadata/package.h"
#include "metadata/spec_text.h"

namespace reposbom::metadata {
namespace {

using Number = long long;
struct Version {
  std::string text = {};
};
using Value = std::variant<Number, std::string, Version>;
using Result = std::optional<Value>;  // Nothing: unknown.

constexpr int kDeepest = 64;
constexpr std::array<std::string_view, 2> kLogical = {"&&", "||"};
constexpr std::array<std::string_view, 6> kRelations = {"==", "!=", "<=", ">=", "<", ">"};
constexpr std::array<std::string_view, 2> kSums = {"+", "-"};
constexpr std::array<std::string_view, 2> kProducts = {"*", "/"};

std::optional<bool> truth(const Result& result) {
  if (!result) return std::nullopt;
  if (const auto* number = std::get_if<Number>(&*result)) return *number != 0;
  if (const auto* text = std::get_if<std::string>(&*result)) return !text->empty();
  return !std::get<Version>(*result).text.empty();
}

// "[epoch:]version[-release]".
Evr parse_evr(std::string_view text) {
  Evr evr;
  if (const std::size_t colon = text.find(':'); colon != std::string_view::npos) {
    std::from_chars(text.data(), text.data() + colon, evr.epoch);
    text.remove_prefix(colon + 1);
  }
  const std::size_t dash = text.find('-');
  evr.version = text.substr(0, dash);
  if (dash != std::string_view::npos) evr.release = text.substr(dash + 1);
  return evr;
}

int compare_versions(const std::string& left, const std::string& right) {
  Evr a = parse_evr(left);
  Evr b = parse_evr(right);
  if (a.release.empty() || b.release.empty()) {
    a.release.clear();
    b.release.clear();
  }
  return compare(a, b);
}

// Below, above or at zero; nothing if the two cannot be compared.
std::optional<int> order(const Result& left, const Result& right) {
  if (!left || !right || left->index() != right->index()) return std::nullopt;
  if (const auto* number = std::get_if<Number>(&*left)) {
    const Number other = std::get<Number>(*right);
    return *number < other ? -1 : static_cast<int>(*number > other);
  }
  if (const auto* text = std::get_if<std::string>(&*left)) {
    return text->compare(std::get<std::string>(*right));
  }
  return compare_versions(std::get<Version>(*left).text, std::get<Version>(*right).text);
}

Result relation(std::string_view sign, const Result& left, const Result& right) {
  const auto result = order(left, right);
  if (!result) return std::nullopt;
  bool holds = false;
  if (sign == "==") holds = *result == 0;
  if (sign == "!=") holds = *result != 0;
  if (sign == "<") holds = *result < 0;
  if (sign == ">") holds = *result > 0;
  if (sign == "<=") holds = *result <= 0;
  if (sign == ">=") holds = *result >= 0;
  return Number{holds};
}

// Nothing if the result would not fit, or is divided by zero.
Result calculate(char sign, Number left, Number right) {
  Number result = 0;
  if (sign == '/') {
    if (right == 0) return std::nullopt;
    if (right == -1) return calculate('-', 0, left);  // Of the smallest there is no opposite.
    return left / right;
  }
  bool overflows = false;
  if (sign == '+') overflows = __builtin_add_overflow(left, right, &result);
  if (sign == '-') overflows = __builtin_sub_overflow(left, right, &result);
  if (sign == '*') overflows = __builtin_mul_overflow(left, right, &result);
  if (overflows) return std::nullopt;
  return result;
}

Result arithmetic(char sign, const Result& left, const Result& right) {
  if (!left || !right || left->index() != right->index()) return std::nullopt;
  if (const auto* number = std::get_if<Number>(&*left)) {
    return calculate(sign, *number, std::get<Number>(*right));
  }
  const auto* text = std::get_if<std::string>(&*left);
  if (text == nullptr || sign != '+') return std::nullopt;
  return *text + std::get<std::string>(*right);
}

// The grammar of rpm's expressions: ?: binds weakest, then && and || alike, then comparisons, + and
// -, * and /, ! and -. As in rpm, && and || give one of their operands.
class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  Result parse() {
    Result result = ternary();
    skip_blanks();
    if (failed_ || at_ != text_.size()) return std::nullopt;
    return result;
  }

 private:
  void skip_blanks() {
    while (at_ < text_.size() && (is_blank(text_[at_]) || text_[at_] == '\n'))
      ++at_;
  }

  bool take(std::string_view sign) {
    skip_blanks();
    if (text_.substr(at_, sign.size()) != sign) return false;
    at_ += sign.size();
    return true;
  }

  // The first of `signs` that stands here; empty if none does.
  template <std::size_t count>
  std::string_view take_one(const std::array<std::string_view, count>& signs) {
    for (const std::string_view sign : signs) {
      if (take(sign)) return sign;
    }
    return {};
  }

  Result fail() {
    failed_ = true;
    at_ = text_.size();
    return std::nullopt;
  }

  Result ternary() {
    if (++depth_ > kDeepest) return fail();
    Result result = logical();
    if (take("?")) {
      const Result yes = ternary();
      if (!take(":")) return fail();
      const Result no = ternary();
      const auto condition = truth(result);
      result = !condition ? Result() : *condition ? yes : no;
    }
    --depth_;
    return result;
  }

  Result logical() {
    Result left = relational();
    for (auto sign = take_one(kLogical); !sign.empty(); sign = take_one(kLogical)) {
      const Result right = relational();
      const bool decides = sign == "||";  // The truth of the left that makes the right needless.
      if (const auto known = truth(left)) {
        if (*known != decides) left = right;
      } else if (truth(right) == decides) {
        left = Number{decides};
      }
    }
    return left;
  }

  Result relational() {
    Result left = sum();
    for (auto sign = take_one(kRelations); !sign.empty(); sign = take_one(kRelations))
      left = relation(sign, left, sum());
    return left;
  }

  Result sum() {
    Result left = product();
    for (auto sign = take_one(kSums); !sign.empty(); sign = take_one(kSums))
      left = arithmetic(sign[0], left, product());
    return left;
  }

  Result product() {
    Result left = unary();
    for (auto sign = take_one(kProducts); !sign.empty(); sign = take_one(kProducts))
      left = arithmetic(sign[0], left, unary());
    return left;
  }

  Result unary() {
    if (++depth_ > kDeepest) return fail();
    Result result;
    skip_blanks();
    if (take("!")) {
      const auto known = truth(unary());
      if (known) result = Number{!*known};
    } else if (take("-")) {
      result = arithmetic('-', Number{0}, unary());
    } else if (take("(")) {
      result = ternary();
      if (!take(")")) return fail();
    } else {
      result = term();
    }
    --depth_;
    return result;
  }

  Result term() {
    if (at_ == text_.size()) return fail();
    if (text_[at_] == '"') return string();
    if (text_.substr(at_, 2) == "v\"") {
      ++at_;
      const Result content = string();
      if (!content) return std::nullopt;
      return Version{std::get<std::string>(*content)};
    }
    return number();
  }

  Result string() {
    const std::size_t end = text_.find('"', at_ + 1);
    if (end == std::string_view::npos) return fail();
    const std::string content = text_.substr(at_ + 1, end - at_ - 1);
    at_ = end + 1;
    if (!macros_left(content).empty()) return std::nullopt;
    return content;
  }

  // Digits, with macros that were left between them.
  Result number() {
    const std::size_t begin = at_;
    bool is_known = true;
    while (at_ < text_.size()) {
      const auto macro = text_[at_] == '%' ? next_macro(text_, at_) : std::nullopt;
      if (macro && macro->begin == at_) {
        is_known = false;
        at_ = macro->end;
      } else if (is_digit(text_[at_])) {
        ++at_;
      } else {
        break;
      }
    }
    if (at_ == begin) return fail();
    if (!is_known) return std::nullopt;
    Number number = 0;
    const auto end = text_.data() + at_;
    if (std::from_chars(text_.data() + begin, end, number).ec != std::errc()) return std::nullopt;
    return number;
  }

  const std::string text_;
  std::size_t at_ = 0;
  int depth_ = 0;
  bool failed_ = false;
};

}  // namespace

std::optional<std::string> evaluate(std::string_view expression) {
  const Result result = Parser(expression).parse();
  if (!result) return std::nullopt;
  if (const auto* number = std::get_if<Number>(&*result)) return std::to_string(*number);
  if (const auto* text = std::get_if<std::string>(&*result)) return *text;
  return std::get<Version>(*result).text;
}

std::optional<bool> is_true(std::string_view expression) {
  return truth(Parser(expression).parse());
}

void Branches::enter(Level& level, std::optional<bool> condition) {
  if (level.around == Branch::Skipped || level.had_taken || condition == false) {
    level.state = Branch::Skipped;
  } else {
    const bool is_sure = condition && !level.had_maybe && level.around == Branch::Taken;
    level.state = is_sure ? Branch::Taken : Branch::Maybe;
  }
  if (condition == true) level.had_taken = true;
  if (!condition) level.had_maybe = true;
}

void Branches::begin(std::optional<bool> condition) {
  open_.push_back({.around = state()});
  enter(open_.back(), condition);
}

void Branches::next(std::optional<bool> condition) {
  if (!open_.empty()) enter(open_.back(), condition);
}

void Branches::end() {
  if (!open_.empty()) open_.pop_back();
}

}  // namespace reposbom::metadata
