// SPDX-License-Identifier: Apache-2.0
#include "companion/machine_system.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

#include "metadata/local_file.h"
#include "metadata/os_release.h"
#include "metadata/purl.h"
#include "metadata/rpm_database.h"

namespace reposbom::companion {
namespace {

namespace fs = std::filesystem;
using metadata::Distribution;

constexpr std::string_view kReleasePackage = "system-release";  // Provided by one of every EL.

// Nothing where there is none, or where a list tells of another machine than this one.
std::optional<Distribution> read_os_release(const InstalledPlace& place) {
  if (!place.list_file.empty() && place.root == "/") return std::nullopt;
  for (const char* const path : {"/etc/os-release", "/usr/lib/os-release"}) {
    const fs::path file = metadata::path_below(place.root, path);
    if (!file.empty()) return metadata::parse_os_release(metadata::read_file(file));
  }
  return std::nullopt;
}

void set_version(Distribution& distribution, const std::string& version) {
  distribution.version = version;
  if (!version.empty()) distribution.purl.distro = distribution.id + "-" + distribution.major();
}

bool is_release(const metadata::Dependency& provided) {
  return provided.name == kReleasePackage;
}

// What the package that says which release this is ("almalinux-release") is called after.
std::optional<Distribution> distribution_of_release(const metadata::Catalog& catalog) {
  for (const metadata::Build& build : catalog.builds) {
    for (const metadata::Package& package : build.packages) {
      if (std::ranges::none_of(package.provides, is_release)) continue;
      Distribution distribution =
          metadata::distribution_from_id(package.name.substr(0, package.name.find("-release")));
      set_version(distribution, package.evr.version);
      return distribution;
    }
  }
  return std::nullopt;
}

// What the package URLs of published packages say: "pkg:rpm/almalinux/…&distro=almalinux-9".
std::optional<Distribution> distribution_of_published(const generators::Inventory& inventory) {
  for (const auto& [ref, facts] : inventory.packages) {
    const auto purl =
        facts.record ? metadata::parse_purl(facts.record->element.purl) : std::nullopt;
    if (!purl) continue;
    for (const auto& [key, distro] : purl->qualifiers) {
      if (key != "distro") continue;
      const std::size_t dash = std::min(distro.rfind('-'), distro.size());
      Distribution distribution = metadata::distribution_from_id(distro.substr(0, dash));
      distribution.purl.name_space = purl->name_space;
      set_version(distribution, distro.substr(std::min(dash + 1, distro.size())));
      return distribution;
    }
  }
  return std::nullopt;
}

}  // namespace

Distribution machine_distribution(
    const InstalledPlace& place,
    const metadata::Catalog& catalog,
    const generators::Inventory& inventory) {
  std::optional<Distribution> found = read_os_release(place);
  if (!found) found = distribution_of_release(catalog);
  if (!found) found = distribution_of_published(inventory);
  return found.value_or(metadata::distribution_from_id("linux"));
}

}  // namespace reposbom::companion
