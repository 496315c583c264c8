// SPDX-License-Identifier: Apache-2.0
//
// Which of the packages that satisfy a requirement is named in the documents:
// the order that resolve_dependencies() promises, see providers.h. Immutable
// once made.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "metadata/catalog.h"
#include "metadata/package.h"

namespace reposbom::metadata {

class ProviderChoice {
 public:
  // `packages` are all packages of the catalog in its order; in what follows they are named by
  // their index, and after them the source packages of the builds, which require but are never
  // chosen: they are built where their packages run. Throws Error if there are more architectures
  // than there are.
  ProviderChoice(const Catalog& catalog, const std::vector<const Package*>& packages);

  // The best of `candidates` for what package `self` requires by the name `asked`; nothing if none
  // of them can be installed on a machine where `self` can.
  std::optional<std::uint32_t> best(
      std::uint32_t self,
      const std::string& asked,
      const std::vector<std::uint32_t>& candidates) const;

  PackageRef ref(std::uint32_t package) const { return traits_[package].ref; }
  std::uint32_t source_of(std::uint32_t build) const { return first_source_ + build; }

 private:
  struct Preference;

  // What the choice looks at of a package. Texts are numbers that sort as the texts do.
  struct Traits {
    PackageRef ref = {};
    std::uint32_t name = 0;
    std::uint32_t arch = 0;
    std::uint32_t stream = 0;  // Module and stream.
    std::uint32_t source = 0;  // Name of the source package.
    std::int64_t version = 0;  // Among all of the name; equal if rpm takes them for equal.
    std::int64_t build_time = 0;
    // Build time of the first newer version; the end of time if there is none.
    std::int64_t replaced = std::numeric_limits<std::int64_t>::max();
  };

  Preference preference(
      const Traits& self, const std::string& asked, std::uint32_t candidate) const;
  void add_sources(
      const Catalog& catalog,
      std::vector<std::string>& arches,
      std::vector<std::string>& streams,
      std::vector<std::string>& sources);
  void number_versions(const std::vector<const Package*>& packages);
  void find_replaced(const std::vector<std::uint32_t>& order, std::size_t first, std::size_t last);

  std::vector<Traits> traits_ = {};
  std::uint32_t first_source_ = 0;
  std::vector<std::string> names_ = {};
  // For each architecture, how near every other one is.
  std::vector<std::vector<std::uint64_t>> distances_ = {};
  std::optional<std::uint32_t> no_module_ = {};  // The `stream` of packages outside modules.
};

}  // namespace reposbom::metadata
