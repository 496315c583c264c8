// SPDX-License-Identifier: Apache-2.0
#include "companion/document_formats.h"

#include <algorithm>
#include <array>

#include "metadata/error.h"

namespace reposbom::companion {
namespace {

constexpr std::array kFormats = {
    DocumentFormat{"spdx-json", ".spdx.json"},
    DocumentFormat{"spdx-xml", ".spdx.xml"},
    DocumentFormat{"spdx-yaml", ".spdx.yaml"},
    DocumentFormat{"cyclonedx-json", ".cdx.json"},
    DocumentFormat{"cyclonedx-xml", ".cdx.xml"},
    DocumentFormat{"spdx3-json", ".spdx3.json"},
};

}  // namespace

std::span<const DocumentFormat> document_formats() {
  return kFormats;
}

std::vector<std::string> suffixes_of(
    const std::vector<std::string>& names, const std::string& subject) {
  std::vector<std::string> suffixes;
  for (const std::string& name : names) {
    const auto format = std::ranges::find(kFormats, name, &DocumentFormat::name);
    if (format == kFormats.end()) {
      std::string known;
      for (const DocumentFormat& one : kFormats)
        known += (known.empty() ? "" : ", ") + std::string(one.name);
      throw Error(Cause::Usage, subject, "'" + name + "' is no format; there are " + known);
    }
    suffixes.emplace_back(format->suffix);
  }
  return suffixes;
}

bool is_document_file(std::string_view name, std::string_view stem, std::string_view suffix) {
  if (!name.starts_with(stem)) return false;
  name.remove_prefix(stem.size());
  if (!name.starts_with(suffix)) return false;
  name.remove_prefix(suffix.size());
  return name.empty() || name == ".gz" || name == ".zst";
}

}  // namespace reposbom::companion
