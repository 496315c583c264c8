// SPDX-License-Identifier: Apache-2.0
#include "generators/json_items.h"

#include <string>

#include <doctest/doctest.h>

#include "metadata/error.h"

using namespace reposbom;
using generators::JsonObject;
using generators::read_json_items;

namespace {

// "key:a " for every item, where a is its text "a"; then "rest:…" of the texts "x", "y".
std::string read(const std::string& json) {
  std::string seen;
  read_json_items(
      json,
      "big.json",
      [&](const std::string& key, const JsonObject& item) {
        seen += key + ":" + item.text("a") + " ";
      },
      [&](const JsonObject& rest) { seen += "rest:" + rest.text("x") + rest.text("y"); });
  return seen;
}

std::string refusal(const std::string& json) {
  try {
    read(json);
  } catch (const Error& error) {
    CHECK(error.cause() == Cause::Untrusted);
    CHECK(error.subject() == "big.json");
    return error.what();
  }
  return "nothing is wrong";
}

bool is_refused(const std::string& json, const std::string& message) {
  return refusal(json).find(message) != std::string::npos;
}

}  // namespace

TEST_CASE("read_json_items gives objects and items of lists in the order of the text") {
  CHECK(
      read(R"({"x": "1", "one": {"a": "2"}, "list": [{"a": "3"}, {"a": "4"}], "y": "5"})") ==
      "one:2 list:3 list:4 rest:15");
}

TEST_CASE("read_json_items gives an item with all that is in it") {
  int items = 0;
  read_json_items(
      R"({"l": [{"n": 7, "t": ["x", "y"], "o": {"o": {"a": "deep"}}, "e": [], "m": {}}]})",
      "big.json",
      [&](const std::string&, const JsonObject& item) {
        ++items;
        CHECK(item.number("n") == 7);
        CHECK(item.texts("t") == std::vector<std::string>{"x", "y"});
        item.object("o", [&](const JsonObject& outer) {
          outer.object("o", [&](const JsonObject& inner) {
            ++items;
            CHECK(inner.text("a") == "deep");
          });
        });
        item.object("m", [&](const JsonObject& empty) {
          ++items;
          CHECK(empty.text("a") == "");
        });
      },
      [](const JsonObject&) {});
  CHECK(items == 3);
}

TEST_CASE("read_json_items passes over what is no object") {
  CHECK(
      read(R"({"l": ["text", 1, null, [{"a": "no"}, [[]]], {"a": "yes"}], "x": "r"})") ==
      "l:yes rest:r");
  CHECK(read(R"({"l": [[]], "m": []})") == "rest:");
  CHECK(read("{}") == "rest:");
}

TEST_CASE("read_json_items refuses what is not one whole object, with the offset") {
  CHECK(is_refused("", "byte 0"));
  CHECK(is_refused(R"({"l": [{"a": "1"})", "byte 17"));
  CHECK(is_refused(R"({"x": "1"} {})", "byte 11"));
  CHECK(is_refused("{\"x\": \"\xFF\"}", "byte"));
  CHECK(is_refused("[{}]", "not a JSON object"));
  CHECK(is_refused("\"text\"", "not a JSON object"));
  CHECK(is_refused("7", "not a JSON object"));
}

TEST_CASE("read_json_items survives lists a million deep") {
  const std::string deep(1000000, '[');
  CHECK(is_refused("{\"l\": " + deep, "byte"));
  CHECK(read("{\"l\": " + deep + std::string(1000000, ']') + "}") == "rest:");
}
