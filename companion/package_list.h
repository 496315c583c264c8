// SPDX-License-Identifier: Apache-2.0
//
// A list of the packages of another machine, as `rpm -qa --qf '%{NEVRA} %{SOURCERPM}\n'`
// prints it there: a NEVRA a line, and the file name of its source RPM, which may be
// left out. Comments after #.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "metadata/package.h"

namespace reposbom::companion {

struct PackageList {
  std::vector<metadata::Package> packages = {};  // By NEVRA; each once.
  std::size_t keys = 0;  // Public keys, which rpm lists as packages ("gpg-pubkey-…").
};

// Throws Error (Cause::Usage) with the line of what is neither a NEVRA nor a source RPM, or if the
// list is empty.
PackageList parse_package_list(std::string_view text, const std::string& subject);

}  // namespace reposbom::companion
