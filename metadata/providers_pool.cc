// SPDX-License-Identifier: Apache-2.0
#include "metadata/providers_pool.h"

#include <memory>
#include <string_view>
#include <unordered_map>
#include <utility>

#define LIBSOLV_SOLVABLE_PREPEND_DEP  // Else a field is called `requires`, a keyword of C++20.
extern "C" {
#include <solv/pool.h>
#include <solv/pool_parserpmrichdep.h>
#include <solv/poolarch.h>
#include <solv/repo.h>
}

#include "metadata/error.h"

namespace reposbom::metadata {
namespace {

// libsolv's parser of rich requirements calls itself once per operand; real ones are under 200
// characters.
constexpr std::size_t kMaxRichSize = 16384;

struct FreePool {
  void operator()(Pool* pool) const { pool_free(pool); }
};
using PoolHandle = std::unique_ptr<Pool, FreePool>;

PoolHandle make_pool() {
  PoolHandle pool(pool_create());
  if (pool_setdisttype(pool.get(), DISTTYPE_RPM) < 0) {
    throw Error(Cause::Usage, "libsolv", "this build of the library does not know RPM packages");
  }
  return pool;
}

int relation(Comparison comparison) {
  switch (comparison) {
    case Comparison::None:
      return 0;
    case Comparison::Less:
      return REL_LT;
    case Comparison::LessOrEqual:
      return REL_LT | REL_EQ;
    case Comparison::Equal:
      return REL_EQ;
    case Comparison::GreaterOrEqual:
      return REL_GT | REL_EQ;
    case Comparison::Greater:
      return REL_GT;
  }
  return 0;
}

// All strings and relations are numbers in the pool. Requirements are entered first; of provides
// and files only those are entered that some requirement names, a small part of all.
class Matcher {
 public:
  Matcher(
      const std::vector<const Package*>& packages,
      const std::vector<const std::vector<Dependency>*>& others,
      const std::vector<OwnedFile>& files)
      : pool_(make_pool()), repo_(repo_create(pool_.get(), "catalog")), packages_(packages) {
    for (const Package* package : packages)
      enter_requirements(package->requires_);
    for (const std::vector<Dependency>* requirements : others)
      enter_requirements(*requirements);
    enter_packages();
    enter_files(files);
    // All files that count have been entered. Unless told so, libsolv looks through every package
    // again for each path that nobody provides.
    pool_addfileprovides(pool_.get());
    pool_createwhatprovides(pool_.get());
  }

  Requirements requirements() {
    Requirements result;
    result.entries.reserve(entries_.size());
    std::unordered_map<Id, std::uint32_t> places;
    for (const Id id : entries_) {
      if (id == kIgnored) {
        result.entries.push_back(kNoRequirement);
        continue;
      }
      const auto next = static_cast<std::uint32_t>(result.distinct.size());
      if (id == ID_NULL) {  // Each is its own: what does not parse has no other identity.
        result.distinct.emplace_back();
        result.entries.push_back(next);
        continue;
      }
      const auto [place, is_new] = places.emplace(id, next);
      if (is_new) result.distinct.push_back(requirement(id));
      result.entries.push_back(place->second);
    }
    return result;
  }

 private:
  // As an Id, the relation with the highest number that there can be.
  static constexpr Id kIgnored = -1;

  Id string_id(std::string_view text, bool create) {
    return pool_strn2id(
        pool_.get(), text.data(), static_cast<unsigned>(text.size()), create ? 1 : 0);
  }

  Id dependency_id(Id name, const Dependency& dependency) {
    if (name == ID_NULL || dependency.comparison == Comparison::None) return name;
    const Id evr = string_id(dependency.evr, /*create=*/true);
    return pool_rel2id(pool_.get(), name, evr, relation(dependency.comparison), /*create=*/1);
  }

  Id requirement_id(const Dependency& required) {
    if (required.name.starts_with("rpmlib(")) return kIgnored;
    if (required.name.empty() || required.name.size() > kMaxRichSize) return ID_NULL;
    if (required.name.starts_with('(')) {
      return pool_parserpmrichdep(pool_.get(), required.name.c_str());
    }
    return dependency_id(string_id(required.name, /*create=*/true), required);
  }

  void enter_requirements(const std::vector<Dependency>& requirements) {
    for (const Dependency& required : requirements)
      entries_.push_back(requirement_id(required));
  }

  void add_provide(std::size_t index, Id id) {
    if (id == ID_NULL || id == ID_EMPTY) return;
    Solvable* solvable = pool_id2solvable(pool_.get(), first_ + static_cast<Id>(index));
    solvable->dep_provides = repo_addid_dep(repo_, solvable->dep_provides, id, /*marker=*/0);
  }

  void add_known_provide(std::size_t index, const Dependency& provided) {
    add_provide(index, dependency_id(string_id(provided.name, /*create=*/false), provided));
  }

  void enter_packages() {
    first_ = repo_add_solvable_block(repo_, static_cast<int>(packages_.size()));
    for (std::size_t i = 0; i != packages_.size(); ++i) {
      const Package& package = *packages_[i];
      // Always with the epoch: else "1:2" as a version would be read as an epoch and a version.
      const Dependency self = {
          .name = package.name,
          .comparison = Comparison::Equal,
          .evr = std::to_string(package.evr.epoch) + ":" + package.evr.version + "-" +
                 package.evr.release};
      Solvable* solvable = pool_id2solvable(pool_.get(), first_ + static_cast<Id>(i));
      solvable->name = string_id(package.name, /*create=*/true);
      solvable->arch = string_id(package.arch, /*create=*/true);
      solvable->evr = string_id(self.evr, /*create=*/true);
      add_known_provide(i, self);
      for (const Dependency& provided : package.provides)
        add_known_provide(i, provided);
      for (const std::string& file : package.files)
        add_provide(i, string_id(file, false));
    }
  }

  void enter_files(const std::vector<OwnedFile>& files) {
    if (files.empty()) return;
    std::unordered_map<std::string_view, std::size_t> by_checksum;
    for (std::size_t i = 0; i != packages_.size(); ++i) {
      by_checksum.emplace(packages_[i]->checksum.hex, i);
    }
    for (const OwnedFile& file : files) {
      const auto owner = by_checksum.find(file.pkgid);
      if (owner != by_checksum.end()) add_provide(owner->second, string_id(file.path, false));
    }
  }

  Requirement requirement(Id id) {
    Pool* pool = pool_.get();
    const Reldep* rel = ISRELDEP(id) ? GETRELDEP(pool, id) : nullptr;
    if (rel == nullptr) return simple(id);
    switch (rel->flags) {
      case REL_AND:
        return rich(Requirement::Kind::And, *rel);
      case REL_OR:
        return rich(Requirement::Kind::Or, *rel);
      case REL_COND:
        return rich(Requirement::Kind::If, *rel);
      case REL_UNLESS:
        return rich(Requirement::Kind::Unless, *rel);
      default:
        return simple(id);  // A comparison; or "with" or "without": about one package.
    }
  }

  Requirement rich(Requirement::Kind kind, const Reldep& rel) {
    Pool* pool = pool_.get();
    Requirement whole;
    whole.kind = kind;
    whole.operands.push_back(requirement(rel.name));
    const Reldep* second = ISRELDEP(rel.evr) ? GETRELDEP(pool, rel.evr) : nullptr;
    if (second != nullptr && second->flags == REL_ELSE) {
      whole.operands.push_back(requirement(second->name));
      whole.operands.push_back(requirement(second->evr));
    } else {
      whole.operands.push_back(requirement(rel.evr));
    }
    return whole;
  }

  Requirement simple(Id id) {
    Pool* pool = pool_.get();
    Requirement leaf;
    Id name = id;
    while (ISRELDEP(name))
      name = GETRELDEP(pool, name)->name;
    leaf.name = pool_id2str(pool, name);
    for (const Id* provider = pool_whatprovides_ptr(pool, id); *provider != 0; ++provider) {
      if (*provider >= first_)
        leaf.providers.push_back(static_cast<std::uint32_t>(*provider - first_));
    }
    return leaf;
  }

  PoolHandle pool_;
  Repo* repo_;  // Owned by the pool.
  const std::vector<const Package*>& packages_;
  std::vector<Id> entries_ = {};
  Id first_ = 0;  // Of the packages, which follow each other.
};

}  // namespace

Requirements match_requirements(
    const std::vector<const Package*>& packages,
    const std::vector<const std::vector<Dependency>*>& others,
    const std::vector<OwnedFile>& files) {
  if (packages.empty()) return {};
  return Matcher(packages, others, files).requirements();
}

std::vector<std::uint32_t> arch_scores(
    const std::string& machine, const std::vector<std::string>& arches) {
  const PoolHandle pool = make_pool();
  if (machine.starts_with("x86_64_v")) {
    // Not every libsolv knows the levels of x86_64; what is said must not depend on that.
    std::string policy = machine;
    for (char level = '4'; level >= '2'; --level) {
      if (level < machine.back()) policy += std::string(":x86_64_v") + level;
    }
    pool_setarchpolicy(pool.get(), (policy + ":x86_64:i686:i586:i486:i386").c_str());
  } else {
    pool_setarch(pool.get(), machine.c_str());
  }
  std::vector<std::uint32_t> scores;
  scores.reserve(arches.size());
  for (const std::string& arch : arches) {
    const Id id = pool_str2id(pool.get(), arch.c_str(), /*create=*/0);
    scores.push_back(id == ID_NULL ? 0 : pool_arch2score(pool.get(), id));
  }
  return scores;
}

}  // namespace reposbom::metadata
