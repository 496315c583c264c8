// SPDX-License-Identifier: Apache-2.0
#include <string_view>

#include "generators/json.h"
#include "pipeline/run_diff.h"

namespace reposbom::pipeline {
namespace {

using generators::JsonEmitter;

void write_texts(JsonEmitter& json, std::string_view name, const std::vector<std::string>& texts) {
  json.begin_list(name);
  for (const std::string& text : texts)
    json.text_item(text);
  json.end_list();
}

template <class Item, class Write>
void write_items(
    JsonEmitter& json, std::string_view name, const std::vector<Item>& items, Write write) {
  json.begin_list(name);
  for (const Item& item : items) {
    json.begin_item();
    write(item);
    json.end_item();
  }
  json.end_list();
}

void write_parts(
    JsonEmitter& json, std::string_view name, const std::vector<PartsChange>& changes) {
  write_items(json, name, changes, [&](const PartsChange& change) {
    json.text("package", change.package);
    write_texts(json, "added", change.added);
    write_texts(json, "removed", change.removed);
  });
}

template <class Item, class Line>
void add_section(
    std::string& text, std::string_view title, const std::vector<Item>& items, Line line) {
  if (items.empty()) return;
  text.append("\n").append(title).append(" (" + std::to_string(items.size()) + ")\n");
  for (const Item& item : items)
    text += "  " + line(item) + "\n";
}

std::string parts_line(const PartsChange& change) {
  std::string line = change.package + ":";
  for (const std::string& part : change.added)
    line += " +" + part;
  for (const std::string& part : change.removed)
    line += " -" + part;
  return line;
}

}  // namespace

std::string write_diff_json(const RunDiff& diff) {
  std::string text;
  JsonEmitter json(text);
  json.begin_document("diff");
  json.text("from", diff.from);
  json.text("to", diff.to);
  write_texts(json, "added", diff.added);
  write_items(json, "updated", diff.updated, [&](const PackageStep& step) {
    json.text("from", step.from);
    json.text("to", step.to);
  });
  write_texts(json, "removed", diff.removed);
  write_texts(json, "changed", diff.changed);
  write_items(json, "licenses", diff.licenses, [&](const LicenseChange& change) {
    json.text("package", change.package);
    json.text("from", change.from);
    json.text("to", change.to);
  });
  write_parts(json, "bundled", diff.bundled);
  write_parts(json, "advisories", diff.advisories);
  json.end_document();
  json.finish();
  return text;
}

std::string write_diff_text(const RunDiff& diff) {
  std::string text = "From " + diff.from + " to " + diff.to + ": ";
  if (diff.empty()) return text + "nothing changed\n";
  text += std::to_string(diff.added.size()) + " added, " + std::to_string(diff.updated.size()) +
          " updated, " + std::to_string(diff.removed.size()) + " removed, " +
          std::to_string(diff.changed.size()) + " described anew\n";
  const auto as_it_is = [](const std::string& nevra) { return nevra; };
  add_section(text, "Added", diff.added, as_it_is);
  add_section(text, "Updated", diff.updated, [](const PackageStep& step) {
    return step.from + " -> " + step.to;
  });
  add_section(text, "Removed", diff.removed, as_it_is);
  add_section(text, "Described anew", diff.changed, as_it_is);
  add_section(text, "Licences", diff.licenses, [](const LicenseChange& change) {
    return change.package + ": " + change.from + " -> " + change.to;
  });
  add_section(text, "Bundled parts", diff.bundled, parts_line);
  add_section(text, "Advisories", diff.advisories, parts_line);
  return text;
}

}  // namespace reposbom::pipeline
