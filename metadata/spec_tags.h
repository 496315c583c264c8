// SPDX-License-Identifier: Apache-2.0
//
// Single lines of a spec file: its tags, its sections, its conditions, and what
// the value of a Source or Patch tag says.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "metadata/spec_file.h"

namespace reposbom::metadata {

// "Source1: https://…": `name` in lower case, and the digits behind it, which only "source" and
// "patch" may have.
struct SpecTag {
  std::string name = {};
  std::string digits = {};
  std::string value = {};

  bool is_source() const { return name == "source" || name == "patch"; }
};
std::optional<SpecTag> parse_tag(std::string_view line);

// What a part of a spec holds.
enum class SpecSection { Tags, Sources, Patches, Other };

// The section that a line like "%description -l de" begins.
std::optional<SpecSection> parse_section(std::string_view line);

// "%ifarch x86_64": the directive without '%', and what follows it.
struct SpecDirective {
  std::string name = {};
  std::string arguments = {};
};
// Only those of conditions: if, ifarch, ifnarch, ifos, ifnos, elif, elifarch, elifos, else, endif.
std::optional<SpecDirective> parse_condition(std::string_view line);

// An entry but for its number.
SpecSource parse_source(bool is_patch, std::string_view value);

// Digits as a number that rpm would take.
std::optional<unsigned> parse_source_number(std::string_view digits);

}  // namespace reposbom::metadata
