// SPDX-License-Identifier: Apache-2.0
#include "generators/spdx3_relationships.h"

#include <string>
#include <vector>

#include <doctest/doctest.h>

using namespace reposbom::generators;

namespace {

Document document_of(std::size_t elements, std::vector<Relationship> relationships) {
  Document document;
  document.elements.resize(elements);
  document.relationships = std::move(relationships);
  return document;
}

// "0 dependsOn 1 2 complete"; of linked documents "root 0" and "document 0".
std::vector<std::string> lines(const Document& document) {
  std::vector<std::string> lines;
  for (const Spdx3Relationship& relationship : spdx3_relationships(document)) {
    std::string line;
    if (relationship.from.kind == Spdx3End::Kind::LinkedRoot) line = "root ";
    if (relationship.from.kind == Spdx3End::Kind::LinkedDocument) line = "document ";
    line += std::to_string(relationship.from.index);
    if (relationship.scope == "build") line += " build";
    line += " " + std::string(relationship.type);
    CHECK((relationship.scope.empty() != (relationship.type == "dependsOn")));
    for (const std::size_t to : relationship.to)
      line += " " + std::to_string(to);
    if (!relationship.completeness.empty()) line += " " + std::string(relationship.completeness);
    lines.push_back(line);
  }
  return lines;
}

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("spdx3_relationships gives one of each type from an element, to many") {
  const Document document = document_of(
      5,
      {{0, RelationshipType::Contains, 3},
       {2, RelationshipType::DependsOn, 1},
       {0, RelationshipType::DependsOn, 2},
       {0, RelationshipType::Contains, 4},
       {0, RelationshipType::DependsOn, 1}});
  CHECK(
      lines(document) == Lines{
                             "0 contains 3 4 noAssertion",
                             "0 dependsOn 2 1 noAssertion",
                             "2 dependsOn 1 noAssertion"});
}

TEST_CASE("spdx3_relationships turns round what SPDX 3 says from the other end") {
  const auto of = [](RelationshipType type) { return lines(document_of(3, {{2, type, 1}})); };
  CHECK(of(RelationshipType::GeneratedFrom) == Lines{"1 generates 2"});
  CHECK(of(RelationshipType::PatchFor) == Lines{"1 patchedBy 2"});
  CHECK(of(RelationshipType::PackageOf) == Lines{"1 contains 2 noAssertion"});
}

TEST_CASE("spdx3_relationships tells what is needed for a build from what is when installed") {
  Document document = document_of(
      3, {{1, RelationshipType::BuildDependencyOf, 0}, {0, RelationshipType::DependsOn, 2}});
  document.compositions = {{Aggregate::Complete, {}, {0}}};
  CHECK(lines(document) == Lines{"0 dependsOn 2 complete", "0 build dependsOn 1 noAssertion"});
}

TEST_CASE("spdx3_relationships gathers what an operating system is made of") {
  const Document document =
      document_of(3, {{1, RelationshipType::PackageOf, 0}, {2, RelationshipType::PackageOf, 0}});
  CHECK(lines(document) == Lines{"0 contains 1 2 noAssertion"});
}

TEST_CASE("spdx3_relationships takes completeness from the compositions") {
  Document document = document_of(
      3,
      {{0, RelationshipType::Contains, 1},
       {0, RelationshipType::DependsOn, 2},
       {1, RelationshipType::DependsOn, 2},
       {2, RelationshipType::GeneratedFrom, 0}});
  document.compositions = {
      {Aggregate::Incomplete, {}, {}},
      {Aggregate::Unknown, {0}, {}},
      {Aggregate::Complete, {}, {0}},
      {Aggregate::Incomplete, {}, {1}}};
  CHECK(
      lines(document) == Lines{
                             "0 contains 1 noAssertion",
                             "0 dependsOn 2 complete",
                             "0 generates 2",
                             "1 dependsOn 2 incomplete"});
}

TEST_CASE("spdx3_relationships says it too where there is nothing to lead to") {
  Document document = document_of(2, {});
  document.compositions = {{Aggregate::Complete, {}, {0}}, {Aggregate::Incomplete, {1}, {1}}};
  CHECK(
      lines(document) ==
      Lines{"0 dependsOn complete", "1 contains incomplete", "1 dependsOn incomplete"});
}

TEST_CASE("spdx3_relationships begins at other documents and their roots") {
  Document document = document_of(
      3,
      {{0, RelationshipType::GeneratedFrom, 1, true},
       {1, RelationshipType::GeneratedFrom, 0, true},
       {2, RelationshipType::GeneratedFrom, 1, true}});
  document.links.resize(2);
  document.elements[2].document = 1;
  CHECK(
      lines(document) ==
      Lines{"root 0 generates 1", "root 1 generates 0 2", "document 1 describes 2"});
}
