// SPDX-License-Identifier: Apache-2.0
#include "generators/elements.h"

#include <algorithm>
#include <cctype>

#include "generators/url.h"
#include "metadata/cpe.h"
#include "metadata/digest.h"
#include "metadata/providers.h"
#include "metadata/purl.h"
#include "metadata/text.h"

namespace reposbom::generators {
namespace {

using metadata::Package;
using metadata::SourceFile;
using metadata::SourcePackage;

constexpr std::size_t kIdDigits = 16;

std::string short_digest(std::string_view content) {
  return metadata::sha256(content).substr(0, kIdDigits);
}

// What tells two packages of the same NEVRA apart. The header's digest survives signing again.
std::string package_key(const Package& package) {
  const std::string& digest = package.header.sha256_header;
  if (!digest.empty()) return digest.substr(0, kIdDigits);
  return short_digest(metadata::nevra(package) + package.checksum.hex);
}

std::string distribution_cpe(const Creation& creation) {
  const std::string& cpe = creation.distribution.cpe;
  return cpe.starts_with("cpe:/") || cpe.starts_with("cpe:2.3:") ? cpe : std::string();
}

// Readers of SPDX XML drop blanks around a text, so no format may have them.
std::string trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\n";
  const std::size_t first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return std::string(text.substr(first, text.find_last_not_of(blanks) - first + 1));
}

void add(Element& element, PropertyName name, std::string_view text) {
  std::string value = trimmed(text);
  if (!value.empty()) element.properties.push_back({name, std::move(value)});
}

// BSI TR-03183-2 table 7: an RPM is not executable, is an archive, and is structured.
void add_file_kind(Element& element) {
  add(element, PropertyName::Executable, "non-executable");
  add(element, PropertyName::Archive, "archive");
  add(element, PropertyName::Structured, "structured");
}

void add_license(Element& element, const metadata::License& license) {
  add(element, PropertyName::LicenseTag, license.tag);
  if (license.ids.empty() && license.expression != "NOASSERTION") {
    add(element, PropertyName::LicenseExpression, license.expression);
  }
  std::string flags;
  for (const metadata::LicenseFlag flag : license.flags) {
    if (!flags.empty()) flags += ", ";
    flags += metadata::to_string(flag);
  }
  add(element, PropertyName::LicenseFlags, flags);
}

void add_version_parts(Element& element, const Package& package) {
  if (package.evr.epoch != 0) {
    add(element, PropertyName::Epoch, std::to_string(package.evr.epoch));
  }
  add(element, PropertyName::Version, package.evr.version);
  add(element, PropertyName::Release, package.evr.release);
  add(element, PropertyName::Arch, package.arch);
  add(element, PropertyName::SourceRpm, package.source_rpm);
}

void add_header_facts(Element& element, const metadata::HeaderFacts& header) {
  add(element, PropertyName::SigMd5, header.sig_md5);
  add(element, PropertyName::Sha256Header, header.sha256_header);
  add(element, PropertyName::PayloadSha256, header.payload_sha256);
  add(element, PropertyName::RpmSignature, header.signature);
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
  add(element, PropertyName::BuildRequires, joined(requirements));
  add(element, PropertyName::UnexpandedMacros, joined(source.unexpanded));
}

// What the RPM's own document says of it beyond what identifies it.
void add_origin_facts(Element& element, const Package& package) {
  element.homepage = web_url(package.url);
  element.description = trimmed(package.description);
  add(element, PropertyName::BuildHost, package.build_host);
  add(element, PropertyName::Packager, package.packager);
  add(element, PropertyName::Description, package.description);
}

std::string source_info(const Package& source) {
  return "built package from: " + source.name + " " + metadata::to_string(source.evr);
}

void add_source_facts(Element& element, const Package& package) {
  add(element, PropertyName::SourceName, package.name);
  add(element, PropertyName::SourceVersion, package.evr.version);
  add(element, PropertyName::SourceRelease, package.evr.release);
  if (package.evr.epoch != 0) {
    add(element, PropertyName::SourceEpoch, std::to_string(package.evr.epoch));
  }
}

AdvisoryRef advisory_ref(const metadata::Advisory& advisory) {
  AdvisoryRef ref{
      .id = trimmed(advisory.id), .url = web_url(trimmed(advisory.url)), .issued = advisory.issued};
  ref.comment = ref.id;
  for (const std::string& part : {trimmed(advisory.type), trimmed(advisory.severity)}) {
    // "None" is what updateinfo.xml says where there is no severity.
    if (!part.empty() && part != "None") ref.comment += ", " + part;
  }
  if (advisory.issued != 0) ref.comment += ", " + utc_time(advisory.issued).substr(0, 10);
  for (const metadata::AdvisoryReference& reference : advisory.references) {
    if (reference.type == "cve") ref.cves.push_back(trimmed(reference.id));
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

void add_identity(Element& element, const Package& package, const Creation& creation) {
  element.name = package.name;
  element.version = metadata::to_string(package.evr);
  element.file_name = file_name_of(package);
  element.purl = metadata::rpm_purl(package, creation.distribution.purl);
  element.bom_ref = element.purl;
  if (package.shares_name) {
    element.bom_ref += "#sha256:" + package.checksum.hex.substr(0, kIdDigits);
  }
  if (!package.checksum.hex.empty()) element.checksums.push_back(package.checksum);
  element.originator = trimmed(package.vendor);
  add(element, PropertyName::FileName, element.file_name);
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
  element.summary = trimmed(package.summary);
  element.cpe = metadata::rpm_cpe(package, creation.distribution.purl.name_space);
  element.build_time = package.build_time;
  add_repository_purls(element, catalog, package, creation);
  add_version_parts(element, package);
  if (package.build_time != 0) {
    add(element, PropertyName::BuildTime, std::to_string(package.build_time));
  }
  add_file_kind(element);
  add_license(element, catalog.license(package));
}

// Every "CVE-YYYY-N…" in a text, upper case, in order, without duplicates.
std::vector<std::string> cve_ids(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) {
    return static_cast<char>(std::toupper(c));
  });
  const auto digits_from = [&](std::size_t at) {
    std::size_t end = at;
    while (end != text.size() && std::isdigit(static_cast<unsigned char>(text[end])) != 0)
      ++end;
    return end;
  };
  std::vector<std::string> ids;
  for (std::size_t at = text.find("CVE-"); at != std::string::npos;
       at = text.find("CVE-", at + 1)) {
    const std::size_t year_end = digits_from(at + 4);
    if (year_end != at + 8 || year_end == text.size() || text[year_end] != '-') continue;
    const std::size_t end = digits_from(year_end + 1);
    if (end < year_end + 5) continue;  // At least four digits.
    std::string id = text.substr(at, end - at);
    if (std::find(ids.begin(), ids.end(), id) == ids.end()) ids.push_back(std::move(id));
  }
  return ids;
}

}  // namespace

std::string spdx_id(std::string_view name) {
  std::string id = "SPDXRef-";
  for (const char c : name) {
    const bool allowed = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.' || c == '-';
    id += allowed ? c : '-';
  }
  return id;
}

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
  if (!source.checksum.hex.empty()) element.source_checksum = source.checksum;
  element.source_info = source_info(source);
  // Scanners skip a package of a module stream that does not say which.
  add(element, PropertyName::ModuleLabel, package.module);
  if (element.is_brief) return element;
  add_membership(element, catalog, package, creation);
  add_header_facts(element, package.header);
  add_source_facts(element, source);
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
  add(element, PropertyName::ModuleLabel, package.module);
  if (element.is_brief) return element;
  add_membership(element, catalog, package, creation);
  add_header_facts(element, package.header);
  add_build_facts(element, source);
  if (detail == Detail::Full) add_origin_facts(element, package);
  return element;
}

bool holds_version(std::string_view file_name, std::string_view version) {
  const auto is_digit = [&](std::size_t at) {
    return at < file_name.size() && std::isdigit(static_cast<unsigned char>(file_name[at])) != 0;
  };
  for (std::size_t at = file_name.find(version); at != std::string_view::npos;
       at = file_name.find(version, at + 1)) {
    const std::size_t end = at + version.size();
    const bool goes_on = is_digit(end) || (file_name.substr(end, 1) == "." && is_digit(end + 1));
    const bool began_before = at != 0 && (is_digit(at - 1) || file_name[at - 1] == '.');
    if (!goes_on && !began_before) return true;
  }
  return false;
}

Element source_file_element(const SourcePackage& source, const SourceFile& file) {
  const std::string source_nevra = metadata::nevra(source.package);
  const std::string digest = file.checksum ? file.checksum->hex : std::string();
  Element element{.role = file.is_patch ? Role::Patch : Role::Source};
  element.name = file.name;
  element.file_name = file.name;
  add(element, PropertyName::FileName, file.name);
  // A source that carries the upstream version in its name is of that version; what the packager
  // added belongs to this release of the source package.
  const metadata::Evr& evr = source.package.evr;
  const bool is_upstream = !file.is_patch && holds_version(file.name, evr.version);
  element.version = is_upstream ? evr.version : evr.version + "-" + evr.release;
  element.spdx_id = spdx_id(
      (file.is_patch ? "Patch-" : "Source-") + file.name + "-" +
      short_digest(source_nevra + "\n" + file.name + "\n" + digest));
  element.purl = "pkg:generic/" + metadata::percent_encode(file.name) + "@" +
                 metadata::percent_encode(element.version);
  if (file.checksum) {
    element.checksums.push_back(*file.checksum);
    std::string algorithm(metadata::to_string(file.checksum->type));
    std::transform(algorithm.begin(), algorithm.end(), algorithm.begin(), [](unsigned char c) {
      return static_cast<char>(std::tolower(c));
    });
    element.purl += "?checksum=" + algorithm + ":" + digest;
  } else {
    add(element,
        PropertyName::NotIncluded,
        "the source package names this file but does not hold it");
  }
  element.download_location = web_url(file.url);
  if (file.number) {
    add(element,
        PropertyName::SourceNumber,
        (file.is_patch ? "Patch" : "Source") + std::to_string(*file.number));
  }
  // A file can be listed as a source and as a patch.
  element.bom_ref =
      (file.is_patch ? "patch:" : "source:") + short_digest(source_nevra) + ":" + file.name;
  if (file.is_patch) element.resolves = cve_ids(file.name);
  return element;
}

Element bundled_element(const Package& package, const metadata::Bundled& bundled) {
  Element element{.role = Role::Bundled};
  element.name = bundled.name;
  element.version = bundled.version;
  element.purl = bundled.purl;
  element.bom_ref = bundled.purl;
  element.spdx_id = spdx_id(
      "Bundled-" + bundled.name + "-" +
      short_digest(metadata::nevra(package) + package.checksum.hex + "\n" + bundled.purl));
  return element;
}

Element operating_system_element(const Creation& creation, const std::string& version) {
  const metadata::Distribution& distribution = creation.distribution;
  Element element{.role = Role::OperatingSystem};
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

}  // namespace reposbom::generators
