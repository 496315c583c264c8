// SPDX-License-Identifier: Apache-2.0
//
// What joins a spec file to its source package: the member of the payload, the
// macros that the header knows, and which entry names which file.
#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include "metadata/archive.h"
#include "metadata/error.h"
#include "metadata/spec_file.h"
#include "metadata/spec_text.h"

namespace reposbom::metadata {
namespace {

constexpr std::uint64_t kLargestSpec = std::uint64_t{16} << 20U;

// What stands before the spec in the payload is unpacked on the way. It is mostly compressed
// already: nothing real comes near this many times the size of the package.
constexpr std::uint64_t kMostRatio = 200;
constexpr std::uint64_t kAlwaysAllowed = std::uint64_t{256} << 20U;

// More attempts to fit a name to a pattern than any spec needs.
constexpr std::size_t kMostAttempts = 1'000'000;

// The ends of releases, and the macros that go with them.
struct DistRow {
  std::string_view mark;  // Digits follow it.
  std::string_view number;
  std::string_view flag;
};
constexpr std::array<DistRow, 4> kDists = {{
    {".el", "rhel", "el"},
    {".module_el", "rhel", "el"},
    {".module+el", "rhel", "el"},
    {".fc", "fedora", "fc"},
}};

std::size_t digits_end(std::string_view text, std::size_t at) {
  while (at < text.size() && is_digit(text[at]))
    ++at;
  return at;
}

// Where the last `mark` that has digits behind it stands; npos if there is none.
std::size_t find_dist(std::string_view release, std::string_view mark) {
  std::size_t at = release.rfind(mark);
  while (at != std::string_view::npos) {
    const std::size_t digits = at + mark.size();
    if (digits_end(release, digits) != digits) return at;
    at = at == 0 ? std::string_view::npos : release.rfind(mark, at - 1);
  }
  return at;
}

// ".el9", ".el9_4", ".fc40" within a release; of a module all of its end, as the dist macro of
// modules has it.
void add_dist(const std::string& release, const DistRow& row, SpecMacroValues& macros) {
  const std::size_t begin = find_dist(release, row.mark);
  if (begin == std::string::npos) return;
  const std::size_t digits = begin + row.mark.size();
  std::size_t end = digits_end(release, digits);
  const std::string number = release.substr(digits, end - digits);
  if (end < release.size() && release[end] == '_') end = digits_end(release, end + 1);
  if (row.mark.starts_with(".module")) end = release.size();
  macros["dist"] = release.substr(begin, end - begin);
  macros[std::string(row.number)] = number;
  macros[std::string(row.flag) + number] = "1";
}

bool is_spec(const Member& member, const std::vector<SourceFile>& sources) {
  const std::string_view path = member.path;
  if (!member.is_file || !path.ends_with(".spec")) return false;
  const std::string_view name = path.substr(path.rfind('/') + 1);
  return std::none_of(sources.begin(), sources.end(), [&](const SourceFile& source) {
    return source.name == name;
  });
}

// Whether `name` is made of `parts` in their order, with any text between them.
bool fits(const std::vector<std::string>& parts, std::string_view name) {
  const std::string& first = parts.front();
  const std::string& last = parts.back();
  if (parts.size() == 1) return name == first;
  if (name.size() < first.size() + last.size()) return false;
  if (!name.starts_with(first) || !name.ends_with(last)) return false;
  name = name.substr(first.size(), name.size() - first.size() - last.size());
  for (std::size_t i = 1; i + 1 < parts.size(); ++i) {
    const std::size_t at = name.find(parts[i]);
    if (at == std::string_view::npos) return false;
    name.remove_prefix(at + parts[i].size());
  }
  return true;
}

class Matcher {
 public:
  explicit Matcher(const std::vector<SourceFile>& files)
      : files_(files), matches_(files.size(), nullptr) {}

  // The entries whose name is known.
  void match_names(const std::vector<SpecSource>& sources) {
    std::map<std::pair<bool, std::string_view>, std::vector<const SpecSource*>> by_name;
    for (auto source = sources.rbegin(); source != sources.rend(); ++source) {
      if (source->is_expanded) by_name[{source->is_patch, source->file_name}].push_back(&*source);
    }
    for (std::size_t i = 0; i < files_.size(); ++i) {
      if (matches_[i] != nullptr) continue;
      const auto found = by_name.find({files_[i].is_patch, files_[i].name});
      if (found == by_name.end() || found->second.empty()) continue;
      matches_[i] = found->second.back();
      found->second.pop_back();
    }
  }

  // The others: only where one file and one entry fit each other alone.
  void match_patterns(const std::vector<SpecSource>& sources) {
    std::vector<std::size_t> fitting(files_.size(), 0);  // How many entries fit each file.
    std::vector<std::pair<const SpecSource*, std::size_t>> alone;
    std::size_t attempts = 0;
    for (const SpecSource& source : sources) {
      if (source.is_expanded) continue;
      const auto parts = text_around_macros(source.file_name);
      attempts += files_.size() * parts.size();
      if (attempts > kMostAttempts) return;
      const std::vector<std::size_t> files = files_fitting(source.is_patch, parts);
      for (const std::size_t i : files)
        ++fitting[i];
      if (files.size() == 1) alone.emplace_back(&source, files.front());
    }
    for (const auto& [source, i] : alone) {
      if (fitting[i] == 1) matches_[i] = source;
    }
  }

  std::vector<const SpecSource*> take() { return std::move(matches_); }

 private:
  // Of those that have no entry yet.
  std::vector<std::size_t> files_fitting(
      bool is_patch, const std::vector<std::string>& parts) const {
    std::vector<std::size_t> found;
    for (std::size_t i = 0; i < files_.size(); ++i) {
      if (matches_[i] != nullptr || files_[i].is_patch != is_patch) continue;
      if (fits(parts, files_[i].name)) found.push_back(i);
    }
    return found;
  }

  const std::vector<SourceFile>& files_;
  std::vector<const SpecSource*> matches_;
};

}  // namespace

SpecMacroValues known_macros(const Package& source) {
  SpecMacroValues macros;
  if (!source.name.empty()) macros["name"] = source.name;
  if (!source.evr.version.empty()) macros["version"] = source.evr.version;
  if (!source.evr.release.empty()) macros["release"] = source.evr.release;
  if (source.evr.epoch != 0) macros["epoch"] = std::to_string(source.evr.epoch);
  for (const DistRow& row : kDists)
    add_dist(source.evr.release, row, macros);
  return macros;
}

std::vector<const SpecSource*> match_sources(
    const SpecFile& spec, const std::vector<SourceFile>& files) {
  Matcher matcher(files);
  matcher.match_names(spec.sources);
  matcher.match_names(spec.skipped);
  matcher.match_patterns(spec.sources);
  return matcher.take();
}

std::optional<std::string> read_spec(
    const std::filesystem::path& srpm, const std::vector<SourceFile>& sources) {
  return read_spec(LocalFile{srpm, srpm.string()}, sources);
}

std::optional<std::string> read_spec(
    const LocalFile& srpm, const std::vector<SourceFile>& sources) {
  std::error_code error;
  const std::uint64_t size = std::filesystem::file_size(srpm.path, error);
  if (error) throw Error(Cause::Untrusted, srpm.name, error.message());
  std::optional<std::string> spec;
  const auto choose = [&](const Member& member) {
    if (!is_spec(member, sources)) return Visit::Skip;
    if (member.size > kLargestSpec) {
      throw Error(
          Cause::Untrusted,
          srpm.name,
          member.path + " is larger than " + std::to_string(kLargestSpec) + " bytes");
    }
    spec.emplace();
    return Visit::ReadLast;
  };
  read_members(srpm, kAlwaysAllowed + kMostRatio * size, choose, [&](const Member&, auto chunk) {
    spec->append(chunk);
  });
  return spec;
}

}  // namespace reposbom::metadata
