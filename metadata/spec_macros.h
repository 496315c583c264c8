// SPDX-License-Identifier: Apache-2.0
//
// The macros of a spec file, expanded as rpm does but without running anything:
// what needs a shell, Lua, a file or a macro with parameters stays as it was
// written. Hostile text ends in text that stays, or in one Error.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "metadata/spec_condition.h"
#include "metadata/spec_text.h"

namespace reposbom::metadata {

class SpecMacros {
 public:
  // `subject` names the spec in errors.
  explicit SpecMacros(std::string subject);

  // In which branch the text stands that is expanded next. Definitions in one that is Maybe make
  // their macro unknown: it stays wherever it is used. Those in one that is Skipped are no
  // definitions.
  void enter(Branch branch) { branch_ = branch; }

  // As a tag or the world outside does it: `body` is not expanded before it is used.
  void define(const std::string& name, std::string body);

  // Throws Error if the spec has made too much work.
  std::string expand(std::string_view text);

 private:
  enum class State { Undefined, Known, Unknown };

  struct Definition {
    std::string body = {};
    bool has_parameters = false;
    bool is_known = true;
  };

  State state(const std::string& name) const;
  void push(const std::string& name, Definition definition);
  void spend(std::size_t bytes);

  std::string expand(std::string_view text, int depth);
  std::size_t replace(std::string_view text, const MacroUse& use, int depth, std::string& out);

  // Each appends what stands for `use` to `out`, or gives false if that is not to be had.
  bool replace_macro(std::string_view text, const MacroUse& use, int depth, std::string& out);
  bool replace_test(std::string_view text, const MacroUse& use, int depth, std::string& out);
  bool replace_builtin(const MacroUse& use, std::string_view body, int depth, std::string& out);
  bool replace_query(const MacroUse& use, std::string_view body, int depth, std::string& out);

  // Obeys %define and its like. Gives the position behind their arguments.
  std::size_t direct(std::string_view text, const MacroUse& use, int depth);
  std::size_t take_definition(std::string_view text, std::size_t at, bool at_once, int depth);
  void undefine(const std::string& name);
  void choose(std::string_view directive, std::string_view arguments);

  std::string subject_;
  std::map<std::string, std::vector<Definition>, std::less<>> definitions_ = {};  // Newest last.
  Branch branch_ = Branch::Taken;
  std::size_t work_ = 0;
};

}  // namespace reposbom::metadata
