// SPDX-License-Identifier: Apache-2.0
//
// One package of an SPDX document, or one component of a CycloneDX one, as the facts
// of quality_facts.h.
#pragma once

#include <string>
#include <string_view>

#include "generators/json_reader.h"
#include "pipeline/quality_facts.h"

namespace reposbom::pipeline {

ComponentFacts read_spdx_package(const generators::JsonObject& json);

// Itself only, without what is nested in it.
ComponentFacts read_cyclonedx_component(const generators::JsonObject& json, ComponentPlace place);

// "Organization: NAME (CONTACT)"; of "Tool: …" and NOASSERTION the text as it is, as the name.
PartyFact read_spdx_party(std::string_view text);

// An organizational entity of CycloneDX: its first e-mail address, else its first URL.
PartyFact read_cyclonedx_party(const generators::JsonObject& parent, const char* key);

}  // namespace reposbom::pipeline
