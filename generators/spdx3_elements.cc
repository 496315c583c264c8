// SPDX-License-Identifier: Apache-2.0
#include "generators/spdx3_elements.h"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include "generators/spdx_terms.h"
#include "metadata/digest.h"

namespace reposbom::generators {
namespace {

constexpr std::size_t kIdDigits = 16;
constexpr std::string_view kNoLicense = "expandedlicensing_NoAssertionLicense";

std::string short_digest(const std::string& content) {
  return metadata::sha256(content).substr(0, kIdDigits);
}

std::string_view purpose(Role role) {
  switch (role) {
    case Role::Package:
      return "install";
    case Role::SourcePackage:
    case Role::Source:
      return "source";
    case Role::Patch:
      return "patch";
    case Role::File:
      return "file";
    case Role::Bundled:
      return "library";
    case Role::OperatingSystem:
      return "operatingSystem";
  }
  return {};
}

std::string_view purpose(FileKind kind) {
  switch (kind) {
    case FileKind::Other:
      return purpose(Role::File);
    case FileKind::Executable:
      return "executable";
    case FileKind::Archive:
      return "archive";
    case FileKind::Documentation:
      return "documentation";
  }
  return {};
}

bool is_rpm(const Element& element) {
  return element.role == Role::Package || element.role == Role::SourcePackage;
}

// `code` is the package verification code, of a package whose files are listed.
void write_hashes(const Element& element, const std::string& code, Spdx3Graph& graph) {
  if (element.checksums.empty() && code.empty()) return;
  graph.emitter().begin_list("verifiedUsing");
  for (const metadata::Checksum& checksum : element.checksums)
    graph.hash(checksum);
  if (!code.empty()) {
    graph.begin_value("PackageVerificationCode");
    graph.emitter().text("algorithm", "sha1");
    graph.emitter().text("hashValue", code);
    graph.emitter().end_item();
  }
  graph.emitter().end_list();
}

void write_identifier(std::string_view type, std::string_view identifier, Spdx3Graph& graph) {
  if (identifier.empty()) return;
  graph.begin_value("ExternalIdentifier");
  graph.emitter().text("externalIdentifierType", type);
  graph.emitter().text("identifier", identifier);
  graph.emitter().end_item();
}

// The first package URL is the one that software_packageUrl says too.
void write_identifiers(const Element& element, Spdx3Graph& graph) {
  if (element.purl.empty() && element.cpe.empty() && element.swid_tag.empty()) return;
  graph.emitter().begin_list("externalIdentifier");
  write_identifier("packageUrl", element.purl, graph);
  for (const std::string& purl : element.repository_purls)
    write_identifier("packageUrl", purl, graph);
  write_identifier(element.cpe.starts_with("cpe:/") ? "cpe22" : "cpe23", element.cpe, graph);
  write_identifier("swid", element.swid_tag, graph);
  graph.emitter().end_list();
}

void write_reference(
    std::string_view type, std::string_view locator, std::string_view comment, Spdx3Graph& graph) {
  graph.begin_value("ExternalRef");
  graph.optional("comment", comment);
  graph.emitter().text("externalRefType", type);
  graph.texts("locator", {locator});
  graph.emitter().end_item();
}

// Where the source RPM is, if not here.
bool has_source(const Element& element) {
  return element.role == Role::Package && !element.source_location.empty();
}

// "SHA256: …, SHA512: …".
std::string digests(const std::vector<metadata::Checksum>& checksums) {
  std::string text;
  for (const metadata::Checksum& checksum : checksums) {
    if (!text.empty()) text += ", ";
    text.append(metadata::to_string(checksum.type)).append(": ").append(checksum.hex);
  }
  return text;
}

void write_references(const Element& element, Spdx3Graph& graph) {
  const bool has_advisory = std::ranges::any_of(
      element.advisories, [](const AdvisoryRef& advisory) { return !advisory.url.empty(); });
  if (!has_source(element) && element.vcs.empty() && !has_advisory) return;
  graph.emitter().begin_list("externalRef");
  if (has_source(element)) {
    write_reference(
        "sourceArtifact", element.source_location, digests(element.source_checksums), graph);
  }
  if (!element.vcs.empty()) write_reference("vcs", element.vcs, {}, graph);
  for (const AdvisoryRef& advisory : element.advisories) {
    if (advisory.url.empty()) continue;
    write_reference("securityAdvisory", advisory.url, advisory.comment, graph);
  }
  graph.emitter().end_list();
}

// Who built it, as far as it is described here, and who the package says it comes from. Who made
// what a source package holds or a package carries, no metadata says.
void write_origin(const Element& element, const Creation& creation, Spdx3Graph& graph) {
  std::vector<std::string> ids;
  if (!element.supplier || !element.supplier->empty()) {
    const std::string id = spdx3_agent_id(supplier_of(element, creation));
    graph.emitter().text("suppliedBy", graph.iri(id));
    if (is_rpm(element) && !element.is_brief) ids.push_back(id);
  }
  if (!element.originator.empty()) {
    std::string id = spdx3_agent_id(originator_of(element, creation));
    if (ids.empty() || ids.front() != id) ids.push_back(std::move(id));
  }
  if (ids.empty()) return;
  graph.emitter().begin_list("originatedBy");
  for (const std::string& id : ids)
    graph.emitter().text_item(graph.iri(id));
  graph.emitter().end_list();
}

void write_software(
    const Element& element, const Creation& creation, const std::string& code, Spdx3Graph& graph) {
  graph.begin("software_Package", graph.iri(element.spdx_id));
  graph.emitter().text("name", element.name);
  graph.optional("summary", element.summary);
  graph.optional("description", element.description);
  write_hashes(element, code, graph);
  write_identifiers(element, graph);
  write_references(element, graph);
  write_origin(element, creation, graph);
  if (element.build_time != 0) graph.emitter().text("builtTime", utc_time(element.build_time));
  graph.emitter().text("software_primaryPurpose", purpose(element.role));
  graph.emitter().text("software_copyrightText", "NOASSERTION");
  graph.optional("software_packageVersion", element.version);
  graph.optional("software_packageUrl", element.purl);
  graph.optional("software_downloadLocation", element.download_location);
  graph.optional("software_homePage", element.homepage);
  graph.optional("software_sourceInfo", element.source_info);
  graph.end();
}

// What BSI TR-03183-2 asks of a file, in the words that SPDX has for it. A file that is not
// executable is so by saying nothing.
std::vector<std::string_view> file_purposes(const Element& element) {
  std::vector<std::string_view> purposes;
  for (const Property& property : element.properties) {
    if (property.name == PropertyName::Executable && property.value == "executable") {
      purposes.emplace_back("executable");
    } else if (property.name == PropertyName::Archive && property.value == "archive") {
      purposes.emplace_back("archive");
    } else if (property.name == PropertyName::Structured && property.value == "structured") {
      purposes.emplace_back("container");
    }
  }
  return purposes;
}

void write_file(
    const Element& element,
    std::string_view name,
    std::string_view primary_purpose,
    const std::string& iri,
    Spdx3Graph& graph) {
  graph.begin("software_File", iri);
  graph.emitter().text("name", name);
  write_hashes(element, {}, graph);
  graph.emitter().text("software_primaryPurpose", primary_purpose);
  if (const auto purposes = file_purposes(element); !purposes.empty()) {
    graph.emitter().begin_list("software_additionalPurpose");
    for (const std::string_view each : purposes)
      graph.emitter().text_item(each);
    graph.emitter().end_list();
  }
  graph.emitter().text("software_copyrightText", "NOASSERTION");
  if (is_rpm(element)) graph.emitter().text("contentType", "application/x-rpm");
  graph.emitter().text("software_fileKind", "file");
  graph.end();
}

// A package has no file name; the file that it is distributed as does.
void write_distribution(const Element& element, Spdx3Graph& graph) {
  if (element.file_name.empty()) return;
  const std::string_view tag = tag_of(element.spdx_id);
  const std::string iri = graph.iri("SPDXRef-File-" + std::string(tag));
  write_file(element, element.file_name, purpose(element.role), iri, graph);
  graph.relationship("hasDistributionArtifact", tag, graph.iri(element.spdx_id), iri);
}

// Every package has both relationships: with no licence where none is known.
void write_licenses(const Element& element, Spdx3Graph& graph) {
  const std::string_view tag = tag_of(element.spdx_id);
  const std::string from = graph.iri(element.spdx_id);
  const std::string declared = has_license(element)
                                   ? graph.iri(spdx3_license_id(element.license->expression))
                                   : std::string(kNoLicense);
  const bool is_concluded = has_license(element) && element.license->is_concluded;
  const bool has_comment = element.license != nullptr && !element.is_brief;
  graph.relationship(
      "hasDeclaredLicense",
      tag,
      from,
      declared,
      has_comment ? license_comment(*element.license) : std::string());
  graph.relationship(
      "hasConcludedLicense", tag, from, is_concluded ? std::string_view(declared) : kNoLicense);
}

// What has no field of its own, as "name: value".
void write_annotations(const Element& element, Spdx3Graph& graph) {
  std::size_t count = 0;
  const std::string subject = graph.iri(element.spdx_id);
  for (const std::string& statement : annotations_of(element)) {
    const std::string number = std::to_string(++count);
    graph.begin(
        "Annotation",
        graph.iri("SPDXRef-Annotation-" + number + "-" + std::string(tag_of(element.spdx_id))));
    graph.emitter().text("annotationType", "other");
    graph.emitter().text("subject", subject);
    graph.emitter().text("statement", statement);
    graph.end();
  }
}

}  // namespace

std::string spdx3_agent_id(const Party& party) {
  return "SPDXRef-Agent-" + short_digest(party.name + "\n" + party.url + "\n" + party.email);
}

std::string spdx3_license_id(std::string_view expression) {
  return "SPDXRef-License-" + short_digest(std::string(expression));
}

Party supplier_of(const Element& element, const Creation& creation) {
  if (!element.supplier || *element.supplier == creation.supplier.name) return creation.supplier;
  return {.name = *element.supplier};
}

Party originator_of(const Element& element, const Creation& creation) {
  if (element.originator == creation.supplier.name) return creation.supplier;
  return {.name = element.originator};
}

bool has_license(const Element& element) {
  return element.license != nullptr && element.license->expression != "NOASSERTION";
}

void write_spdx3_agent(const Party& party, Spdx3Graph& graph) {
  graph.begin("Organization", graph.iri(spdx3_agent_id(party)));
  graph.emitter().text("name", party.name);
  if (!party.email.empty() || !party.url.empty()) {
    graph.emitter().begin_list("externalIdentifier");
    write_identifier("email", party.email, graph);
    write_identifier("urlScheme", party.url, graph);
    graph.emitter().end_list();
  }
  graph.end();
}

void write_spdx3_license_text(const metadata::LicenseRef& ref, Spdx3Graph& graph) {
  graph.begin("simplelicensing_SimpleLicensingText", graph.iri(ref.id));
  graph.emitter().text("name", ref.raw);
  graph.optional("comment", ref.comment);
  graph.emitter().text("simplelicensing_licenseText", license_text(ref));
  graph.end();
}

void write_spdx3_license(const metadata::License& license, Spdx3Graph& graph) {
  graph.begin("simplelicensing_LicenseExpression", graph.iri(spdx3_license_id(license.expression)));
  graph.emitter().text("simplelicensing_licenseExpression", license.expression);
  // A semantic version has three parts.
  graph.emitter().text(
      "simplelicensing_licenseListVersion", std::string(metadata::license_list_version()) + ".0");
  if (!license.refs.empty()) {
    graph.emitter().begin_list("simplelicensing_customIdToUri");
    for (const metadata::LicenseRef& ref : license.refs) {
      graph.begin_value("DictionaryEntry");
      graph.emitter().text("key", ref.id);
      graph.emitter().text("value", graph.iri(ref.id));
      graph.emitter().end_item();
    }
    graph.emitter().end_list();
  }
  graph.end();
}

void write_spdx3_package(
    const Element& element,
    const Creation& creation,
    const std::string& verification_code,
    Spdx3Graph& graph) {
  write_software(element, creation, verification_code, graph);
  write_distribution(element, graph);
  write_licenses(element, graph);
  write_annotations(element, graph);
}

void write_spdx3_file(const Element& element, Spdx3Graph& graph) {
  write_file(element, element.name, purpose(element.file_kind), graph.iri(element.spdx_id), graph);
}

}  // namespace reposbom::generators
