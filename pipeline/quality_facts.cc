// SPDX-License-Identifier: Apache-2.0
#include "pipeline/quality_facts.h"

#include <algorithm>
#include <array>
#include <unordered_map>
#include <utility>

#include "generators/json_items.h"
#include "metadata/error.h"
#include "pipeline/quality_components.h"

namespace reposbom::pipeline {
namespace {

using generators::JsonObject;

// Ids as numbers: a release document refers to each many times.
class Numbers {
 public:
  std::uint32_t of(const std::string& id) {
    return numbers_.try_emplace(id, static_cast<std::uint32_t>(numbers_.size())).first->second;
  }
  std::size_t size() const { return numbers_.size(); }

 private:
  std::unordered_map<std::string, std::uint32_t> numbers_ = {};
};

enum class RelationKind { Includes, MadeFrom };

struct Relation {
  std::uint32_t from = 0;
  std::uint32_t to = 0;
  RelationKind kind = RelationKind::Includes;
};

// Collects what stands in a document in any order, and joins it in the end.
class Reader {
 public:
  void take(const std::string& key, const JsonObject& item);
  DocumentFacts finish(const JsonObject& rest, const std::string& subject);

 private:
  void read_creation(const JsonObject& info);
  void read_package(const JsonObject& package);
  void read_relationship(const JsonObject& relationship);
  void read_metadata(const JsonObject& metadata);
  void read_component(const JsonObject& component);
  void read_dependency(const JsonObject& dependency);
  void read_composition(const JsonObject& composition);
  void read_vulnerability(const JsonObject& vulnerability);
  void read_root(const JsonObject& component);
  void read_tool(const JsonObject& tool);
  void add(ComponentFacts facts);
  void join();
  void count_relations(std::uint32_t root);

  struct Row {
    std::string_view key;
    void (Reader::*read)(const JsonObject&);
  };
  static const std::array<Row, 8> kRows;

  DocumentFacts facts_ = {};
  Numbers numbers_ = {};
  std::vector<std::uint32_t> ids_ = {};  // Of facts_.components.
  std::vector<std::uint32_t> described_ = {};
  std::vector<std::uint32_t> without_needs_ = {};
  std::vector<std::uint32_t> with_dependencies_ = {};
  std::vector<std::uint32_t> with_completeness_ = {};
  std::vector<Relation> relations_ = {};
};

// The members of both formats that say what is asked for.
const std::array<Reader::Row, 8> Reader::kRows = {{
    {"creationInfo", &Reader::read_creation},
    {"packages", &Reader::read_package},
    {"relationships", &Reader::read_relationship},
    {"metadata", &Reader::read_metadata},
    {"components", &Reader::read_component},
    {"dependencies", &Reader::read_dependency},
    {"compositions", &Reader::read_composition},
    {"vulnerabilities", &Reader::read_vulnerability},
}};

void Reader::take(const std::string& key, const JsonObject& item) {
  for (const Row& row : kRows) {
    if (row.key == key) (this->*row.read)(item);
  }
}

// SPDX 2.3 clause 6. A tool is "Tool: NAME-VERSION", split at the last "-".
void Reader::read_creation(const JsonObject& info) {
  constexpr std::string_view kTool = "Tool: ";
  facts_.created = info.text("created");
  facts_.context = info.text("comment");
  for (const std::string& creator : info.texts("creators")) {
    if (!creator.starts_with(kTool)) {
      facts_.author = read_spdx_party(creator);
      continue;
    }
    const std::string tool = creator.substr(kTool.size());
    const std::size_t dash = tool.rfind('-');
    const bool has_version =
        dash != std::string::npos && tool.find_first_of("0123456789", dash) != std::string::npos;
    facts_.tool = has_version ? tool.substr(0, dash) : tool;
    facts_.tool_version = has_version ? tool.substr(dash + 1) : "";
  }
}

void Reader::read_package(const JsonObject& package) {
  add(read_spdx_package(package));
}

// Clause 11. PACKAGE_OF and GENERATED_FROM say of what stands behind them that the other is part
// of it, or made of it.
void Reader::read_relationship(const JsonObject& relationship) {
  const std::string type = relationship.text("relationshipType");
  const std::string to = relationship.text("relatedSpdxElement");
  const std::uint32_t from = numbers_.of(relationship.text("spdxElementId"));
  if (type == "DESCRIBES") {
    described_.push_back(numbers_.of(to));
  } else if (type == "DEPENDS_ON" && to == "NONE") {
    without_needs_.push_back(from);
  } else if (type == "DEPENDS_ON" || type == "CONTAINS") {
    relations_.push_back({from, numbers_.of(to), RelationKind::Includes});
  } else if (type == "GENERATED_FROM" || type == "PACKAGE_OF") {
    relations_.push_back({from, numbers_.of(to), RelationKind::MadeFrom});
  }
}

void Reader::read_metadata(const JsonObject& metadata) {
  facts_.created = metadata.text("timestamp");
  metadata.each("lifecycles", [&](const JsonObject& phase) {
    facts_.context += (facts_.context.empty() ? "" : " ") + phase.text("phase");
  });
  facts_.author = read_cyclonedx_party(metadata, "manufacturer");
  metadata.each("authors", [&](const JsonObject& author) {
    if (facts_.author.name.empty()) facts_.author.name = author.text("name");
    if (facts_.author.contact.empty()) facts_.author.contact = author.text("email");
  });
  metadata.object("tools", [&](const JsonObject& tools) {
    tools.each("components", [&](const JsonObject& tool) { read_tool(tool); });
  });
  metadata.object("component", [&](const JsonObject& component) { read_root(component); });
}

void Reader::read_tool(const JsonObject& tool) {
  facts_.tool = tool.text("name");
  facts_.tool_version = tool.text("version");
}

void Reader::read_root(const JsonObject& component) {
  ComponentFacts root = read_cyclonedx_component(component, ComponentPlace::Root);
  // A component without a bom-ref cannot be what relations are about, but is described all the
  // same.
  described_.push_back(numbers_.of(root.id));
  const std::uint32_t from = described_.back();
  add(std::move(root));
  component.each("components", [&](const JsonObject& inside) {
    add(read_cyclonedx_component(inside, ComponentPlace::Inside));
    relations_.push_back({from, ids_.back(), RelationKind::Includes});
  });
  component.object("pedigree", [&](const JsonObject& pedigree) {
    pedigree.each("ancestors", [&](const JsonObject& ancestor) {
      add(read_cyclonedx_component(ancestor, ComponentPlace::Ancestor));
    });
  });
}

void Reader::read_component(const JsonObject& component) {
  add(read_cyclonedx_component(component, ComponentPlace::Beside));
}

void Reader::read_dependency(const JsonObject& dependency) {
  const std::uint32_t from = numbers_.of(dependency.text("ref"));
  with_dependencies_.push_back(from);
  for (const char* const key : {"dependsOn", "provides"}) {
    for (const std::string& to : dependency.texts(key))
      relations_.push_back({from, numbers_.of(to), RelationKind::Includes});
  }
}

// "not_specified" says nothing.
void Reader::read_composition(const JsonObject& composition) {
  const std::string aggregate = composition.text("aggregate");
  if (aggregate.empty() || aggregate == "not_specified") return;
  const std::size_t before = with_completeness_.size();
  for (const char* const key : {"assemblies", "dependencies"}) {
    for (const std::string& ref : composition.texts(key))
      with_completeness_.push_back(numbers_.of(ref));
  }
  if (with_completeness_.size() == before) facts_.has_completeness = true;
}

void Reader::read_vulnerability(const JsonObject& /*vulnerability*/) {
  facts_.has_vulnerabilities = true;
}

void Reader::add(ComponentFacts facts) {
  ids_.push_back(numbers_.of(facts.id));
  facts_.components.push_back(std::move(facts));
}

void Reader::count_relations(std::uint32_t root) {
  std::vector<bool> is_listed(numbers_.size());
  for (const std::uint32_t id : ids_)
    is_listed[id] = true;
  for (const Relation& relation : relations_) {
    const bool is_of_root =
        relation.kind == RelationKind::Includes ? relation.from == root : relation.to == root;
    if (is_of_root && is_listed[relation.from] && is_listed[relation.to]) ++facts_.root_relations;
  }
}

void Reader::join() {
  const auto contains = [](const std::vector<std::uint32_t>& ids, std::uint32_t id) {
    return std::find(ids.begin(), ids.end(), id) != ids.end();
  };
  facts_.root = facts_.components.size();
  if (!described_.empty()) {
    const std::uint32_t root = described_.front();
    const auto place = std::find(ids_.begin(), ids_.end(), root);
    facts_.root = static_cast<std::size_t>(place - ids_.begin());
    count_relations(root);
    facts_.says_no_dependencies = contains(without_needs_, root);
    facts_.has_root_dependencies = contains(with_dependencies_, root);
  }
  if (facts_.root < facts_.components.size()) {
    facts_.components[facts_.root].place = ComponentPlace::Root;
  }
  std::vector<bool> has_completeness(numbers_.size());
  for (const std::uint32_t id : with_completeness_)
    has_completeness[id] = true;
  for (std::size_t i = 0; i != ids_.size(); ++i)
    facts_.components[i].has_completeness = has_completeness[ids_[i]];
}

DocumentFacts Reader::finish(const JsonObject& rest, const std::string& subject) {
  constexpr std::string_view kSpdx = "SPDX-";
  const std::string spdx_version = rest.text("spdxVersion");
  const std::string bom_format = rest.text("bomFormat");
  if (spdx_version.starts_with(kSpdx)) {
    facts_.format_name = "SPDX";
    facts_.format_version = spdx_version.substr(kSpdx.size());
    facts_.uri = rest.text("documentNamespace");
  } else if (bom_format == "CycloneDX") {
    facts_.format = QualityFormat::Cyclonedx;
    facts_.format_name = bom_format;
    facts_.format_version = rest.text("specVersion");
    facts_.uri = rest.text("serialNumber");
    facts_.version = rest.number("version");
  } else {
    throw Error(Cause::Untrusted, subject, "is neither an SPDX 2.3 nor a CycloneDX document");
  }
  join();
  return std::move(facts_);
}

}  // namespace

DocumentFacts read_quality_facts(std::string_view json, const std::string& subject) {
  Reader reader;
  DocumentFacts facts;
  generators::read_json_items(
      json,
      subject,
      [&](const std::string& key, const JsonObject& item) { reader.take(key, item); },
      [&](const JsonObject& rest) { facts = reader.finish(rest, subject); });
  return facts;
}

}  // namespace reposbom::pipeline
