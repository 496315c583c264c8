// SPDX-License-Identifier: Apache-2.0
//
// An element as JSON and back, whole: what set.json keeps of each package, so that a
// document made later, of media for example, can say of it what was published of it,
// in whatever formats that was.
#pragma once

#include <optional>

#include "generators/document.h"
#include "generators/json.h"
#include "generators/json_reader.h"

namespace reposbom::generators {

// The element points to no licence: its own stands beside it, so that records can be moved.
struct ElementRecord {
  Element element = {};
  std::optional<metadata::License> license = {};
};

// Writes the fields of the object that is open.
void write_record(JsonEmitter& json, const Element& element);

// Nothing if there is no such record. `Element::license` and `document` stay unset.
std::optional<ElementRecord> read_record(const JsonObject& json);

}  // namespace reposbom::generators
