// SPDX-License-Identifier: Apache-2.0
//
// The repository of the customer's client, sbomget, that comes along on a companion
// disk: a folder for dnf as packaging/make-client-repository makes it, with the RPM of
// sbomget and perhaps of what it needs that no installation media has.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace reposbom::pipeline {

struct ClientRepository {
  std::map<std::string, std::string> files = {};  // Their bytes, by path below the folder.
  std::vector<std::string> packages = {};         // Names of the RPM files; sorted.
};

// Throws Error: Cause::Usage if the folder has no repodata or no RPM of sbomget, if anything in it
// is neither a folder nor a plain file, or if a name has other characters than those of packages;
// Cause::Untrusted if it cannot be read, or is larger than a client can be.
ClientRepository read_client(const std::filesystem::path& folder);

}  // namespace reposbom::pipeline
