// SPDX-License-Identifier: Apache-2.0
#include "generators/describe.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <unordered_map>
#include <utility>

#include "generators/canonical.h"
#include "generators/cyclonedx.h"
#include "generators/elements.h"
#include "generators/spdx.h"
#include "metadata/bundled.h"
#include "metadata/digest.h"

namespace reposbom::generators {
namespace {

using metadata::Build;
using metadata::Catalog;
using metadata::Package;

// The UUID namespace of all our documents: version 5 of "https://spdx.org/spdxdocs/reposbom" in the
// URL namespace of RFC 4122 appendix C.
constexpr std::string_view kUuidSpace = "80d870f5-a6ac-5dff-a06d-ea63efec3a54";

std::size_t add(Document& document, Element element) {
  document.elements.push_back(std::move(element));
  return document.elements.size() - 1;
}

void relate(Document& document, std::size_t from, RelationshipType type, std::size_t to) {
  document.relationships.push_back({from, type, to});
}

// "…; made from the metadata of REPOSITORY (revision R), …": where the facts come from.
std::string made_from(const Catalog& catalog, const std::vector<metadata::Origin>& origins) {
  std::string text = "Made after the build from RPM repository metadata";
  std::string separator = " of ";
  for (const metadata::Origin& origin : origins) {
    text += separator + catalog.repositories[origin.repository].id;
    separator = " and ";
  }
  return text + ".";
}

// Every LicenseRef in use must be defined once (SPDX 2.3 clause 10).
void collect_license_refs(Document& document) {
  std::map<std::string, const metadata::LicenseRef*> refs;
  for (const Element& element : document.elements) {
    if (element.license == nullptr) continue;
    for (const metadata::LicenseRef& ref : element.license->refs)
      refs.emplace(ref.id, &ref);
  }
  for (const auto& [id, ref] : refs)
    document.license_refs.push_back(*ref);
}

void add_bundled(Document& document, const Package& package) {
  std::vector<std::string> seen;
  for (const metadata::Dependency& provide : package.provides) {
    const auto bundled = metadata::parse_bundled(provide);
    if (!bundled) continue;
    if (!bundled->well_formed) {
      document.elements[0].properties.push_back(
          {PropertyName::MalformedBundled, provide.name + " " + provide.evr});
      continue;
    }
    if (std::find(seen.begin(), seen.end(), bundled->purl) != seen.end()) continue;
    seen.push_back(bundled->purl);
    relate(
        document, 0, RelationshipType::Contains, add(document, bundled_element(package, *bundled)));
  }
}

void add_dependencies(
    Document& document, const Catalog& catalog, const Package& package, const Creation& creation) {
  for (const metadata::PackageRef ref : package.depends_on) {
    const std::size_t provider =
        add(document,
            package_element(
                catalog, catalog.builds[ref.build], catalog.at(ref), creation, Detail::Identity));
    relate(document, 0, RelationshipType::DependsOn, provider);
  }
  for (const std::string& requirement : package.unresolved) {
    document.elements[0].properties.push_back({PropertyName::UnresolvedRequirement, requirement});
  }
}

bool is_archive(const std::string& name) {
  for (const std::string_view ending :
       {".tar", ".tgz", ".tbz", ".txz", ".zip", ".crate", ".gem", ".jar"}) {
    if (name.find(ending) != std::string::npos) return true;
  }
  return false;
}

// Which source a patch is applied to, only the spec file knows; it is taken to be the first
// archive. rpm lists the sources of a spec file from last to first. Without an archive nothing is
// said.
void add_source_files(Document& document, const metadata::SourcePackage& source) {
  const std::size_t first = document.elements.size();
  std::optional<std::size_t> archive;
  for (const metadata::SourceFile& file : source.files) {
    const std::size_t index = add(document, source_file_element(source, file));
    relate(document, 0, RelationshipType::Contains, index);
    if (!file.is_patch && is_archive(file.name)) archive = index;
  }
  if (!archive) return;
  for (std::size_t i = 0; i != source.files.size(); ++i) {
    if (source.files[i].is_patch) relate(document, first + i, RelationshipType::PatchFor, *archive);
  }
}

// What the packages of one build need of each other.
void add_inner_dependencies(
    Document& document, const Build& build, std::size_t build_index, std::size_t first) {
  for (std::size_t i = 0; i != build.packages.size(); ++i) {
    for (const metadata::PackageRef ref : build.packages[i].depends_on) {
      if (ref.build != build_index) continue;
      relate(document, first + i, RelationshipType::DependsOn, first + ref.package);
    }
  }
}

}  // namespace

Document describe_build(const Catalog& catalog, const Build& build, const Creation& creation) {
  Document document{.kind = DocumentKind::Build};
  document.name = metadata::build_name(build) + ".src";
  document.created = metadata::newest_time(catalog, build);
  const metadata::SourcePackage& source = build.source;
  document.comment = made_from(
      catalog, build.packages.empty() ? source.package.origins : build.packages.front().origins);
  document.comment +=
      source.header_read
          ? " Sources and patches are those of the source package's header."
          : " The source package was not at hand: its sources and patches are not listed.";
  add(document, source_package_element(catalog, source, creation, Detail::Full));
  const std::size_t first = document.elements.size();
  for (const Package& package : build.packages) {
    const std::size_t index =
        add(document, package_element(catalog, build, package, creation, Detail::Member));
    relate(document, index, RelationshipType::GeneratedFrom, 0);
  }
  add_source_files(document, source);
  const std::size_t system =
      add(document, operating_system_element(creation, creation.distribution.major()));
  for (std::size_t i = 0; i != first + build.packages.size(); ++i) {
    relate(document, i, RelationshipType::PackageOf, system);
  }
  const auto build_index = static_cast<std::size_t>(&build - catalog.builds.data());
  add_inner_dependencies(document, build, build_index, first);
  document.compositions = {
      {Aggregate::Incomplete, {}, {}},
      {source.header_read ? Aggregate::Complete : Aggregate::Incomplete, {0}, {}}};
  collect_license_refs(document);
  return document;
}

Document describe_package(
    const Catalog& catalog,
    const Build& build,
    const Package& package,
    const Creation& creation,
    const DocumentLink& build_document) {
  Document document{.kind = DocumentKind::Package};
  document.name = metadata::nevra(package);
  document.created = metadata::newest_time(catalog, package);
  document.comment = made_from(catalog, package.origins);
  document.comment += package.unresolved.empty()
                          ? " Its direct runtime dependencies are complete."
                          : " Its direct runtime dependencies are incomplete: " +
                                std::to_string(package.unresolved.size()) +
                                " requirements are met by no package of these repositories.";
  document.links.push_back(build_document);
  add(document, package_element(catalog, build, package, creation, Detail::Full));
  document.elements[0].document = 0;
  const std::size_t source =
      add(document, source_package_element(catalog, build.source, creation, Detail::Identity));
  relate(document, 0, RelationshipType::GeneratedFrom, source);
  const std::size_t system =
      add(document, operating_system_element(creation, creation.distribution.major()));
  relate(document, 0, RelationshipType::PackageOf, system);
  add_bundled(document, package);
  add_dependencies(document, catalog, package, creation);
  // The dependencies' own dependencies are not listed, and whether all that is bundled was
  // declared cannot be known.
  document.compositions = {
      {Aggregate::Incomplete, {}, {}},
      {package.unresolved.empty() ? Aggregate::Complete : Aggregate::Incomplete, {}, {0}},
      {Aggregate::Unknown, {0}, {}}};
  collect_license_refs(document);
  return document;
}

Document describe_release(
    const Catalog& catalog,
    const Creation& creation,
    const std::vector<DocumentLink>& build_documents,
    std::int64_t created) {
  Document document{.kind = DocumentKind::Release};
  const metadata::Distribution& distribution = creation.distribution;
  document.name =
      distribution.id + (distribution.version.empty() ? "" : "-" + distribution.version);
  document.created = created;
  std::vector<metadata::Origin> all;
  for (std::size_t i = 0; i != catalog.repositories.size(); ++i)
    all.push_back({i, {}});
  document.comment = made_from(catalog, all);
  add(document, operating_system_element(creation, distribution.version));
  std::map<metadata::PackageRef, std::size_t> places;
  std::vector<std::size_t> complete;
  std::vector<std::size_t> incomplete;
  for (std::uint32_t b = 0; b != catalog.builds.size(); ++b) {
    if (build_documents[b].uuid.empty()) continue;
    const Build& build = catalog.builds[b];
    const std::size_t link = document.links.size();
    document.links.push_back(build_documents[b]);
    for (std::uint32_t p = 0; p != build.packages.size(); ++p) {
      const std::size_t index = add(
          document, package_element(catalog, build, build.packages[p], creation, Detail::Member));
      document.elements[index].document = link;
      places.emplace(metadata::PackageRef{b, p}, index);
      (build.packages[p].unresolved.empty() ? complete : incomplete).push_back(index);
      relate(document, index, RelationshipType::PackageOf, 0);
      document.relationships.push_back({index, RelationshipType::GeneratedFrom, link, true});
    }
  }
  for (const auto& [from, index] : places) {
    for (const metadata::PackageRef ref : catalog.at(from).depends_on) {
      const auto to = places.find(ref);
      if (to == places.end()) continue;  // Of a build that is left out.
      relate(document, index, RelationshipType::DependsOn, to->second);
    }
  }
  document.compositions.push_back({Aggregate::Complete, {0}, {}});
  if (!complete.empty()) document.compositions.push_back({Aggregate::Complete, {}, complete});
  if (!incomplete.empty()) document.compositions.push_back({Aggregate::Incomplete, {}, incomplete});
  collect_license_refs(document);
  return document;
}

void identify(Document& document, const Creation& creation) {
  document.uuid.clear();
  metadata::Hasher hasher(metadata::ChecksumType::Sha256);
  std::string content;
  const Sink hash = [&](std::string_view bytes) { hasher.update(bytes); };
  CanonicalEmitter emitter(content, hash);
  write_spdx(document, creation, emitter);
  write_cyclonedx(document, creation, emitter);
  emitter.finish();
  document.uuid = metadata::uuid_v5(kUuidSpace, hasher.hex());
}

DocumentLink link_to(const Document& document, const Creation& creation, const std::string& sha1) {
  const Element& root = document.root();
  return {
      .id = "DocumentRef-" + std::string(to_string(document.kind)) + "-" +
            root.spdx_id.substr(std::string_view("SPDXRef-Package-rpm-src-").size()),
      .name_space = document_namespace(document, creation),
      .sha1 = sha1,
      .uuid = document.uuid,
      .root_spdx_id = root.spdx_id,
      .root_bom_ref = root.bom_ref};
}

}  // namespace reposbom::generators
