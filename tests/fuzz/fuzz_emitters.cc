// SPDX-License-Identifier: Apache-2.0
//
// The emitters: any tree of fields with any text is well-formed JSON, XML and YAML,
// and readers that are not ours read back the same texts in the same order.
#include <algorithm>
#include <array>
#include <memory>
#include <sstream>
#include <vector>

#include <libxml/xmlreader.h>
#include <rapidjson/error/en.h>
#include <rapidjson/reader.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include "generators/json.h"
#include "generators/xml.h"
#include "generators/yaml.h"
#include "tests/fuzz/fuzz.h"

using namespace reposbom;
using fuzz::require;

namespace {

constexpr std::array<std::string_view, 4> kNames = {
    "name", "licenseComments", "a", "spdxElementId"};
constexpr std::size_t kDeepest = 12;  // Documents are some 6 deep.

// What the values of a tree are when they are read back. Names are not among them: they are ours.
using Values = std::vector<std::string>;

// Bytes as the calls that make a tree: one byte says what comes, and texts follow with their size.
class Plan {
 public:
  explicit Plan(std::string_view bytes) : bytes_(bytes) {}

  template <class E>
  void write(E& emitter, Values& values) {
    emitter.begin_document("Document");
    emitter.text("first", "x");  // A document is never empty.
    values.emplace_back("x");
    fields(emitter, values, 0);
    emitter.end_document();
    emitter.finish();
  }

 private:
  enum Call : unsigned { End, Text, Boolean, Number, Object, Texts, Objects, kCalls };

  unsigned next() {
    if (bytes_.empty()) return 0;
    const auto byte = static_cast<unsigned char>(bytes_.front());
    bytes_.remove_prefix(1);
    return byte;
  }

  std::string text() {
    const std::size_t wanted = next();  // Which takes a byte away.
    const std::size_t size = std::min(wanted, bytes_.size());
    const std::string text = metadata::clean_text(bytes_.substr(0, size));
    bytes_.remove_prefix(size);
    return text;
  }

  template <class E>
  void fields(E& emitter, Values& values, std::size_t depth) {
    for (unsigned call = next() % kCalls; call != End; call = next() % kCalls)
      field(emitter, values, call, depth);
  }

  template <class E>
  void field(E& emitter, Values& values, unsigned call, std::size_t depth) {
    const std::string_view name = kNames.at(next() % kNames.size());
    if (call == Boolean || call == Number) return plain_field(emitter, values, call, name);
    if (call == Text || depth == kDeepest) {
      emitter.text(name, values.emplace_back(text()));
    } else if (call == Object) {
      emitter.begin_object(name);
      object(emitter, values, depth);
      emitter.end_object();
    } else {
      list(emitter, values, name, call, depth);
    }
  }

  template <class E>
  void plain_field(E& emitter, Values& values, unsigned call, std::string_view name) {
    const unsigned value = next();
    if (call == Boolean) {
      emitter.boolean(name, value % 2 == 1);
      values.emplace_back(value % 2 == 1 ? "true" : "false");
    } else {
      emitter.number(name, std::int64_t{value} - 128);
      values.push_back(std::to_string(std::int64_t{value} - 128));
    }
  }

  // Objects and lists are never empty: see emitter.h.
  template <class E>
  void object(E& emitter, Values& values, std::size_t depth) {
    emitter.text("first", values.emplace_back(text()));
    fields(emitter, values, depth + 1);
  }

  template <class E>
  void list(E& emitter, Values& values, std::string_view name, unsigned call, std::size_t depth) {
    emitter.begin_list(name);
    do {
      if (call == Texts) {
        emitter.text_item(values.emplace_back(text()));
        continue;
      }
      emitter.begin_item();
      object(emitter, values, depth);
      emitter.end_item();
    } while (next() % 2 == 1);
    emitter.end_list();
  }

  std::string_view bytes_;
};

struct JsonValues : rapidjson::BaseReaderHandler<rapidjson::UTF8<>, JsonValues> {
  bool String(const char* text, rapidjson::SizeType size, bool /*copy*/) {
    return values.emplace_back(text, size), true;
  }
  bool Bool(bool value) { return values.emplace_back(value ? "true" : "false"), true; }
  bool Int(int value) { return values.push_back(std::to_string(value)), true; }
  bool Uint(unsigned value) { return values.push_back(std::to_string(value)), true; }
  bool Key(const char* /*text*/, rapidjson::SizeType /*size*/, bool /*copy*/) { return true; }
  bool StartObject() { return true; }
  bool EndObject(rapidjson::SizeType /*members*/) { return true; }
  bool StartArray() { return true; }
  bool EndArray(rapidjson::SizeType /*items*/) { return true; }
  bool Default() { return false; }

  Values values = {};
};

Values read_json(const std::string& bytes) {
  JsonValues handler;
  rapidjson::Reader reader;
  rapidjson::MemoryStream stream(bytes.data(), bytes.size());
  const auto result = reader.Parse<rapidjson::kParseValidateEncodingFlag>(stream, handler);
  require(!result.IsError(), "JSON is well-formed", bytes);
  return handler.values;
}

// The values are the scalars that are not keys.
class YamlValues final : public YAML::EventHandler {
 public:
  Values values = {};

  void OnDocumentStart(const YAML::Mark& /*mark*/) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& /*mark*/, YAML::anchor_t /*anchor*/) override { std::abort(); }
  void OnAlias(const YAML::Mark& /*mark*/, YAML::anchor_t /*anchor*/) override { std::abort(); }
  void OnScalar(
      const YAML::Mark& /*mark*/,
      const std::string& /*tag*/,
      YAML::anchor_t /*anchor*/,
      const std::string& value) override {
    if (open_.back() != Key) values.push_back(value);
    pass();
  }
  void OnSequenceStart(
      const YAML::Mark& /*mark*/,
      const std::string& /*tag*/,
      YAML::anchor_t /*anchor*/,
      YAML::EmitterStyle::value /*style*/) override {
    pass();
    open_.push_back(Item);
  }
  void OnMapStart(
      const YAML::Mark& /*mark*/,
      const std::string& /*tag*/,
      YAML::anchor_t /*anchor*/,
      YAML::EmitterStyle::value /*style*/) override {
    pass();
    open_.push_back(Key);
  }
  void OnSequenceEnd() override { open_.pop_back(); }
  void OnMapEnd() override { open_.pop_back(); }

 private:
  enum Next { Item, Key, Value };

  void pass() {
    if (open_.back() != Item) open_.back() = open_.back() == Key ? Value : Key;
  }

  std::vector<Next> open_ = {Item};
};

Values read_yaml(const std::string& bytes) {
  YamlValues handler;
  std::istringstream stream(bytes);
  try {
    YAML::Parser parser(stream);
    require(parser.HandleNextDocument(handler), "YAML has a document", bytes);
    require(!parser.HandleNextDocument(handler), "YAML has one document", bytes);
  } catch (const YAML::Exception& problem) {
    require(false, problem.msg, bytes);
  }
  return handler.values;
}

struct FreeReader {
  void operator()(xmlTextReader* reader) const { xmlFreeTextReader(reader); }
};

// The values are the texts of the elements that hold no other ones.
Values read_xml(const std::string& bytes) {
  const std::unique_ptr<xmlTextReader, FreeReader> reader(xmlReaderForMemory(
      bytes.data(),
      static_cast<int>(bytes.size()),
      nullptr,
      nullptr,
      XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING));
  Values values;
  std::string text;
  bool is_leaf = false;
  int result = 0;
  while ((result = xmlTextReaderRead(reader.get())) == 1) {
    const int type = xmlTextReaderNodeType(reader.get());
    const auto* value = reinterpret_cast<const char*>(xmlTextReaderConstValue(reader.get()));
    if (type == XML_READER_TYPE_ELEMENT) {
      text.clear();
      is_leaf = xmlTextReaderIsEmptyElement(reader.get()) == 0;
      if (!is_leaf) values.emplace_back();
    } else if (type == XML_READER_TYPE_END_ELEMENT) {
      if (is_leaf) values.push_back(text);
      is_leaf = false;
    } else if (value != nullptr) {
      text += value;
    }
  }
  require(result == 0, "XML is well-formed", bytes);
  return values;
}

template <class E>
std::string written(std::string_view plan, Values& values) {
  std::string bytes;
  E emitter(bytes);
  Plan(plan).write(emitter, values);
  return bytes;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view plan = fuzz::bytes_of(data, size);
  Values values;
  const std::string json = written<generators::JsonEmitter>(plan, values);
  require(read_json(json) == values, "JSON reads back the same", json);
  values.clear();
  const std::string yaml = written<generators::YamlEmitter>(plan, values);
  require(read_yaml(yaml) == values, "YAML reads back the same", yaml);
  values.clear();
  const std::string xml = written<generators::XmlEmitter>(plan, values);
  require(read_xml(xml) == values, "XML reads back the same", xml);
  return 0;
}
