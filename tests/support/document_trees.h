// SPDX-License-Identifier: Apache-2.0
//
// Documents read back by readers that are not ours, as trees of one shape that can be
// compared: SPDX from JSON, XML and YAML; CycloneDX from JSON and XML. The rules by
// which CycloneDX's JSON and XML differ stand here as tables.
#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <libxml/parser.h>
#include <libxml/tree.h>
#include <rapidjson/document.h>
#include <yaml-cpp/yaml.h>

#include "tests/support/golden.h"

namespace reposbom::tests {

// An element with what stands in it; attributes are children named "@…".
struct Tree {
  std::string name = {};
  std::string text = {};
  std::vector<Tree> children = {};

  bool operator==(const Tree&) const = default;
};

inline std::string lines(const Tree& tree, const std::string& indent = "") {
  std::string text = indent + tree.name + " = " + tree.text + "\n";
  for (const Tree& child : tree.children)
    text += lines(child, indent + "  ");
  return text;
}

inline void check_same(const Tree& one, const Tree& other) {
  const bool is_same = one == other;
  CHECK_MESSAGE(is_same, first_difference(lines(one), lines(other)));
}

inline std::string scalar(const rapidjson::Value& value) {
  if (value.IsBool()) return value.GetBool() ? "true" : "false";
  if (value.IsInt64()) return std::to_string(value.GetInt64());
  REQUIRE(value.IsString());
  return {value.GetString(), value.GetStringLength()};
}

inline rapidjson::Document parse_json(const std::string& bytes) {
  rapidjson::Document json;
  json.Parse<rapidjson::kParseValidateEncodingFlag>(bytes.data(), bytes.size());
  REQUIRE_FALSE(json.HasParseError());
  return json;
}

// --- SPDX: lists are their key repeated -----------------------------------------------------

inline Tree spdx_tree(const std::string& name, const rapidjson::Value& value) {
  Tree tree{name};
  if (!value.IsObject()) {
    tree.text = scalar(value);
    return tree;
  }
  for (const auto& member : value.GetObject()) {
    const std::string key = member.name.GetString();
    if (!member.value.IsArray()) {
      tree.children.push_back(spdx_tree(key, member.value));
      continue;
    }
    CHECK(member.value.Size() != 0);  // XML has nothing to show for an empty list.
    for (const rapidjson::Value& item : member.value.GetArray())
      tree.children.push_back(spdx_tree(key, item));
  }
  return tree;
}

inline Tree spdx_tree(const std::string& name, const YAML::Node& node) {
  Tree tree{name};
  if (node.IsScalar()) {
    // Every string is quoted, so that no reader makes a date or a number of it.
    const bool is_boolean = node.Scalar() == "true" || node.Scalar() == "false";
    CHECK((node.Tag() == "!" || is_boolean));
    tree.text = node.Scalar();
    return tree;
  }
  REQUIRE(node.IsMap());
  for (const auto& member : node) {
    const std::string key = member.first.Scalar();
    if (!member.second.IsSequence()) {
      tree.children.push_back(spdx_tree(key, member.second));
      continue;
    }
    for (const YAML::Node& item : member.second)
      tree.children.push_back(spdx_tree(key, item));
  }
  return tree;
}

// --- XML ------------------------------------------------------------------------------------

struct Deleter {
  void operator()(xmlDoc* document) const { xmlFreeDoc(document); }
  void operator()(xmlChar* text) const { xmlFree(text); }
};

inline std::string take(xmlChar* text) {
  const std::unique_ptr<xmlChar, Deleter> owner(text);
  return text == nullptr ? "" : reinterpret_cast<const char*>(text);
}

inline Tree xml_tree(const xmlNode* node) {
  Tree tree{reinterpret_cast<const char*>(node->name)};
  for (const xmlAttr* attribute = node->properties; attribute != nullptr;
       attribute = attribute->next) {
    tree.children.push_back(
        {std::string("@") + reinterpret_cast<const char*>(attribute->name),
         take(xmlNodeGetContent(reinterpret_cast<const xmlNode*>(attribute)))});
  }
  bool has_elements = false;
  for (const xmlNode* child = node->children; child != nullptr; child = child->next) {
    if (child->type != XML_ELEMENT_NODE) continue;
    has_elements = true;
    tree.children.push_back(xml_tree(child));
  }
  if (!has_elements) tree.text = take(xmlNodeGetContent(node));
  return tree;
}

inline Tree parse_xml(const std::string& bytes) {
  const std::unique_ptr<xmlDoc, Deleter> document(xmlReadMemory(
      bytes.data(), static_cast<int>(bytes.size()), nullptr, nullptr, XML_PARSE_NONET));
  REQUIRE(document != nullptr);
  return xml_tree(xmlDocGetRootElement(document.get()));
}

// Readers of SPDX XML drop blanks around a text and make nothing of an empty element.
inline void check_texts(const Tree& tree) {
  constexpr const char* kBlanks = " \t\n";
  if (tree.children.empty()) {
    CAPTURE(tree.name);
    CHECK(tree.text != "");
    CHECK(tree.text.find_first_not_of(kBlanks) == 0);
    CHECK(tree.text.find_last_not_of(kBlanks) == tree.text.size() - 1);
  }
  for (const Tree& child : tree.children)
    check_texts(child);
}

// --- CycloneDX: the JSON's tree in the shape that the XML schema gives it -------------------

// How a list of JSON is written in XML: its items' tag, inside an element of the list's name or
// not.
struct ListShape {
  const char* item = "";
  bool is_wrapped = true;
};

inline const std::map<std::string, ListShape>& list_shapes() {
  static const std::map<std::string, ListShape> shapes = {
      {"ancestors", {"component"}},
      {"assemblies", {"assembly"}},
      {"authors", {"author"}},
      {"components", {"component"}},
      {"compositions", {"composition"}},
      {"contact", {"contact", false}},
      {"dependencies", {"dependency"}},
      {"dependsOn", {"dependency", false}},
      {"externalReferences", {"reference"}},
      {"hashes", {"hash"}},
      {"identity", {"identity", false}},
      {"licenses", {""}},  // An item is a "license" or an "expression".
      {"lifecycles", {"lifecycle"}},
      {"patches", {"patch"}},
      {"properties", {"property"}},
      {"provides", {"provides", false}},
      {"resolves", {"issue"}},
      {"url", {"url", false}},
  };
  return shapes;
}

// Members that are attributes of their element, or its text.
inline const std::set<std::pair<std::string, std::string>>& attributes() {
  static const std::set<std::pair<std::string, std::string>> known = {
      {"bom", "serialNumber"},
      {"bom", "version"},
      {"component", "bom-ref"},
      {"component", "type"},
      {"dependency", "ref"},
      {"expression", "acknowledgement"},
      {"hash", "alg"},
      {"issue", "type"},
      {"license", "acknowledgement"},
      {"patch", "type"},
      {"property", "name"},
      {"reference", "type"},
      {"swid", "name"},
      {"swid", "tagId"},
      {"swid", "version"},
  };
  return known;
}

inline const std::set<std::pair<std::string, std::string>>& contents() {
  static const std::set<std::pair<std::string, std::string>> known = {
      {"expression", "expression"}, {"hash", "content"}, {"property", "value"}};
  return known;
}

inline Tree cyclonedx_tree(const std::string& name, const rapidjson::Value& value);

inline Tree list_item(
    const std::string& list, const ListShape& shape, const rapidjson::Value& item) {
  const std::string name = shape.item;
  if (list == "licenses") {
    return item.HasMember("license") ? cyclonedx_tree("license", item["license"])
                                     : cyclonedx_tree("expression", item);
  }
  if (item.IsObject() || list == "url") return cyclonedx_tree(name, item);
  return {name, "", {{"@ref", scalar(item)}}};  // What is a reference in JSON.
}

inline void add_member(Tree& tree, const std::string& key, const rapidjson::Value& value) {
  if (value.IsArray()) {
    const auto shape = list_shapes().find(key);
    REQUIRE_MESSAGE(shape != list_shapes().end(), key);
    CHECK_MESSAGE(value.Size() != 0, key);
    Tree wrapper{key};
    Tree& parent = shape->second.is_wrapped ? wrapper : tree;
    for (const rapidjson::Value& item : value.GetArray())
      parent.children.push_back(list_item(key, shape->second, item));
    if (shape->second.is_wrapped) tree.children.push_back(std::move(wrapper));
  } else if (attributes().count({tree.name, key}) == 1) {
    tree.children.push_back({"@" + key, scalar(value)});
  } else if (contents().count({tree.name, key}) == 1) {
    tree.text = scalar(value);
  } else {
    tree.children.push_back(cyclonedx_tree(key, value));
  }
}

inline Tree cyclonedx_tree(const std::string& name, const rapidjson::Value& value) {
  Tree tree{name};
  if (!value.IsObject()) {
    tree.text = scalar(value);
    return tree;
  }
  for (const auto& member : value.GetObject()) {
    const std::string key = member.name.GetString();
    // What the XML namespace says.
    if (name == "bom" && (key == "$schema" || key == "bomFormat" || key == "specVersion")) continue;
    add_member(tree, key, member.value);
  }
  return tree;
}

// The order of members means nothing in JSON and is fixed in XML; that of list items stays.
inline void sort_by_name(Tree& tree) {
  std::stable_sort(
      tree.children.begin(), tree.children.end(), [](const Tree& left, const Tree& right) {
        return left.name < right.name;
      });
  for (Tree& child : tree.children)
    sort_by_name(child);
}

}  // namespace reposbom::tests
