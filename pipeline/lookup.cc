// SPDX-License-Identifier: Apache-2.0
#include "pipeline/lookup.h"

#include <utility>

#include "metadata/error.h"
#include "pipeline/input.h"
#include "pipeline/rpm_files.h"
#include "pipeline/run.h"

namespace reposbom::pipeline {
namespace {

// "name-[epoch:]version-release.arch", in which an epoch of 0 may be written or not.
bool is_called(const metadata::Package& package, const std::string& subject) {
  if (subject == metadata::nvra(package) || subject == metadata::nevra(package)) return true;
  const auto parts = metadata::parse_nevra(subject);
  return parts && parts->name == package.name && parts->evr == package.evr &&
         parts->arch == package.arch;
}

}  // namespace

Lookup read_for_lookup(
    const std::string& command,
    const std::optional<std::filesystem::path>& config,
    const std::vector<std::string>& repositories) {
  if (!config && repositories.empty()) {
    throw Error(
        Cause::Usage,
        "reposbom " + command,
        "needs the repositories that the package is in: -c FILE or --repo REPO");
  }
  Lookup lookup;
  lookup.settings = config ? read_settings(*config, repositories) : settings_for(repositories);
  lookup.opened = open_input(lookup.settings);
  Report report;
  FileCache files = read_file_cache(lookup.settings.output);
  lookup.catalog = read_input(lookup.settings, lookup.opened, files, report);
  lookup.creation = creation_of(lookup.settings, lookup.opened.distribution);
  if (lookup.settings.files) lookup.list_files = lister_of(lookup.opened.package_places());
  return lookup;
}

generators::Creation creation_of(Settings settings, const metadata::Distribution& distribution) {
  settings.signing = {};
  return make_recipe(settings, distribution).creation;
}

Found find_package(const metadata::Catalog& catalog, const std::string& subject) {
  for (const metadata::Build& build : catalog.builds) {
    if (is_called(build.source.package, subject)) return {&build, nullptr};
    for (const metadata::Package& package : build.packages) {
      if (is_called(package, subject)) return {&build, &package};
    }
  }
  throw Error(
      Cause::Usage,
      subject,
      "is no package of these repositories; give name-[epoch:]version-release.arch");
}

}  // namespace reposbom::pipeline
