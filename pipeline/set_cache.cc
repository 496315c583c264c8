// SPDX-License-Identifier: Apache-2.0
#include "pipeline/set_cache.h"

#include <array>
#include <charconv>
#include <optional>
#include <system_error>
#include <unordered_set>
#include <utility>

#include "pipeline/sealed_lines.h"
#include "pipeline/storage.h"

namespace reposbom::pipeline {
namespace {

// The number tells a later form from this one.
constexpr std::string_view kTitle = "reposbom sets 1";

// A line of a set is followed by one of each of its packages.
constexpr std::size_t kSetFields = 15;
constexpr std::size_t kPackageFields = 6;

bool add_package(SealedLines& lines, const IndexEntry& package) {
  const std::string time = std::to_string(package.time);
  const std::array<std::string_view, kPackageFields> fields = {
      package.nevra, package.arch, package.pkgid, package.stem, package.uuid, time};
  return lines.add(fields);
}

// A set that has something which stands in no line is left out: it is read from its set.json.
void add_set(SealedLines& lines, const SetSummary& set) {
  const std::size_t size = lines.size();
  const std::string time = std::to_string(set.time);
  const std::string packages = std::to_string(set.packages.size());
  const std::string documents = std::to_string(set.documents);
  const std::string signatures = std::to_string(set.signatures);
  const std::string bytes = std::to_string(set.bytes);
  const std::array<std::string_view, kSetFields> fields = {
      set.digest,
      set.sums_sha256,
      set.build,
      set.source_name,
      time,
      packages,
      documents,
      signatures,
      bytes,
      set.document.id,
      set.document.name_space,
      set.document.sha1,
      set.document.uuid,
      set.document.root_spdx_id,
      set.document.root_bom_ref};
  bool fits = lines.add(fields);
  for (const IndexEntry& package : set.packages)
    fits = fits && add_package(lines, package);
  if (!fits) lines.cut(size);
}

// False if the field is no number, or none of that type.
template <class Number>
bool take_number(std::string_view field, Number& number) {
  const char* const end = field.data() + field.size();
  const auto [stop, error] = std::from_chars(field.data(), end, number);
  return error == std::errc() && stop == end;
}

bool take_package(std::string_view& lines, SetSummary& set) {
  std::array<std::string_view, kPackageFields> fields = {};
  if (lines.empty() || !take_fields(lines, fields)) return false;
  IndexEntry& package = set.packages.emplace_back();
  package.nevra = fields[0];
  package.arch = fields[1];
  package.pkgid = fields[2];
  package.stem = fields[3];
  package.uuid = fields[4];
  package.build = set.build;
  package.source_name = set.source_name;
  package.set = set.digest;
  return take_number(fields[5], package.time);
}

// Nothing if the lines are not those of a set.
std::optional<SetSummary> take_set(std::string_view& lines) {
  std::array<std::string_view, kSetFields> fields = {};
  if (!take_fields(lines, fields)) return {};
  SetSummary set;
  set.digest = fields[0];
  set.sums_sha256 = fields[1];
  set.build = fields[2];
  set.source_name = fields[3];
  set.document = {
      .id = std::string(fields[9]),
      .name_space = std::string(fields[10]),
      .sha1 = std::string(fields[11]),
      .uuid = std::string(fields[12]),
      .root_spdx_id = std::string(fields[13]),
      .root_bom_ref = std::string(fields[14])};
  std::size_t packages = 0;
  const bool are_numbers = take_number(fields[4], set.time) && take_number(fields[5], packages) &&
                           take_number(fields[6], set.documents) &&
                           take_number(fields[7], set.signatures) &&
                           take_number(fields[8], set.bytes);
  if (!are_numbers) return {};
  for (std::size_t i = 0; i != packages; ++i) {
    if (!take_package(lines, set)) return {};
  }
  return set;
}

}  // namespace

std::string write_set_cache(
    const std::vector<SetSummary>& sets,
    const SetCache& earlier,
    const std::vector<RunSet>& linked) {
  SealedLines lines(kTitle);
  std::unordered_set<std::string_view> written;
  for (const SetSummary& set : sets) {
    if (set.digest.empty() || !written.insert(set.digest).second) continue;
    add_set(lines, set);
  }
  for (const RunSet& set : linked) {
    const auto found = earlier.find(set.digest);
    if (found == earlier.end() || !written.insert(set.digest).second) continue;
    add_set(lines, found->second);
  }
  return std::move(lines).seal();
}

SetCache parse_set_cache(std::string_view text) {
  SetCache cache;
  auto lines = unsealed(text, kTitle);
  while (lines && !lines->empty()) {
    auto set = take_set(*lines);
    if (!set) return {};
    std::string digest = set->digest;
    cache.insert_or_assign(std::move(digest), *std::move(set));
  }
  return cache;
}

SetCache read_set_cache(const std::filesystem::path& tree) {
  std::error_code ignored;
  const std::filesystem::path file = tree / kSetCache;
  if (!std::filesystem::is_regular_file(file, ignored)) return {};
  return parse_set_cache(read_file(file));
}

}  // namespace reposbom::pipeline
