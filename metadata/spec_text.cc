// SPDX-License-Identifier: Apache-2.0
#include "metadata/spec_text.h"

#include <algorithm>
#include <utility>

namespace reposbom::metadata {
namespace {

constexpr auto kNone = std::string_view::npos;
constexpr std::string_view kBlanks = " \t\r\n\f\v";
constexpr std::size_t kLongestShown = 64;

bool starts_name(char c) {
  return is_letter(c) || c == '_';
}

std::size_t name_end(std::string_view text, std::size_t at) {
  if (at >= text.size() || !starts_name(text[at])) return at;
  while (at < text.size() && (starts_name(text[at]) || is_digit(text[at])))
    ++at;
  return at;
}

char closing(char opening) {
  if (opening == '{') return '}';
  return opening == '(' ? ')' : ']';
}

// Where what opens at `at` is closed. As for rpm, a backslash hides the character behind it, and
// nothing else is minded: neither quotes nor other brackets.
std::size_t closing_position(std::string_view text, std::size_t at) {
  const char open = text[at];
  const char close = closing(open);
  std::size_t depth = 0;
  for (; at < text.size(); ++at) {
    if (text[at] == '\\') {
      ++at;
    } else if (text[at] == open) {
      ++depth;
    } else if (text[at] == close && --depth == 0) {
      return at;
    }
  }
  return kNone;
}

// Takes the flags and the name that stand at `at`; gives the position behind them.
std::size_t take_name(std::string_view text, std::size_t at, MacroUse& use) {
  for (; at < text.size() && (text[at] == '!' || text[at] == '?'); ++at) {
    if (text[at] == '?') use.is_test = true;
    if (text[at] == '!') use.is_negated = !use.is_negated;
  }
  const std::size_t end = name_end(text, at);
  use.name = text.substr(at, end - at);
  return end;
}

MacroUse braced(std::string_view text, MacroUse use) {
  const std::size_t close = use.end - 1;
  use.is_braced = true;
  std::size_t at = take_name(text, use.begin + 2, use);
  use.body_end = close;
  if (at < close) use.separator = text[at];
  // "%{name-x}" and "%{-f}" are no uses of a name.
  if (at < close && use.separator != ':' && !is_blank(use.separator) && use.separator != '\n') {
    use.name.clear();
  }
  use.body_begin = at < close ? at + 1 : close;
  return use;
}

// What follows the '%' at `begin`; nothing if it is a mere character.
std::optional<MacroUse> macro_at(std::string_view text, std::size_t begin) {
  MacroUse use{.begin = begin, .end = begin + 2};
  const char next = text[begin + 1];
  if (next == '%') {
    use.kind = MacroUse::Kind::Escape;
    return use;
  }
  if (next != '{' && next != '(' && next != '[') {
    use.end = take_name(text, begin + 1, use);
    use.body_begin = use.body_end = use.end;
    if (use.name.empty()) return std::nullopt;
    return use;
  }
  const std::size_t close = closing_position(text, begin + 1);
  if (close == kNone) {
    use.kind = MacroUse::Kind::Unclosed;
    use.end = text.size();
    return use;
  }
  use.end = close + 1;
  use.body_begin = begin + 2;
  use.body_end = close;
  if (next == '{') return braced(text, std::move(use));
  use.kind = next == '(' ? MacroUse::Kind::Shell : MacroUse::Kind::Expression;
  return use;
}

std::string shown(const std::string& name) {
  return name.size() > kLongestShown ? name.substr(0, kLongestShown) + "…" : name;
}

std::string label(const MacroUse& use) {
  switch (use.kind) {
    case MacroUse::Kind::Shell:
      return "%(…)";
    case MacroUse::Kind::Expression:
      return "%[…]";
    case MacroUse::Kind::Unclosed:
      return "%{… (never closed)";
    default:
      break;
  }
  if (use.name.empty()) return "%{…}";
  const std::string flags =
      std::string(use.is_negated ? "!" : "") + std::string(use.is_test ? "?" : "");
  if (!use.is_braced) return "%" + flags + shown(use.name);
  std::string text = "%{" + flags + shown(use.name);
  if (use.separator != '\0') text += use.separator == ':' ? ":…" : " …";
  return text + "}";
}

// Counts what is open at the end of the lines seen.
class Nesting {
 public:
  // Takes the character at `at` and gives the position of the next.
  std::size_t take(std::string_view text, std::size_t at) {
    const char c = text[at];
    const char next = at + 1 < text.size() ? text[at + 1] : '\0';
    if (c == '\n') is_continued_ = false;
    if (c == '\\' && next != '\0') {
      if (next == '\n') is_continued_ = true;
      return at + 2;
    }
    if (c == '%') return at + (open(next) ? 2 : 1);
    count(c, '{', '}', braces_);
    count(c, '(', ')', parentheses_);
    count(c, '[', ']', brackets_);
    return at + 1;
  }

  bool is_continued() const { return is_continued_; }
  bool is_open() const { return braces_ + parentheses_ + brackets_ != 0; }

 private:
  // Whether the character behind a '%' belongs to it.
  bool open(char next) {
    if (next == '{') ++braces_;
    if (next == '(') ++parentheses_;
    if (next == '[') ++brackets_;
    return next == '{' || next == '(' || next == '[' || next == '%';
  }

  static void count(char c, char opening, char closing, std::size_t& open) {
    if (open == 0) return;
    if (c == opening) ++open;
    if (c == closing) --open;
  }

  bool is_continued_ = false;
  std::size_t braces_ = 0;
  std::size_t parentheses_ = 0;
  std::size_t brackets_ = 0;
};

std::size_t line_end(std::string_view text, std::size_t at) {
  const std::size_t end = text.find('\n', at);
  return end == kNone ? text.size() : end + 1;
}

// The end of the logical line that begins at `begin`; nothing if a brace is never closed.
std::optional<std::size_t> closed_line_end(std::string_view text, std::size_t begin) {
  Nesting nesting;
  for (std::size_t at = begin; at < text.size();) {
    const std::size_t end = line_end(text, at);
    while (at < end)
      at = nesting.take(text, at);
    if (!nesting.is_open() && !nesting.is_continued()) return at;
  }
  if (nesting.is_open()) return std::nullopt;
  return text.size();
}

std::size_t continued_line_end(std::string_view text, std::size_t begin) {
  std::size_t end = line_end(text, begin);
  while (end < text.size() && end - begin > 1 && text[end - 2] == '\\')
    end = line_end(text, end);
  return end;
}

}  // namespace

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r';
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

std::string_view trim(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(kBlanks);
  if (begin == kNone) return {};
  return text.substr(begin, text.find_last_not_of(kBlanks) + 1 - begin);
}

std::optional<MacroUse> next_macro(std::string_view text, std::size_t from) {
  for (std::size_t at = text.find('%', from); at != kNone; at = text.find('%', at + 1)) {
    if (at + 1 == text.size()) return std::nullopt;
    if (auto use = macro_at(text, at)) return use;
  }
  return std::nullopt;
}

bool is_missing(const MacroUse& use) {
  if (use.kind == MacroUse::Kind::Escape) return false;
  if (use.kind != MacroUse::Kind::Macro || use.is_braced || use.is_test) return true;
  return use.name.size() > 2;
}

std::vector<std::string> macros_left(std::string_view text) {
  std::vector<std::string> labels;
  for (auto use = next_macro(text, 0); use; use = next_macro(text, use->end)) {
    if (is_missing(*use)) labels.push_back(label(*use));
  }
  return labels;
}

std::vector<std::string> text_around_macros(std::string_view text) {
  std::vector<std::string> parts;
  std::size_t begin = 0;
  for (auto use = next_macro(text, 0); use; use = next_macro(text, use->end)) {
    if (!is_missing(*use)) continue;
    parts.emplace_back(text.substr(begin, use->begin - begin));
    begin = use->end;
  }
  parts.emplace_back(text.substr(begin));
  return parts;
}

void read_logical_lines(std::string_view text, const std::function<void(std::string_view)>& take) {
  bool minds_braces = true;
  for (std::size_t begin = 0; begin < text.size();) {
    std::optional<std::size_t> end;
    if (minds_braces) end = closed_line_end(text, begin);
    minds_braces = minds_braces && end;
    if (!end) end = continued_line_end(text, begin);
    take(text.substr(begin, *end - begin));
    begin = *end;
  }
}

std::size_t definition_end(std::string_view text, std::size_t from) {
  Nesting nesting;
  std::size_t at = from;
  while (at < text.size() && (text[at] != '\n' || nesting.is_open()))
    at = nesting.take(text, at);
  return std::min(at, text.size());
}

}  // namespace reposbom::metadata
