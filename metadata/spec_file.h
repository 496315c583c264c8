// SPDX-License-Identifier: Apache-2.0
//
// What the spec file of a source package says of its sources and patches: their
// numbers and URLs, which the header does not keep. Nothing is ever run for it;
// what only a shell or Lua could tell is left as it was written, and named.
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "metadata/local_file.h"
#include "metadata/package.h"

namespace reposbom::metadata {

// A Source or Patch of a spec.
struct SpecSource {
  bool is_patch = false;
  std::optional<unsigned> number = {};  // Of SourceN or PatchN; absent if it cannot be told.
  std::string text = {};                // As written, with its macros expanded.
  std::string file_name = {};  // What rpm calls the file; with the macros left, if there are any.
  std::string url = {};  // Absolute http, https, ftp or git, without "#/name"; empty if unknown.
  bool is_expanded = false;  // No macro is left in `text`.
};

struct SpecFile {
  // In the order of the spec. Where a condition cannot be evaluated, those of all its branches; two
  // such of one file are one here, and say only what both of them say.
  std::vector<SpecSource> sources = {};

  // Those of branches that were not taken. If the header names one all the same, it was built with
  // other conditions.
  std::vector<SpecSource> skipped = {};

  // The macros left in `sources`, and in those lines among the tags of which more could have come:
  // "%{name}", "%{name …}", "%{lua:…}", "%(…)", "%[…]", "%include". Sorted, unique.
  std::vector<std::string> unexpanded = {};
};

// Macros by name, without '%'.
using SpecMacroValues = std::map<std::string, std::string>;

// What the header of a source package says of the macros at its build: name, version, release,
// epoch and, from the end of the release, dist and the number of the distribution (".el9": rhel,
// el9).
SpecMacroValues known_macros(const Package& source);

// `known` is believed before the tags of the spec. `subject` names the spec in errors. Throws Error
// if the text is too long, or makes too much work.
SpecFile parse_spec(
    std::string_view text, const std::string& subject, const SpecMacroValues& known = {});

// For each file of the header, the entry of the spec that names it; nullptr if none does, or if it
// cannot be told which. Macros that were left stand for any text.
std::vector<const SpecSource*> match_sources(
    const SpecFile& spec, const std::vector<SourceFile>& files);

// The spec within a source package: its member that is called *.spec and is none of `sources`;
// nothing if there is none. Reads no further. Throws Error if the package is damaged, or if it or
// the spec holds more bytes than real ones do.
std::optional<std::string> read_spec(
    const std::filesystem::path& srpm, const std::vector<SourceFile>& sources = {});
std::optional<std::string> read_spec(
    const LocalFile& srpm, const std::vector<SourceFile>& sources = {});

}  // namespace reposbom::metadata
