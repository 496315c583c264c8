// SPDX-License-Identifier: Apache-2.0
//
// The relationships of a document as SPDX 3 has them: one of each type from an element, to many,
// with how complete it is. Some point the other way than in SPDX 2.3.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "generators/document.h"

namespace reposbom::generators {

// What a relationship comes from: an element of the document, or of another document that it links
// to either the root or the document itself. `index` is into Document::elements or ::links.
struct Spdx3End {
  enum class Kind { Element, LinkedRoot, LinkedDocument };
  Kind kind = Kind::Element;
  std::size_t index = 0;

  auto operator<=>(const Spdx3End&) const = default;
};

struct Spdx3Relationship {
  std::string_view type = {};   // As SPDX 3 calls it: "dependsOn".
  std::string_view scope = {};  // "runtime" or "build" of dependencies.
  Spdx3End from = {};
  std::vector<std::size_t> to = {};    // Indexes into Document::elements.
  std::string_view completeness = {};  // Empty where it is not a question.
};

// With an empty `to` where a composition says that there is nothing, or nothing known. Elements
// first, then linked documents, each in the document's order.
std::vector<Spdx3Relationship> spdx3_relationships(const Document& document);

}  // namespace reposbom::generators
