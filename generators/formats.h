// SPDX-License-Identifier: Apache-2.0
//
// The formats that documents are published in: one row each. A new format is one
// writer and one row.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "generators/document.h"
#include "generators/emitter.h"

namespace reposbom::generators {

enum class Format { SpdxJson, SpdxXml, SpdxYaml, CyclonedxJson, CyclonedxXml, Spdx3Json };

struct FormatRow {
  Format format;
  std::string_view name;    // As the configuration spells it: "spdx-json".
  std::string_view suffix;  // Of its files: ".spdx.json".
  bool by_default;          // Whether it is written where no formats are named.
  void (*write)(const Document&, const Creation&, std::string& out, const Sink& sink);
};

// Every format, in the order in which documents are written.
std::span<const FormatRow> formats();
const FormatRow& row_of(Format format);

std::optional<Format> format_by_name(std::string_view name);

// The whole document in memory.
std::string render(const Document& document, const Creation& creation, Format format);

// A document too large for memory: handed to `sink` piece by piece.
void render_to(const Document& document, const Creation& creation, Format format, const Sink& sink);

}  // namespace reposbom::generators
