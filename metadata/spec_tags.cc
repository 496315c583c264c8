// SPDX-License-Identifier: Apache-2.0
#include "metadata/spec_tags.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "metadata/spec_text.h"
#include "metadata/text.h"

namespace reposbom::metadata {
namespace {

constexpr auto kNone = std::string_view::npos;

struct SectionRow {
  std::string_view name;
  SpecSection section;
};

constexpr std::array<SectionRow, 34> kSections = {{
    {"package", SpecSection::Tags},
    {"sourcelist", SpecSection::Sources},
    {"patchlist", SpecSection::Patches},
    {"description", SpecSection::Other},
    {"prep", SpecSection::Other},
    {"generate_buildrequires", SpecSection::Other},
    {"conf", SpecSection::Other},
    {"build", SpecSection::Other},
    {"install", SpecSection::Other},
    {"check", SpecSection::Other},
    {"clean", SpecSection::Other},
    {"pre", SpecSection::Other},
    {"post", SpecSection::Other},
    {"preun", SpecSection::Other},
    {"postun", SpecSection::Other},
    {"pretrans", SpecSection::Other},
    {"posttrans", SpecSection::Other},
    {"preuntrans", SpecSection::Other},
    {"postuntrans", SpecSection::Other},
    {"trigger", SpecSection::Other},
    {"triggerin", SpecSection::Other},
    {"triggerun", SpecSection::Other},
    {"triggerprein", SpecSection::Other},
    {"triggerpostun", SpecSection::Other},
    {"filetriggerin", SpecSection::Other},
    {"filetrigger", SpecSection::Other},
    {"filetriggerun", SpecSection::Other},
    {"filetriggerpostun", SpecSection::Other},
    {"transfiletriggerin", SpecSection::Other},
    {"transfiletriggerun", SpecSection::Other},
    {"transfiletriggerpostun", SpecSection::Other},
    {"verifyscript", SpecSection::Other},
    {"files", SpecSection::Other},
    {"changelog", SpecSection::Other},
}};

constexpr std::array<std::string_view, 10> kConditions = {
    "if", "ifarch", "ifnarch", "ifos", "ifnos", "elif", "elifarch", "elifos", "else", "endif"};

constexpr std::array<std::string_view, 4> kSchemes = {"https://", "http://", "ftp://", "git://"};

std::size_t letters_end(std::string_view text, std::size_t at) {
  while (at < text.size() && (is_letter(text[at]) || text[at] == '_'))
    ++at;
  return at;
}

// Where the last component of a path begins. What stands within a macro that was left is none.
std::size_t last_component(std::string_view text) {
  std::size_t begin = 0;
  std::size_t at = 0;
  for (auto use = next_macro(text, 0);; use = next_macro(text, at)) {
    const std::size_t end = use ? use->begin : text.size();
    const std::size_t slash = text.substr(at, end - at).rfind('/');
    if (slash != kNone) begin = at + slash + 1;
    if (!use) return begin;
    at = use->end;
  }
}

// As rpm: what follows the last slash and, behind one, the last equals sign, for the sake of URLs
// like "https://host/get?file=name.tar.gz".
std::string file_name(std::string_view text) {
  const std::size_t begin = last_component(text);
  const std::string_view component = text.substr(begin);
  if (begin == 0 || !macros_left(component).empty()) return std::string(component);
  const std::size_t equals = component.rfind('=');
  return std::string(equals == kNone ? component : component.substr(equals + 1));
}

std::string absolute_url(std::string_view text) {
  const std::string lower = ascii_lower(text.substr(0, 8));
  const auto scheme = std::find_if(kSchemes.begin(), kSchemes.end(), [&](std::string_view known) {
    return lower.substr(0, known.size()) == known;
  });
  if (scheme == kSchemes.end()) return {};
  const auto cannot_stand = [](char c) {
    return static_cast<unsigned char>(c) <= ' ' || c == 0x7F;
  };
  if (std::any_of(text.begin(), text.end(), cannot_stand)) return {};
  text = text.substr(0, text.find("#/"));
  const std::size_t host = scheme->size();
  if (host == text.size() || std::string_view("/?#:@").find(text[host]) != kNone) return {};
  return std::string(text);
}

}  // namespace

std::optional<SpecTag> parse_tag(std::string_view line) {
  SpecTag tag;
  std::size_t at = letters_end(line, 0);
  tag.name = ascii_lower(line.substr(0, at));
  const std::size_t digits = at;
  while (tag.is_source() && at < line.size() && is_digit(line[at]))
    ++at;
  tag.digits = line.substr(digits, at - digits);
  while (at < line.size() && is_blank(line[at]))
    ++at;
  if (tag.name.empty() || at == line.size() || line[at] != ':') return std::nullopt;
  tag.value = trim(line.substr(at + 1));
  return tag;
}

std::optional<SpecSection> parse_section(std::string_view line) {
  if (line.empty() || line[0] != '%') return std::nullopt;
  const std::size_t end = letters_end(line, 1);
  if (end < line.size() && !is_blank(line[end]) && line[end] != '\n') return std::nullopt;
  const std::string name = ascii_lower(line.substr(1, end - 1));
  for (const SectionRow& row : kSections) {
    if (row.name == name) return row.section;
  }
  return std::nullopt;
}

std::optional<SpecDirective> parse_condition(std::string_view line) {
  line = trim(line);
  if (line.empty() || line[0] != '%') return std::nullopt;
  const std::size_t end = letters_end(line, 1);
  const std::string_view name = line.substr(1, end - 1);
  if (std::find(kConditions.begin(), kConditions.end(), name) == kConditions.end()) {
    return std::nullopt;
  }
  return SpecDirective{std::string(name), std::string(trim(line.substr(end)))};
}

SpecSource parse_source(bool is_patch, std::string_view value) {
  SpecSource source{.is_patch = is_patch, .text = clean_text(value)};
  source.is_expanded = macros_left(source.text).empty();
  source.file_name = file_name(source.text);
  if (source.is_expanded) source.url = absolute_url(source.text);
  return source;
}

std::optional<unsigned> parse_source_number(std::string_view digits) {
  int number = 0;
  const char* end = digits.data() + digits.size();
  const auto result = std::from_chars(digits.data(), end, number);
  if (result.ec != std::errc() || result.ptr != end) return std::nullopt;
  return static_cast<unsigned>(number);
}

}  // namespace reposbom::metadata
