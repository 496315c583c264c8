// SPDX-License-Identifier: Apache-2.0
//
// Two documents of one package that answer all that can be asked, in SPDX and in
// CycloneDX, and what judging finds when one place in them is altered.
#pragma once

#include <algorithm>
#include <set>
#include <string>
#include <string_view>

#include <doctest/doctest.h>
#include <rapidjson/document.h>
#include <rapidjson/pointer.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include "pipeline/quality.h"
#include "tests/support/samples.h"

namespace reposbom::tests {

constexpr pipeline::QualityContext kSigned = {.is_signed = true};

// sslforge, which needs one package, under a single licence that SPDX lists.
inline metadata::Catalog quality_catalog() {
  metadata::Catalog catalog = sample_catalog();
  catalog.builds[0].packages[0].license = "ASL 2.0";
  return catalog;
}

inline std::string rendered(
    const metadata::Catalog& catalog,
    std::size_t build,
    std::size_t document,
    generators::Format format,
    const generators::Creation& creation = sample_creation()) {
  const auto documents = sample_documents(catalog, catalog.builds[build], creation);
  return render(documents[document], creation, format);
}

// The JSON with the value at a JSON pointer (RFC 6901) replaced by another, given as JSON, or
// removed if that is empty.
inline std::string altered(
    const std::string& json, const std::string& pointer, const std::string& value) {
  rapidjson::Document document;
  document.Parse(json.data(), json.size());
  REQUIRE_FALSE(document.HasParseError());
  const rapidjson::Pointer place(pointer.c_str());
  REQUIRE(place.IsValid());
  if (value.empty()) {
    CAPTURE(pointer);
    REQUIRE(place.Erase(document));
  } else {
    rapidjson::Document parsed(&document.GetAllocator());
    parsed.Parse(value.data(), value.size());
    REQUIRE_FALSE(parsed.HasParseError());
    place.Set(document, parsed);
  }
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
  document.Accept(writer);
  return {buffer.GetString(), buffer.GetSize()};
}

inline std::string good_document(generators::Format format) {
  return rendered(quality_catalog(), 0, 1, format);
}

// "STANDARD/ELEMENT REASON", each on a line, of all that is not answered; without optional
// elements.
inline std::set<std::string> findings_of(const pipeline::DocumentQuality& quality) {
  std::set<std::string> lines;
  for (const pipeline::QualityFinding& finding : quality.findings) {
    const pipeline::QualityRule& rule = pipeline::quality_rules()[finding.rule];
    if (rule.level == pipeline::RuleLevel::Optional) continue;
    const auto standard = static_cast<std::size_t>(rule.standard);
    std::string line(pipeline::standards()[standard].id.substr(0, 4));
    line.append("/").append(rule.id).append(" ");
    lines.insert(line.append(pipeline::row_of(finding.answer.reason).id));
  }
  return lines;
}

// What is found in the second that is not found in the first, a line each.
inline std::string new_findings(const std::string& before, const std::string& after) {
  const auto old_lines = findings_of(pipeline::check_quality(before, "before", kSigned));
  const auto new_lines = findings_of(pipeline::check_quality(after, "after", kSigned));
  std::string text;
  for (const std::string& line : new_lines) {
    if (old_lines.contains(line)) continue;
    text += (text.empty() ? "" : "; ") + line;
  }
  return text;
}

// One place of a document that answers everything, and what alone is found when it is altered.
struct QualityAlteration {
  const char* pointer = "";
  std::string value = {};  // JSON; removed if empty.
  std::string found = {};
};

template <class Alterations>
void check_alterations(const std::string& good, const Alterations& alterations) {
  for (const QualityAlteration& alteration : alterations) {
    CAPTURE(alteration.pointer);
    CAPTURE(alteration.value);
    const std::string bad = altered(good, alteration.pointer, alteration.value);
    CHECK(new_findings(good, bad) == alteration.found);
  }
}

}  // namespace reposbom::tests
