// SPDX-License-Identifier: Apache-2.0
#include "companion/wanted.h"

#include "metadata/sums.h"
#include "metadata/text.h"

namespace reposbom::companion {

WantedPackages wanted_packages(const std::vector<metadata::Package>& installed) {
  WantedPackages wanted;
  for (const metadata::Package& package : installed) {
    WantedPackage one{metadata::nevra(package), metadata::nvra(package)};
    const auto source = metadata::parse_source_rpm(package.source_rpm);
    std::string build;
    if (source) build = source->name + "-" + source->version + "-" + source->release;
    const bool is_safe = source && metadata::is_safe_file_name(source->name) &&
                         metadata::is_safe_file_name(build) &&
                         metadata::is_safe_file_name(one.stem);
    if (is_safe) {
      wanted.sets[metadata::set_path(source->name, build).string()].push_back(std::move(one));
    } else {
      wanted.without_source.push_back(std::move(one.nevra));
    }
  }
  return wanted;
}

}  // namespace reposbom::companion
