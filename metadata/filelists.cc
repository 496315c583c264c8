// SPDX-License-Identifier: Apache-2.0
#include "metadata/filelists.h"

#include <algorithm>
#include <cstdint>
#include <unordered_set>

#include "metadata/archive.h"
#include "metadata/xml.h"

namespace reposbom::metadata {
namespace {

// Fedora's whole x86_64 tree unpacks to over a gigabyte.
constexpr std::uint64_t kMaxUnpacked = std::uint64_t{4} << 30;

enum State : int { Document, Root, Record, File };

// <filelists xmlns="http://linux.duke.edu/metadata/filelists" packages="17649">
// <package pkgid="d906…" name="bash" arch="x86_64">
//   <version epoch="0" ver="5.1.8" rel="9.el9"/>
//   <file>/usr/share/info/bash.info.gz</file>
//   <file type="dir">/usr/share/doc/bash</file>
// </package>
constexpr XmlRule kRules[] = {
    {Document, "filelists", Root},
    {Root, "package", Record},
    {Record, "file", File, true},
};

std::string lower_case(std::string_view hex) {
  std::string lower(hex);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

using Paths = std::unordered_set<std::string_view>;

constexpr std::string_view kBetween = " \t()";  // The operands of a rich requirement.

// The paths in a requirement: itself, or the operands of a rich one such as "(/bin/a or /bin/b)".
void add_paths(std::string_view name, Paths& paths) {
  if (name.starts_with('/')) {
    paths.insert(name);
    return;
  }
  if (!name.starts_with('(')) return;
  for (std::size_t at = name.find_first_not_of(kBetween); at != std::string_view::npos;) {
    const std::size_t end = std::min(name.find_first_of(kBetween, at), name.size());
    if (name[at] == '/') paths.insert(name.substr(at, end - at));
    at = name.find_first_not_of(kBetween, end);
  }
}

void remove_paths_of(const Package& package, Paths& paths) {
  for (const std::string& file : package.files)
    paths.erase(file);
  for (const Dependency& provided : package.provides) {
    if (provided.name.starts_with('/')) paths.erase(provided.name);
  }
}

}  // namespace

std::vector<std::string> unlisted_files(const Catalog& catalog) {
  Paths paths;
  for (const Build& build : catalog.builds) {
    for (const Package& package : build.packages) {
      for (const Dependency& required : package.requires_)
        add_paths(required.name, paths);
    }
    for (const Dependency& required : build.source.build_requires)
      add_paths(required.name, paths);
  }
  for (const Build& build : catalog.builds) {
    for (const Package& package : build.packages)
      remove_paths_of(package, paths);
  }
  std::vector<std::string> sorted(paths.begin(), paths.end());
  std::ranges::sort(sorted);
  return sorted;
}

void read_filelists(
    std::string_view file_bytes,
    const std::string& subject,
    const std::function<bool(std::string_view path)>& wanted,
    const std::function<void(OwnedFile&&)>& take,
    Hasher* content) {
  std::string pkgid;
  XmlParser parser(
      subject,
      kRules,
      {.begin =
           [&](int state, const XmlNode& node) {
             if (state != Record) return;
             pkgid = lower_case(node.attribute("pkgid"));
             if (pkgid.empty()) node.fail("a package without a pkgid");
           },
       .end =
           [&](int state, const XmlNode& node) {
             if (state != File || !wanted(node.text())) return;
             take({.pkgid = pkgid, .path = std::string(node.text())});
           }});
  decompress(
      file_bytes,
      subject,
      kMaxUnpacked,
      [&](std::string_view part) { parser.feed(part); },
      content);
  parser.finish();
}

}  // namespace reposbom::metadata
