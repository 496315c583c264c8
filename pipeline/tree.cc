// SPDX-License-Identifier: Apache-2.0
#include "pipeline/tree.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <system_error>

#include "generators/json.h"
#include "generators/json_reader.h"
#include "metadata/error.h"
#include "metadata/text.h"

namespace reposbom::pipeline {
namespace {

using generators::JsonEmitter;
using generators::JsonObject;

constexpr std::size_t kHexLength = 64;
constexpr std::array<std::string_view, 3> kStates = {"current", "superseded", "withdrawn"};

State parse_state(std::string_view text, const std::string& subject) {
  const auto* const found = std::find(kStates.begin(), kStates.end(), text);
  if (found == kStates.end()) {
    throw Error(Cause::Untrusted, subject, "unknown state '" + std::string(text) + "'");
  }
  return static_cast<State>(found - kStates.begin());
}

bool is_hex(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return std::isdigit(c) != 0 || (c >= 'a' && c <= 'f');
  });
}

void write_entry(JsonEmitter& json, const IndexEntry& entry) {
  json.begin_item();
  json.text("nevra", entry.nevra);
  json.text("arch", entry.arch);
  json.text("pkgid", entry.pkgid);
  json.text("build", entry.build);
  json.text("source", entry.source_name);
  json.text("documents", entry.stem);
  json.text("set", entry.set);
  json.text("uuid", entry.uuid);
  if (!entry.replaces.empty()) json.text("replaces", entry.replaces);
  json.text("state", to_string(entry.state));
  json.number("time", entry.time);
  if (entry.left != 0) json.number("left", entry.left);
  json.end_item();
}

IndexEntry read_entry(const JsonObject& json, const std::string& subject) {
  IndexEntry entry;
  entry.nevra = json.text("nevra");
  entry.arch = json.text("arch");
  entry.pkgid = json.text("pkgid");
  entry.build = json.text("build");
  entry.source_name = json.text("source");
  entry.stem = json.text("documents");
  entry.set = json.text("set");
  entry.uuid = json.text("uuid");
  entry.replaces = json.text("replaces");
  entry.state = parse_state(json.text("state"), subject);
  entry.time = json.number("time");
  entry.left = json.number("left");
  // These become paths.
  const bool is_safe = metadata::is_safe_file_name(entry.build) &&
                       metadata::is_safe_file_name(entry.source_name) &&
                       metadata::is_safe_file_name(entry.stem) && entry.set.size() == kHexLength &&
                       is_hex(entry.set);
  if (!is_safe) throw Error(Cause::Untrusted, subject, "damaged entry of " + entry.nevra);
  return entry;
}

}  // namespace

std::filesystem::path staged_set_path(std::string_view digest) {
  return std::filesystem::path(kStaging) / "sets" / digest;
}

std::filesystem::path store_path(std::string_view digest) {
  return std::filesystem::path(kStore) / digest.substr(0, 2) / digest;
}

bool is_stored(const std::filesystem::path& tree, std::string_view digest) {
  std::error_code ignored;
  return std::filesystem::exists(tree / store_path(digest) / kSums, ignored);
}

std::filesystem::path set_path(std::string_view source_name, std::string_view build_name) {
  // A name is UTF-8, and half a character is no name of a folder.
  std::size_t first = 1;
  while (first < source_name.size() && (static_cast<unsigned char>(source_name[first]) >> 6U) == 2)
    ++first;
  return std::filesystem::path("sets") / source_name.substr(0, first) / source_name / build_name;
}

std::filesystem::path set_link_target(std::string_view digest) {
  // From runs/RUN/sets/L/NAME/ up to the tree.
  return std::filesystem::path("../../../../..") / store_path(digest);
}

bool is_run_link_target(const std::filesystem::path& target) {
  return target.parent_path() == kRuns && metadata::is_safe_file_name(target.filename().string());
}

std::string write_sums(const std::vector<Sum>& sums) {
  std::string text;
  for (const Sum& sum : sums)
    text.append(sum.sha256).append("  ").append(sum.name).append("\n");
  return text;
}

std::vector<Sum> parse_sums(std::string_view text, const std::string& subject) {
  std::vector<Sum> sums;
  std::size_t number = 0;
  while (!text.empty()) {
    ++number;
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const bool is_sum = line.size() > kHexLength + 2 && is_hex(line.substr(0, kHexLength)) &&
                        line.substr(kHexLength, 2) == "  " &&
                        metadata::is_safe_relative_path(line.substr(kHexLength + 2));
    if (!is_sum) {
      throw Error(
          Cause::Untrusted,
          subject + ":" + std::to_string(number),
          "not a line of SHA-256 digest, two blanks and a file name below this folder");
    }
    sums.push_back(
        {std::string(line.substr(0, kHexLength)), std::string(line.substr(kHexLength + 2))});
  }
  return sums;
}

std::string signature_name(std::string_view suffix, std::size_t number) {
  std::string name(kSums);
  if (number > 1) name += "." + std::to_string(number);
  return name.append(suffix);
}

bool is_signature_name(std::string_view name, std::string_view suffix) {
  if (suffix.empty()) {
    return is_signature_name(name, kOpenPgpSuffix) || is_signature_name(name, kCmsSuffix);
  }
  if (!name.starts_with(kSums) || !name.ends_with(suffix)) return false;
  name.remove_prefix(kSums.size());
  if (name == suffix) return true;
  return name.size() == suffix.size() + 2 && name[0] == '.' && name[1] >= '2' && name[1] <= '9';
}

std::string_view to_string(State state) {
  return kStates.at(static_cast<std::size_t>(state));
}

std::string write_index(const Index& index) {
  std::string text;
  JsonEmitter json(text);
  json.begin_document("index");
  json.text("run", index.run);
  json.text("distribution", index.distribution);
  json.begin_list("suffixes");
  for (const std::string& suffix : index.suffixes)
    json.text_item(suffix);
  json.end_list();
  json.begin_list("packages");
  for (const IndexEntry& entry : index.packages)
    write_entry(json, entry);
  json.end_list();
  json.end_document();
  json.finish();
  return text;
}

Index parse_index(std::string_view json, const std::string& subject) {
  Index index;
  generators::read_json(json, subject, [&](const JsonObject& object) {
    index.run = object.text("run");
    index.distribution = object.text("distribution");
    index.suffixes = object.texts("suffixes");
    object.each("packages", [&](const JsonObject& entry) {
      index.packages.push_back(read_entry(entry, subject));
    });
  });
  return index;
}

}  // namespace reposbom::pipeline
