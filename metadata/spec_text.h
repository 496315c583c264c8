// SPDX-License-Identifier: Apache-2.0
//
// The text of a spec file before anything in it is understood: its lines as rpm
// joins them, and where macros are used in them.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace reposbom::metadata {

// A use of a macro. `begin` is its '%'; the body is what stands within "%(…)" and "%[…]", and
// behind the ':' or the blank of "%{name:…}" and "%{name …}". All positions are those of the text.
struct MacroUse {
  enum class Kind { Macro, Shell, Expression, Escape /* "%%" */, Unclosed };

  Kind kind = Kind::Macro;
  std::size_t begin = 0;
  std::size_t end = 0;
  std::size_t body_begin = 0;
  std::size_t body_end = 0;
  bool is_braced = false;
  bool is_test = false;     // "%{?name}": only if it is defined…
  bool is_negated = false;  // "%{!?name}": …or is not.
  char separator = '\0';    // What ends the name within braces, if anything follows it.
  std::string name = {};    // Empty where there is none: "%{*}", "%(…)".
};

// The first at or after `from`. A '%' that begins nothing, as in "50%" and "%20", is text.
std::optional<MacroUse> next_macro(std::string_view text, std::size_t from);

// Whether a use that was left after expanding means that something is missing: not "%%", and not
// what is more likely a byte of a URL ("%E2") or a directive ("%if").
bool is_missing(const MacroUse& use);

// Those in text that was expanded, as a reader is told of them: "%{name}", "%{name …}", "%(…)".
std::vector<std::string> macros_left(std::string_view text);

// What stands before, between and behind the macros left in text that was expanded.
std::vector<std::string> text_around_macros(std::string_view text);

// Hands each line to `take` with those behind it that belong to it: after a backslash, or while a
// "%{", "%(" or "%[" is open. If one is never closed, none is minded from there on.
void read_logical_lines(std::string_view text, const std::function<void(std::string_view)>& take);

// Where the body of a definition that begins at `from` ends: at the first line end that is neither
// behind a backslash nor within braces, or at the end of the text.
std::size_t definition_end(std::string_view text, std::size_t from);

// Without blanks at its ends.
std::string_view trim(std::string_view text);

bool is_blank(char c);
bool is_digit(char c);
bool is_letter(char c);

}  // namespace reposbom::metadata
