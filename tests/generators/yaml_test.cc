// SPDX-License-Identifier: Apache-2.0
#include "generators/yaml.h"

#include <iterator>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>
#include <yaml-cpp/yaml.h>
#include <yaml.h>

using reposbom::generators::YamlEmitter;

namespace {

// For the comparison with libyaml: nothing that it escapes in another way than we do.
constexpr const char* kPieces[] = {
    "a", " ", "\"", "\\", "\n", "\t", "#", ": ", "- ", "\\u0041", "é\u00A0", "…\u202A\uFFFD"};

std::string one_text(std::string_view value) {
  std::string out;
  YamlEmitter yaml(out);
  yaml.begin_document("Document");
  yaml.text("a", value);
  yaml.end_document();
  yaml.finish();
  return out;
}

unsigned char* as_yaml(std::string& text) {
  return reinterpret_cast<unsigned char*>(text.data());
}

// The scalars of a YAML text in order, as libyaml reads them.
std::vector<std::string> libyaml_scalars(const std::string& text) {
  std::vector<std::string> scalars;
  yaml_parser_t parser = {};
  REQUIRE(yaml_parser_initialize(&parser) == 1);
  yaml_parser_set_input_string(
      &parser, reinterpret_cast<const unsigned char*>(text.data()), text.size());
  for (bool more = true; more;) {
    yaml_event_t event = {};
    REQUIRE(yaml_parser_parse(&parser, &event) == 1);
    if (event.type == YAML_SCALAR_EVENT) {
      const auto& scalar = event.data.scalar;
      scalars.emplace_back(reinterpret_cast<const char*>(scalar.value), scalar.length);
    }
    more = event.type != YAML_STREAM_END_EVENT;
    yaml_event_delete(&event);
  }
  yaml_parser_delete(&parser);
  return scalars;
}

// Drives YamlEmitter and libyaml's emitter through the same random document.
class Twins {
 public:
  explicit Twins(unsigned seed) : random_(seed) {
    REQUIRE(yaml_emitter_initialize(&theirs_) == 1);
    yaml_emitter_set_output(&theirs_, append, &their_out_);
    yaml_emitter_set_unicode(&theirs_, 1);
    yaml_emitter_set_width(&theirs_, -1);
    yaml_event_t event = {};
    send(event, yaml_stream_start_event_initialize(&event, YAML_UTF8_ENCODING));
    send(event, yaml_document_start_event_initialize(&event, nullptr, nullptr, nullptr, 1));
    ours_.begin_document("Document");
    their_object();
    write_fields(0);
    ours_.end_document();
    ours_.finish();
    send(event, yaml_document_end_event_initialize(&event, 1));
    send(event, yaml_stream_end_event_initialize(&event));
  }
  ~Twins() { yaml_emitter_delete(&theirs_); }
  Twins(const Twins&) = delete;
  Twins& operator=(const Twins&) = delete;

  const std::string& ours() const { return out_; }
  const std::string& theirs() const { return their_out_; }

 private:
  static int append(void* out, unsigned char* bytes, std::size_t size) {
    static_cast<std::string*>(out)->append(reinterpret_cast<char*>(bytes), size);
    return 1;
  }

  void send(yaml_event_t& event, int initialized) {
    REQUIRE(initialized == 1);
    REQUIRE(yaml_emitter_emit(&theirs_, &event) == 1);
  }

  void their_scalar(std::string text, yaml_scalar_style_t style) {
    yaml_event_t event = {};
    send(
        event,
        yaml_scalar_event_initialize(
            &event, nullptr, nullptr, as_yaml(text), static_cast<int>(text.size()), 1, 1, style));
  }
  void their_object() {
    yaml_event_t event = {};
    send(
        event,
        yaml_mapping_start_event_initialize(&event, nullptr, nullptr, 1, YAML_BLOCK_MAPPING_STYLE));
  }
  void their_list() {
    yaml_event_t event = {};
    send(
        event,
        yaml_sequence_start_event_initialize(
            &event, nullptr, nullptr, 1, YAML_BLOCK_SEQUENCE_STYLE));
  }

  std::string text() {
    std::string text;
    for (auto left = random_() % 60; left > 0; --left)
      text += kPieces[random_() % std::size(kPieces)];
    return text;
  }

  void write_list(int depth) {
    ours_.begin_list("list");
    their_scalar("list", YAML_PLAIN_SCALAR_STYLE);
    their_list();
    const bool objects = random_() % 2 == 0;
    for (auto left = random_() % 4; left > 0; --left) {
      if (objects) {
        ours_.begin_item();
        their_object();
        write_fields(depth + 1);
        ours_.end_item();
      } else {
        const std::string value = text();
        ours_.text_item(value);
        their_scalar(value, YAML_DOUBLE_QUOTED_SCALAR_STYLE);
      }
    }
    ours_.end_list();
    yaml_event_t event = {};
    send(event, yaml_sequence_end_event_initialize(&event));
  }

  void write_object(int depth) {
    ours_.begin_object("object");
    their_scalar("object", YAML_PLAIN_SCALAR_STYLE);
    their_object();
    write_fields(depth + 1);
    ours_.end_object();
  }

  void write_scalars() {
    const std::string value = text();
    ours_.text("text", value);
    their_scalar("text", YAML_PLAIN_SCALAR_STYLE);
    their_scalar(value, YAML_DOUBLE_QUOTED_SCALAR_STYLE);
    ours_.boolean("boolean", true);
    their_scalar("boolean", YAML_PLAIN_SCALAR_STYLE);
    their_scalar("true", YAML_PLAIN_SCALAR_STYLE);
    ours_.number("number", -12);
    their_scalar("number", YAML_PLAIN_SCALAR_STYLE);
    their_scalar("-12", YAML_PLAIN_SCALAR_STYLE);
  }

  // Also ends the object.
  void write_fields(int depth) {
    if (random_() % 3 == 0) write_scalars();
    if (depth < 5 && random_() % 2 == 0) write_list(depth);
    if (depth < 5 && random_() % 2 == 0) write_object(depth);
    if (random_() % 3 == 0) write_scalars();
    yaml_event_t event = {};
    send(event, yaml_mapping_end_event_initialize(&event));
  }

  std::mt19937 random_;
  std::string out_;
  YamlEmitter ours_ = YamlEmitter(out_);
  std::string their_out_;
  yaml_emitter_t theirs_ = {};
};

}  // namespace

TEST_CASE("YamlEmitter quotes every string and no boolean or number") {
  std::string out;
  YamlEmitter yaml(out);
  yaml.begin_document("Document");
  yaml.text("versionInfo", "1.0");
  yaml.begin_object("creationInfo");
  yaml.begin_list("creators");
  yaml.text_item("Tool: x-1.0");
  yaml.text_item("no");
  yaml.end_list();
  yaml.text("created", "2024-09-05T10:11:12Z");
  yaml.end_object();
  yaml.begin_list("packages");
  yaml.begin_item();
  yaml.boolean("filesAnalyzed", false);
  yaml.begin_list("checksums");
  yaml.begin_item();
  yaml.text("algorithm", "SHA256");
  yaml.text("checksumValue", "05dc");
  yaml.end_item();
  yaml.end_list();
  yaml.number("size", 12);
  yaml.end_item();
  yaml.begin_item();
  yaml.begin_object("first");
  yaml.text("name", "");
  yaml.end_object();
  yaml.end_item();
  yaml.end_list();
  yaml.end_document();
  yaml.finish();
  CHECK(out == R"(versionInfo: "1.0"
creationInfo:
  creators:
  - "Tool: x-1.0"
  - "no"
  created: "2024-09-05T10:11:12Z"
packages:
- filesAnalyzed: false
  checksums:
  - algorithm: "SHA256"
    checksumValue: "05dc"
  size: 12
- first:
    name: ""
)");
}

TEST_CASE("YamlEmitter escapes what YAML readers refuse or fold, and nothing else") {
  CHECK(one_text("q\" b\\ s/ '\n\t") == "a: \"q\\\" b\\\\ s/ '\\n\\t\"\n");
  CHECK(one_text("\x7F\u0080\u0085\u009F") == "a: \"\\u007F\\u0080\\u0085\\u009F\"\n");
  CHECK(one_text("\u2028\u2029\uFEFF") == "a: \"\\u2028\\u2029\\uFEFF\"\n");
  // The neighbours of those, with the same first bytes.
  const std::string raw = "~\u00A0\u00BF\u2027\u202A\u2014\uFEFE\uFF00\uFFFD\uE000é😀";
  CHECK(one_text(raw) == "a: \"" + raw + "\"\n");
}

TEST_CASE("YamlEmitter's strings are strings again for yaml-cpp and libyaml") {
  for (const std::string value :
       {"2024-09-05T10:11:12Z",
        "1.0",
        "3.10",
        "010",
        "0x1F",
        "1_000",
        "1:30",
        "no",
        "true",
        "~",
        "null",
        "",
        " ",
        "@",
        "%",
        "*a",
        "&a",
        "!a",
        "?",
        ":",
        "-",
        "#",
        "`",
        "{a: b}",
        "[a]",
        "<<",
        "--- a",
        "...",
        " leading",
        "trailing ",
        "\n",
        "a\n\n  b\n",
        "a: b # c",
        "\\u0041",
        "\"",
        "\x7F",
        "\u0085",
        "a\u2028\u2029b",
        "\uFEFF",
        "\u0080\u0084\u0086\u009F",
        "\U0001F600"}) {
    const std::string text = one_text(value);
    CAPTURE(text);
    const YAML::Node node = YAML::Load(text)["a"];
    CHECK(node.Scalar() == value);
    CHECK(node.Tag() == "!");  // Quoted: no reader may resolve it to another type.
    CHECK(libyaml_scalars(text) == std::vector<std::string>{"a", value});
  }
}

TEST_CASE("YamlEmitter writes byte for byte what libyaml writes") {
  for (unsigned seed = 0; seed < 300; ++seed) {
    const Twins twins(seed);
    CHECK(twins.ours() == twins.theirs());
  }
}
