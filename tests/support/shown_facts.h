// SPDX-License-Identifier: Apache-2.0
//
// What both SPDX and CycloneDX can say of an element, read from the JSON of either, so
// that the two documents of one package can be compared element by element.
#pragma once

#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <rapidjson/document.h>

#include "generators/document.h"
#include "tests/support/document_trees.h"

namespace reposbom::tests {

// Of every PropertyName there is.
inline std::vector<generators::PropertyNames> all_property_names() {
  std::vector<generators::PropertyNames> all;
  try {
    while (true)
      all.push_back(generators::property_names(static_cast<generators::PropertyName>(all.size())));
  } catch (const std::out_of_range&) {
    return all;
  }
}

inline std::string text_at(const rapidjson::Value& object, const char* key) {
  const auto member = object.FindMember(key);
  return member == object.MemberEnd() ? "" : scalar(member->value);
}

inline std::string unless_unknown(const std::string& text) {
  return text == "NOASSERTION" ? "" : text;
}

// What both standards can say of an element.
struct Facts {
  std::string name = {};
  std::string version = {};
  std::string purl = {};
  std::string cpe = {};
  std::string digest = {};
  std::string license = {};
  bool is_concluded = false;
  std::string originator = {};
  std::string summary = {};
  std::string homepage = {};
  std::string vcs = {};
  std::string download = {};
  std::string file_name = {};
  std::string built = {};
  std::set<std::string> repository_purls = {};
  std::set<std::string> advisories = {};
  std::set<std::string> notes = {};  // SPDX annotations that are CycloneDX properties.

  auto operator<=>(const Facts&) const = default;
};

inline std::string describe(const Facts& facts) {
  std::string text;
  for (const std::string& part :
       {facts.name,
        facts.version,
        facts.purl,
        facts.cpe,
        facts.digest,
        facts.license,
        std::string(facts.is_concluded ? "concluded" : "declared"),
        facts.originator,
        facts.summary,
        facts.homepage,
        facts.vcs,
        facts.download,
        facts.file_name,
        facts.built}) {
    text += part + "\n";
  }
  for (const auto& set : {facts.repository_purls, facts.advisories, facts.notes}) {
    for (const std::string& each : set)
      text += each + "\n";
  }
  return text;
}

// Requires: a vendor "NAME" or "NAME (…)"; an empty pair of brackets follows the latter.
inline std::string organization_name(std::string text) {
  constexpr std::string_view kPrefix = "Organization: ";
  if (text.rfind(kPrefix, 0) != 0) return unless_unknown(text);
  text.erase(0, kPrefix.size());
  if (text.size() > 3 && text.substr(text.size() - 3) == " ()") text.erase(text.size() - 3);
  return text;
}

inline void read_external_ref(Facts& facts, const rapidjson::Value& ref) {
  const std::string type = text_at(ref, "referenceType");
  const std::string locator = text_at(ref, "referenceLocator");
  if (type == "purl") {
    if (facts.purl.empty()) {
      facts.purl = locator;
    } else {
      facts.repository_purls.insert(locator);
    }
  } else if (type == "advisory") {
    facts.advisories.insert(locator + " " + text_at(ref, "comment"));
  } else if (type == "vcs") {
    facts.vcs = locator;
  } else {
    facts.cpe = locator;
  }
}

inline Facts spdx_facts(const rapidjson::Value& package) {
  Facts facts;
  facts.name = text_at(package, "name");
  facts.version = unless_unknown(text_at(package, "versionInfo"));
  facts.license = unless_unknown(text_at(package, "licenseDeclared"));
  facts.is_concluded = !unless_unknown(text_at(package, "licenseConcluded")).empty();
  facts.originator = organization_name(text_at(package, "originator"));
  facts.summary = text_at(package, "summary");
  facts.homepage = text_at(package, "homepage");
  facts.download = unless_unknown(text_at(package, "downloadLocation"));
  facts.built = text_at(package, "builtDate");
  facts.file_name = text_at(package, "packageFileName");
  if (package.HasMember("checksums"))
    facts.digest = text_at(package["checksums"][0], "checksumValue");
  for (const rapidjson::Value& ref : package["externalRefs"].GetArray())
    read_external_ref(facts, ref);
  if (!package.HasMember("annotations")) return facts;
  for (const rapidjson::Value& annotation : package["annotations"].GetArray()) {
    const std::string comment = text_at(annotation, "comment");
    const bool is_elsewhere =  // In the release notes and in the pedigree.
        comment.rfind("advisory: ", 0) == 0 || comment.rfind("resolves: ", 0) == 0;
    if (!is_elsewhere) facts.notes.insert(comment);
  }
  return facts;
}

inline std::string joined_license(const rapidjson::Value& licenses, bool& is_concluded) {
  std::string expression;
  for (const rapidjson::Value& each : licenses.GetArray()) {
    const bool is_id = each.HasMember("license");
    const std::string acknowledgement = text_at(is_id ? each["license"] : each, "acknowledgement");
    is_concluded = is_concluded || acknowledgement == "concluded";
    if (!is_id) return text_at(each, "expression");
    if (acknowledgement != "declared") continue;
    expression += (expression.empty() ? "" : " AND ") + text_at(each["license"], "id");
  }
  return expression;
}

inline void read_property(Facts& facts, const std::string& name, const std::string& value) {
  if (name == "bsi:component:filename") facts.file_name = value;
  if (name == "almalinux:package:timestamp") facts.built = generators::utc_time(std::stoll(value));
  for (const generators::PropertyNames& names : all_property_names()) {
    if (names.property == name && !names.annotation.empty()) {
      facts.notes.insert(std::string(names.annotation) + value);
    }
  }
}

inline Facts cyclonedx_facts(const rapidjson::Value& component) {
  Facts facts;
  facts.name = text_at(component, "name");
  facts.version = text_at(component, "version");
  facts.purl = text_at(component, "purl");
  facts.cpe = text_at(component, "cpe");
  facts.originator = text_at(component, "publisher");
  facts.summary = text_at(component, "description");
  if (component.HasMember("hashes")) facts.digest = text_at(component["hashes"][0], "content");
  if (component.HasMember("licenses")) {
    facts.license = joined_license(component["licenses"], facts.is_concluded);
  }
  if (component.HasMember("externalReferences")) {
    for (const rapidjson::Value& ref : component["externalReferences"].GetArray()) {
      const std::string type = text_at(ref, "type");
      const std::string url = text_at(ref, "url");
      if (type == "website") facts.homepage = url;
      if (type == "vcs") facts.vcs = url;
      if (type == "distribution") facts.download = url;
      if (type == "advisories") facts.advisories.insert(url + " " + text_at(ref, "comment"));
    }
  }
  if (component.HasMember("evidence")) {
    for (const rapidjson::Value& identity : component["evidence"]["identity"].GetArray())
      facts.repository_purls.insert(text_at(identity, "concludedValue"));
  }
  if (component.HasMember("properties")) {
    for (const rapidjson::Value& property : component["properties"].GetArray())
      read_property(facts, text_at(property, "name"), text_at(property, "value"));
  }
  return facts;
}

// Every component, wherever it stands, by its bom-ref.
inline void collect(const rapidjson::Value& value, std::map<std::string, Facts>& found) {
  if (value.IsArray()) {
    for (const rapidjson::Value& item : value.GetArray())
      collect(item, found);
  } else if (value.IsObject()) {
    if (value.HasMember("bom-ref"))
      found.emplace(text_at(value, "bom-ref"), cyclonedx_facts(value));
    for (const auto& member : value.GetObject())
      collect(member.value, found);
  }
}

using Edges = std::multiset<std::pair<Facts, Facts>>;

inline Edges spdx_edges(const rapidjson::Value& json, const std::map<std::string, Facts>& facts) {
  Edges edges;
  for (const rapidjson::Value& relation : json["relationships"].GetArray()) {
    if (text_at(relation, "relationshipType") != "DEPENDS_ON") continue;
    edges.emplace(
        facts.at(text_at(relation, "spdxElementId")),
        facts.at(text_at(relation, "relatedSpdxElement")));
  }
  return edges;
}

// Without what the root of a release depends on: everything, as SPDX says by PACKAGE_OF.
inline Edges cyclonedx_edges(
    const rapidjson::Value& json, const std::map<std::string, Facts>& facts) {
  Edges edges;
  const rapidjson::Value& root = json["metadata"]["component"];
  const bool is_release = text_at(root, "type") == "operating-system";
  for (const rapidjson::Value& entry : json["dependencies"].GetArray()) {
    if (!entry.HasMember("dependsOn")) continue;
    if (is_release && text_at(entry, "ref") == text_at(root, "bom-ref")) continue;
    for (const rapidjson::Value& ref : entry["dependsOn"].GetArray())
      edges.emplace(facts.at(text_at(entry, "ref")), facts.at(ref.GetString()));
  }
  return edges;
}

// What stands in an SPDX document only because the build needed it.
inline std::set<std::string> build_tools(const rapidjson::Value& json) {
  std::set<std::string> tools;
  std::set<std::string> others;
  for (const rapidjson::Value& relation : json["relationships"].GetArray()) {
    const bool is_tool = text_at(relation, "relationshipType") == "BUILD_DEPENDENCY_OF";
    (is_tool ? tools : others).insert(text_at(relation, "spdxElementId"));
  }
  for (const std::string& other : others)
    tools.erase(other);
  return tools;
}

inline void check_same_facts(const std::string& spdx_bytes, const std::string& cyclonedx_bytes) {
  const auto spdx = parse_json(spdx_bytes);
  const auto cyclonedx = parse_json(cyclonedx_bytes);
  std::map<std::string, Facts> from_spdx;
  const std::set<std::string> tools = build_tools(spdx);
  for (const rapidjson::Value& package : spdx["packages"].GetArray())
    from_spdx.emplace(text_at(package, "SPDXID"), spdx_facts(package));
  std::map<std::string, Facts> from_cyclonedx;
  collect(cyclonedx, from_cyclonedx);
  std::multiset<Facts> one;
  std::multiset<Facts> other;
  for (const auto& [id, facts] : from_spdx) {
    if (!tools.contains(id)) one.insert(facts);
  }
  for (const auto& [ref, facts] : from_cyclonedx)
    other.insert(facts);
  std::string texts;
  std::string other_texts;
  for (const Facts& facts : one)
    texts += describe(facts);
  for (const Facts& facts : other)
    other_texts += describe(facts);
  CHECK_MESSAGE(one == other, first_difference(texts, other_texts));
  if (one != other) return;
  CHECK(spdx_edges(spdx, from_spdx) == cyclonedx_edges(cyclonedx, from_cyclonedx));
  // One identity, one time.
  const std::string uuid = text_at(cyclonedx, "serialNumber").substr(9);
  const std::string name_space = text_at(spdx, "documentNamespace");
  CHECK(name_space.substr(name_space.size() - 36) == uuid);
  CHECK(text_at(spdx["creationInfo"], "created") == text_at(cyclonedx["metadata"], "timestamp"));
}

}  // namespace reposbom::tests
