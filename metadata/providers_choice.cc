// SPDX-License-Identifier: Apache-2.0
#include "metadata/providers_choice.h"

#include <algorithm>
#include <compare>
#include <map>
#include <string_view>
#include <utility>

#include "metadata/error.h"
#include "metadata/providers_pool.h"

namespace reposbom::metadata {
namespace {

constexpr std::string_view kNoArch = "noarch";
constexpr std::uint64_t kNeverTogether = std::numeric_limits<std::uint64_t>::max();
constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();
constexpr std::size_t kMaxArches = 64;

// For each text its place among the distinct texts. `distinct` receives those.
std::vector<std::uint32_t> rank(
    const std::vector<std::string>& texts, std::vector<std::string>& distinct) {
  distinct = texts;
  std::ranges::sort(distinct);
  distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());
  std::vector<std::uint32_t> ranks;
  ranks.reserve(texts.size());
  for (const std::string& text : texts) {
    const auto place = std::ranges::lower_bound(distinct, text);
    ranks.push_back(static_cast<std::uint32_t>(place - distinct.begin()));
  }
  return ranks;
}

// "name:stream" of "name:stream:version:context".
std::string stream_of(const std::string& label) {
  const std::size_t name = label.find(':');
  return name == std::string::npos ? label : label.substr(0, label.find(':', name + 1));
}

// Indexes of all architectures on which machines run, the most frequent of the packages first: it
// decides for noarch and i686 packages.
std::vector<std::size_t> machines_of(
    const std::vector<std::string>& arches, const std::vector<std::uint32_t>& arch_of_packages) {
  std::vector<std::size_t> frequency(arches.size());
  for (const std::uint32_t arch : arch_of_packages)
    ++frequency[arch];
  std::vector<std::size_t> machines;
  for (std::size_t i = 0; i != arches.size(); ++i) {
    if (arches[i] != kNoArch) machines.push_back(i);
  }
  std::ranges::stable_sort(
      machines, [&](std::size_t a, std::size_t b) { return frequency[a] > frequency[b]; });
  return machines;
}

// The architecture on which a build is made: that of most of its packages.
std::string build_arch(const Build& build) {
  std::map<std::string, std::size_t> counts;
  for (const Package& package : build.packages) {
    if (package.arch != kNoArch) ++counts[package.arch];
  }
  std::string arch(kNoArch);
  std::size_t most = 0;
  for (const auto& [candidate, count] : counts) {
    if (count < most) continue;
    arch = candidate;  // Of two with as many the later name: x86_64 rather than i686.
    most = count;
  }
  return arch;
}

// When a build was made: its source package's header tells, and so does any package of it.
std::int64_t build_time_of(const Build& build) {
  std::int64_t time = build.source.package.build_time;
  for (const Package& package : build.packages)
    time = std::max(time, package.build_time);
  return time;
}

using Distances = std::vector<std::vector<std::uint64_t>>;

// Brings together the architectures that can be installed on one machine. `scores` are libsolv's;
// those of more frequent machines, of a lower `rank_of_machine`, come before.
void add_machine(
    const std::vector<std::uint32_t>& scores,
    std::uint64_t rank_of_machine,
    std::size_t noarch,
    Distances& distances) {
  for (std::size_t a = 0; a != scores.size(); ++a) {
    for (std::size_t b = 0; b != scores.size(); ++b) {
      if (scores[a] == 0 || scores[b] == 0) continue;
      const std::uint64_t here = b == noarch ? 1 : rank_of_machine << 32 | scores[b];
      distances[a][b] = std::min(distances[a][b], here);
    }
  }
}

// 0 to itself, 1 to noarch, then in the order of libsolv's policy for the machines on which both
// can be installed.
Distances arch_distances(
    const std::vector<std::string>& arches, const std::vector<std::uint32_t>& arch_of_packages) {
  const std::size_t count = arches.size();
  if (count > kMaxArches) {
    throw Error(
        Cause::Untrusted,
        "repositories",
        "their packages are of " + std::to_string(count) + " different architectures");
  }
  const auto noarch = static_cast<std::size_t>(std::ranges::find(arches, kNoArch) - arches.begin());
  Distances distances(count, std::vector<std::uint64_t>(count, kNeverTogether));
  std::uint64_t rank_of_machine = 0;
  for (const std::size_t machine : machines_of(arches, arch_of_packages)) {
    add_machine(arch_scores(arches[machine], arches), ++rank_of_machine, noarch, distances);
  }
  for (std::size_t a = 0; a != count; ++a)
    distances[a][a] = 0;
  return distances;
}

}  // namespace

// Better is less.
struct ProviderChoice::Preference {
  std::uint64_t arch = kNeverTogether;
  int module = 0;
  bool other_name = false;
  bool other_build = false;
  int age = 0;
  bool other_source = false;
  std::uint32_t name = 0;
  std::int64_t version = 0;
  std::uint32_t package = 0;

  // clang-tidy 14 takes the 0 that it compares with for a pointer.
  auto operator<=>(const Preference&) const = default;  // NOLINT(modernize-use-nullptr)
};

ProviderChoice::ProviderChoice(
    const Catalog& catalog, const std::vector<const Package*>& packages) {
  std::vector<std::string> names;
  std::vector<std::string> arches;
  std::vector<std::string> streams;
  std::vector<std::string> sources;
  for (std::uint32_t b = 0; b != catalog.builds.size(); ++b) {
    const Build& build = catalog.builds[b];
    for (std::uint32_t p = 0; p != build.packages.size(); ++p) {
      const Package& package = build.packages[p];
      traits_.push_back({.ref = {b, p}, .build_time = package.build_time});
      names.push_back(package.name);
      arches.push_back(package.arch);
      streams.push_back(stream_of(package.module));
      sources.push_back(build.source.package.name);
    }
  }
  add_sources(catalog, arches, streams, sources);
  std::vector<std::string> distinct;
  const std::vector<std::uint32_t> source_ranks = rank(sources, distinct);
  const std::vector<std::uint32_t> stream_ranks = rank(streams, distinct);
  if (!distinct.empty() && distinct.front().empty()) no_module_ = 0;
  const std::vector<std::uint32_t> arch_ranks = rank(arches, distinct);
  distances_ = arch_distances(distinct, arch_ranks);
  const std::vector<std::uint32_t> name_ranks = rank(names, names_);
  for (std::size_t i = 0; i != names.size(); ++i)
    traits_[i].name = name_ranks[i];
  for (std::size_t i = 0; i != traits_.size(); ++i) {
    traits_[i].arch = arch_ranks[i];
    traits_[i].stream = stream_ranks[i];
    traits_[i].source = source_ranks[i];
  }
  number_versions(packages);
}

void ProviderChoice::add_sources(
    const Catalog& catalog,
    std::vector<std::string>& arches,
    std::vector<std::string>& streams,
    std::vector<std::string>& sources) {
  first_source_ = static_cast<std::uint32_t>(traits_.size());
  for (std::uint32_t b = 0; b != catalog.builds.size(); ++b) {
    const Build& build = catalog.builds[b];
    traits_.push_back({.ref = {b, 0}, .build_time = build_time_of(build)});
    arches.push_back(build_arch(build));
    streams.push_back(stream_of(build.source.package.module));
    sources.push_back(build.source.package.name);
  }
}

void ProviderChoice::number_versions(const std::vector<const Package*>& packages) {
  std::vector<std::uint32_t> order(first_source_);
  for (std::uint32_t i = 0; i != order.size(); ++i)
    order[i] = i;
  std::ranges::stable_sort(order, [&](std::uint32_t a, std::uint32_t b) {
    if (traits_[a].name != traits_[b].name) return traits_[a].name < traits_[b].name;
    return compare(packages[a]->evr, packages[b]->evr) < 0;
  });
  for (std::size_t first = 0; first != order.size();) {
    std::size_t last = first + 1;
    for (; last != order.size(); ++last) {
      const std::uint32_t before = order[last - 1];
      if (traits_[order[last]].name != traits_[before].name) break;
      const bool newer = compare(packages[before]->evr, packages[order[last]]->evr) != 0;
      traits_[order[last]].version = traits_[before].version + (newer ? 1 : 0);
    }
    find_replaced(order, first, last);
    first = last;
  }
}

// For the packages [first, last) of `order`, which are all of one name and sorted by version: from
// the newest down, remembering the earliest build of what is newer by architecture and stream.
void ProviderChoice::find_replaced(
    const std::vector<std::uint32_t>& order, std::size_t first, std::size_t last) {
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::int64_t> earliest;
  for (std::size_t end = last; end != first;) {
    const std::int64_t version = traits_[order[end - 1]].version;
    std::size_t begin = end;
    while (begin != first && traits_[order[begin - 1]].version == version) {
      Traits& same = traits_[order[--begin]];
      const auto newer = earliest.find({same.arch, same.stream});
      if (newer != earliest.end()) same.replaced = newer->second;
    }
    for (std::size_t i = begin; i != end; ++i) {
      const Traits& same = traits_[order[i]];
      const auto entry = earliest.try_emplace({same.arch, same.stream}, kNever).first;
      entry->second = std::min(entry->second, same.build_time);
    }
    end = begin;
  }
}

ProviderChoice::Preference ProviderChoice::preference(
    const Traits& self, const std::string& asked, std::uint32_t candidate) const {
  const Traits& other = traits_[candidate];
  Preference result;
  result.arch = distances_[self.arch][other.arch];
  if (other.stream != self.stream) result.module = other.stream == no_module_ ? 1 : 2;
  result.other_name = names_[other.name] != asked;
  result.other_build = other.ref.build != self.ref.build;
  if (other.build_time > self.build_time) {
    result.age = 2;
  } else if (other.replaced <= self.build_time) {
    result.age = 1;
  }
  result.other_source = other.source != self.source;
  result.name = other.name;
  result.version = result.age == 2 ? other.version : -other.version;
  result.package = candidate;
  return result;
}

std::optional<std::uint32_t> ProviderChoice::best(
    std::uint32_t self,
    const std::string& asked,
    const std::vector<std::uint32_t>& candidates) const {
  Preference best;
  for (const std::uint32_t candidate : candidates) {
    best = std::min(best, preference(traits_[self], asked, candidate));
  }
  if (best.arch == kNeverTogether) return std::nullopt;
  return best.package;
}

}  // namespace reposbom::metadata
