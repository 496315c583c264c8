// SPDX-License-Identifier: Apache-2.0
#include "generators/source_files.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <set>
#include <string>
#include <utility>

#include "metadata/text.h"

namespace reposbom::generators {
namespace {

// How much the name of an archive says that it is what the source package is named after.
int likeness(const metadata::SourceFile& file, const metadata::Package& source) {
  const std::string name = metadata::ascii_lower(file.name);
  const std::string source_name = metadata::ascii_lower(source.name);
  const bool begins_alike = name.starts_with(source_name);
  const bool is_followed = name.starts_with(source_name + "-" + source.evr.version);
  return (holds_version(file.name, source.evr.version) ? 1 : 0) + (begins_alike ? 1 : 0) +
         (is_followed ? 1 : 0);
}

// Of the archives that the spec file numbers, the first.
const metadata::SourceFile* first_archive(const metadata::SourcePackage& source) {
  const metadata::SourceFile* first = nullptr;
  for (const metadata::SourceFile& file : source.files) {
    if (file.is_patch || !file.number || !is_archive(file.name)) continue;
    if (first == nullptr || *file.number < *first->number) first = &file;
  }
  return first;
}

}  // namespace

bool is_archive(std::string_view name) {
  for (const std::string_view packed : {".gz", ".bz2", ".xz", ".zst", ".lz", ".lzma", ".Z"}) {
    if (!name.ends_with(packed)) continue;
    name.remove_suffix(packed.size());
    break;
  }
  constexpr std::array<std::string_view, 11> endings = {
      ".tar", ".tgz", ".tbz", ".tbz2", ".txz", ".tzst", ".zip", ".crate", ".gem", ".jar", ".7z"};
  return std::any_of(endings.begin(), endings.end(), [&](std::string_view ending) {
    return name.ends_with(ending);
  });
}

bool holds_version(std::string_view file_name, std::string_view version) {
  const auto is_digit = [&](std::size_t at) {
    return at < file_name.size() && std::isdigit(static_cast<unsigned char>(file_name[at])) != 0;
  };
  for (std::size_t at = file_name.find(version); at != std::string_view::npos;
       at = file_name.find(version, at + 1)) {
    const std::size_t end = at + version.size();
    const bool goes_on = is_digit(end) || (file_name.substr(end, 1) == "." && is_digit(end + 1));
    const bool began_before = at != 0 && (is_digit(at - 1) || file_name[at - 1] == '.');
    if (!goes_on && !began_before) return true;
  }
  return false;
}

const metadata::SourceFile* patched_archive(const metadata::SourcePackage& source) {
  if (const metadata::SourceFile* first = first_archive(source)) return first;
  // The order of the header says nothing: older rpmbuilds write it backwards, newer ones do not.
  const metadata::SourceFile* best = nullptr;
  int best_likeness = -1;
  for (const metadata::SourceFile& file : source.files) {
    if (file.is_patch || !is_archive(file.name)) continue;
    const int its_likeness = likeness(file, source.package);
    if (its_likeness < best_likeness) continue;
    best = its_likeness == best_likeness ? nullptr : &file;
    best_likeness = its_likeness;
  }
  return best;
}

std::vector<const metadata::SourceFile*> distinct_files(const metadata::SourcePackage& source) {
  std::vector<const metadata::SourceFile*> files;
  std::set<std::pair<std::string_view, bool>> seen;
  for (const metadata::SourceFile& file : source.files) {
    if (seen.emplace(file.name, file.is_patch).second) files.push_back(&file);
  }
  return files;
}

}  // namespace reposbom::generators
