// SPDX-License-Identifier: Apache-2.0
#include "companion/merge.h"

#include <algorithm>
#include <utility>

#include "companion/fetched_sets.h"
#include "companion/machine_system.h"
#include "generators/describe.h"
#include "generators/describe_machine.h"
#include "generators/describe_release.h"
#include "metadata/catalog.h"
#include "metadata/providers.h"

namespace reposbom::companion {
namespace {

using generators::Inventory;
using metadata::Catalog;
using metadata::Package;

constexpr std::string_view kTool = "sbomget";

// They come from no repository; their file is called as every RPM is.
Catalog catalog_of_machine(std::vector<Package> packages) {
  for (Package& package : packages)
    package.origins = {{.href = metadata::nvra(package) + ".rpm"}};
  metadata::RepositoryContents contents{.packages = std::move(packages)};
  std::vector<metadata::RepositoryContents> repositories;
  repositories.push_back(std::move(contents));
  Catalog catalog = metadata::join(std::move(repositories));
  metadata::resolve_dependencies(catalog);
  return catalog;
}

Inventory gather(const Catalog& catalog, FetchedSets& sets) {
  Inventory inventory;
  for (std::uint32_t b = 0; b != catalog.builds.size(); ++b) {
    std::vector<generators::PublishedFacts> facts = sets.facts(catalog.builds[b]);
    for (std::uint32_t p = 0; p != facts.size(); ++p)
      inventory.packages.emplace(metadata::PackageRef{b, p}, std::move(facts[p]));
  }
  inventory.links = sets.links();
  return inventory;
}

std::int64_t newest_time(const Catalog& catalog, std::int64_t time) {
  for (const metadata::Build& build : catalog.builds)
    time = std::max(time, metadata::newest_time(catalog, build));
  return time;
}

MergeSummary summary_of(const Catalog& catalog, const Inventory& inventory) {
  MergeSummary summary{.packages = inventory.packages.size(), .refused = inventory.refused};
  for (const auto& [ref, facts] : inventory.packages) {
    if (facts.record) {
      ++summary.published;
    } else {
      summary.others.push_back(metadata::nevra(catalog.at(ref)) + ": " + facts.reason);
    }
  }
  std::ranges::sort(summary.others);
  return summary;
}

}  // namespace

MergeSummary merge(const MergeRequest& request, const generators::Sink& sink) {
  FetchedSets sets(request.folder);
  InstalledPackages installed = read_installed(request.installed);
  const Catalog catalog = catalog_of_machine(std::move(installed.packages));
  generators::MachineContents contents{
      .is_list = !installed.has_headers, .inventory = gather(catalog, sets)};
  contents.inventory.refused = std::move(installed.refused);

  generators::Creation creation{
      .distribution = machine_distribution(request.installed, catalog, contents.inventory),
      .tool = std::string(kTool),
      .version = request.version,
      .time = request.source_date_epoch};
  creation.supplier.name = creation.distribution.name;
  contents.name = request.document_name;
  if (contents.name.empty()) {
    contents.name = generators::release_name(creation.distribution) + "-machine";
  }

  const std::int64_t created = newest_time(catalog, sets.newest());
  generators::InventoryDocument described =
      generators::describe_machine(catalog, contents, creation, created);
  generators::identify(described.document, creation);
  generators::render_to(described.document, creation, request.format, sink);
  MergeSummary summary = summary_of(catalog, contents.inventory);
  summary.document_name = contents.name;
  return summary;
}

}  // namespace reposbom::companion
