// SPDX-License-Identifier: Apache-2.0
//
// The conditions of a spec file: what an expression gives, and which branch of
// %if … %else … %endif a line stands in. What cannot be told here, for a macro in
// it needs a shell or another machine, is said to be unknown and never guessed.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace reposbom::metadata {

// An expression of %if or %[…] whose macros are expanded: its number or string, as text. Nothing if
// it is no such expression, or if its value hangs on a macro that was left.
std::optional<std::string> evaluate(std::string_view expression);

// The same as %if takes it: neither 0 nor the empty string.
std::optional<bool> is_true(std::string_view expression);

enum class Branch { Taken, Maybe, Skipped };

// The %if that are open. A condition that is nothing is unknown: its branch and those after it are
// Maybe, unless one of them is Skipped for sure.
class Branches {
 public:
  Branch state() const { return open_.empty() ? Branch::Taken : open_.back().state; }
  std::size_t depth() const { return open_.size(); }

  void begin(std::optional<bool> condition);
  void next(std::optional<bool> condition);  // %elif; %else is next(true).
  void end();                                // As next(), does nothing where no %if is open.

 private:
  struct Level {
    Branch around = Branch::Taken;
    Branch state = Branch::Taken;
    bool had_taken = false;  // An earlier branch was taken for sure…
    bool had_maybe = false;  // …or perhaps.
  };

  static void enter(Level& level, std::optional<bool> condition);

  std::vector<Level> open_ = {};
};

}  // namespace reposbom::metadata
