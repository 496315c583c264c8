// SPDX-License-Identifier: Apache-2.0
#include "metadata/providers.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

#include "metadata/providers_choice.h"
#include "metadata/providers_pool.h"

namespace reposbom::metadata {
namespace {

// From worst to best.
enum class Verdict { Unresolved, Conditional, Resolved };

// Package indexes.
using Chosen = std::vector<std::uint32_t>;

// How one package comes by what it requires. The packages that it needs for that are added to
// `chosen`; resolved with none means that the package itself has what is asked for.
class Resolver {
 public:
  Resolver(const ProviderChoice& choice, std::uint32_t self) : choice_(choice), self_(self) {}

  Verdict resolve(const Requirement& required, Chosen& chosen) const {
    switch (required.kind) {
      case Requirement::Kind::Simple:
        return resolve_simple(required, chosen);
      case Requirement::Kind::And:
        return resolve_and(required, chosen);
      case Requirement::Kind::Or:
        return resolve_or(required, chosen);
      case Requirement::Kind::If:
      case Requirement::Kind::Unless:
        return resolve_conditional(required, chosen);
    }
    return Verdict::Unresolved;
  }

 private:
  Verdict resolve_simple(const Requirement& required, Chosen& chosen) const {
    const Chosen& providers = required.providers;
    if (std::ranges::find(providers, self_) != providers.end()) return Verdict::Resolved;
    const std::optional<std::uint32_t> best = choice_.best(self_, required.name, providers);
    if (!best) return Verdict::Unresolved;
    chosen.push_back(*best);
    return Verdict::Resolved;
  }

  Verdict resolve_and(const Requirement& required, Chosen& chosen) const {
    const Verdict left = resolve(required.operands[0], chosen);
    const Verdict right = resolve(required.operands[1], chosen);
    if (std::min(left, right) == Verdict::Unresolved) return Verdict::Unresolved;
    return std::max(left, right);
  }

  Verdict resolve_or(const Requirement& required, Chosen& chosen) const {
    Chosen first;
    Chosen second;
    const Verdict left = resolve(required.operands[0], first);
    const Verdict right = resolve(required.operands[1], second);
    const bool second_is_own = right == Verdict::Resolved && second.empty();
    const Chosen& taken = right > left || second_is_own ? second : first;
    if (std::max(left, right) == Verdict::Resolved) {
      chosen.insert(chosen.end(), taken.begin(), taken.end());
    }
    return std::max(left, right);
  }

  // The condition is about what else is installed. It is known only where the package itself meets
  // it, or where nothing does that can be installed beside it.
  Verdict resolve_conditional(const Requirement& required, Chosen& chosen) const {
    Chosen ignored;
    const Verdict condition = resolve(required.operands[1], ignored);
    bool always = condition == Verdict::Resolved && ignored.empty();
    bool never = condition == Verdict::Unresolved;
    if (required.kind == Requirement::Kind::Unless) std::swap(always, never);

    if (always) return resolve(required.operands[0], chosen);
    if (required.operands.size() < 3) return Verdict::Conditional;
    if (never) return resolve(required.operands[2], chosen);
    const Verdict left = resolve(required.operands[0], ignored);
    const Verdict right = resolve(required.operands[2], ignored);
    return std::max(left, right) == Verdict::Unresolved ? Verdict::Unresolved
                                                        : Verdict::Conditional;
  }

  const ProviderChoice& choice_;
  std::uint32_t self_;
};

void count(Verdict verdict, Resolution& resolution) {
  ++resolution.requirements;
  switch (verdict) {
    case Verdict::Unresolved:
      ++resolution.unresolved;
      break;
    case Verdict::Conditional:
      ++resolution.conditional;
      break;
    case Verdict::Resolved:
      ++resolution.resolved;
      break;
  }
}

template <typename Element>
void sort_unique(std::vector<Element>& elements) {
  std::ranges::sort(elements);
  elements.erase(std::unique(elements.begin(), elements.end()), elements.end());
  elements.shrink_to_fit();
}

Resolution& operator+=(Resolution& sum, const Resolution& more) {
  sum.requirements += more.requirements;
  sum.resolved += more.resolved;
  sum.conditional += more.conditional;
  sum.unresolved += more.unresolved;
  return sum;
}

// Resolves one list of requirements after the other, in the order in which they were matched.
class ListResolver {
 public:
  ListResolver(const Requirements& requirements, const ProviderChoice& choice)
      : requirements_(requirements),
        choice_(choice),
        entry_(requirements.entries.begin()),
        last_user_(requirements.distinct.size(), kNoRequirement) {}

  // `self` requires `list`, and no other list is its own.
  Resolution resolve(
      std::uint32_t self,
      const std::vector<Dependency>& list,
      std::vector<PackageRef>& depends_on,
      std::vector<std::string>& unresolved) {
    depends_on.clear();
    unresolved.clear();
    Resolution resolution;
    const Resolver resolver(choice_, self);
    Chosen chosen;
    for (const Dependency& required : list) {
      const std::uint32_t index = *entry_++;
      if (index == kNoRequirement || last_user_[index] == self) continue;
      last_user_[index] = self;
      const Verdict verdict = resolver.resolve(requirements_.distinct[index], chosen);
      count(verdict, resolution);
      if (verdict == Verdict::Unresolved) unresolved.push_back(to_string(required));
    }
    for (const std::uint32_t provider : chosen)
      depends_on.push_back(choice_.ref(provider));
    sort_unique(depends_on);
    sort_unique(unresolved);
    return resolution;
  }

 private:
  const Requirements& requirements_;
  const ProviderChoice& choice_;
  std::vector<std::uint32_t>::const_iterator entry_;
  std::vector<std::uint32_t> last_user_;  // Of each distinct requirement.
};

std::vector<const Package*> packages_of(const Catalog& catalog) {
  std::vector<const Package*> packages;
  for (const Build& build : catalog.builds) {
    for (const Package& package : build.packages)
      packages.push_back(&package);
  }
  return packages;
}

}  // namespace

Resolution resolve_dependencies(Catalog& catalog, const std::vector<OwnedFile>& files) {
  const std::vector<const Package*> packages = packages_of(catalog);
  if (packages.empty()) return {};
  std::vector<const std::vector<Dependency>*> build_requirements;
  for (const Build& build : catalog.builds)
    build_requirements.push_back(&build.source.build_requires);
  const Requirements requirements = match_requirements(packages, build_requirements, files);
  const ProviderChoice choice(catalog, packages);

  Resolution resolution;
  ListResolver resolver(requirements, choice);
  for (std::uint32_t i = 0; i != packages.size(); ++i) {
    const PackageRef ref = choice.ref(i);
    Package& package = catalog.builds[ref.build].packages[ref.package];
    resolution += resolver.resolve(i, package.requires_, package.depends_on, package.unresolved);
  }
  for (std::uint32_t b = 0; b != catalog.builds.size(); ++b) {
    SourcePackage& source = catalog.builds[b].source;
    (void)resolver.resolve(
        choice.source_of(b),
        source.build_requires,
        source.build_depends_on,
        source.build_unresolved);
  }
  return resolution;
}

std::string to_string(const Dependency& dependency) {
  switch (dependency.comparison) {
    case Comparison::None:
      return dependency.name;
    case Comparison::Less:
      return dependency.name + " < " + dependency.evr;
    case Comparison::LessOrEqual:
      return dependency.name + " <= " + dependency.evr;
    case Comparison::Equal:
      return dependency.name + " = " + dependency.evr;
    case Comparison::GreaterOrEqual:
      return dependency.name + " >= " + dependency.evr;
    case Comparison::Greater:
      return dependency.name + " > " + dependency.evr;
  }
  return dependency.name;
}

}  // namespace reposbom::metadata
