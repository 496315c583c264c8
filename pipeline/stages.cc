// SPDX-License-Identifier: Apache-2.0
#include "pipeline/stages.h"

#include <algorithm>
#include <utility>

#include "generators/element_record.h"
#include "generators/json.h"
#include "generators/json_reader.h"
#include "metadata/digest.h"
#include "metadata/error.h"
#include "metadata/facts.h"
#include "metadata/text.h"
#include "pipeline/parallel.h"
#include "pipeline/version.h"

namespace reposbom::pipeline {
namespace {

using generators::Document;
using generators::DocumentLink;
using generators::Format;
using metadata::Build;
using metadata::Catalog;
using metadata::Package;

// Builds with more packages than this are rendered by several threads: the largest of el9 has 370.
constexpr std::size_t kLargeBuild = 16;

// One described and identified document in every format, and what is told of it.
struct Rendered {
  std::vector<NamedBytes> files = {};
  std::string uuid = {};
  std::int64_t created = 0;
};

Rendered render_all(Document& document, const SetRecipe& recipe, const std::string& stem) {
  if (!metadata::is_safe_file_name(stem)) {
    throw Error(Cause::Untrusted, document.name, "its name cannot be that of a file");
  }
  generators::identify(document, recipe.creation);
  Rendered rendered{{}, document.uuid, document.created};
  for (const Format format : recipe.formats) {
    rendered.files.push_back(
        {stem + std::string(generators::row_of(format).suffix),
         generators::render(document, recipe.creation, format)});
  }
  return rendered;
}

// Links name the SHA-1 of the SPDX JSON form (SPDX 2.3 clause 6.6), whether or not it is published.
DocumentLink link_of(const Document& document, const Rendered& rendered, const SetRecipe& recipe) {
  const auto at = std::find(recipe.formats.begin(), recipe.formats.end(), Format::SpdxJson);
  const auto index = static_cast<std::size_t>(at - recipe.formats.begin());
  const std::string json = at == recipe.formats.end()
                               ? generators::render(document, recipe.creation, Format::SpdxJson)
                               : rendered.files[index].bytes;
  return generators::link_to(
      document, recipe.creation, metadata::digest(metadata::ChecksumType::Sha1, json));
}

IndexEntry index_entry(const Build& build, const Package& package, const std::string& digest) {
  return {
      .nevra = metadata::nevra(package),
      .arch = package.arch,
      .pkgid = package.checksum.hex,
      .stem = document_stem(package),
      .build = metadata::build_name(build),
      .source_name = build.source.package.name,
      .set = digest};
}

std::vector<const generators::Element*> package_elements(const Document& build_document) {
  std::vector<const generators::Element*> elements;
  for (const generators::Element& element : build_document.elements) {
    if (element.role == generators::Role::Package) elements.push_back(&element);
  }
  return elements;
}

void write_link(generators::JsonEmitter& json, const DocumentLink& link) {
  json.begin_object("document");
  json.text("id", link.id);
  json.text("namespace", link.name_space);
  json.text("sha1", link.sha1);
  json.text("uuid", link.uuid);
  json.text("spdxId", link.root_spdx_id);
  json.text("bomRef", link.root_bom_ref);
  json.end_object();
}

// The elements are those of the packages in the build document, in their order.
std::string write_set_json(
    const SetSummary& summary,
    const std::vector<const generators::Element*>& elements,
    const SetRecipe& recipe) {
  std::string text;
  generators::JsonEmitter json(text);
  json.begin_document("set");
  json.text("build", summary.build);
  json.text("source", summary.source_name);
  json.text("set", summary.digest);
  json.text("madeBy", recipe.creation.tool + "-" + recipe.creation.version);
  json.number("time", summary.time);
  json.number("documents", static_cast<std::int64_t>(summary.documents));
  json.number("signatures", static_cast<std::int64_t>(summary.signatures));
  json.number("bytes", static_cast<std::int64_t>(summary.bytes));
  write_link(json, summary.document);
  json.begin_list("packages");
  for (std::size_t i = 0; i != summary.packages.size(); ++i) {
    const IndexEntry& entry = summary.packages[i];
    json.begin_item();
    json.text("nevra", entry.nevra);
    json.text("arch", entry.arch);
    json.text("pkgid", entry.pkgid);
    json.text("documents", entry.stem);
    json.text("uuid", entry.uuid);
    json.number("time", entry.time);
    json.begin_object("element");
    generators::write_record(json, *elements[i]);
    json.end_object();
    json.end_item();
  }
  json.end_list();
  json.end_document();
  json.finish();
  return text;
}

// A package can be called so as to have the name that another gets (document_stem).
void check_distinct(const std::vector<Sum>& sorted, const std::string& build) {
  const auto twice = std::adjacent_find(
      sorted.begin(), sorted.end(), [](const Sum& a, const Sum& b) { return a.name == b.name; });
  if (twice == sorted.end()) return;
  throw Error(Cause::Untrusted, build, "two of its documents would be called " + twice->name);
}

// set.json, SHA256SUMS over all that is there, and the signatures over that.
void seal(
    RenderedSet& set,
    const std::vector<const generators::Element*>& elements,
    const SetRecipe& recipe) {
  SetSummary& summary = set.summary;
  summary.documents = set.files.size();
  summary.signatures = recipe.signers.size();
  for (const NamedBytes& file : set.files)
    summary.bytes += file.bytes.size();
  set.files.push_back({std::string(kSetIndex), write_set_json(summary, elements, recipe)});
  std::vector<Sum> sums;
  sums.reserve(set.files.size());
  for (const NamedBytes& file : set.files)
    sums.push_back({metadata::sha256(file.bytes), file.name});
  std::sort(sums.begin(), sums.end(), [](const Sum& a, const Sum& b) { return a.name < b.name; });
  check_distinct(sums, summary.build);
  std::string text = write_sums(sums);
  summary.sums_sha256 = metadata::sha256(text);
  for (const auto& signer : recipe.signers) {
    set.files.push_back(
        {std::string(kSums) + std::string(signer->suffix()), signer->sign(text, summary.time)});
  }
  set.files.push_back({std::string(kSums), std::move(text)});
}

}  // namespace

std::string SetRecipe::digest() const {
  std::string bytes;
  const metadata::Distribution& distribution = creation.distribution;
  for (const std::string* text :
       {&distribution.id,
        &distribution.name,
        &distribution.cpe,
        &distribution.purl.name_space,
        &distribution.purl.distro,
        &distribution.documents,
        &creation.supplier.name,
        &creation.supplier.url,
        &creation.supplier.email,
        &creation.creator.name,
        &creation.creator.url,
        &creation.creator.email,
        &creation.tool,
        &creation.version}) {
    metadata::append_fact(bytes, *text);
  }
  metadata::append_fact(bytes, creation.time.value_or(-1));
  metadata::append_fact(bytes, list_files ? 1 : 0);
  // Of the version, the documents of a set say the major number only.
  metadata::append_fact(bytes, distribution.major());
  for (const Format format : formats) {
    metadata::append_fact(bytes, generators::row_of(format).name);
  }
  for (const auto& signer : signers) {
    metadata::append_fact(bytes, signer->suffix());
    for (const PublicKeyFile& key : signer->public_keys()) {
      metadata::append_fact(bytes, key.fingerprint);
    }
  }
  return metadata::sha256(bytes);
}

std::vector<std::unique_ptr<Signer>> make_signers(const Signing& signing) {
  std::vector<std::unique_ptr<Signer>> signers;
  if (signing.openpgp) {
    signers.push_back(make_openpgp_signer(signing.openpgp->key, signing.openpgp->passphrase_file));
  }
  if (signing.x509) {
    signers.push_back(make_cms_signer(
        signing.x509->key, signing.x509->certificate, signing.x509->passphrase_file));
  }
  return signers;
}

SetRecipe make_recipe(
    const Settings& settings,
    const metadata::Distribution& distribution,
    std::optional<std::int64_t> source_date_epoch) {
  SetRecipe recipe;
  recipe.creation.time = source_date_epoch;
  recipe.creation.distribution = distribution;
  recipe.creation.supplier = settings.supplier;
  if (recipe.creation.supplier.name.empty()) recipe.creation.supplier.name = distribution.name;
  recipe.creation.creator = settings.creator;
  recipe.creation.version = kDocumentVersion;
  recipe.formats = settings.formats;
  recipe.signers = make_signers(settings.signing);
  return recipe;
}

std::string set_digest(
    const Catalog& catalog, const Build& build, const std::string& recipe_digest) {
  metadata::Hasher hasher(metadata::ChecksumType::Sha256);
  hasher.update(recipe_digest);
  hasher.update(metadata::facts(catalog, build));
  return hasher.hex();
}

RenderedSet render_set(
    const Catalog& catalog,
    const Build& build,
    const SetRecipe& recipe,
    const std::string& digest) {
  RenderedSet set;
  SetSummary& summary = set.summary;
  summary.digest = digest;
  summary.build = metadata::build_name(build);
  summary.source_name = build.source.package.name;
  if (!metadata::is_safe_file_name(summary.source_name)) {
    throw Error(
        Cause::Untrusted, summary.build, "the name of its source package is none of a file");
  }
  Document document = generators::describe_build(catalog, build, recipe.creation);
  Rendered build_files = render_all(document, recipe, summary.build + ".src");
  summary.document = link_of(document, build_files, recipe);
  summary.time = document.created;
  set.files = std::move(build_files.files);

  std::vector<Rendered> rendered(build.packages.size());
  const auto render_package = [&](std::size_t i) {
    const Package& package = build.packages[i];
    std::optional<std::vector<metadata::PackagedFile>> files;
    if (recipe.list_files) files = recipe.list_files(package);
    Document package_document = generators::describe_package(
        catalog, build, package, recipe.creation, summary.document, files ? &*files : nullptr);
    rendered[i] = render_all(package_document, recipe, document_stem(package));
  };
  if (build.packages.size() > kLargeBuild) {
    parallel_for(build.packages.size(), render_package);
  } else {
    for (std::size_t i = 0; i != build.packages.size(); ++i)
      render_package(i);
  }
  for (std::size_t i = 0; i != rendered.size(); ++i) {
    IndexEntry entry = index_entry(build, build.packages[i], digest);
    entry.uuid = rendered[i].uuid;
    entry.time = rendered[i].created;
    summary.packages.push_back(std::move(entry));
    std::move(rendered[i].files.begin(), rendered[i].files.end(), std::back_inserter(set.files));
  }
  seal(set, package_elements(document), recipe);
  return set;
}

void stage_set(const RenderedSet& set, const std::filesystem::path& tree, Storage& storage) {
  const std::filesystem::path folder = tree / staged_set_path(set.summary.digest);
  storage.create_directories(folder);
  for (const NamedBytes& file : set.files)
    storage.write(folder / file.name, file.bytes);
}

std::string first_difference(const RenderedSet& set, const std::filesystem::path& folder) {
  for (const NamedBytes& file : set.files) {
    if (!holds(folder / file.name, file.bytes)) return file.name;
  }
  return {};
}

DocumentLink read_link(const generators::JsonObject& json) {
  return {
      .id = json.text("id"),
      .name_space = json.text("namespace"),
      .sha1 = json.text("sha1"),
      .uuid = json.text("uuid"),
      .root_spdx_id = json.text("spdxId"),
      .root_bom_ref = json.text("bomRef")};
}

SetSummary read_set(const std::filesystem::path& tree, const std::string& digest) {
  const std::filesystem::path folder = tree / store_path(digest);
  const std::filesystem::path file = folder / kSetIndex;
  SetSummary summary;
  generators::read_json(read_file(file), file.string(), [&](const generators::JsonObject& json) {
    summary.digest = json.text("set");
    summary.build = json.text("build");
    summary.source_name = json.text("source");
    summary.time = json.number("time");
    summary.documents = static_cast<std::size_t>(json.number("documents"));
    summary.signatures = static_cast<std::size_t>(json.number("signatures"));
    summary.bytes = static_cast<std::uint64_t>(json.number("bytes"));
    json.object("document", [&](const auto& link) { summary.document = read_link(link); });
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
  summary.sums_sha256 = metadata::sha256(read_file(folder / kSums));
  return summary;
}

std::string document_stem(const Package& package) {
  std::string stem = metadata::nvra(package);
  if (package.shares_name) stem += "." + package.checksum.hex.substr(0, 16);
  return stem;
}

}  // namespace reposbom::pipeline
