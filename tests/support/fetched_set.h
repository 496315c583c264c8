// SPDX-License-Identifier: Apache-2.0
//
// The set of a build as `sbomget fetch` leaves it, but for documents: set.json of real
// packages, and SHA256SUMS.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "generators/describe.h"
#include "metadata/catalog.h"
#include "metadata/digest.h"
#include "metadata/rpm_header.h"
#include "metadata/sums.h"
#include "pipeline/set_summary.h"
#include "tests/support/published_tree.h"
#include "tests/support/samples.h"

namespace reposbom::tests {

inline void seal_set(const fs::path& set) {
  const std::string json = read_bytes(set / "set.json");
  write_bytes(set / metadata::kSums, metadata::write_sums({{metadata::sha256(json), "set.json"}}));
}

// Of one build, whose packages these are, as `alter` makes them. Returns the folder of the set.
inline fs::path write_fetched_set(
    const fs::path& folder,
    const std::vector<fs::path>& rpms,
    const std::function<void(metadata::Package&)>& alter = [](metadata::Package&) {}) {
  metadata::RepositoryContents contents{.repository = {.id = "baseos"}};
  for (const fs::path& rpm : rpms) {
    metadata::Package package = metadata::read_rpm_header(rpm).package;
    package.checksum = metadata::digest_file(metadata::ChecksumType::Sha256, rpm);
    package.origins = {{.href = rpm.filename().string()}};
    alter(package);
    contents.packages.push_back(std::move(package));
  }
  std::vector<metadata::RepositoryContents> repositories;
  repositories.push_back(std::move(contents));
  const metadata::Catalog catalog = metadata::join(std::move(repositories));
  REQUIRE(catalog.builds.size() == 1);
  const metadata::Build& build = catalog.builds[0];
  generators::Document document = generators::describe_build(catalog, build, sample_creation());
  generators::identify(document, sample_creation());

  pipeline::SetSummary summary{
      .build = metadata::build_name(build),
      .source_name = build.source.package.name,
      .time = document.created,
      .document = generators::link_to(document, sample_creation(), std::string(40, '0'))};
  std::vector<pipeline::PackageFacts> facts;
  std::vector<const generators::Element*> elements;
  for (std::size_t i = 0; i != build.packages.size(); ++i) {
    const metadata::Package& package = build.packages[i];
    summary.packages.push_back(
        {.nevra = metadata::nevra(package),
         .arch = package.arch,
         .pkgid = package.checksum.hex,
         .stem = metadata::nvra(package)});
    facts.push_back(pipeline::package_facts(catalog, package));
    elements.push_back(&document.elements[i + 1]);  // Behind the source package.
  }
  const fs::path set = folder / metadata::set_path(summary.source_name, summary.build);
  write_bytes(set / "set.json", pipeline::write_set_json(summary, facts, elements));
  seal_set(set);
  return set;
}

}  // namespace reposbom::tests
