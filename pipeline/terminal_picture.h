// SPDX-License-Identifier: Apache-2.0
//
// A picture of a terminal, as SVG, of what was typed and printed there. It is made of text, so it
// can be searched, copied and read aloud; the same transcript gives the same bytes.
#pragma once

#include <string>
#include <string_view>

namespace reposbom::pipeline {

// The transcript is ASCII, at most 80 columns wide. Lines that begin with "# " or "$ " were typed.
// `label` says what it is of, for those who cannot see it.
std::string terminal_picture(std::string_view transcript, std::string_view label);

}  // namespace reposbom::pipeline
