// SPDX-License-Identifier: Apache-2.0
#include "pipeline/stages.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

#include "metadata/digest.h"
#include "metadata/error.h"
#include "metadata/text.h"
#include "pipeline/compressed.h"
#include "pipeline/parallel.h"
#include "pipeline/trace.h"

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

// As they are; compress_all() is for what no link needs any more.
Rendered render_all(Document& document, const SetRecipe& recipe, const std::string& stem) {
  if (!metadata::is_safe_file_name(stem)) {
    throw Error(Cause::Untrusted, document.name, "its name cannot be that of a file");
  }
  generators::identify(document, recipe.creation);
  Rendered rendered{{}, document.uuid, document.created};
  for (const Format format : recipe.formats) {
    const generators::FormatRow& row = generators::row_of(format);
    const Span span("render", row.name);
    rendered.files.push_back(
        {stem + document_suffix(format, recipe.compress),
         generators::render(document, recipe.creation, format)});
  }
  return rendered;
}

void compress_all(Rendered& rendered, const SetRecipe& recipe) {
  if (recipe.compress == Compression::None) return;
  const Span span("compress", row_of(recipe.compress).name);
  for (NamedBytes& file : rendered.files)
    file.bytes = compress(std::move(file.bytes), recipe.compress);
}

Document describe(const Catalog& catalog, const Build& build, const SetRecipe& recipe) {
  const Span span("describe");
  return generators::describe_build(catalog, build, recipe.creation);
}

Document describe(
    const Catalog& catalog,
    const Build& build,
    const Package& package,
    const SetRecipe& recipe,
    const DocumentLink& build_document,
    const std::vector<metadata::PackagedFile>* files) {
  const Span span("describe");
  return generators::describe_package(
      catalog, build, package, recipe.creation, build_document, files);
}

// Links name the SHA-1 of the SPDX JSON form (SPDX 2.3 clause 6.6), whether or not it is published,
// and as what it is when nothing is compressed: that is the document.
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

// A package can be called so as to have the name that another gets (document_stem).
void check_distinct(const std::vector<metadata::Sum>& sorted, const std::string& build) {
  const auto twice = std::adjacent_find(
      sorted.begin(), sorted.end(), [](const metadata::Sum& a, const metadata::Sum& b) {
        return a.name == b.name;
      });
  if (twice == sorted.end()) return;
  throw Error(Cause::Untrusted, build, "two of its documents would be called " + twice->name);
}

bool is_signed_by(const Signer& signer, std::string_view data, const std::filesystem::path& file) {
  std::error_code ignored;
  return std::filesystem::is_regular_file(file, ignored) && signer.is_good(data, read_file(file));
}

// Of each document, as sha256sum writes it: what SBOM importers ask for beside what changes.csv
// names.
void add_sha256_files(std::vector<NamedBytes>& files) {
  const std::size_t documents = files.size();
  for (std::size_t i = 0; i != documents; ++i) {
    const std::string& name = files[i].name;
    std::string sum = metadata::write_sums({{metadata::sha256(files[i].bytes), name}});
    files.push_back({name + std::string(kSha256Suffix), std::move(sum)});
  }
}

std::vector<metadata::Sum> sums_of(const std::vector<NamedBytes>& files) {
  const Span span("hash");
  std::vector<metadata::Sum> sums;
  sums.reserve(files.size());
  for (const NamedBytes& file : files)
    sums.push_back({metadata::sha256(file.bytes), file.name});
  return sums;
}

// set.json, SHA256SUMS over all that is there, and the signatures over that.
void seal(
    RenderedSet& set,
    const std::vector<PackageFacts>& facts,
    const std::vector<const generators::Element*>& elements,
    const SetRecipe& recipe) {
  SetSummary& summary = set.summary;
  summary.documents = set.files.size();
  summary.signatures = recipe.signers.size();
  for (const NamedBytes& file : set.files)
    summary.bytes += file.bytes.size();
  if (recipe.sha256_files) add_sha256_files(set.files);
  set.files.push_back({std::string(kSetIndex), write_set_json(summary, facts, elements)});
  std::vector<metadata::Sum> sums = sums_of(set.files);
  std::sort(sums.begin(), sums.end(), [](const metadata::Sum& a, const metadata::Sum& b) {
    return a.name < b.name;
  });
  check_distinct(sums, summary.build);
  std::string text = metadata::write_sums(sums);
  summary.sums_sha256 = metadata::sha256(text);
  const Span span("sign");
  const std::vector<std::string> names = signature_names(recipe.signers);
  for (std::size_t i = 0; i != names.size(); ++i) {
    const Signer& signer = *recipe.signers[i];
    set.files.push_back(
        {.name = names[i],
         .bytes = signer.sign(text, summary.time),
         .varies_by = signer.is_reproducible() ? nullptr : &signer});
  }
  set.files.push_back({std::string(metadata::kSums), std::move(text)});
}

}  // namespace

RenderedSet render_set(
    const Catalog& catalog, const Build& build, const SetRecipe& recipe, const SetName& name) {
  RenderedSet set;
  SetSummary& summary = set.summary;
  summary.digest = name.digest;
  summary.inputs = name.inputs;
  summary.build = metadata::build_name(build);
  summary.source_name = build.source.package.name;
  if (!metadata::is_safe_file_name(summary.source_name)) {
    throw Error(
        Cause::Untrusted, summary.build, "the name of its source package is none of a file");
  }
  Document document = describe(catalog, build, recipe);
  Rendered build_files = render_all(document, recipe, summary.build + ".src");
  summary.document = link_of(document, build_files, recipe);
  summary.time = document.created;
  compress_all(build_files, recipe);
  set.files = std::move(build_files.files);

  std::vector<Rendered> rendered(build.packages.size());
  const auto render_package = [&](std::size_t i) {
    const Package& package = build.packages[i];
    std::optional<std::vector<metadata::PackagedFile>> files;
    if (recipe.list_files) files = recipe.list_files(package);
    Document package_document =
        describe(catalog, build, package, recipe, summary.document, files ? &*files : nullptr);
    rendered[i] = render_all(package_document, recipe, document_stem(package));
    compress_all(rendered[i], recipe);
  };
  if (build.packages.size() > kLargeBuild) {
    parallel_for(build.packages.size(), render_package);
  } else {
    for (std::size_t i = 0; i != build.packages.size(); ++i)
      render_package(i);
  }
  std::vector<PackageFacts> facts;
  for (std::size_t i = 0; i != rendered.size(); ++i) {
    IndexEntry entry = index_entry(build, build.packages[i], name.digest);
    facts.push_back(package_facts(catalog, build.packages[i]));
    entry.uuid = rendered[i].uuid;
    entry.time = rendered[i].created;
    summary.packages.push_back(std::move(entry));
    std::move(rendered[i].files.begin(), rendered[i].files.end(), std::back_inserter(set.files));
  }
  seal(set, facts, package_elements(document), recipe);
  return set;
}

void stage_set(const RenderedSet& set, const std::filesystem::path& tree, Storage& storage) {
  const Span span("write set");
  const std::filesystem::path folder = tree / staged_set_path(set.summary.digest);
  storage.create_directories(folder);
  for (const NamedBytes& file : set.files)
    storage.write(folder / file.name, file.bytes);
}

std::string first_difference(const RenderedSet& set, const std::filesystem::path& folder) {
  // SHA256SUMS comes last; what varies is good if it is a signature over what that would say.
  const std::string& sums = set.files.back().bytes;
  for (const NamedBytes& file : set.files) {
    const bool is_same = file.varies_by == nullptr
                             ? holds(folder / file.name, file.bytes)
                             : is_signed_by(*file.varies_by, sums, folder / file.name);
    if (!is_same) return file.name;
  }
  return {};
}

std::string document_stem(const Package& package) {
  std::string stem = metadata::nvra(package);
  if (package.shares_name) stem += "." + package.checksum.hex.substr(0, 16);
  return stem;
}

}  // namespace reposbom::pipeline
