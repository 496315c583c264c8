// SPDX-License-Identifier: Apache-2.0
//
// What was last seen of each source: when its run was signed, so that an older one is
// recognised, and what to compare with, so that nothing is fetched again that did not
// change. The file `state` in the output folder.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace reposbom::companion {

struct SeenRun {
  std::int64_t time = 0;  // Vouched::time of the newest run.
  std::string sums = {};  // SHA-256 of its SHA256SUMS, which is kept in runs/SHA256/.
  std::string run = {};   // Its name, empty if unknown.
  std::string etag = {};  // Of the last answer, whatever run that was.
};

using Seen = std::map<std::string, SeenRun>;  // By the name of the source.

std::string write_seen(const Seen& seen);

// Throws Error (Cause::Usage) if it is not such a file.
Seen parse_seen(std::string_view text, const std::string& subject);

}  // namespace reposbom::companion
