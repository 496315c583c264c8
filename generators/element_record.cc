// SPDX-License-Identifier: Apache-2.0
#include "generators/element_record.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

namespace reposbom::generators {
namespace {

using metadata::LicenseFlag;

struct TextField {
  const char* key = nullptr;
  std::string Element::*text = nullptr;
};
constexpr std::array kTexts = {
    TextField{"spdxId", &Element::spdx_id},
    TextField{"bomRef", &Element::bom_ref},
    TextField{"name", &Element::name},
    TextField{"version", &Element::version},
    TextField{"fileName", &Element::file_name},
    TextField{"purl", &Element::purl},
    TextField{"cpe", &Element::cpe},
    TextField{"originator", &Element::originator},
    TextField{"homepage", &Element::homepage},
    TextField{"vcs", &Element::vcs},
    TextField{"downloadLocation", &Element::download_location},
    TextField{"sourceLocation", &Element::source_location},
    TextField{"sourceInfo", &Element::source_info},
    TextField{"summary", &Element::summary},
    TextField{"description", &Element::description}};

constexpr std::array kFlags = {
    LicenseFlag::MitMayBeUmbrella,
    LicenseFlag::OneOfSeveral,
    LicenseFlag::NoSpdxId,
    LicenseFlag::PrecedenceAssumed,
    LicenseFlag::DeprecatedId,
    LicenseFlag::UnknownOperand,
    LicenseFlag::UnparsedTag};

void write_texts(JsonEmitter& json, const char* key, const std::vector<std::string>& texts) {
  if (texts.empty()) return;
  json.begin_list(key);
  for (const std::string& text : texts)
    json.text_item(text);
  json.end_list();
}

void write_checksums(
    JsonEmitter& json, const char* key, const std::vector<metadata::Checksum>& checksums) {
  if (checksums.empty()) return;
  json.begin_list(key);
  for (const metadata::Checksum& checksum : checksums) {
    json.begin_item();
    json.text("algorithm", metadata::to_string(checksum.type));
    json.text("value", checksum.hex);
    json.end_item();
  }
  json.end_list();
}

void write_license(JsonEmitter& json, const metadata::License& license) {
  json.begin_object("license");
  json.text("tag", license.tag);
  json.text("expression", license.expression);
  json.number("concluded", license.is_concluded ? 1 : 0);
  write_texts(json, "ids", license.ids);
  std::vector<std::string> flags;
  for (const LicenseFlag flag : license.flags)
    flags.emplace_back(metadata::to_string(flag));
  write_texts(json, "flags", flags);
  if (!license.refs.empty()) {
    json.begin_list("refs");
    for (const metadata::LicenseRef& ref : license.refs) {
      json.begin_item();
      json.text("id", ref.id);
      json.text("raw", ref.raw);
      json.text("comment", ref.comment);
      json.end_item();
    }
    json.end_list();
  }
  json.end_object();
}

void write_advisories(JsonEmitter& json, const std::vector<AdvisoryRef>& advisories) {
  if (advisories.empty()) return;
  json.begin_list("advisories");
  for (const AdvisoryRef& advisory : advisories) {
    json.begin_item();
    json.text("id", advisory.id);
    json.text("url", advisory.url);
    json.text("comment", advisory.comment);
    json.number("issued", advisory.issued);
    write_texts(json, "cves", advisory.cves);
    json.end_item();
  }
  json.end_list();
}

void write_properties(JsonEmitter& json, const std::vector<Property>& properties) {
  if (properties.empty()) return;
  json.begin_list("properties");
  for (const Property& property : properties) {
    json.begin_item();
    json.text("name", property_names(property.name).property);
    json.text("value", property.value);
    json.end_item();
  }
  json.end_list();
}

std::vector<metadata::Checksum> read_checksums(const JsonObject& json, const char* key) {
  std::vector<metadata::Checksum> checksums;
  json.each(key, [&](const JsonObject& each) {
    const auto type = metadata::checksum_type(each.text("algorithm"));
    if (type) checksums.push_back({*type, each.text("value")});
  });
  return checksums;
}

metadata::License read_license(const JsonObject& json) {
  metadata::License license;
  license.tag = json.text("tag");
  license.expression = json.text("expression");
  license.is_concluded = json.number("concluded") != 0;
  license.ids = json.texts("ids");
  const std::vector<std::string> flags = json.texts("flags");
  for (const LicenseFlag flag : kFlags) {
    if (std::ranges::find(flags, metadata::to_string(flag)) != flags.end()) {
      license.flags.push_back(flag);
    }
  }
  json.each("refs", [&](const JsonObject& ref) {
    license.refs.push_back({ref.text("id"), ref.text("raw"), ref.text("comment")});
  });
  return license;
}

void read_lists(const JsonObject& json, Element& element) {
  element.repository_purls = json.texts("repositoryPurls");
  element.resolves = json.texts("resolves");
  element.checksums = read_checksums(json, "checksums");
  element.source_checksums = read_checksums(json, "sourceChecksums");
  json.each("advisories", [&](const JsonObject& each) {
    element.advisories.push_back(
        {.id = each.text("id"),
         .url = each.text("url"),
         .comment = each.text("comment"),
         .issued = each.number("issued"),
         .cves = each.texts("cves")});
  });
  json.each("properties", [&](const JsonObject& each) {
    const auto name = find_property(each.text("name"));
    if (name) element.properties.push_back({*name, each.text("value")});
  });
}

}  // namespace

void write_record(JsonEmitter& json, const Element& element) {
  for (const TextField& field : kTexts) {
    if (!(element.*field.text).empty()) json.text(field.key, element.*field.text);
  }
  if (element.build_time != 0) json.number("buildTime", element.build_time);
  write_texts(json, "repositoryPurls", element.repository_purls);
  write_texts(json, "resolves", element.resolves);
  write_checksums(json, "checksums", element.checksums);
  write_checksums(json, "sourceChecksums", element.source_checksums);
  if (element.license != nullptr) write_license(json, *element.license);
  write_advisories(json, element.advisories);
  write_properties(json, element.properties);
}

std::optional<ElementRecord> read_record(const JsonObject& json) {
  ElementRecord record;
  Element& element = record.element;
  for (const TextField& field : kTexts)
    element.*field.text = json.text(field.key);
  // What nothing could refer to is no record.
  if (element.spdx_id.empty() || element.bom_ref.empty()) return std::nullopt;
  element.build_time = json.number("buildTime");
  read_lists(json, element);
  json.object("license", [&](const JsonObject& each) { record.license = read_license(each); });
  return record;
}

}  // namespace reposbom::generators
