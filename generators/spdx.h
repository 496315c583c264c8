// SPDX-License-Identifier: Apache-2.0
//
// Document -> the fields of SPDX 2.3, described once for every emitter.
#pragma once

#include "generators/document.h"
#include "generators/emitter.h"

namespace reposbom::generators {

// Writes the document; keys stand in the order of the specification. The caller calls
// emitter.finish(). Instantiated for the emitters of this folder.
template <Emitter E>
void write_spdx(const Document& document, const Creation& creation, E& emitter);

}  // namespace reposbom::generators
