// SPDX-License-Identifier: Apache-2.0
#include "generators/spdx3_relationships.h"

#include <algorithm>
#include <optional>

namespace reposbom::generators {
namespace {

enum class Type { Contains, DependsOn, BuildDependsOn, Generates, PatchedBy, Describes };

std::string_view name_of(Type type) {
  switch (type) {
    case Type::Contains:
      return "contains";
    case Type::DependsOn:
    case Type::BuildDependsOn:
      return "dependsOn";
    case Type::Generates:
      return "generates";
    case Type::PatchedBy:
      return "patchedBy";
    case Type::Describes:
      return "describes";
  }
  return {};
}

// What an RPM requires, it requires where it is installed.
std::string_view scope_of(Type type) {
  if (type == Type::DependsOn) return "runtime";
  if (type == Type::BuildDependsOn) return "build";
  return {};
}

std::string_view name_of(Aggregate aggregate) {
  switch (aggregate) {
    case Aggregate::Complete:
      return "complete";
    case Aggregate::Incomplete:
      return "incomplete";
    case Aggregate::Unknown:
      return "noAssertion";
  }
  return {};
}

// One end of many: edges with the same `from` and `type` are one relationship.
struct Edge {
  Spdx3End from = {};
  Type type = Type::Contains;
  std::optional<std::size_t> to = {};  // None: only that the relationship is to be mentioned.
};

Edge edge_of(const Relationship& relation) {
  const Spdx3End from{Spdx3End::Kind::Element, relation.from};
  const Spdx3End to{
      relation.to_link ? Spdx3End::Kind::LinkedRoot : Spdx3End::Kind::Element, relation.to};
  switch (relation.type) {
    case RelationshipType::Contains:
      return {from, Type::Contains, relation.to};
    case RelationshipType::DependsOn:
      return {from, Type::DependsOn, relation.to};
    case RelationshipType::GeneratedFrom:
      return {to, Type::Generates, relation.from};
    case RelationshipType::PackageOf:
      // "packagedBy" is for what a package is made of; an operating system is made of packages.
      return {to, Type::Contains, relation.from};
    case RelationshipType::PatchFor:
      return {to, Type::PatchedBy, relation.from};
    case RelationshipType::BuildDependencyOf:
      return {to, Type::BuildDependsOn, relation.from};
  }
  return {};
}

std::vector<Edge> edges_of(const Document& document) {
  std::vector<Edge> edges;
  edges.reserve(document.relationships.size() + document.elements.size());
  for (const Relationship& relation : document.relationships)
    edges.push_back(edge_of(relation));
  for (const Composition& composition : document.compositions) {
    for (const std::size_t index : composition.assemblies)
      edges.push_back({{Spdx3End::Kind::Element, index}, Type::Contains, {}});
    for (const std::size_t index : composition.dependencies)
      edges.push_back({{Spdx3End::Kind::Element, index}, Type::DependsOn, {}});
  }
  for (std::size_t i = 0; i != document.elements.size(); ++i) {
    const auto& own = document.elements[i].document;
    if (own) edges.push_back({{Spdx3End::Kind::LinkedDocument, *own}, Type::Describes, i});
  }
  std::stable_sort(edges.begin(), edges.end(), [](const Edge& left, const Edge& right) {
    return left.from != right.from ? left.from < right.from : left.type < right.type;
  });
  return edges;
}

// What the compositions say of each element's parts and dependencies; unknown where they are
// silent.
struct Completeness {
  explicit Completeness(const Document& document)
      : parts(document.elements.size(), Aggregate::Unknown),
        dependencies(document.elements.size(), Aggregate::Unknown) {
    for (const Composition& composition : document.compositions) {
      for (const std::size_t index : composition.assemblies)
        parts[index] = composition.aggregate;
      for (const std::size_t index : composition.dependencies)
        dependencies[index] = composition.aggregate;
    }
  }

  std::string_view of(const Edge& edge) const {
    if (edge.type == Type::Contains) return name_of(parts[edge.from.index]);
    if (edge.type == Type::DependsOn) return name_of(dependencies[edge.from.index]);
    // What a build requires is no composition's subject.
    return edge.type == Type::BuildDependsOn ? name_of(Aggregate::Unknown) : std::string_view();
  }

  std::vector<Aggregate> parts;
  std::vector<Aggregate> dependencies;
};

}  // namespace

std::vector<Spdx3Relationship> spdx3_relationships(const Document& document) {
  const Completeness completeness(document);
  std::vector<Spdx3Relationship> relationships;
  const Edge* before = nullptr;
  const std::vector<Edge> edges = edges_of(document);
  for (const Edge& edge : edges) {
    if (before == nullptr || before->from != edge.from || before->type != edge.type) {
      relationships.push_back(
          {name_of(edge.type), scope_of(edge.type), edge.from, {}, completeness.of(edge)});
    }
    if (edge.to) relationships.back().to.push_back(*edge.to);
    before = &edge;
  }
  return relationships;
}

}  // namespace reposbom::generators
