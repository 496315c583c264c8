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

constexpr std::array<std::string_view, 3> kStates = {"current", "superseded", "withdrawn"};

State parse_state(std::string_view text, const std::string& subject) {
  const auto* const found = std::find(kStates.begin(), kStates.end(), text);
  if (found == kStates.end()) {
    throw Error(Cause::Untrusted, subject, "unknown state '" + std::string(text) + "'");
  }
  return static_cast<State>(found - kStates.begin());
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
                       metadata::is_safe_file_name(entry.stem) && metadata::is_sha256(entry.set);
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
  return std::filesystem::exists(tree / store_path(digest) / metadata::kSums, ignored);
}

std::filesystem::path set_link_target(std::string_view digest) {
  // From runs/RUN/sets/L/NAME/ up to the tree.
  return std::filesystem::path("../../../../..") / store_path(digest);
}

bool is_run_link_target(const std::filesystem::path& target) {
  return target.parent_path() == kRuns && metadata::is_safe_file_name(target.filename().string());
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
