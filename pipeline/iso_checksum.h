// SPDX-License-Identifier: Apache-2.0
//
// The checksum that installation media carry in themselves: checkisomd5 and the media check
// of an installer find it in the primary volume descriptor. It tells damage of a copy or a
// disc, nothing else; trust comes from SHA256SUMS and its signatures.
#pragma once

#include <string>

namespace reposbom::pipeline {

// Reads the image once and writes 512 bytes into it: the same image gets the same bytes, also if it
// has such a checksum already. `descriptor` must be open for reading and writing; `subject` is what
// errors call it. Throws Error (Cause::Output) if that is no image of ISO 9660, or cannot be read
// or written.
void implant_checksum(int descriptor, const std::string& subject);

}  // namespace reposbom::pipeline
