// SPDX-License-Identifier: Apache-2.0
#include "generators/cyclonedx.h"

#include <algorithm>

namespace reposbom::generators {
namespace {

constexpr std::size_t kNone = static_cast<std::size_t>(-1);

void place(CyclonedxLayout& places, const Element& element, std::size_t index) {
  switch (element.role) {
    case Role::SourcePackage:
    case Role::Source:
      places.ancestors.push_back(index);
      return;
    case Role::Patch:
      places.patches.push_back(index);
      places.nested.push_back(index);
      return;
    case Role::Bundled:
    case Role::File:
      places.nested.push_back(index);
      return;
    case Role::Package:
    case Role::OperatingSystem:
      // CycloneDX 1.6 has no scope for what a build needed; the root names it in properties.
      if (!element.is_build_tool) places.components.push_back(index);
      return;
  }
}

}  // namespace

CyclonedxLayout layout(const Document& document) {
  CyclonedxLayout places;
  for (std::size_t i = 1; i != document.elements.size(); ++i)
    place(places, document.elements[i], i);
  std::vector<std::size_t> entry(document.elements.size(), kNone);
  const auto dependencies_of = [&](std::size_t ref) -> CyclonedxLayout::Dependencies& {
    if (entry[ref] == kNone) {
      entry[ref] = places.dependencies.size();
      places.dependencies.push_back({ref, {}, {}});
    }
    return places.dependencies[entry[ref]];
  };
  // Also of what depends on nothing, where that is known: an element without an entry may depend on
  // anything.
  dependencies_of(0);
  for (const Composition& composition : document.compositions) {
    if (composition.aggregate != Aggregate::Complete) continue;
    for (const std::size_t ref : composition.dependencies)
      dependencies_of(ref);
  }
  for (const Relationship& relation : document.relationships) {
    if (relation.to_link || relation.type == RelationshipType::BuildDependencyOf) continue;
    const Role from = document.elements[relation.from].role;
    if (relation.type == RelationshipType::DependsOn) {
      dependencies_of(relation.from).depends_on.push_back(relation.to);
    } else if (relation.to == 0 && from == Role::Package) {
      // The root is the source package that a package was generated from, or the release that
      // it is part of.
      const bool is_source = relation.type == RelationshipType::GeneratedFrom;
      auto& root = dependencies_of(0);
      (is_source ? root.provides : root.depends_on).push_back(relation.from);
    }
  }
  return places;
}

std::vector<ExternalReference> external_references(
    const Document& document, const Element& element) {
  std::vector<ExternalReference> references;
  if (!element.homepage.empty()) references.push_back({"website", element.homepage, {}, {}});
  if (!element.download_location.empty()) {
    references.push_back({"distribution", element.download_location, {}, element.checksums});
  }
  if (!element.source_location.empty()) {
    const bool is_source = element.role == Role::SourcePackage;
    references.push_back(
        {"source-distribution",
         element.source_location,
         {},
         is_source ? element.checksums : element.source_checksums});
  }
  if (element.document) {
    references.push_back({"bom", bom_link(document.links[*element.document]), {}, {}});
  }
  if (!element.vcs.empty()) references.push_back({"vcs", element.vcs, {}, {}});
  for (const AdvisoryRef& advisory : element.advisories) {
    if (!advisory.url.empty()) {
      references.push_back({"advisories", advisory.url, advisory.comment, {}});
    }
  }
  return references;
}

LicenseChoice license_choice(const Element& element) {
  if (element.license == nullptr || element.license->expression == "NOASSERTION") return {};
  if (element.license->is_concluded && !element.license->ids.empty()) {
    return {element.license->ids, {}, {}};
  }
  return {
      {}, element.license->expression, element.license->is_concluded ? "concluded" : "declared"};
}

ReleaseNote release_note(const Element& element) {
  ReleaseNote note;
  std::int64_t newest = 0;
  for (const AdvisoryRef& advisory : element.advisories) {
    note.title += (note.title.empty() ? "" : ", ") + advisory.id;
    newest = std::max(newest, advisory.issued);
    note.resolves.insert(note.resolves.end(), advisory.cves.begin(), advisory.cves.end());
  }
  if (element.role == Role::SourcePackage) {
    note.resolves.insert(note.resolves.end(), element.resolves.begin(), element.resolves.end());
  }
  std::sort(note.resolves.begin(), note.resolves.end());
  note.resolves.erase(std::unique(note.resolves.begin(), note.resolves.end()), note.resolves.end());
  if (newest != 0) note.timestamp = utc_time(newest);
  return note;
}

std::string_view component_type(Role role) {
  switch (role) {
    case Role::Package:
    case Role::SourcePackage:
    case Role::Source:
    case Role::Bundled:
      return "library";
    case Role::Patch:
    case Role::File:
      return "file";
    case Role::OperatingSystem:
      return "operating-system";
  }
  return {};
}

std::string_view lifecycle_phase(DocumentKind kind) {
  return kind == DocumentKind::Machine ? "operations" : "post-build";
}

bool is_built_here(const Element& element) {
  return element.role == Role::Package || element.role == Role::SourcePackage ||
         element.role == Role::OperatingSystem;
}

std::string_view to_string(Aggregate aggregate) {
  switch (aggregate) {
    case Aggregate::Complete:
      return "complete";
    case Aggregate::Incomplete:
      return "incomplete";
    case Aggregate::Unknown:
      return "unknown";
  }
  return {};
}

std::string_view hash_name(metadata::ChecksumType type) {
  switch (type) {
    case metadata::ChecksumType::Md5:
      return "MD5";
    case metadata::ChecksumType::Sha1:
      return "SHA-1";
    case metadata::ChecksumType::Sha224:
      return {};
    case metadata::ChecksumType::Sha256:
      return "SHA-256";
    case metadata::ChecksumType::Sha384:
      return "SHA-384";
    case metadata::ChecksumType::Sha512:
      return "SHA-512";
  }
  return {};
}

bool has_hashes(const std::vector<metadata::Checksum>& checksums) {
  return std::any_of(checksums.begin(), checksums.end(), [](const metadata::Checksum& checksum) {
    return !hash_name(checksum.type).empty();
  });
}

}  // namespace reposbom::generators
