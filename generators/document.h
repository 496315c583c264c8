// SPDX-License-Identifier: Apache-2.0
//
// An SBOM free of format: what describe.h makes of a catalog and what the
// writers of formats.h turn into bytes. Plain values; an absent text is empty.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "metadata/distribution.h"
#include "metadata/license.h"
#include "metadata/package.h"
#include "metadata/utc_time.h"

namespace reposbom::generators {

// A person would say: who to turn to.
struct Party {
  std::string name = {};
  std::string url = {};
  std::string email = {};
};

// What is the same in every document of a run. The version is the program's without its patch
// number: a patch release never changes a document.
struct Creation {
  metadata::Distribution distribution = {};
  Party supplier = {};  // Of the packages.
  Party creator = {};   // Of the documents; no name if nobody was configured.
  std::string tool = "reposbom";
  std::string version = {};
  std::optional<std::int64_t> time = {};  // SOURCE_DATE_EPOCH: instead of that of the facts.
};

enum class Role { Package, SourcePackage, Source, Patch, Bundled, OperatingSystem, File };

// What is known of what a file is.
enum class FileKind { Other, Executable, Archive, Documentation };

// Facts that have no field of their own in a format; see property_names() for what they are called.
enum class PropertyName {
  Epoch,
  Version,
  Release,
  Arch,
  SourceRpm,
  BuildTime,
  BuildHost,
  Packager,
  SigMd5,
  Sha256Header,
  PayloadSha256,
  RpmSignature,
  ModuleLabel,
  SourceName,
  SourceVersion,
  SourceRelease,
  SourceEpoch,
  UnknownEpoch,
  FileName,
  Executable,
  Archive,
  Structured,
  LicenseTag,
  LicenseExpression,
  LicenseFlags,
  Description,
  UnresolvedRequirement,
  MalformedBundled,
  NotIncluded,
  SourceNumber,
  BuildRequires,
  BuildDependency,
  UnresolvedBuildRequires,
  UnexpandedMacros,
  MediaRepodata,
  RpmDatabase,
  MediaVolume,
  MediaArch,
  MediaTime,
};

struct Property {
  PropertyName name = PropertyName::Epoch;
  std::string value = {};
};

// How a property is called: the prefix of an SPDX annotation ("sigmd5: "), empty where a field of
// SPDX says the same; and the name of a CycloneDX property.
struct PropertyNames {
  std::string_view annotation;
  std::string_view property;
};
PropertyNames property_names(PropertyName name);

// The property that CycloneDX calls so.
std::optional<PropertyName> find_property(std::string_view cyclonedx_name);

// An advisory that a package was published with.
struct AdvisoryRef {
  std::string id = {};
  std::string url = {};
  std::string comment = {};  // Type, severity, date, CVE ids.
  std::int64_t issued = 0;
  std::vector<std::string> cves = {};
};

// Another document, which this one refers to. Its SHA-1 is that of its SPDX JSON form.
struct DocumentLink {
  std::string id = {};  // "DocumentRef-…".
  std::string name_space = {};
  std::string sha1 = {};
  std::string uuid = {};
  std::string root_spdx_id = {};
  std::string root_bom_ref = {};
};

struct Element {
  Role role = Role::Package;
  bool is_brief = false;       // Identified only; its own document says the rest.
  bool is_build_tool = false;  // Needed to build what is described, and no part of it.
  std::string spdx_id = {};    // "SPDXRef-…".
  std::string bom_ref = {};
  std::string name = {};
  std::string version = {};
  std::string file_name = {};
  std::string purl = {};                           // Canonical, free of repositories.
  std::vector<std::string> repository_purls = {};  // The same with repository_id.
  std::string cpe = {};       // 2.3 of packages, 2.2 or 2.3 of the operating system.
  std::string swid_tag = {};  // Of a product.
  std::vector<metadata::Checksum> checksums = {};
  const metadata::License* license = nullptr;  // In the catalog; none: nothing is known.
  std::string originator = {};                 // Vendor of a package.
  // Where it is another than that of the Creation; empty if nobody is known.
  std::optional<std::string> supplier = {};
  std::string homepage = {};
  std::string vcs = {};  // URL of the repository that its packaging is kept in.
  std::string download_location = {};
  std::string source_location = {};  // URL of the source RPM that a package was made from.
  std::vector<metadata::Checksum> source_checksums = {};
  std::string source_info = {};  // "built package from: NAME [E:]V-R".
  std::string summary = {};
  std::string description = {};
  std::int64_t build_time = 0;           // 0: unknown.
  FileKind file_kind = FileKind::Other;  // Of a File.
  std::vector<AdvisoryRef> advisories = {};
  // CVE ids that a patch is named after, or that the changelog of a source package names.
  std::vector<std::string> resolves = {};
  std::vector<Property> properties = {};
  std::optional<std::size_t> document = {};  // Index into Document::links: its own document.
};

// Without blanks at both ends, which readers of SPDX XML drop, so that no format has them. Nothing
// if the value is empty then.
void add_property(Element& element, PropertyName name, std::string_view value);

enum class RelationshipType {
  Contains,
  DependsOn,
  GeneratedFrom,
  PackageOf,
  PatchFor,
  BuildDependencyOf
};

// `from` type `to`, both indexes into Document::elements, or `to` an index into Document::links,
// whose root is meant.
struct Relationship {
  std::size_t from = 0;
  RelationshipType type = RelationshipType::Contains;
  std::size_t to = 0;
  bool to_link = false;
};

enum class Aggregate { Complete, Incomplete, Unknown };

// How complete the document is: over all of it, or over the parts or the dependencies of elements.
struct Composition {
  Aggregate aggregate = Aggregate::Unknown;
  std::vector<std::size_t> assemblies = {};
  std::vector<std::size_t> dependencies = {};
};

enum class DocumentKind { Package, Build, Release, Media, Machine };

struct Document {
  DocumentKind kind = DocumentKind::Package;
  std::string name = {};
  std::string uuid = {};  // Set by identify().
  std::int64_t created = 0;
  std::string comment = {};
  std::vector<Element> elements = {};  // The first is what the document describes.
  std::vector<Relationship> relationships = {};
  std::vector<Composition> compositions = {};
  std::vector<metadata::LicenseRef> license_refs = {};  // Every LicenseRef-… in use, by id.
  std::vector<DocumentLink> links = {};
  bool lists_files = false;  // Every file in the root is an element; there is at least one.

  const Element& root() const { return elements.front(); }
};

// "package", "build", "release", "media", "machine".
std::string_view to_string(DocumentKind kind);

// The SPDX document namespace: absolute, unique for this content.
std::string document_namespace(const Document& document, const Creation& creation);

// "urn:cdx:UUID/1#REF", REF percent-encoded: the CycloneDX BOM-Link to the root of a document.
std::string bom_link(const DocumentLink& link);

using metadata::utc_time;

}  // namespace reposbom::generators
