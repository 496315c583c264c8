// SPDX-License-Identifier: Apache-2.0
#include "generators/formats.h"

#include <algorithm>
#include <array>

#include "generators/cyclonedx.h"
#include "generators/json.h"
#include "generators/spdx.h"
#include "generators/spdx3.h"
#include "generators/xml.h"
#include "generators/yaml.h"

namespace reposbom::generators {
namespace {

template <Emitter E>
void spdx(const Document& document, const Creation& creation, std::string& out, const Sink& sink) {
  E emitter(out, sink);
  write_spdx(document, creation, emitter);
  emitter.finish();
}

void cyclonedx_json(
    const Document& document, const Creation& creation, std::string& out, const Sink& sink) {
  JsonEmitter emitter(out, sink);
  write_cyclonedx(document, creation, emitter);
  emitter.finish();
}

void cyclonedx_xml(
    const Document& document, const Creation& creation, std::string& out, const Sink& sink) {
  XmlWriter writer(out, sink);
  write_cyclonedx_xml(document, creation, writer);
  writer.finish();
}

void spdx3_json(
    const Document& document, const Creation& creation, std::string& out, const Sink& sink) {
  JsonEmitter emitter(out, sink);
  write_spdx3(document, creation, emitter);
  emitter.finish();
}

// In the order of Format.
constexpr std::array kFormats = {
    FormatRow{Format::SpdxJson, "spdx-json", ".spdx.json", true, &spdx<JsonEmitter>},
    FormatRow{Format::SpdxXml, "spdx-xml", ".spdx.xml", true, &spdx<XmlEmitter>},
    FormatRow{Format::SpdxYaml, "spdx-yaml", ".spdx.yaml", true, &spdx<YamlEmitter>},
    FormatRow{Format::CyclonedxJson, "cyclonedx-json", ".cdx.json", true, &cyclonedx_json},
    FormatRow{Format::CyclonedxXml, "cyclonedx-xml", ".cdx.xml", true, &cyclonedx_xml},
    FormatRow{Format::Spdx3Json, "spdx3-json", ".spdx3.json", false, &spdx3_json},
};

}  // namespace

std::span<const FormatRow> formats() {
  return kFormats;
}

const FormatRow& row_of(Format format) {
  return kFormats.at(static_cast<std::size_t>(format));
}

std::optional<Format> format_by_name(std::string_view name) {
  const auto row = std::find_if(
      kFormats.begin(), kFormats.end(), [&](const FormatRow& known) { return known.name == name; });
  if (row == kFormats.end()) return std::nullopt;
  return row->format;
}

std::string render(const Document& document, const Creation& creation, Format format) {
  // One string for all that a thread writes: to grow another for each document, piece by piece,
  // costs more than to copy this.
  thread_local std::string written;
  written.clear();
  row_of(format).write(document, creation, written, {});
  return std::string(written);
}

void render_to(
    const Document& document, const Creation& creation, Format format, const Sink& sink) {
  std::string piece;
  row_of(format).write(document, creation, piece, sink);
}

}  // namespace reposbom::generators
