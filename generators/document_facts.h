// SPDX-License-Identifier: Apache-2.0
//
// A document as bytes, for the id that comes from its content: all that any format
// says of it but for that id. Two documents give the same bytes only if they are equal.
// How formats say it is no part of it: the version of the program, which is, answers for
// that. The form is written nowhere but into hashes, and changing it changes every id.
#pragma once

#include "generators/document.h"
#include "generators/emitter.h"

namespace reposbom::generators {

// Of `creation` what every document shows: by what, by whom and for whom it was made. `sink` gets
// the bytes in pieces.
void write_facts(const Document& document, const Creation& creation, const Sink& sink);

}  // namespace reposbom::generators
