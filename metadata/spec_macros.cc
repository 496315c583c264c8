// SPDX-License-Identifier: Apache-2.0
#include "metadata/spec_macros.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "metadata/error.h"

namespace reposbom::metadata {
namespace {

constexpr int kDeepest = 64;  // As rpm itself.
constexpr std::size_t kLongest = std::size_t{1} << 20U;
// Bytes looked at for one spec. Real ones need some times their own size, of one or two MiB at
// most.
constexpr std::size_t kMostWork = std::size_t{64} << 20U;
constexpr std::size_t kWorkOfCall = 128;

constexpr std::array<std::string_view, 7> kDirectives = {
    "define", "global", "undefine", "bcond", "bcond_with", "bcond_without", "dnl"};

bool is_directive(const MacroUse& use) {
  if (use.is_test || use.is_negated) return false;
  for (const std::string_view name : kDirectives) {
    if (use.name == name) return true;
  }
  return false;
}

std::size_t skip_blanks(std::string_view text, std::size_t at) {
  while (at < text.size() && is_blank(text[at]))
    ++at;
  return at;
}

bool is_in_name(char c) {
  return is_letter(c) || is_digit(c) || c == '_';
}

// The word at the front of `text`, which loses it.
std::string take_word(std::string_view& text) {
  text = trim(text);
  std::size_t end = 0;
  while (end < text.size() && is_in_name(text[end]))
    ++end;
  std::string word(text.substr(0, end));
  text.remove_prefix(end);
  return word;
}

// The body of a definition as it is kept: without the backslashes that joined its lines.
std::string joined(std::string_view text) {
  std::string body;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size() || text[i + 1] != '\n') body += text[i];
  }
  while (!body.empty() && (is_blank(body.back()) || body.back() == '\n'))
    body.pop_back();
  return body;
}

// A body that stands in braces, without them.
std::string_view without_braces(std::string_view body) {
  const std::string_view whole = trim(body);
  if (whole.size() < 2 || whole.front() != '{' || whole.back() != '}') return body;
  return whole.substr(1, whole.size() - 2);
}

// Where the body begins of a definition whose name and options end at `at`.
std::size_t body_begin(std::string_view text, std::size_t at) {
  while (at < text.size() && (is_blank(text[at]) || text.substr(at, 2) == "\\\n"))
    at += text[at] == '\\' ? 2 : 1;
  return at;
}

}  // namespace

SpecMacros::SpecMacros(std::string subject) : subject_(std::move(subject)) {}

void SpecMacros::define(const std::string& name, std::string body) {
  push(name, {.body = std::move(body)});
}

std::string SpecMacros::expand(std::string_view text) {
  return expand(text, 0);
}

SpecMacros::State SpecMacros::state(const std::string& name) const {
  const auto found = definitions_.find(name);
  if (found == definitions_.end()) return State::Undefined;
  return found->second.back().is_known ? State::Known : State::Unknown;
}

void SpecMacros::push(const std::string& name, Definition definition) {
  if (branch_ == Branch::Skipped) return;
  if (branch_ == Branch::Maybe) definition = {.is_known = false};
  definitions_[name].push_back(std::move(definition));
}

void SpecMacros::spend(std::size_t bytes) {
  work_ += bytes;
  if (work_ > kMostWork) {
    throw Error(Cause::Untrusted, subject_, "its macros expand to more text than any spec needs");
  }
}

std::string SpecMacros::expand(std::string_view text, int depth) {
  spend(text.size() + kWorkOfCall);
  if (depth > kDeepest) return std::string(text);
  std::string out;
  std::size_t at = 0;
  for (auto use = next_macro(text, 0); use; use = next_macro(text, at)) {
    out.append(text, at, use->begin - at);
    at = replace(text, *use, depth, out);
    if (out.size() > kLongest) return std::string(text);
  }
  return out.append(text, at);
}

// Gives the position behind what was replaced.
std::size_t SpecMacros::replace(
    std::string_view text, const MacroUse& use, int depth, std::string& out) {
  const std::string_view body = text.substr(use.body_begin, use.body_end - use.body_begin);
  bool is_done = false;
  if (use.kind == MacroUse::Kind::Escape) {
    out += '%';
    is_done = true;
  } else if (use.kind == MacroUse::Kind::Expression) {
    const auto value = evaluate(expand(body, depth + 1));
    out += value.value_or("");
    is_done = value.has_value();
  } else if (use.kind == MacroUse::Kind::Macro) {
    if (is_directive(use)) return direct(text, use, depth);
    is_done = replace_macro(text, use, depth, out);
  }
  if (!is_done) out.append(text, use.begin, use.end - use.begin);
  return use.end;
}

bool SpecMacros::replace_macro(
    std::string_view text, const MacroUse& use, int depth, std::string& out) {
  if (use.name.empty()) return false;
  if (use.is_test) return replace_test(text, use, depth, out);
  const auto found = definitions_.find(use.name);
  if (found == definitions_.end()) {
    const std::string_view body = text.substr(use.body_begin, use.body_end - use.body_begin);
    return replace_builtin(use, body, depth, out) || replace_query(use, body, depth, out);
  }
  const Definition& definition = found->second.back();
  if (!definition.is_known || definition.has_parameters || depth == kDeepest) return false;
  // A copy, for the body may define its own macro anew.
  out += expand(std::string(definition.body), depth + 1);
  return true;
}

// "%{?name}", "%{!?name}", "%{?name:body}", "%{!?name:body}".
bool SpecMacros::replace_test(
    std::string_view text, const MacroUse& use, int depth, std::string& out) {
  const State now = state(use.name);
  if (now == State::Unknown || depth == kDeepest) return false;
  if ((now == State::Known) == use.is_negated) return true;
  if (use.separator == ':') {
    out += expand(text.substr(use.body_begin, use.body_end - use.body_begin), depth + 1);
    return true;
  }
  if (use.is_negated) return true;
  MacroUse plain = use;
  plain.is_test = false;
  return replace_macro(text, plain, depth, out);
}

bool SpecMacros::replace_builtin(
    const MacroUse& use, std::string_view body, int depth, std::string& out) {
  if (use.name == "nil") return true;
  if (use.name != "expand" || use.separator == '\0' || depth == kDeepest) return false;
  out += expand(expand(body, depth + 1), depth + 1);
  return true;
}

// "%{defined name}" and "%{with name}", which asks for what %bcond has defined.
bool SpecMacros::replace_query(
    const MacroUse& use, std::string_view body, int depth, std::string& out) {
  const bool is_negated = use.name == "undefined" || use.name == "without";
  const bool is_choice = use.name == "with" || use.name == "without";
  if (!is_negated && !is_choice && use.name != "defined") return false;
  const std::string argument = expand(body, depth + 1);
  std::string_view rest = argument;
  const std::string name = take_word(rest);
  if (name.empty() || !trim(rest).empty()) return false;
  const State now = state(is_choice ? "with_" + name : name);
  if (now == State::Unknown) return false;
  out += (now == State::Known) != is_negated ? '1' : '0';
  return true;
}

std::size_t SpecMacros::direct(std::string_view text, const MacroUse& use, int depth) {
  const std::string_view within = text.substr(0, use.is_braced ? use.body_end : text.size());
  const bool is_definition = use.name == "define" || use.name == "global";
  std::size_t end = within.size();
  if (is_definition) {
    end = take_definition(within, use.body_begin, use.name == "global", depth);
  } else {
    if (!use.is_braced) end = std::min(text.find('\n', use.body_begin), text.size());
    const std::string_view arguments = text.substr(use.body_begin, end - use.body_begin);
    std::string_view rest = arguments;
    if (use.name == "undefine") {
      undefine(take_word(rest));
    } else if (use.name != "dnl") {
      choose(use.name, expand(arguments, depth + 1));
    }
  }
  return use.is_braced ? use.end : end;
}

// "name body", "name(options) body", "name {body}".
std::size_t SpecMacros::take_definition(
    std::string_view text, std::size_t at, bool at_once, int depth) {
  at = skip_blanks(text, at);
  std::size_t name_end = at;
  while (name_end < text.size() && is_in_name(text[name_end]))
    ++name_end;
  const std::string name(text.substr(at, name_end - at));
  Definition definition;
  at = name_end;
  if (at < text.size() && text[at] == '(') {
    definition.has_parameters = true;
    at = std::min(text.find(')', at), text.size() - 1) + 1;
  }
  at = body_begin(text, at);
  const std::size_t end = definition_end(text, at);
  definition.body = joined(without_braces(text.substr(at, end - at)));
  if (at_once && !definition.has_parameters) definition.body = expand(definition.body, depth + 1);
  if (!name.empty()) push(name, std::move(definition));
  return end;
}

// What the name meant before comes back.
void SpecMacros::undefine(const std::string& name) {
  const auto found = definitions_.find(name);
  if (found == definitions_.end() || branch_ == Branch::Skipped) return;
  if (branch_ == Branch::Maybe) return push(name, {});
  found->second.pop_back();
  if (found->second.empty()) definitions_.erase(found);
}

// "%bcond_with name", "%bcond_without name", "%bcond name default": what --with and --without would
// have chosen at the build; both define a macro.
void SpecMacros::choose(std::string_view directive, std::string_view arguments) {
  const std::string name = take_word(arguments);
  if (name.empty()) return;
  std::optional<bool> is_on = directive == "bcond_without";
  if (directive == "bcond") is_on = is_true(arguments);
  if (is_on) {
    const State other = state((*is_on ? "_without_" : "_with_") + name);
    if (other == State::Known) is_on = !*is_on;
    if (other == State::Unknown) is_on = std::nullopt;
  }
  if (!is_on) push("with_" + name, {.is_known = false});
  if (is_on == true) push("with_" + name, {.body = "1"});
}

}  // namespace reposbom::metadata
