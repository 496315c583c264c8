// SPDX-License-Identifier: Apache-2.0
#include "pipeline/lookup.h"

#include <utility>

#include "metadata/error.h"
#include "pipeline/input.h"
#include "pipeline/run.h"

namespace reposbom::pipeline {
namespace {

bool is_called(const metadata::Package& package, const std::string& subject) {
  return subject == metadata::nevra(package) || subject == metadata::nvra(package);
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
  const OpenedInput opened = open_input(lookup.settings);
  Report report;
  lookup.catalog = read_input(lookup.settings, opened, report);
  lookup.creation = creation_of(lookup.settings, opened.distribution);
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
