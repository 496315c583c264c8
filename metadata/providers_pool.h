// SPDX-License-Identifier: Apache-2.0
//
// What libsolv is asked by providers.cc: the packages that satisfy each
// requirement, and which architectures go together. libsolv lives behind this.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "metadata/filelists.h"
#include "metadata/package.h"

namespace reposbom::metadata {

// A requirement, taken apart where it is a rich one.
struct Requirement {
  enum class Kind { Simple, And, Or, If, Unless };

  Kind kind = Kind::Simple;
  std::string name = {};                      // Simple: what is asked for, without its version.
  std::vector<std::uint32_t> providers = {};  // Simple: indexes of packages, of any architecture.
  // And, Or: both. If, Unless: what is needed, the condition, and what stands after "else" if
  // anything does.
  std::vector<Requirement> operands = {};
};

constexpr std::uint32_t kNoRequirement = std::numeric_limits<std::uint32_t>::max();

struct Requirements {
  std::vector<Requirement> distinct = {};
  // Indexes into `distinct`: of every entry of requires_ of every package, then of every list of
  // `others`, in their order. kNoRequirement for what rpm itself must be able to do ("rpmlib(…)").
  std::vector<std::uint32_t> entries = {};
};

// The requirements of packages, and those of `others`, which provide nothing. One that does not
// parse has no providers.
Requirements match_requirements(
    const std::vector<const Package*>& packages,
    const std::vector<const std::vector<Dependency>*>& others,
    const std::vector<OwnedFile>& files);

// How well packages of each of `arches` fit a machine of architecture `machine`: the lower the
// better, 0 if they cannot be installed there.
std::vector<std::uint32_t> arch_scores(
    const std::string& machine, const std::vector<std::string>& arches);

}  // namespace reposbom::metadata
