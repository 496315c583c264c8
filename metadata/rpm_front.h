// SPDX-License-Identifier: Apache-2.0
//
// How far the front of an RPM file goes, all that stands before the payload, told
// from its first bytes: so much is asked for of a file on a server, and no more.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace reposbom::metadata {

struct RpmFront {
  std::uint64_t signatures_begin = 0;  // The header of signatures and digests.
  std::uint64_t header_begin = 0;      // The header proper; the other is padded to 8 bytes.
  std::uint64_t end = 0;               // Where the payload begins. 0 while that is not known.

  // So many bytes of the file must be at hand to know more, or all there is to know.
  std::uint64_t needed = 0;
};

// Nothing if these are not the first bytes of an RPM, or if its front is larger than any real one.
std::optional<RpmFront> parse_rpm_front(std::string_view bytes);

}  // namespace reposbom::metadata
