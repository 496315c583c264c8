// SPDX-License-Identifier: Apache-2.0
#include "pipeline/quality_components.h"

#include <array>
#include <utility>

namespace reposbom::pipeline {
namespace {

using generators::JsonObject;

// How ids of components begin, as describe.h gives them; the first that fits.
struct KindRow {
  std::string_view prefix;
  ComponentKind kind;
};
constexpr std::array kSpdxKinds = {
    KindRow{"SPDXRef-Package-rpm-src-", ComponentKind::SourcePackage},
    KindRow{"SPDXRef-Source-", ComponentKind::Source},
    KindRow{"SPDXRef-Patch-", ComponentKind::Patch},
    KindRow{"SPDXRef-Bundled-", ComponentKind::Bundled},
    KindRow{"SPDXRef-OperatingSystem-", ComponentKind::OperatingSystem},
};
constexpr std::array kCyclonedxKinds = {
    KindRow{"source:", ComponentKind::Source},
    KindRow{"patch:", ComponentKind::Patch},
    KindRow{"os:", ComponentKind::OperatingSystem},
};

template <class Rows>
ComponentKind kind_of(const Rows& rows, std::string_view id) {
  for (const KindRow& row : rows) {
    if (id.starts_with(row.prefix)) return row.kind;
  }
  return ComponentKind::Package;
}

// Two package URLs of RPMs differ in what they say of the architecture; bundled parts have those of
// their ecosystems.
ComponentKind cyclonedx_kind(std::string_view ref, ComponentPlace place) {
  const ComponentKind kind = kind_of(kCyclonedxKinds, ref);
  if (kind != ComponentKind::Package) return kind;
  if (place == ComponentPlace::Inside) return ComponentKind::Bundled;
  return ref.find("?arch=src&") != std::string_view::npos || ref.ends_with("?arch=src")
             ? ComponentKind::SourcePackage
             : ComponentKind::Package;
}

std::vector<HashFact> read_hashes(
    const JsonObject& json, const char* list, const char* algorithm, const char* value) {
  std::vector<HashFact> hashes;
  json.each(list, [&](const JsonObject& hash) {
    hashes.push_back({hash.text(algorithm), hash.text(value)});
  });
  return hashes;
}

void read_external_ref(const JsonObject& ref, ComponentFacts& facts) {
  const std::string type = ref.text("referenceType");
  if (type == "purl" && facts.purl.empty()) facts.purl = ref.text("referenceLocator");
  if (type == "cpe23Type" || type == "cpe22Type") facts.cpe = ref.text("referenceLocator");
}

// Licences with an id or a name that are all of one kind apply together; an expression is alone.
void add_license(const JsonObject& choice, ComponentFacts& facts) {
  std::string expression = choice.text("expression");
  std::string kind = choice.text("acknowledgement");
  choice.object("license", [&](const JsonObject& license) {
    expression = license.text("id");
    if (expression.empty()) expression = license.text("name");
    kind = license.text("acknowledgement");
  });
  std::string& all = kind == "concluded" ? facts.concluded : facts.declared;
  if (!all.empty()) all += " AND ";
  all += expression;
}

// Where a reference or a property of CycloneDX goes.
struct ReferenceRow {
  std::string_view type;
  ReferenceFact ComponentFacts::*fact;
};
constexpr std::array kReferences = {
    ReferenceRow{"distribution", &ComponentFacts::distribution},
    ReferenceRow{"source-distribution", &ComponentFacts::source},
};
struct PropertyRow {
  std::string_view name;
  std::string ComponentFacts::*fact;
};
constexpr std::array kProperties = {
    PropertyRow{"bsi:component:filename", &ComponentFacts::file_name},
    PropertyRow{"bsi:component:executable", &ComponentFacts::executable},
    PropertyRow{"bsi:component:archive", &ComponentFacts::archive},
    PropertyRow{"bsi:component:structured", &ComponentFacts::structured},
    PropertyRow{"bsi:component:effectiveLicense", &ComponentFacts::effective_license},
    PropertyRow{"bsi:component:effectiveLicence", &ComponentFacts::effective_license},
    PropertyRow{"package:rpm:license", &ComponentFacts::license_tag},
};

void read_reference(const JsonObject& reference, ComponentFacts& facts) {
  const std::string type = reference.text("type");
  if (type == "rfc-9116") facts.security_txt = reference.text("url");
  for (const ReferenceRow& row : kReferences) {
    if (row.type != type) continue;
    facts.*row.fact = {reference.text("url"), read_hashes(reference, "hashes", "alg", "content")};
  }
}

void read_property(const JsonObject& property, ComponentFacts& facts) {
  const std::string name = property.text("name");
  if (name == "package:rpm:notincluded") facts.is_not_included = true;
  for (const PropertyRow& row : kProperties) {
    if (row.name == name) facts.*row.fact = property.text("value");
  }
}

}  // namespace

PartyFact read_spdx_party(std::string_view text) {
  constexpr std::string_view kinds[] = {"Organization: ", "Person: "};
  for (const std::string_view kind : kinds) {
    if (!text.starts_with(kind)) continue;
    text.remove_prefix(kind.size());
    const std::size_t bracket = text.ends_with(')') ? text.rfind(" (") : std::string_view::npos;
    if (bracket == std::string_view::npos) return {std::string(text), {}};
    return {
        std::string(text.substr(0, bracket)),
        std::string(text.substr(bracket + 2, text.size() - bracket - 3))};
  }
  return {std::string(text), {}};
}

PartyFact read_cyclonedx_party(const JsonObject& parent, const char* key) {
  PartyFact party;
  parent.object(key, [&](const JsonObject& json) {
    party.name = json.text("name");
    json.each("contact", [&](const JsonObject& contact) {
      if (party.contact.empty()) party.contact = contact.text("email");
    });
    const std::vector<std::string> urls = json.texts("url");
    if (party.contact.empty() && !urls.empty()) party.contact = urls.front();
  });
  return party;
}

ComponentFacts read_spdx_package(const JsonObject& json) {
  constexpr std::string_view tag = "RPM License tag: ";
  ComponentFacts facts;
  facts.id = json.text("SPDXID");
  facts.kind = kind_of(kSpdxKinds, facts.id);
  facts.name = json.text("name");
  facts.version = json.text("versionInfo");
  facts.supplier = read_spdx_party(json.text("supplier"));
  facts.producer = read_spdx_party(json.text("originator"));
  facts.file_name = json.text("packageFileName");
  facts.hashes = read_hashes(json, "checksums", "algorithm", "checksumValue");
  facts.declared = json.text("licenseDeclared");
  facts.concluded = json.text("licenseConcluded");
  const std::string comment = json.text("licenseComments");
  if (comment.starts_with(tag)) facts.license_tag = comment.substr(tag.size());
  facts.distribution.url = json.text("downloadLocation");
  json.each("externalRefs", [&](const JsonObject& ref) { read_external_ref(ref, facts); });
  json.each("annotations", [&](const JsonObject& annotation) {
    if (annotation.text("comment").starts_with("notincluded: ")) facts.is_not_included = true;
  });
  return facts;
}

ComponentFacts read_cyclonedx_component(const JsonObject& json, ComponentPlace place) {
  ComponentFacts facts;
  facts.place = place;
  facts.id = json.text("bom-ref");
  facts.kind = cyclonedx_kind(facts.id, place);
  facts.name = json.text("name");
  facts.version = json.text("version");
  facts.supplier = read_cyclonedx_party(json, "supplier");
  facts.producer = read_cyclonedx_party(json, "manufacturer");
  facts.purl = json.text("purl");
  facts.cpe = json.text("cpe");
  facts.hashes = read_hashes(json, "hashes", "alg", "content");
  json.each("licenses", [&](const JsonObject& choice) { add_license(choice, facts); });
  json.each(
      "externalReferences", [&](const JsonObject& reference) { read_reference(reference, facts); });
  json.each("properties", [&](const JsonObject& property) { read_property(property, facts); });
  return facts;
}

}  // namespace reposbom::pipeline
