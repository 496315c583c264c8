// SPDX-License-Identifier: Apache-2.0
#include "generators/describe_parts.h"

#include <map>
#include <utility>
#include <vector>

namespace reposbom::generators {

std::size_t add(Document& document, Element element) {
  document.elements.push_back(std::move(element));
  return document.elements.size() - 1;
}

void relate(Document& document, std::size_t from, RelationshipType type, std::size_t to) {
  document.relationships.push_back({from, type, to});
}

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

std::string made_from(const metadata::Catalog& catalog, const Repositories& repositories) {
  std::string text = "Made after the build from RPM repository metadata";
  std::string separator = " of ";
  for (const std::size_t i : repositories) {
    if (catalog.repositories[i].id.empty()) continue;
    text += separator + catalog.repositories[i].id;
    separator = " and ";
  }
  return text + ".";
}

void add_graph(
    Document& document, const metadata::Catalog& catalog, const Places& places, bool has_all) {
  std::vector<std::size_t> complete;
  std::vector<std::size_t> incomplete;
  (has_all ? complete : incomplete).push_back(0);
  for (const auto& [from, index] : places) {
    const metadata::Package& package = catalog.at(from);
    bool is_complete = package.unresolved.empty();
    for (const metadata::PackageRef ref : package.depends_on) {
      const auto to = places.find(ref);
      if (to == places.end()) {
        is_complete = false;  // Of a build that is left out.
      } else {
        relate(document, index, RelationshipType::DependsOn, to->second);
      }
    }
    for (const std::string& requirement : package.unresolved) {
      document.elements[index].properties.push_back(
          {PropertyName::UnresolvedRequirement, requirement});
    }
    (is_complete ? complete : incomplete).push_back(index);
  }
  // Of what is inside packages, only their own documents tell.
  document.compositions.push_back({Aggregate::Incomplete, {}, {}});
  document.compositions.push_back({has_all ? Aggregate::Complete : Aggregate::Incomplete, {0}, {}});
  if (!complete.empty()) document.compositions.push_back({Aggregate::Complete, {}, complete});
  if (!incomplete.empty()) document.compositions.push_back({Aggregate::Incomplete, {}, incomplete});
}

void add_unknown_graph(Document& document, const Places& places, bool has_all) {
  std::vector<std::size_t> unknown;
  for (const auto& [ref, index] : places)
    unknown.push_back(index);
  document.compositions = {
      {Aggregate::Incomplete, {}, {}},
      {has_all ? Aggregate::Complete : Aggregate::Incomplete, {0}, {}},
      {Aggregate::Unknown, {}, unknown}};
}

std::string graph_comment(const Document& document) {
  std::size_t incomplete = 0;
  bool is_known = true;
  for (const Composition& composition : document.compositions) {
    if (composition.aggregate == Aggregate::Unknown && !composition.dependencies.empty()) {
      is_known = false;
    }
    if (composition.aggregate != Aggregate::Incomplete) continue;
    for (const std::size_t index : composition.dependencies)
      incomplete += index == 0 ? 0 : 1;
  }
  std::string text;
  if (incomplete != 0) {
    text = " Not all that they require is among them: the dependencies of " +
           counted(incomplete, "package") + " are incomplete.";
  } else if (is_known) {
    text = " All that they require is among them.";
  }
  return text +
         " Sources and patches stand in the documents of builds, to which it refers; what a "
         "package bundles stands in the document of the package.";
}

std::string counted(std::size_t count, const std::string& noun) {
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

}  // namespace reposbom::generators
