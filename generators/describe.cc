// SPDX-License-Identifier: Apache-2.0
#include "generators/describe.h"

#include <algorithm>
#include <set>
#include <utility>

#include "generators/describe_parts.h"
#include "generators/document_facts.h"
#include "generators/elements.h"
#include "generators/parts.h"
#include "generators/source_files.h"
#include "metadata/bundled.h"
#include "metadata/digest.h"
#include "metadata/providers.h"

namespace reposbom::generators {
namespace {

using metadata::Build;
using metadata::Catalog;
using metadata::Package;

// The UUID namespace of all our documents: version 5 of "https://spdx.org/spdxdocs/reposbom" in the
// URL namespace of RFC 4122 appendix C.
constexpr std::string_view kUuidSpace = "80d870f5-a6ac-5dff-a06d-ea63efec3a54";

void add_repositories(Repositories& repositories, const Package& package) {
  for (const metadata::Origin& origin : package.origins)
    repositories.insert(origin.repository);
}

std::string header_comment(const Package& package) {
  if (package.header.sha256_header.empty()) return {};
  return " Digests and signature of the header are those of the RPM file itself.";
}

// What there is to say of a package's direct runtime dependencies.
std::string dependency_comment(const Package& package) {
  const std::size_t count = package.unresolved.size();
  std::string text = " Its direct runtime dependencies are complete.";
  if (count != 0) {
    text = " Its direct runtime dependencies are incomplete: " + std::to_string(count) +
           (count == 1 ? " requirement is" : " requirements are") +
           " met by no package of these repositories.";
  }
  return text +
         " What those depend on in turn is told by their own documents. Bundled parts are those "
         "that"
         " the package declares; whether there are others is not known.";
}

void add_bundled(Document& document, const Package& package) {
  std::vector<std::string> seen;
  for (const metadata::Dependency& provide : package.provides) {
    const auto bundled = metadata::parse_bundled(provide);
    if (!bundled) continue;
    if (!bundled->well_formed) {
      document.elements[0].properties.push_back(
          {PropertyName::MalformedBundled, metadata::to_string(provide)});
      continue;
    }
    if (std::find(seen.begin(), seen.end(), bundled->purl) != seen.end()) continue;
    seen.push_back(bundled->purl);
    relate(
        document, 0, RelationshipType::Contains, add(document, bundled_element(package, *bundled)));
  }
}

void add_files(
    Document& document, const Package& package, const std::vector<metadata::PackagedFile>& files) {
  for (const metadata::PackagedFile& file : files) {
    relate(
        document,
        0,
        RelationshipType::Contains,
        add(document, packaged_file_element(package, file)));
  }
  document.lists_files = !files.empty();
  document.comment += files.empty() ? " It installs no file that has a content."
                                    : " Its files are listed, with digests of their content.";
}

void add_unresolved(Element& element, const Package& package) {
  for (const std::string& requirement : package.unresolved)
    element.properties.push_back({PropertyName::UnresolvedRequirement, requirement});
}

// Returns those of them that require something in turn.
std::vector<std::size_t> add_dependencies(
    Document& document, const Catalog& catalog, const Package& package, const Creation& creation) {
  std::vector<std::size_t> needy;
  for (const metadata::PackageRef ref : package.depends_on) {
    const Package& provider = catalog.at(ref);
    const std::size_t index = add(
        document,
        package_element(catalog, catalog.builds[ref.build], provider, creation, Detail::Identity));
    relate(document, 0, RelationshipType::DependsOn, index);
    if (!provider.requires_.empty()) needy.push_back(index);
  }
  add_unresolved(document.elements[0], package);
  return needy;
}

void add_source_files(Document& document, const metadata::SourcePackage& source) {
  const metadata::SourceFile* archive = patched_archive(source);
  std::size_t archive_index = 0;
  std::vector<std::size_t> patches;
  for (const metadata::SourceFile* file : distinct_files(source)) {
    const std::size_t index = add(document, source_file_element(source, *file));
    relate(document, 0, RelationshipType::Contains, index);
    if (file == archive) archive_index = index;
    if (file->is_patch) patches.push_back(index);
  }
  if (archive == nullptr) return;
  for (const std::size_t patch : patches)
    relate(document, patch, RelationshipType::PatchFor, archive_index);
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

// The packages that meet the BuildRequires, as these repositories have them.
void add_build_dependencies(
    Document& document,
    const Catalog& catalog,
    const Build& build,
    std::size_t first,
    const Creation& creation) {
  const auto build_index = static_cast<std::size_t>(&build - catalog.builds.data());
  for (const metadata::PackageRef ref : build.source.build_depends_on) {
    std::size_t provider = first + ref.package;
    if (ref.build != build_index) {
      provider =
          add(document,
              package_element(
                  catalog, catalog.builds[ref.build], catalog.at(ref), creation, Detail::Identity));
      document.elements[provider].is_build_tool = true;
    }
    relate(document, provider, RelationshipType::BuildDependencyOf, 0);
    document.elements[0].properties.push_back(
        {PropertyName::BuildDependency, document.elements[provider].purl});
  }
}

// What there is to say of what a source package needs to be built.
std::string build_comment(const metadata::SourcePackage& source) {
  if (source.build_requires.empty()) return {};
  const std::size_t count = source.build_unresolved.size();
  if (count == 0) return " Every build requirement is met by a package of these repositories.";
  return " Of its build requirements " + std::to_string(count) + (count == 1 ? " is" : " are") +
         " met by no package of these repositories.";
}

}  // namespace

Document describe_build(const Catalog& catalog, const Build& build, const Creation& creation) {
  Document document{.kind = DocumentKind::Build};
  document.name = metadata::build_name(build) + ".src";
  document.created = creation.time.value_or(metadata::newest_time(catalog, build));
  const metadata::SourcePackage& source = build.source;
  Repositories repositories;
  add_repositories(repositories, source.package);
  for (const Package& package : build.packages)
    add_repositories(repositories, package);
  document.comment = made_from(catalog, repositories);
  document.comment +=
      source.header_read
          ? " Sources and patches are those of the source package's header."
          : " The source package was not at hand: its sources and patches are not listed.";
  document.comment += build_comment(source);
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
  add_build_dependencies(document, catalog, build, first, creation);
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
    const DocumentLink& build_document,
    const std::vector<metadata::PackagedFile>* files) {
  Document document{.kind = DocumentKind::Package};
  document.name = metadata::nevra(package);
  document.created = creation.time.value_or(metadata::newest_time(catalog, package));
  Repositories repositories;
  add_repositories(repositories, package);
  document.comment =
      made_from(catalog, repositories) + header_comment(package) + dependency_comment(package);
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
  if (files != nullptr) add_files(document, package, *files);
  const std::vector<std::size_t> needy = add_dependencies(document, catalog, package, creation);
  // The dependencies' own dependencies are not listed, and whether all that is bundled was
  // declared cannot be known.
  document.compositions = {
      {Aggregate::Incomplete, {}, {}},
      {package.unresolved.empty() ? Aggregate::Complete : Aggregate::Incomplete, {}, {0}},
      {Aggregate::Unknown, {0}, {}}};
  if (!needy.empty()) document.compositions.push_back({Aggregate::Incomplete, {}, needy});
  collect_license_refs(document);
  return document;
}

void identify(Document& document, const Creation& creation) {
  metadata::Hasher hasher(metadata::ChecksumType::Sha256);
  write_facts(document, creation, [&](std::string_view bytes) { hasher.update(bytes); });
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
