// SPDX-License-Identifier: Apache-2.0
//
// updateinfo.xml -> Advisories: what a distribution has published about updates,
// as AlmaLinux, Rocky Linux, Fedora, EPEL and Red Hat write it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "metadata/package.h"

namespace reposbom::metadata {

class Hasher;

struct AdvisoryReference {
  std::string type = {};  // "cve", "bugzilla", "self" ...
  std::string id = {};
  std::string url = {};

  bool operator==(const AdvisoryReference&) const = default;
};

struct Advisory {
  std::string id = {};        // "ALSA-2023:7549". Never empty, may be of any form.
  std::string type = {};      // "security", "bugfix", "enhancement", "newpackage".
  std::string severity = {};  // "Moderate"; empty if not told.
  std::string title = {};
  std::int64_t issued = 0;   // Seconds since 1970, UTC; 0 if unknown.
  std::int64_t updated = 0;  // The same.
  std::vector<AdvisoryReference> references = {};
  std::vector<Package> packages = {};  // Name, EVR and architecture of what it delivers.
  std::string url = {};                // Of its own page, if it refers to itself.
};

// Reads the file as it is stored, compressed or not, in its order. Throws Error if it is damaged or
// no XML; `subject` names it then. Advisories without an id, and packages in them that are none by
// the rules of primary.h, are left out; an unreadable date is an unknown one. `content`, if given,
// takes the uncompressed bytes.
std::vector<Advisory> read_updateinfo(
    std::string_view file_bytes, const std::string& subject, Hasher* content = nullptr);

// Seconds since 1970 of "2023-11-28 09:19:42", "2023-11-28T09:19:42Z" or "2023-11-28", taken as
// UTC, or of a number of seconds; 0 if it is none of these.
std::int64_t parse_time(std::string_view text);

}  // namespace reposbom::metadata
