// SPDX-License-Identifier: Apache-2.0
//
// Document -> SPDX 3.0.1 JSON-LD: a flat list of elements that refer to each other by absolute
// ids. The ids of packages end as those of SPDX 2.3 are; the namespace is the same too.
#pragma once

#include "generators/document.h"
#include "generators/json.h"

namespace reposbom::generators {

// The caller calls emitter.finish().
void write_spdx3(const Document& document, const Creation& creation, JsonEmitter& emitter);

}  // namespace reposbom::generators
