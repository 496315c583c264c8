// SPDX-License-Identifier: Apache-2.0
//
// Provides of bundled parts, "NAME" and, after a line feed, "VERSION": what is
// one has a package URL that reads back, canonical and of its ecosystem.
#include "metadata/bundled.h"
#include "metadata/purl.h"
#include "tests/fuzz/fuzz.h"

using namespace reposbom;
using fuzz::require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text = metadata::clean_text(fuzz::bytes_of(data, size));
  const std::size_t end = std::min(text.find('\n'), text.size());
  metadata::Dependency provide{.name = text.substr(0, end)};
  if (end < text.size()) provide.evr = text.substr(end + 1);
  if (!provide.evr.empty()) provide.comparison = metadata::Comparison::Equal;

  const auto bundled = metadata::parse_bundled(provide);
  if (!bundled) return 0;
  const auto purl = metadata::parse_purl(bundled->purl);
  require(purl.has_value(), "a package URL reads back", bundled->purl);
  require(purl->type == bundled->ecosystem, "a package URL is of its ecosystem", bundled->purl);
  require(!purl->name.empty(), "a package URL has a name", bundled->purl);
  require(metadata::to_string(*purl) == bundled->purl, "a package URL is canonical", bundled->purl);
  require(!bundled->name.empty(), "what is bundled has a name", provide.name);
  return 0;
}
