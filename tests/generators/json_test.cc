// SPDX-License-Identifier: Apache-2.0
#include "generators/json.h"

#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>
#include <rapidjson/prettywriter.h>
#include <rapidjson/stringbuffer.h>

using reposbom::generators::JsonEmitter;

namespace {

constexpr std::size_t kMebibyte = 1 << 20;

std::string one_text(std::string_view value) {
  std::string out;
  JsonEmitter json(out);
  json.begin_document("Document");
  json.text("a", value);
  json.end_document();
  json.finish();
  return out;
}

// A document of more than 3 MiB, a checkpoint after each item.
void write_large(JsonEmitter& json) {
  json.begin_document("Document");
  json.begin_list("packages");
  for (int i = 0; i < 30'000; ++i) {
    json.begin_item();
    json.number("number", i);
    json.text("comment", std::string(100, 'x'));
    json.end_item();
    json.checkpoint();
  }
  json.end_list();
  json.end_document();
  json.finish();
}

}  // namespace

TEST_CASE("JsonEmitter indents by two spaces and nests lists and objects in any way") {
  std::string out;
  JsonEmitter json(out);
  json.begin_document("bom");
  json.text("bomFormat", "CycloneDX");
  json.number("version", 1);
  json.begin_object("metadata");
  json.begin_object("component");
  json.boolean("modified", false);
  json.end_object();
  json.end_object();
  json.begin_list("components");
  json.begin_item();
  json.begin_object("supplier");
  json.begin_list("url");
  json.text_item("https://a.example");
  json.text_item("https://b.example");
  json.end_list();
  json.end_object();
  json.begin_list("hashes");
  json.begin_item();
  json.text("alg", "SHA-256");
  json.end_item();
  json.end_list();
  json.end_item();
  json.end_list();
  json.end_document();
  json.finish();
  CHECK(out == R"({
  "bomFormat": "CycloneDX",
  "version": 1,
  "metadata": {
    "component": {
      "modified": false
    }
  },
  "components": [
    {
      "supplier": {
        "url": [
          "https://a.example",
          "https://b.example"
        ]
      },
      "hashes": [
        {
          "alg": "SHA-256"
        }
      ]
    }
  ]
}
)");
}

TEST_CASE("JsonEmitter escapes what JSON must have escaped and writes the rest as raw UTF-8") {
  CHECK(one_text("q\" b\\ s/ \n\t") == "{\n  \"a\": \"q\\\" b\\\\ s/ \\n\\t\"\n}\n");
  const std::string raw = "ü \u0085 \u2028 \u2029 \uFEFF \x7F 😀";
  CHECK(one_text(raw) == "{\n  \"a\": \"" + raw + "\"\n}\n");
}

TEST_CASE("JsonEmitter writes strings byte for byte as RapidJSON's own buffer has them") {
  std::mt19937 random(9);
  for (int round = 0; round < 2'000; ++round) {
    std::string value;
    for (auto left = random() % 40; left > 0; --left) {
      value += static_cast<char>(1 + random() % 126);  // Controls, and what is escaped, often.
      if (random() % 8 == 0) value += "é😀";
    }
    rapidjson::StringBuffer buffer;
    rapidjson::PrettyWriter<rapidjson::StringBuffer> writer(buffer);
    writer.SetIndent(' ', 2);
    writer.StartObject();
    writer.Key("a");
    writer.String(value.data(), static_cast<rapidjson::SizeType>(value.size()));
    writer.EndObject();
    CHECK(one_text(value) == std::string(buffer.GetString(), buffer.GetSize()) + "\n");
  }
}

TEST_CASE("JsonEmitter appends to its string, and leaves it at its true length without finish()") {
  std::string out = "before ";
  {
    JsonEmitter json(out);
    json.begin_document("Document");
    json.text("a", "b");
    json.end_document();
  }
  CHECK(out == "before {\n  \"a\": \"b\"\n}\n");
}

TEST_CASE("JsonEmitter writes one document after another") {
  std::string out;
  std::vector<std::string> documents;
  JsonEmitter json(out);
  for (const char* value : {"one", "two", "three"}) {
    json.begin_document("Document");
    json.text("a", value);
    json.end_document();
    json.finish();
    documents.push_back(std::move(out));
    out.clear();
  }
  CHECK(documents == std::vector<std::string>{one_text("one"), one_text("two"), one_text("three")});
}

TEST_CASE("JsonEmitter hands a large document to its sink in pieces of little over 1 MiB") {
  std::string whole;
  JsonEmitter all(whole);
  write_large(all);

  std::string buffer;
  std::vector<std::string> pieces;
  JsonEmitter json(buffer, [&](std::string_view piece) { pieces.emplace_back(piece); });
  write_large(json);

  std::string joined;
  for (const std::string& piece : pieces)
    joined += piece;
  CHECK((joined == whole));  // Two strings of this size are nothing to print.
  REQUIRE(pieces.size() == whole.size() / kMebibyte + 1);
  for (std::size_t i = 0; i + 1 < pieces.size(); ++i) {
    CHECK(pieces[i].size() > kMebibyte);
    CHECK(pieces[i].size() < kMebibyte + 1'000);
  }
  CHECK(buffer.empty());
}
