// SPDX-License-Identifier: Apache-2.0
//
// modules.yaml -> which packages belong to which module stream. The half of
// yaml-cpp that reads repodata lives here.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace reposbom::metadata {

class Hasher;

struct ModuleStream {
  std::string name = {};
  std::string stream = {};
  std::string version = {};
  std::string context = {};  // Empty in old files.
  std::string arch = {};
  std::vector<std::string> artifacts = {};  // "name-epoch:version-release.arch", as written.

  // "name:stream:version:context", as rpm's ModularityLabel; without what is empty at its end.
  std::string label() const;
};

// Reads the file as it is stored, compressed or not: the streams of all its "modulemd" documents,
// versions 1 and 2, in order. Documents of other kinds, and streams without a name, are left out.
// Throws Error with the line if it is damaged or no YAML, or uses aliases. `content`, if given,
// takes the uncompressed bytes.
std::vector<ModuleStream> read_modules(
    std::string_view file_bytes, const std::string& subject, Hasher* content = nullptr);

}  // namespace reposbom::metadata
