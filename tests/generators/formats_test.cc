// SPDX-License-Identifier: Apache-2.0
//
// That all formats of a document say the same: each is read back by a reader that is
// not ours, and the trees are compared.
#include "generators/formats.h"

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include <doctest/doctest.h>
#include <libxml/parser.h>
#include <libxml/tree.h>
#include <rapidjson/document.h>
#include <yaml-cpp/yaml.h>

#include "tests/support/golden.h"
#include "tests/support/samples.h"

using namespace reposbom::generators;
using namespace reposbom::tests;
using rapidjson::Value;
using reposbom::metadata::Catalog;

namespace {

// An element with what stands in it; attributes are children named "@…".
struct Tree {
  std::string name = {};
  std::string text = {};
  std::vector<Tree> children = {};

  bool operator==(const Tree&) const = default;
};

std::string lines(const Tree& tree, const std::string& indent = "") {
  std::string text = indent + tree.name + " = " + tree.text + "\n";
  for (const Tree& child : tree.children)
    text += lines(child, indent + "  ");
  return text;
}

void check_same(const Tree& one, const Tree& other) {
  CHECK_MESSAGE(one == other, first_difference(lines(one), lines(other)));
}

std::string scalar(const Value& value) {
  if (value.IsBool()) return value.GetBool() ? "true" : "false";
  if (value.IsInt64()) return std::to_string(value.GetInt64());
  REQUIRE(value.IsString());
  return {value.GetString(), value.GetStringLength()};
}

rapidjson::Document parse_json(const std::string& bytes) {
  rapidjson::Document json;
  json.Parse<rapidjson::kParseValidateEncodingFlag>(bytes.data(), bytes.size());
  REQUIRE_FALSE(json.HasParseError());
  return json;
}

// --- SPDX: lists are their key repeated -----------------------------------------------------

Tree spdx_tree(const std::string& name, const Value& value) {
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
    for (const Value& item : member.value.GetArray())
      tree.children.push_back(spdx_tree(key, item));
  }
  return tree;
}

Tree spdx_tree(const std::string& name, const YAML::Node& node) {
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

std::string take(xmlChar* text) {
  const std::unique_ptr<xmlChar, Deleter> owner(text);
  return text == nullptr ? "" : reinterpret_cast<const char*>(text);
}

Tree xml_tree(const xmlNode* node) {
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

Tree parse_xml(const std::string& bytes) {
  const std::unique_ptr<xmlDoc, Deleter> document(xmlReadMemory(
      bytes.data(), static_cast<int>(bytes.size()), nullptr, nullptr, XML_PARSE_NONET));
  REQUIRE(document != nullptr);
  return xml_tree(xmlDocGetRootElement(document.get()));
}

// Readers of SPDX XML drop blanks around a text and make nothing of an empty element.
void check_texts(const Tree& tree) {
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

const std::map<std::string, ListShape>& list_shapes() {
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
const std::set<std::pair<std::string, std::string>>& attributes() {
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
  };
  return known;
}

const std::set<std::pair<std::string, std::string>>& contents() {
  static const std::set<std::pair<std::string, std::string>> known = {
      {"expression", "expression"}, {"hash", "content"}, {"property", "value"}};
  return known;
}

Tree cyclonedx_tree(const std::string& name, const Value& value);

Tree list_item(const std::string& list, const ListShape& shape, const Value& item) {
  const std::string name = shape.item;
  if (list == "licenses") {
    return item.HasMember("license") ? cyclonedx_tree("license", item["license"])
                                     : cyclonedx_tree("expression", item);
  }
  if (item.IsObject() || list == "url") return cyclonedx_tree(name, item);
  return {name, "", {{"@ref", scalar(item)}}};  // What is a reference in JSON.
}

void add_member(Tree& tree, const std::string& key, const Value& value) {
  if (value.IsArray()) {
    const auto shape = list_shapes().find(key);
    REQUIRE_MESSAGE(shape != list_shapes().end(), key);
    CHECK_MESSAGE(value.Size() != 0, key);
    Tree wrapper{key};
    Tree& parent = shape->second.is_wrapped ? wrapper : tree;
    for (const Value& item : value.GetArray())
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

Tree cyclonedx_tree(const std::string& name, const Value& value) {
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
void sort_by_name(Tree& tree) {
  std::stable_sort(
      tree.children.begin(), tree.children.end(), [](const Tree& left, const Tree& right) {
        return left.name < right.name;
      });
  for (Tree& child : tree.children)
    sort_by_name(child);
}

// --- SPDX and CycloneDX ---------------------------------------------------------------------

std::string text_at(const Value& object, const char* key) {
  const auto member = object.FindMember(key);
  return member == object.MemberEnd() ? "" : scalar(member->value);
}

std::string unless_unknown(const std::string& text) {
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
  std::string download = {};
  std::string file_name = {};
  std::string built = {};
  std::set<std::string> repository_purls = {};
  std::set<std::string> advisories = {};
  std::set<std::string> notes = {};  // SPDX annotations that are CycloneDX properties.

  auto operator<=>(const Facts&) const = default;
};

std::string describe(const Facts& facts) {
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
std::string organization_name(std::string text) {
  constexpr std::string_view kPrefix = "Organization: ";
  if (text.rfind(kPrefix, 0) != 0) return unless_unknown(text);
  text.erase(0, kPrefix.size());
  if (text.size() > 3 && text.substr(text.size() - 3) == " ()") text.erase(text.size() - 3);
  return text;
}

void read_external_ref(Facts& facts, const Value& ref) {
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
  } else {
    facts.cpe = locator;
  }
}

Facts spdx_facts(const Value& package) {
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
  for (const Value& ref : package["externalRefs"].GetArray())
    read_external_ref(facts, ref);
  if (!package.HasMember("annotations")) return facts;
  for (const Value& annotation : package["annotations"].GetArray()) {
    const std::string comment = text_at(annotation, "comment");
    const bool is_elsewhere =  // In the release notes and in the pedigree.
        comment.rfind("advisory: ", 0) == 0 || comment.rfind("resolves: ", 0) == 0;
    if (!is_elsewhere) facts.notes.insert(comment);
  }
  return facts;
}

std::string joined_license(const Value& licenses, bool& is_concluded) {
  std::string expression;
  for (const Value& each : licenses.GetArray()) {
    const bool is_id = each.HasMember("license");
    const std::string acknowledgement = text_at(is_id ? each["license"] : each, "acknowledgement");
    is_concluded = is_concluded || acknowledgement == "concluded";
    if (!is_id) return text_at(each, "expression");
    if (acknowledgement != "declared") continue;
    expression += (expression.empty() ? "" : " AND ") + text_at(each["license"], "id");
  }
  return expression;
}

void read_property(Facts& facts, const std::string& name, const std::string& value) {
  if (name == "bsi:component:filename") facts.file_name = value;
  if (name == "almalinux:package:timestamp") facts.built = utc_time(std::stoll(value));
  const auto last = static_cast<std::size_t>(PropertyName::NotIncluded);
  for (std::size_t i = 0; i <= last; ++i) {
    const PropertyNames names = property_names(static_cast<PropertyName>(i));
    if (names.property == name && !names.annotation.empty()) {
      facts.notes.insert(std::string(names.annotation) + value);
    }
  }
}

Facts cyclonedx_facts(const Value& component) {
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
    for (const Value& ref : component["externalReferences"].GetArray()) {
      const std::string type = text_at(ref, "type");
      const std::string url = text_at(ref, "url");
      if (type == "website") facts.homepage = url;
      if (type == "distribution") facts.download = url;
      if (type == "advisories") facts.advisories.insert(url + " " + text_at(ref, "comment"));
    }
  }
  if (component.HasMember("evidence")) {
    for (const Value& identity : component["evidence"]["identity"].GetArray())
      facts.repository_purls.insert(text_at(identity, "concludedValue"));
  }
  if (component.HasMember("properties")) {
    for (const Value& property : component["properties"].GetArray())
      read_property(facts, text_at(property, "name"), text_at(property, "value"));
  }
  return facts;
}

// Every component, wherever it stands, by its bom-ref.
void collect(const Value& value, std::map<std::string, Facts>& found) {
  if (value.IsArray()) {
    for (const Value& item : value.GetArray())
      collect(item, found);
  } else if (value.IsObject()) {
    if (value.HasMember("bom-ref"))
      found.emplace(text_at(value, "bom-ref"), cyclonedx_facts(value));
    for (const auto& member : value.GetObject())
      collect(member.value, found);
  }
}

using Edges = std::multiset<std::pair<Facts, Facts>>;

Edges spdx_edges(const Value& json, const std::map<std::string, Facts>& facts) {
  Edges edges;
  for (const Value& relation : json["relationships"].GetArray()) {
    if (text_at(relation, "relationshipType") != "DEPENDS_ON") continue;
    edges.emplace(
        facts.at(text_at(relation, "spdxElementId")),
        facts.at(text_at(relation, "relatedSpdxElement")));
  }
  return edges;
}

// Without what the root of a release depends on: everything, as SPDX says by PACKAGE_OF.
Edges cyclonedx_edges(const Value& json, const std::map<std::string, Facts>& facts) {
  Edges edges;
  const Value& root = json["metadata"]["component"];
  const bool is_release = text_at(root, "type") == "operating-system";
  for (const Value& entry : json["dependencies"].GetArray()) {
    if (!entry.HasMember("dependsOn")) continue;
    if (is_release && text_at(entry, "ref") == text_at(root, "bom-ref")) continue;
    for (const Value& ref : entry["dependsOn"].GetArray())
      edges.emplace(facts.at(text_at(entry, "ref")), facts.at(ref.GetString()));
  }
  return edges;
}

void check_same_facts(const std::string& spdx_bytes, const std::string& cyclonedx_bytes) {
  const auto spdx = parse_json(spdx_bytes);
  const auto cyclonedx = parse_json(cyclonedx_bytes);
  std::map<std::string, Facts> from_spdx;
  for (const Value& package : spdx["packages"].GetArray())
    from_spdx.emplace(text_at(package, "SPDXID"), spdx_facts(package));
  std::map<std::string, Facts> from_cyclonedx;
  collect(cyclonedx, from_cyclonedx);
  std::multiset<Facts> one;
  std::multiset<Facts> other;
  for (const auto& [id, facts] : from_spdx)
    one.insert(facts);
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

void check_formats(const Catalog& catalog) {
  const Creation creation = sample_creation();
  for (const Document& document : all_documents(catalog, creation)) {
    CAPTURE(document.name);
    const auto bytes = [&](Format format) { return render(document, creation, format); };
    const std::string spdx = bytes(Format::SpdxJson);
    const Tree tree = spdx_tree("Document", parse_json(spdx));
    check_texts(tree);
    check_same(tree, parse_xml(bytes(Format::SpdxXml)));
    check_same(tree, spdx_tree("Document", YAML::Load(bytes(Format::SpdxYaml))));

    const std::string cyclonedx = bytes(Format::CyclonedxJson);
    Tree json = cyclonedx_tree("bom", parse_json(cyclonedx));
    Tree xml = parse_xml(bytes(Format::CyclonedxXml));
    sort_by_name(json);
    sort_by_name(xml);
    check_texts(xml);
    check_same(json, xml);
    check_same_facts(spdx, cyclonedx);
  }
}

}  // namespace

TEST_CASE("formats has a row for every format, in the order of Format") {
  CHECK(formats().size() == 5);
  std::set<std::string_view> suffixes;
  for (std::size_t i = 0; i != formats().size(); ++i) {
    const FormatRow& row = formats()[i];
    CHECK(row.format == static_cast<Format>(i));
    CHECK(&row_of(row.format) == &row);
    CHECK(format_by_name(row.name) == row.format);
    CHECK(suffixes.insert(row.suffix).second);
  }
}

TEST_CASE("formats have the suffixes that their readers look for") {
  CHECK(row_of(Format::SpdxJson).suffix == ".spdx.json");
  CHECK(row_of(Format::SpdxXml).suffix == ".spdx.xml");
  CHECK(row_of(Format::SpdxYaml).suffix == ".spdx.yaml");
  CHECK(row_of(Format::CyclonedxJson).suffix == ".cdx.json");
  CHECK(row_of(Format::CyclonedxXml).suffix == ".cdx.xml");
}

TEST_CASE("format_by_name knows no other name") {
  CHECK(format_by_name("spdx-json") == Format::SpdxJson);
  CHECK(format_by_name("cyclonedx-xml") == Format::CyclonedxXml);
  CHECK_FALSE(format_by_name(""));
  CHECK_FALSE(format_by_name("SPDX-JSON"));
  CHECK_FALSE(format_by_name("spdx"));
  CHECK_FALSE(format_by_name("cyclonedx-yaml"));
}

TEST_CASE("all formats of a document say the same") {
  check_formats(sample_catalog());
}

TEST_CASE("fixtures: all formats of every document say the same") {
  check_formats(fixture_catalog());
}

TEST_CASE("render_to gives the bytes of render in pieces") {
  auto repositories = sample_repositories();
  for (int i = 0; i != 2000; ++i) {
    const std::string name = "part" + std::to_string(i);
    repositories[0].packages.push_back(
        sample_package(name, {0, "1", "1"}, "noarch", name + "-1-1.src.rpm"));
  }
  const Catalog catalog = reposbom::metadata::join(repositories);
  const Document release = sample_release(catalog, sample_creation());
  for (const FormatRow& row : formats()) {
    CAPTURE(row.name);
    std::string bytes;
    std::size_t pieces = 0;
    render_to(release, sample_creation(), row.format, [&](std::string_view piece) {
      ++pieces;
      CHECK(piece.size() < (std::size_t{2} << 20));
      bytes += piece;
    });
    CHECK(pieces > 1);
    CHECK((bytes == render(release, sample_creation(), row.format)));
  }
}

TEST_CASE("render writes the documents of the sample catalog byte for byte") {
  const Catalog catalog = sample_catalog();
  const Creation creation = sample_creation();
  const auto check = [&](const Document& document, const std::string& name) {
    for (const FormatRow& row : formats())
      check_golden(
          "sample/" + name + std::string(row.suffix), render(document, creation, row.format));
  };
  check(sample_documents(catalog, catalog.builds[0], creation)[0], "build");
  check(sample_documents(catalog, catalog.builds[1], creation)[1], "package");
  check(sample_release(catalog, creation), "release");
}
