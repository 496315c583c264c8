// SPDX-License-Identifier: Apache-2.0
#include "companion/installed.h"

#include <utility>

#include "companion/package_list.h"
#include "metadata/local_file.h"
#include "metadata/rpm_database.h"

namespace reposbom::companion {

InstalledPackages read_installed(const InstalledPlace& place) {
  if (!place.list_file.empty()) {
    const std::string subject = place.list_file.string();
    PackageList list = parse_package_list(metadata::read_file(place.list_file), subject);
    return {.packages = std::move(list.packages), .keys = list.keys, .origin = subject};
  }
  metadata::RpmDatabase database =
      metadata::read_rpm_database({.root = place.root, .dbpath = place.dbpath});
  return {
      .packages = std::move(database.packages),
      .has_headers = true,
      .keys = database.keys,
      .refused = std::move(database.refused),
      .origin = database.folder.string()};
}

}  // namespace reposbom::companion
