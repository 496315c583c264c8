// SPDX-License-Identifier: Apache-2.0
#include "metadata/catalog.h"

#include <algorithm>
#include <cassert>
#include <iterator>
#include <set>
#include <tuple>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "metadata/bundled.h"
#include "metadata/remarks.h"

namespace reposbom::metadata {
namespace {

// The same package in two repositories has the same NEVRA and the same file.
std::string identity(const Package& package) {
  return artifact_name(package) + " " + package.checksum.hex;
}

std::string source_key(std::string_view name, std::string_view version, std::string_view release) {
  std::string key;
  key.append(name).append("-").append(version).append("-").append(release);
  return key;
}

// A module build of one architecture may list the artifacts of others, and a repository without
// modules.yaml may hold a package that another repository's module names: the label goes to
// packages of the same repository only.
void label_modules(RepositoryContents& contents, std::vector<Remark>& remarks) {
  std::unordered_map<std::string, std::string> labels;
  for (const ModuleStream& stream : contents.modules) {
    for (const std::string& artifact : stream.artifacts)
      labels.emplace(artifact, stream.label());
  }
  for (Package& package : contents.packages) {
    const auto found = labels.find(artifact_name(package));
    if (found == labels.end()) continue;
    if (!package.module.empty() && package.module != found->second) {
      remarks.push_back(
          {nevra(package),
           "its own module label " + package.module + " differs from " + found->second +
               " in modules.yaml of " + contents.repository.id});
    }
    package.module = found->second;
  }
}

// One package out of all the records that are the same file. Origins stay in repository order.
std::vector<Package> unite(std::vector<RepositoryContents>& repositories) {
  std::size_t records = 0;
  for (const RepositoryContents& contents : repositories)
    records += contents.packages.size();
  std::vector<Package> united;
  united.reserve(records);
  std::unordered_map<std::string, std::size_t> places;
  places.reserve(records);
  for (std::size_t i = 0; i != repositories.size(); ++i) {
    for (Package& package : repositories[i].packages) {
      for (Origin& origin : package.origins)
        origin.repository = i;
      const auto [place, is_new] = places.emplace(identity(package), united.size());
      if (is_new) {
        united.push_back(std::move(package));
        continue;
      }
      Package& first = united[place->second];
      std::move(package.origins.begin(), package.origins.end(), std::back_inserter(first.origins));
      if (first.module.empty()) first.module = std::move(package.module);
    }
    repositories[i].packages.clear();
  }
  return united;
}

using SourceIndex = std::unordered_map<std::string, SourcePackage>;

// The same source package in a second repository: the copy that says more is kept, with the origins
// of both. Another file of the same name was not what the packages are made from, or was: nobody
// can tell, so the first is kept.
void unite_source(SourcePackage& first, SourcePackage&& second, std::vector<Remark>& remarks) {
  if (identity(first.package) != identity(second.package)) {
    remarks.push_back(
        {nevra(second.package), "two source packages of that name differ; the first is described"});
    return;
  }
  std::vector<Origin> origins = std::move(first.package.origins);
  std::move(
      second.package.origins.begin(), second.package.origins.end(), std::back_inserter(origins));
  if (second.header_read && !first.header_read) first = std::move(second);
  first.package.origins = std::move(origins);
}

SourceIndex index_sources(
    std::vector<RepositoryContents>& repositories, std::vector<Remark>& remarks) {
  SourceIndex sources;
  for (std::size_t i = 0; i != repositories.size(); ++i) {
    for (SourcePackage& source : repositories[i].sources) {
      const Package& package = source.package;
      std::string key = source_key(package.name, package.evr.version, package.evr.release);
      for (Origin& origin : source.package.origins)
        origin.repository = i;
      const auto place = sources.find(key);
      if (place == sources.end()) {
        sources.emplace(std::move(key), std::move(source));
      } else {
        unite_source(place->second, std::move(source), remarks);
      }
    }
    repositories[i].sources.clear();
  }
  return sources;
}

// A package that names no source package was made from one of its own name.
SourceRpmName source_of(const Package& package) {
  if (auto parsed = parse_source_rpm(package.source_rpm)) return *std::move(parsed);
  return {package.name, package.evr.version, package.evr.release};
}

// The file name of a source RPM has no epoch. Without the source package itself the epoch is known
// only from the package that the spec file is named after, which shares its preamble.
void take_epoch_from_main_package(Build& build) {
  Package& source = build.source.package;
  for (const Package& package : build.packages) {
    if (package.name != source.name || package.evr.version != source.evr.version ||
        package.evr.release != source.evr.release) {
      continue;
    }
    source.evr.epoch = package.evr.epoch;
    build.source.epoch_known = true;
    return;
  }
}

// Repodata does not tell the module of a source package, its header does. All that a build of a
// module makes belongs to it.
void take_module_from_packages(Build& build) {
  for (const Package& package : build.packages) {
    if (build.source.package.module.empty()) build.source.package.module = package.module;
  }
}

SourcePackage unseen_source(const SourceRpmName& name) {
  SourcePackage source;
  source.package.name = name.name;
  source.package.evr.version = name.version;
  source.package.evr.release = name.release;
  source.package.arch = "src";
  return source;
}

bool package_less(const Package& left, const Package& right) {
  if (left.name != right.name) return left.name < right.name;
  if (const int order = compare(left.evr, right.evr); order != 0) return order < 0;
  // Versions that rpm takes for equal ("1.0" and "1.00") may differ in text.
  return std::tie(
             left.evr.version,
             left.evr.release,
             left.arch,
             left.origins.front().repository,
             left.checksum.hex) <
         std::tie(
             right.evr.version,
             right.evr.release,
             right.arch,
             right.origins.front().repository,
             right.checksum.hex);
}

// Two that differ only in their epoch have one file name too, and need not be neighbours.
void sort_and_mark(Build& build) {
  std::sort(build.packages.begin(), build.packages.end(), package_less);
  std::unordered_set<std::string> names;
  for (Package& package : build.packages)
    package.shares_name = !names.insert(nvra(package)).second;
}

std::vector<Build> group(std::vector<Package> packages, SourceIndex sources) {
  // Records are large to move: each is moved once.
  std::unordered_map<std::string, std::size_t> places;
  std::vector<SourceRpmName> names;
  std::vector<std::size_t> counts;
  std::vector<std::size_t> build_of;
  build_of.reserve(packages.size());
  for (const Package& package : packages) {
    SourceRpmName name = source_of(package);
    const auto [place, is_new] =
        places.emplace(source_key(name.name, name.version, name.release), counts.size());
    if (is_new) {
      names.push_back(std::move(name));
      counts.push_back(0);
    }
    ++counts[place->second];
    build_of.push_back(place->second);
  }
  std::vector<Build> builds(counts.size());
  for (const auto& [key, i] : places) {
    const auto source = sources.find(key);
    builds[i].source =
        source == sources.end() ? unseen_source(names[i]) : std::move(source->second);
    builds[i].packages.reserve(counts[i]);
  }
  for (std::size_t i = 0; i != packages.size(); ++i)
    builds[build_of[i]].packages.push_back(std::move(packages[i]));
  for (Build& build : builds) {
    sort_and_mark(build);
    if (!build.source.epoch_known) take_epoch_from_main_package(build);
    take_module_from_packages(build);
  }
  return builds;
}

bool build_less(const Build& left, const Build& right) {
  const Package& a = left.source.package;
  const Package& b = right.source.package;
  if (a.name != b.name) return a.name < b.name;
  if (const int order = compare(a.evr, b.evr); order != 0) return order < 0;
  return std::tie(a.evr.version, a.evr.release) < std::tie(b.evr.version, b.evr.release);
}

// Advisories of all repositories by id; the later update of two with the same id wins.
std::vector<Advisory> unite_advisories(std::vector<RepositoryContents>& repositories) {
  std::map<std::string, Advisory> by_id;
  for (RepositoryContents& contents : repositories) {
    for (Advisory& advisory : contents.advisories) {
      const auto place = by_id.find(advisory.id);
      if (place == by_id.end()) {
        by_id.emplace(advisory.id, std::move(advisory));
        continue;
      }
      Advisory& first = place->second;
      if (advisory.updated > first.updated) std::swap(first, advisory);
      std::move(
          advisory.packages.begin(), advisory.packages.end(), std::back_inserter(first.packages));
    }
  }
  std::vector<Advisory> advisories;
  advisories.reserve(by_id.size());
  for (auto& [id, advisory] : by_id)
    advisories.push_back(std::move(advisory));
  return advisories;
}

using PackagesByName = std::unordered_multimap<std::string, Package*>;

// Advisory `index` to each package that it names, once; whether there is one.
bool attach_advisory(const Advisory& advisory, std::size_t index, const PackagesByName& packages) {
  bool is_attached = false;
  for (const Package& named : advisory.packages) {
    const auto [first, last] = packages.equal_range(artifact_name(named));
    for (auto place = first; place != last; ++place) {
      std::vector<std::size_t>& list = place->second->advisories;
      if (list.empty() || list.back() != index) list.push_back(index);
      is_attached = true;
    }
  }
  return is_attached;
}

void attach_advisories(Catalog& catalog) {
  PackagesByName packages;
  for (Build& build : catalog.builds) {
    for (Package& package : build.packages)
      packages.emplace(artifact_name(package), &package);
  }
  std::vector<std::string> unattached;
  for (std::size_t i = 0; i != catalog.advisories.size(); ++i) {
    const Advisory& advisory = catalog.advisories[i];
    if (!attach_advisory(advisory, i, packages)) unattached.push_back(advisory.id);
  }
  remark_on_advisories(unattached, catalog.remarks);
}

// Operands that sanitise to the same LicenseRef are told apart over the whole catalog, so that a
// document may put any of its licences together.
void convert_licenses(Catalog& catalog) {
  std::set<std::string_view> tags;
  for (const Build& build : catalog.builds) {
    tags.insert(build.source.package.license);
    for (const Package& package : build.packages)
      tags.insert(package.license);
  }
  std::vector<License> licenses;
  licenses.reserve(tags.size());
  for (const std::string_view tag : tags)
    licenses.push_back(convert_license(tag));
  make_refs_distinct(licenses);
  auto license = licenses.begin();
  for (const std::string_view tag : tags)
    catalog.licenses.emplace(tag, std::move(*license++));
}

}  // namespace

std::string artifact_name(const Package& package) {
  return package.name + "-" + std::to_string(package.evr.epoch) + ":" + package.evr.version + "-" +
         package.evr.release + "." + package.arch;
}

std::size_t Catalog::package_count() const {
  std::size_t count = 0;
  for (const Build& build : builds)
    count += build.packages.size();
  return count;
}

const License& Catalog::license(const Package& package) const {
  const auto found = licenses.find(package.license);
  assert(found != licenses.end());
  return found->second;
}

Catalog join(std::vector<RepositoryContents> repositories) {
  Catalog catalog;
  for (RepositoryContents& contents : repositories) {
    catalog.records += contents.packages.size();
    std::ranges::copy(contents.remarks, std::back_inserter(catalog.remarks));
    label_modules(contents, catalog.remarks);
    remark_on_modules(contents, catalog.remarks);
    catalog.repositories.push_back(contents.repository);
  }
  catalog.advisories = unite_advisories(repositories);
  std::vector<Package> packages = unite(repositories);
  catalog.builds = group(std::move(packages), index_sources(repositories, catalog.remarks));
  std::sort(catalog.builds.begin(), catalog.builds.end(), build_less);
  attach_advisories(catalog);
  remark_on_bundled(catalog.builds, catalog.remarks);
  convert_licenses(catalog);
  std::sort(catalog.remarks.begin(), catalog.remarks.end());
  return catalog;
}

void forget_resolved(Catalog& catalog) {
  for (Build& build : catalog.builds) {
    for (Package& package : build.packages) {
      if (package.requires_.size() > 1) package.requires_.resize(1);
      std::erase_if(
          package.provides, [](const Dependency& provided) { return !parse_bundled(provided); });
      package.files.clear();
      package.requires_.shrink_to_fit();
      package.provides.shrink_to_fit();
      package.files.shrink_to_fit();
    }
  }
}

Catalog catalog_of(SourcePackage source, Repository repository) {
  Catalog catalog;
  catalog.repositories.push_back(std::move(repository));
  catalog.builds.push_back({std::move(source), {}});
  convert_licenses(catalog);
  return catalog;
}

std::string build_name(const Build& build) {
  const Package& source = build.source.package;
  return source_key(source.name, source.evr.version, source.evr.release);
}

std::int64_t newest_time(const Catalog& catalog, const Package& package) {
  std::int64_t newest = std::max(package.build_time, package.file_time);
  for (const std::size_t i : package.advisories) {
    newest = std::max({newest, catalog.advisories[i].issued, catalog.advisories[i].updated});
  }
  return newest;
}

std::int64_t newest_time(const Catalog& catalog, const Build& build) {
  std::int64_t newest = newest_time(catalog, build.source.package);
  for (const Package& package : build.packages) {
    newest = std::max(newest, newest_time(catalog, package));
  }
  return newest;
}

}  // namespace reposbom::metadata
