// SPDX-License-Identifier: Apache-2.0
//
// One tree of fields, written by every emitter and read back by each format's own
// library into the same tree.
#include "generators/emitter.h"

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>
#include <libxml/parser.h>
#include <libxml/tree.h>
#include <rapidjson/document.h>
#include <yaml-cpp/yaml.h>

#include "generators/json.h"
#include "generators/xml.h"
#include "generators/yaml.h"

using reposbom::generators::Emitter;
using reposbom::generators::JsonEmitter;
using reposbom::generators::XmlEmitter;
using reposbom::generators::YamlEmitter;

namespace {

constexpr const char* kNames[] = {
    "SPDXID", "name", "versionInfo", "packages", "checksums", "comment", "externalRefs", "a"};
constexpr const char* kPieces[] = {
    "a",      "word",   " ",      "  ",     "\n",     "\t",      "\"",     "\\",        "'",
    "&",      "<",      ">",      "]]>",    "&amp;",  "<!--",    "no",     "~",         "1.0",
    "1:30",   ": ",     " #",     "- ",     "{",      "\\u0041", "\x7F",   "é",         "\u0080",
    "\u0085", "\u009F", "\u00A0", "\u2028", "\u2029", "\uFEFF",  "\uFFFD", "\U0001F600"};

enum class Kind { Object, List, Text, Boolean, Number };

struct Field {
  Kind kind = Kind::Object;
  std::string name = {};             // Empty in a list.
  std::string text = {};             // Of Text.
  std::int64_t number = 0;           // Of Number and Boolean.
  std::vector<Field> children = {};  // Of Object and List.

  bool operator==(const Field&) const = default;
};

Field text_field(std::string name, std::string text) {
  return {.kind = Kind::Text, .name = std::move(name), .text = std::move(text)};
}

template <Emitter E>
void write_children(const Field& parent, E& emitter);

template <Emitter E>
void write_item(const Field& item, E& emitter) {
  if (item.kind == Kind::Text) {
    emitter.text_item(item.text);
    return;
  }
  emitter.begin_item();
  write_children(item, emitter);
  emitter.end_item();
}

template <Emitter E>
void write_field(const Field& field, E& emitter) {
  switch (field.kind) {
    case Kind::Object:
      emitter.begin_object(field.name);
      write_children(field, emitter);
      emitter.end_object();
      break;
    case Kind::List:
      emitter.begin_list(field.name);
      for (const Field& item : field.children)
        write_item(item, emitter);
      emitter.end_list();
      break;
    case Kind::Text:
      emitter.text(field.name, field.text);
      break;
    case Kind::Boolean:
      emitter.boolean(field.name, field.number != 0);
      break;
    case Kind::Number:
      emitter.number(field.name, field.number);
      break;
  }
}

template <Emitter E>
void write_children(const Field& parent, E& emitter) {
  for (const Field& field : parent.children)
    write_field(field, emitter);
}

template <Emitter E>
std::string render(const Field& tree) {
  std::string out;
  E emitter(out);
  emitter.begin_document("Document");
  write_children(tree, emitter);
  emitter.end_document();
  emitter.finish();
  return out;
}

std::string utf8(char32_t c) {
  const auto byte = [](char32_t bits) {
    return static_cast<char>(static_cast<unsigned char>(bits));
  };
  const auto tail = [&](unsigned shift) { return byte(0x80 | ((c >> shift) & 0x3F)); };
  if (c < 0x80) return {byte(c)};
  if (c < 0x800) return {byte(0xC0 | (c >> 6)), tail(0)};
  if (c < 0x10000) return {byte(0xE0 | (c >> 12)), tail(6), tail(0)};
  return {byte(0xF0 | (c >> 18)), tail(12), tail(6), tail(0)};
}

class RandomTree {
 public:
  explicit RandomTree(unsigned seed) : random_(seed) {}

  Field object(int depth) {
    Field result;
    const std::size_t first = below(std::size(kNames));
    const std::size_t count = 1 + below(6);
    for (std::size_t i = 0; i < count; ++i) {
      Field field = value(depth);
      field.name = kNames[(first + i) % std::size(kNames)];  // No name twice in an object.
      result.children.push_back(std::move(field));
    }
    return result;
  }

 private:
  std::size_t below(std::size_t limit) { return random_() % limit; }

  std::string text() {
    std::string result;
    for (std::size_t left = below(12); left > 0; --left)
      result += kPieces[below(std::size(kPieces))];
    return below(20) == 0 ? result + std::string(below(40'000), 'x') + result : result;
  }

  Field value(int depth) {
    const std::size_t choice = below(depth < 5 ? 6 : 4);
    if (choice == 4) return object(depth + 1);
    if (choice == 5) return list(depth + 1);
    if (choice == 3) return {.kind = Kind::Boolean, .number = static_cast<int>(below(2))};
    if (choice == 2) {
      const auto number = static_cast<std::int64_t>(random_()) << below(32);
      return {.kind = Kind::Number, .number = below(2) == 0 ? number : -number};
    }
    return text_field("", text());
  }

  Field list(int depth) {
    Field result{.kind = Kind::List};
    const bool objects = below(2) == 0;
    for (std::size_t left = 1 + below(4); left > 0; --left) {
      result.children.push_back(objects ? object(depth) : text_field("", text()));
    }
    return result;
  }

  std::mt19937 random_;
};

Field from_json(std::string name, const rapidjson::Value& value) {
  Field result{.name = std::move(name)};
  if (value.IsObject()) {
    for (const auto& member : value.GetObject()) {
      result.children.push_back(from_json(member.name.GetString(), member.value));
    }
  } else if (value.IsArray()) {
    result.kind = Kind::List;
    for (const auto& item : value.GetArray())
      result.children.push_back(from_json("", item));
  } else if (value.IsString()) {
    result.kind = Kind::Text;
    result.text.assign(value.GetString(), value.GetStringLength());
  } else {
    result.kind = value.IsBool() ? Kind::Boolean : Kind::Number;
    result.number = value.IsBool() ? static_cast<int>(value.GetBool()) : value.GetInt64();
  }
  return result;
}

Field from_yaml(std::string name, const YAML::Node& node) {
  Field result{.name = std::move(name)};
  if (node.IsMap()) {
    for (const auto& pair : node) {
      result.children.push_back(from_yaml(pair.first.Scalar(), pair.second));
    }
  } else if (node.IsSequence()) {
    result.kind = Kind::List;
    for (const auto& item : node)
      result.children.push_back(from_yaml("", item));
  } else if (node.Tag() == "!") {  // Quoted.
    result.kind = Kind::Text;
    result.text = node.Scalar();
  } else {
    const bool boolean = node.Scalar() == "true" || node.Scalar() == "false";
    result.kind = boolean ? Kind::Boolean : Kind::Number;
    result.number = boolean ? static_cast<int>(node.as<bool>()) : node.as<std::int64_t>();
  }
  return result;
}

// XML knows elements and text alone, so the tree is brought to that shape, with the
// items of a list as so many fields, and compared there.
std::vector<Field> as_elements(const Field& parent) {
  std::vector<Field> result;
  for (const Field& field : parent.children) {
    if (field.kind == Kind::List) {
      for (const Field& item : field.children) {
        result.push_back({.kind = item.kind, .name = field.name, .text = item.text});
        result.back().children = as_elements(item);
      }
      continue;
    }
    Field element = {.kind = Kind::Text, .name = field.name, .text = field.text};
    if (field.kind == Kind::Boolean) element.text = field.number != 0 ? "true" : "false";
    if (field.kind == Kind::Number) element.text = std::to_string(field.number);
    if (field.kind == Kind::Object) element.kind = Kind::Object;
    element.children = as_elements(field);
    result.push_back(std::move(element));
  }
  return result;
}

std::vector<Field> from_xml(const xmlNode* parent) {
  std::vector<Field> result;
  for (const xmlNode* node = parent->children; node != nullptr; node = node->next) {
    if (node->type != XML_ELEMENT_NODE) continue;
    Field element{.name = reinterpret_cast<const char*>(node->name), .children = from_xml(node)};
    if (element.children.empty()) {
      element.kind = Kind::Text;
      const std::unique_ptr<xmlChar, decltype(xmlFree)> content(xmlNodeGetContent(node), xmlFree);
      REQUIRE(content != nullptr);
      element.text = reinterpret_cast<const char*>(content.get());
    }
    result.push_back(std::move(element));
  }
  return result;
}

std::vector<Field> parse_xml(const std::string& text) {
  const std::unique_ptr<xmlDoc, decltype(&xmlFreeDoc)> document(
      xmlReadMemory(
          text.data(), static_cast<int>(text.size()), "tree.xml", nullptr, XML_PARSE_NONET),
      &xmlFreeDoc);
  REQUIRE(document != nullptr);
  return from_xml(xmlDocGetRootElement(document.get()));
}

// The comparisons are in parentheses: a tree is nothing to print, its seed is.
void check_every_emitter(const Field& tree) {
  rapidjson::Document json;
  json.Parse<rapidjson::kParseValidateEncodingFlag>(render<JsonEmitter>(tree).c_str());
  REQUIRE(!json.HasParseError());
  CHECK((from_json("", json) == tree));
  CHECK((from_yaml("", YAML::Load(render<YamlEmitter>(tree))) == tree));
  CHECK((parse_xml(render<XmlEmitter>(tree)) == as_elements(tree)));
}

}  // namespace

TEST_CASE("every emitter writes the same tree") {
  for (unsigned seed = 0; seed < 300; ++seed) {
    CAPTURE(seed);
    check_every_emitter(RandomTree(seed).object(0));
  }
}

TEST_CASE("every emitter writes every character that XML can carry") {
  Field list{.kind = Kind::List, .name = "characters"};
  std::string piece;
  for (char32_t c = 0x20; c <= 0x1FFFF; ++c) {
    if ((c >= 0xD800 && c <= 0xDFFF) || c == 0xFFFE || c == 0xFFFF) continue;
    piece += utf8(c);
    if (c % 64 != 63) continue;
    list.children.push_back(text_field("", piece));
    piece.clear();
  }
  check_every_emitter(Field{.children = {list, text_field("white", " \t\n \n\t ")}});
}
