// SPDX-License-Identifier: Apache-2.0
#include "generators/element_record.h"

#include <string>

#include <doctest/doctest.h>

#include "generators/formats.h"
#include "tests/support/samples.h"

using namespace reposbom::generators;
using namespace reposbom::tests;
using reposbom::metadata::Catalog;

namespace {

std::string record_of(const Element& element) {
  std::string text;
  JsonEmitter json(text);
  json.begin_document("element");
  write_record(json, element);
  json.end_document();
  json.finish();
  return text;
}

ElementRecord read_back(const std::string& text) {
  std::optional<ElementRecord> record;
  read_json(text, "record", [&](const JsonObject& json) { record = read_record(json); });
  REQUIRE(record);
  return *std::move(record);
}

// Replaces each package by what is read back of its record.
void check_round_trip(const Catalog& catalog) {
  const Creation creation = sample_creation();
  const Document release = sample_release(catalog, creation);
  Document again = release;
  std::vector<ElementRecord> records;
  records.reserve(release.elements.size());
  for (Element& element : again.elements) {
    if (element.role != Role::Package) continue;
    records.push_back(read_back(record_of(element)));
    ElementRecord& record = records.back();
    REQUIRE(record.license);
    record.element.license = &*record.license;
    record.element.document = element.document;
    element = record.element;
  }
  CHECK(records.size() > 3);
  for (const FormatRow& row : formats()) {
    CAPTURE(row.name);
    CHECK(render(again, creation, row.format) == render(release, creation, row.format));
  }
}

}  // namespace

TEST_CASE("read_record gives back all that a document says of an element") {
  check_round_trip(sample_catalog());
}

TEST_CASE("fixtures: read_record gives back all that a release says of its packages") {
  check_round_trip(fixture_catalog());
}

TEST_CASE("read_record takes nothing for a record that has no ids") {
  for (const std::string text : {"{}", R"({"name": "bash"})", R"({"spdxId": "SPDXRef-a"})"}) {
    CAPTURE(text);
    std::optional<ElementRecord> record;
    read_json(text, "record", [&](const JsonObject& json) { record = read_record(json); });
    CHECK_FALSE(record);
  }
}
