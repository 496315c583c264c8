// SPDX-License-Identifier: Apache-2.0
#include "pipeline/set_summary.h"

#include <set>
#include <string_view>

#include "generators/element_record.h"
#include "generators/json.h"
#include "generators/json_reader.h"
#include "generators/set_records.h"
#include "metadata/bundled.h"
#include "metadata/digest.h"
#include "metadata/error.h"
#include "pipeline/storage.h"

namespace reposbom::pipeline {
namespace {

void write_link(generators::JsonEmitter& json, const generators::DocumentLink& link) {
  json.begin_object("document");
  json.text("id", link.id);
  json.text("namespace", link.name_space);
  json.text("sha1", link.sha1);
  json.text("uuid", link.uuid);
  json.text("spdxId", link.root_spdx_id);
  json.text("bomRef", link.root_bom_ref);
  json.end_object();
}

void write_inputs(generators::JsonEmitter& json, const SetInputs& inputs) {
  json.begin_object("inputs");
  for (const SetInputRow& row : kSetInputRows)
    json.text(row.key, inputs.*row.part);
  json.end_object();
}

void write_texts(
    generators::JsonEmitter& json, std::string_view name, const std::vector<std::string>& texts) {
  if (texts.empty()) return;
  json.begin_list(name);
  for (const std::string& text : texts)
    json.text_item(text);
  json.end_list();
}

void write_package(
    generators::JsonEmitter& json,
    const IndexEntry& entry,
    const PackageFacts& facts,
    const generators::Element* element) {
  json.begin_item();
  json.text("nevra", entry.nevra);
  json.text("arch", entry.arch);
  json.text("pkgid", entry.pkgid);
  json.text("documents", entry.stem);
  json.text("uuid", entry.uuid);
  json.number("time", entry.time);
  json.text("license", facts.license);
  write_texts(json, "bundled", facts.bundled);
  write_texts(json, "advisories", facts.advisories);
  if (element != nullptr) {
    json.begin_object("element");
    generators::write_record(json, *element);
    json.end_object();
  }
  json.end_item();
}

}  // namespace

PackageFacts package_facts(const metadata::Catalog& catalog, const metadata::Package& package) {
  PackageFacts facts{
      .nevra = metadata::nevra(package),
      .pkgid = package.checksum.hex,
      .license = catalog.license(package).expression};
  std::set<std::string> bundled;
  for (const metadata::Dependency& provide : package.provides) {
    if (const auto part = metadata::parse_bundled(provide)) bundled.insert(part->purl);
  }
  facts.bundled.assign(bundled.begin(), bundled.end());
  for (const std::size_t i : package.advisories)
    facts.advisories.push_back(catalog.advisories[i].id);
  return facts;
}

std::string write_set_json(
    const SetSummary& summary,
    const std::vector<PackageFacts>& facts,
    const std::vector<const generators::Element*>& elements) {
  std::string text;
  generators::JsonEmitter json(text);
  json.begin_document("set");
  json.text("build", summary.build);
  json.text("source", summary.source_name);
  json.text("set", summary.digest);
  json.text("madeBy", summary.inputs.made_by);
  write_inputs(json, summary.inputs);
  json.number("time", summary.time);
  json.number("documents", static_cast<std::int64_t>(summary.documents));
  json.number("signatures", static_cast<std::int64_t>(summary.signatures));
  json.number("bytes", static_cast<std::int64_t>(summary.bytes));
  write_link(json, summary.document);
  json.begin_list("packages");
  for (std::size_t i = 0; i != summary.packages.size(); ++i)
    write_package(json, summary.packages[i], facts[i], elements.empty() ? nullptr : elements[i]);
  json.end_list();
  json.end_document();
  json.finish();
  return text;
}

SetSummary read_set(const std::filesystem::path& tree, const std::string& digest) {
  const std::filesystem::path folder = tree / store_path(digest);
  const std::filesystem::path file = folder / kSetIndex;
  SetSummary summary;
  generators::read_json(read_file(file), file.string(), [&](const generators::JsonObject& json) {
    summary.digest = json.text("set");
    summary.inputs.made_by = json.text("madeBy");
    json.object("inputs", [&](const generators::JsonObject& inputs) {
      for (const SetInputRow& row : kSetInputRows)
        summary.inputs.*row.part = inputs.text(row.key);
    });
    summary.build = json.text("build");
    summary.source_name = json.text("source");
    summary.time = json.number("time");
    summary.documents = static_cast<std::size_t>(json.number("documents"));
    summary.signatures = static_cast<std::size_t>(json.number("signatures"));
    summary.bytes = static_cast<std::uint64_t>(json.number("bytes"));
    json.object(
        "document", [&](const auto& link) { summary.document = generators::read_link(link); });
    json.each("packages", [&](const generators::JsonObject& entry) {
      summary.packages.push_back(
          {.nevra = entry.text("nevra"),
           .arch = entry.text("arch"),
           .pkgid = entry.text("pkgid"),
           .stem = entry.text("documents"),
           .build = summary.build,
           .source_name = summary.source_name,
           .set = digest,
           .uuid = entry.text("uuid"),
           .time = entry.number("time")});
    });
  });
  if (summary.digest != digest) {
    throw Error(Cause::Untrusted, file.string(), "is the index of another set");
  }
  summary.sums_sha256 = metadata::sha256(read_file(folder / metadata::kSums));
  return summary;
}

std::vector<PackageFacts> read_package_facts(const std::filesystem::path& set) {
  const std::filesystem::path file = set / kSetIndex;
  std::vector<PackageFacts> facts;
  generators::read_json(read_file(file), file.string(), [&](const generators::JsonObject& json) {
    json.each("packages", [&](const generators::JsonObject& package) {
      facts.push_back(
          {.nevra = package.text("nevra"),
           .pkgid = package.text("pkgid"),
           .license = package.text("license"),
           .bundled = package.texts("bundled"),
           .advisories = package.texts("advisories")});
    });
  });
  return facts;
}

}  // namespace reposbom::pipeline
