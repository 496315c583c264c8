// SPDX-License-Identifier: Apache-2.0
//
// What must be true of every described document, and what a test asks of one.
#pragma once

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "generators/document.h"
#include "metadata/purl.h"

namespace reposbom::tests {

inline bool is_spdx_id(const std::string& id) {
  constexpr std::string_view kPrefix = "SPDXRef-";
  return id.rfind(kPrefix, 0) == 0 && id.size() > kPrefix.size() &&
         std::all_of(id.begin() + kPrefix.size(), id.end(), [](unsigned char c) {
           return c < 0x80 && (std::isalnum(c) != 0 || c == '.' || c == '-');
         });
}

inline void check_ids(const generators::Document& document) {
  std::set<std::string> spdx_ids;
  std::set<std::string> bom_refs;
  for (const generators::Element& element : document.elements) {
    CAPTURE(element.spdx_id);
    CHECK(is_spdx_id(element.spdx_id));
    CHECK(spdx_ids.insert(element.spdx_id).second);
    CHECK(bom_refs.insert(element.bom_ref).second);
    CHECK(element.bom_ref.rfind("urn:cdx:", 0) == std::string::npos);
    CHECK(element.name != "");
    if (element.purl.empty()) {
      CHECK(element.role == generators::Role::OperatingSystem);
      continue;
    }
    const auto parts = metadata::parse_purl(element.purl);
    REQUIRE(parts);
    CHECK(to_string(*parts) == element.purl);
    for (const auto& [key, value] : parts->qualifiers)
      CHECK(key != "repository_id");
  }
}

inline void check_relations(const generators::Document& document) {
  std::set<std::tuple<std::size_t, generators::RelationshipType, std::size_t, bool>> seen;
  for (const generators::Relationship& relation : document.relationships) {
    CHECK(relation.from < document.elements.size());
    CHECK(relation.to < (relation.to_link ? document.links.size() : document.elements.size()));
    CHECK((relation.to_link || relation.from != relation.to));
    CHECK(seen.emplace(relation.from, relation.type, relation.to, relation.to_link).second);
  }
  for (const generators::Composition& composition : document.compositions) {
    for (const auto& list : {composition.assemblies, composition.dependencies}) {
      for (const std::size_t index : list)
        CHECK(index < document.elements.size());
    }
  }
  for (const generators::Element& element : document.elements) {
    if (element.document) CHECK(*element.document < document.links.size());
  }
}

// The LicenseRef-… of an expression.
inline std::vector<std::string> refs_in(const std::string& expression) {
  std::vector<std::string> refs;
  for (std::size_t at = expression.find("LicenseRef-"); at != std::string::npos;
       at = expression.find("LicenseRef-", expression.find_first_of(" )", at))) {
    refs.push_back(expression.substr(at, expression.find_first_of(" )", at) - at));
  }
  return refs;
}

inline void check_licenses(const generators::Document& document) {
  std::set<std::string> used;
  for (const generators::Element& element : document.elements) {
    if (element.license == nullptr) continue;
    for (const std::string& ref : refs_in(element.license->expression))
      used.insert(ref);
  }
  std::set<std::string> defined;
  for (const auto& ref : document.license_refs)
    CHECK(defined.insert(ref.id).second);
  CHECK(used == defined);
}

inline void check_document(const generators::Document& document) {
  CAPTURE(document.name);
  check_ids(document);
  check_relations(document);
  check_licenses(document);
}

inline std::vector<std::string> names_of(
    const generators::Document& document, generators::Role role) {
  std::vector<std::string> names;
  for (const generators::Element& element : document.elements) {
    if (element.role == role) names.push_back(element.name);
  }
  return names;
}

// "from TYPE to" by names, of one type.
inline std::set<std::string> relations(
    const generators::Document& document, generators::RelationshipType type) {
  std::set<std::string> found;
  for (const generators::Relationship& relation : document.relationships) {
    if (relation.type != type) continue;
    const std::string to = relation.to_link ? document.links[relation.to].id
                           : document.elements[relation.to].file_name.empty()
                               ? document.elements[relation.to].name
                               : document.elements[relation.to].file_name;
    found.insert(document.elements[relation.from].file_name + " > " + to);
  }
  return found;
}

}  // namespace reposbom::tests
