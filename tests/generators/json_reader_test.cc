// SPDX-License-Identifier: Apache-2.0
#include "generators/json_reader.h"

#include <cstdint>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "generators/json.h"
#include "metadata/error.h"

using namespace reposbom;
using generators::JsonObject;
using generators::read_json;

namespace {

template <class Take>
void read(const std::string& json, Take take) {
  int calls = 0;
  read_json(json, "index.json", [&](const JsonObject& object) {
    ++calls;
    take(object);
  });
  CHECK(calls == 1);
}

void check_refused(const std::string& json, const std::string& message) {
  CAPTURE(json);
  bool is_taken = false;
  try {
    read_json(json, "runs/1/index.json", [&](const JsonObject&) { is_taken = true; });
    FAIL_CHECK("not refused");
  } catch (const Error& error) {
    CHECK(error.cause() == Cause::Untrusted);
    CHECK(error.subject() == "runs/1/index.json");
    CHECK(std::string(error.what()).find(message) != std::string::npos);
  }
  CHECK_FALSE(is_taken);
}

}  // namespace

TEST_CASE("read_json gives texts, numbers and lists of texts by their keys") {
  read(
      R"({"a": "text", "n": -42, "big": 9223372036854775807, "l": ["x", "y"], "e": "", "u": "ä🐢"})",
      [](const JsonObject& json) {
        CHECK(json.text("a") == "text");
        CHECK(json.text("e") == "");
        CHECK(json.text("u") == "ä🐢");
        CHECK(json.number("n") == -42);
        CHECK(json.number("big") == INT64_MAX);
        CHECK(json.texts("l") == std::vector<std::string>{"x", "y"});
      });
}

TEST_CASE("read_json gives nothing for what is absent or of another kind") {
  read(
      R"({"a": "text", "n": 1, "f": 1.5, "big": 9223372036854775808, "l": ["x", 1, null], "z": null})",
      [](const JsonObject& json) {
        CHECK(json.text("b") == "");
        CHECK(json.text("n") == "");
        CHECK(json.text("l") == "");
        CHECK(json.text("z") == "");
        CHECK(json.number("a") == 0);
        CHECK(json.number("b") == 0);
        CHECK(json.number("f") == 0);
        CHECK(json.number("big") == 0);
        CHECK(json.texts("a").empty());
        CHECK(json.texts("b").empty());
        CHECK(json.texts("l") == std::vector<std::string>{"x"});
        const auto never = [](const JsonObject&) { FAIL("called"); };
        json.object("a", never);
        json.object("b", never);
        json.object("l", never);
        json.each("a", never);
        json.each("b", never);
      });
}

TEST_CASE("read_json gives objects within objects and lists, in their order") {
  read(
      R"({"o": {"a": "1", "o": {"a": "2"}}, "l": [{"a": "3"}, "no object", [], {"a": "4"}]})",
      [](const JsonObject& json) {
        std::string seen;
        json.object("o", [&](const JsonObject& outer) {
          seen += outer.text("a");
          outer.object("o", [&](const JsonObject& inner) { seen += inner.text("a"); });
        });
        json.each("l", [&](const JsonObject& item) { seen += item.text("a"); });
        CHECK(seen == "1234");
      });
}

TEST_CASE("read_json keeps a NUL within a text") {
  read(R"({"a": "x\u0000y"})", [](const JsonObject& json) {
    CHECK(json.text("a") == std::string("x\0y", 3));
  });
}

TEST_CASE("read_json refuses what is not one whole object, with the offset") {
  check_refused("", "byte 0");
  check_refused("{", "byte 1");
  check_refused(R"({"a": })", "byte 6");
  check_refused(R"({"a": "x"} {})", "byte 11");
  check_refused(R"({"a": "x",})", "byte");
  check_refused("{\"a\": \"\xFF\"}", "byte");
  check_refused("{\"a\": \"\x01\"}", "byte");
  check_refused("[]", "not a JSON object");
  check_refused("\"text\"", "not a JSON object");
  check_refused("null", "not a JSON object");
}

TEST_CASE("read_json survives lists a million deep") {
  const std::string deep(1000000, '[');
  check_refused(deep, "byte");
  std::string closed = "{\"a\": " + deep + std::string(1000000, ']') + "}";
  read(closed, [](const JsonObject& json) { CHECK(json.texts("a").empty()); });
}

TEST_CASE("read_json reads what JsonEmitter wrote") {
  std::string bytes;
  generators::JsonEmitter emitter(bytes);
  emitter.begin_document("x");
  emitter.text("a", "\"quoted\" \\ ä\n");
  emitter.number("n", INT64_MIN);
  emitter.begin_list("l");
  emitter.text_item("x");
  emitter.end_list();
  emitter.end_document();
  emitter.finish();
  read(bytes, [](const JsonObject& json) {
    CHECK(json.text("a") == "\"quoted\" \\ ä\n");
    CHECK(json.number("n") == INT64_MIN);
    CHECK(json.texts("l") == std::vector<std::string>{"x"});
  });
}
