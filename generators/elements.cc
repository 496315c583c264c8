// SPDX-License-Identifier: Apache-2.0
#include "generators/elements.h"

#include <algorithm>

#include "generators/identifiers.h"
#include "generators/url.h"
#include "metadata/cpe.h"
#include "metadata/digest.h"
#include "metadata/providers.h"
#include "metadata/purl.h"
#include "metadata/text.h"

namespace reposbom::generators {
namespace {

using metadata::Package;
using metadata::SourcePackage;

// A package names its source RPM by a file name, which has no epoch.
constexpr std::string_view kUnknownEpoch = "unknown";

// What tells two packages of the same NEVRA apart. The header's digest survives signing again, but
// where both the file before and the file after are there, only that of the file does.
std::string package_key(const Package& package) {
  const std::string& digest = package.header.sha256_header;
  if (!digest.empty() && !package.shares_name) return digest.substr(0, kIdDigits);
  return short_digest(metadata::nevra(package) + package.checksum.hex);
}

std::string distribution_cpe(const Creation& creation) {
  const std::string& cpe = creation.distribution.cpe;
  return cpe.starts_with("cpe:/") || cpe.starts_with("cpe:2.3:") ? cpe : std::string();
}

// BSI TR-03183-2 table 7: an RPM is not executable, is an archive, and is structured.
void add_rpm_kind(Element& element) {
  add_property(element, PropertyName::Executable, "non-executable");
  add_property(element, PropertyName::Archive, "archive");
  add_property(element, PropertyName::Structured, "structured");
}

void add_license(Element& element, const metadata::License& license) {
  add_property(element, PropertyName::LicenseTag, license.tag);
  if (license.ids.empty() && license.expression != "NOASSERTION") {
    add_property(element, PropertyName::LicenseExpression, license.expression);
  }
  std::string flags;
  for (const metadata::LicenseFlag flag : license.flags) {
    if (!flags.empty()) flags += ", ";
    flags += metadata::to_string(flag);
  }
  add_property(element, PropertyName::LicenseFlags, flags);
}

void add_version_parts(Element& element, const Package& package) {
  if (package.evr.epoch != 0) {
    add_property(element, PropertyName::Epoch, std::to_string(package.evr.epoch));
  }
  add_property(element, PropertyName::Version, package.evr.version);
  add_property(element, PropertyName::Release, package.evr.release);
  add_property(element, PropertyName::Arch, package.arch);
  add_property(element, PropertyName::SourceRpm, package.source_rpm);
}

void add_header_facts(Element& element, const metadata::HeaderFacts& header) {
  add_property(element, PropertyName::SigMd5, header.sig_md5);
  add_property(element, PropertyName::Sha256Header, header.sha256_header);
  add_property(element, PropertyName::PayloadSha256, header.payload_sha256);
  add_property(element, PropertyName::RpmSignature, header.signature);
}

std::string joined(const std::vector<std::string>& texts) {
  std::string text;
  for (const std::string& each : texts)
    text += (text.empty() ? "" : ", ") + each;
  return text;
}

void add_build_facts(Element& element, const SourcePackage& source) {
  std::vector<std::string> requirements;
  for (const metadata::Dependency& requirement : source.build_requires) {
    requirements.push_back(metadata::to_string(requirement));
  }
  add_property(element, PropertyName::BuildRequires, joined(requirements));
  add_property(element, PropertyName::UnresolvedBuildRequires, joined(source.build_unresolved));
  add_property(element, PropertyName::UnexpandedMacros, joined(source.unexpanded));
}

// What the RPM's own document says of it beyond what identifies it.
void add_origin_facts(Element& element, const Package& package) {
  element.description = metadata::trimmed(package.description);
  add_property(element, PropertyName::BuildHost, package.build_host);
  add_property(element, PropertyName::Packager, package.packager);
  add_property(element, PropertyName::Description, package.description);
}

std::string source_info(const Package& source) {
  return "built package from: " + source.name + " " + metadata::to_string(source.evr);
}

void add_source_facts(Element& element, const Package& package) {
  add_property(element, PropertyName::SourceName, package.name);
  add_property(element, PropertyName::SourceVersion, package.evr.version);
  add_property(element, PropertyName::SourceRelease, package.evr.release);
  if (package.evr.epoch != 0) {
    add_property(element, PropertyName::SourceEpoch, std::to_string(package.evr.epoch));
  }
}

AdvisoryRef advisory_ref(const metadata::Advisory& advisory) {
  AdvisoryRef ref{
      .id = metadata::trimmed(advisory.id),
      .url = web_url(metadata::trimmed(advisory.url)),
      .issued = advisory.issued};
  ref.comment = ref.id;
  for (const std::string& part :
       {metadata::trimmed(advisory.type), metadata::trimmed(advisory.severity)}) {
    // "None" is what updateinfo.xml says where there is no severity.
    if (!part.empty() && part != "None") ref.comment += ", " + part;
  }
  if (advisory.issued != 0) ref.comment += ", " + utc_time(advisory.issued).substr(0, 10);
  for (const metadata::AdvisoryReference& reference : advisory.references) {
    if (reference.type == "cve") ref.cves.push_back(metadata::trimmed(reference.id));
  }
  std::sort(ref.cves.begin(), ref.cves.end());
  ref.cves.erase(std::unique(ref.cves.begin(), ref.cves.end()), ref.cves.end());
  for (std::size_t i = 0; i != ref.cves.size(); ++i) {
    ref.comment += (i == 0 ? "; " : " ") + ref.cves[i];
  }
  return ref;
}

std::string location(
    const metadata::Catalog& catalog,
    const Package& package,
    std::string metadata::Repository::*base) {
  for (const metadata::Origin& origin : package.origins) {
    std::string url = url_below(catalog.repositories[origin.repository].*base, origin.href);
    if (!url.empty()) return url;
  }
  return {};
}

std::string file_name_of(const Package& package) {
  if (package.origins.empty()) return metadata::nvra(package) + ".rpm";
  const std::string& href = package.origins.front().href;
  return href.substr(href.rfind('/') + 1);
}

// Of the file: what repodata tells first, which scanners read.
std::vector<metadata::Checksum> checksums_of(const Package& package) {
  std::vector<metadata::Checksum> checksums;
  if (!package.checksum.hex.empty()) checksums.push_back(package.checksum);
  if (!package.sha512.empty()) {
    checksums.push_back({metadata::ChecksumType::Sha512, package.sha512});
  }
  return checksums;
}

void add_identity(Element& element, const Package& package, const Creation& creation) {
  element.name = package.name;
  element.version = metadata::to_string(package.evr);
  element.file_name = file_name_of(package);
  element.purl = metadata::rpm_purl(package, creation.distribution.purl);
  element.bom_ref = element.purl;
  if (package.shares_name) {
    element.bom_ref += "#sha256:" + package.checksum.hex.substr(0, kIdDigits);
  }
  element.checksums = checksums_of(package);
  element.originator = metadata::trimmed(package.vendor);
  add_property(element, PropertyName::FileName, element.file_name);
  add_rpm_kind(element);
}

void add_repository_purls(
    Element& element,
    const metadata::Catalog& catalog,
    const Package& package,
    const Creation& creation) {
  for (const metadata::Origin& origin : package.origins) {
    const std::string& id = catalog.repositories[origin.repository].id;
    if (id.empty()) continue;
    std::string purl = metadata::rpm_purl(package, creation.distribution.purl, id);
    if (std::find(element.repository_purls.begin(), element.repository_purls.end(), purl) ==
        element.repository_purls.end()) {
      element.repository_purls.push_back(std::move(purl));
    }
  }
}

// What an element says in the documents of its own build and release.
void add_membership(
    Element& element,
    const metadata::Catalog& catalog,
    const Package& package,
    const Creation& creation) {
  element.summary = metadata::trimmed(package.summary);
  element.homepage = web_url(package.url);
  element.vcs = vcs_url(package.header.vcs);
  element.cpe = metadata::rpm_cpe(package, creation.distribution.purl.name_space);
  element.build_time = package.build_time;
  add_repository_purls(element, catalog, package, creation);
  add_version_parts(element, package);
  if (package.build_time != 0) {
    add_property(element, PropertyName::BuildTime, std::to_string(package.build_time));
  }
  add_license(element, catalog.license(package));
}

}  // namespace

Element package_element(
    const metadata::Catalog& catalog,
    const metadata::Build& build,
    const Package& package,
    const Creation& creation,
    Detail detail) {
  const Package& source = build.source.package;
  Element element{.role = Role::Package, .is_brief = detail == Detail::Identity};
  add_identity(element, package, creation);
  element.spdx_id =
      spdx_id("Package-rpm-" + package.arch + "-" + package.name + "-" + package_key(package));
  element.license = &catalog.license(package);
  element.download_location = location(catalog, package, &metadata::Repository::published);
  element.source_location = location(catalog, source, &metadata::Repository::sources_published);
  element.source_checksums = checksums_of(source);
  element.source_info = source_info(source);
  // Scanners skip a package of a module stream that does not say which.
  add_property(element, PropertyName::ModuleLabel, package.module);
  if (element.is_brief) return element;
  add_membership(element, catalog, package, creation);
  add_header_facts(element, package.header);
  add_source_facts(element, source);
  if (!build.source.epoch_known) add_property(element, PropertyName::UnknownEpoch, kUnknownEpoch);
  for (const std::size_t i : package.advisories) {
    element.advisories.push_back(advisory_ref(catalog.advisories[i]));
  }
  if (detail == Detail::Full) add_origin_facts(element, package);
  return element;
}

Element source_package_element(
    const metadata::Catalog& catalog,
    const SourcePackage& source,
    const Creation& creation,
    Detail detail) {
  const Package& package = source.package;
  Element element{.role = Role::SourcePackage, .is_brief = detail == Detail::Identity};
  add_identity(element, package, creation);
  element.spdx_id = spdx_id("Package-rpm-src-" + package.name + "-" + package_key(package));
  element.license = &catalog.license(package);
  element.download_location = location(catalog, package, &metadata::Repository::sources_published);
  element.source_location = element.download_location;
  element.source_info = element.download_location;
  add_property(element, PropertyName::ModuleLabel, package.module);
  if (element.is_brief) return element;
  add_membership(element, catalog, package, creation);
  add_header_facts(element, package.header);
  if (!source.epoch_known) add_property(element, PropertyName::UnknownEpoch, kUnknownEpoch);
  add_build_facts(element, source);
  element.resolves = source.changelog_cves;
  if (detail == Detail::Full) add_origin_facts(element, package);
  return element;
}

Element operating_system_element(const Creation& creation, const std::string& version) {
  const metadata::Distribution& distribution = creation.distribution;
  Element element{.role = Role::OperatingSystem, .is_brief = true};
  // Scanners keep a package only where this name equals the namespace of its purl.
  element.name = metadata::ascii_lower(distribution.purl.name_space);
  element.version = version;
  const std::string tag = element.name + (version.empty() ? "" : "-" + version);
  element.spdx_id = spdx_id("OperatingSystem-" + tag);
  element.bom_ref = "os:" + tag;
  element.cpe = distribution_cpe(creation);
  element.summary = distribution.name + (version.empty() ? "" : " " + version);
  element.homepage = web_url(creation.supplier.url);
  return element;
}

Element product_element(const Creation& creation) {
  Element element = operating_system_element(creation, creation.distribution.version);
  element.is_brief = false;
  element.swid_tag = element.name + (element.version.empty() ? "" : "-" + element.version);
  return element;
}

}  // namespace reposbom::generators
