// SPDX-License-Identifier: Apache-2.0
//
// What is worth a line of the report, said so that somebody reads it: metadata
// that names what is not there, or says what cannot be understood. A kind of which
// there are many becomes one line with a count.
#pragma once

#include <string>
#include <vector>

#include "metadata/catalog.h"

namespace reposbom::metadata {

// Adds remarks of one kind, each by itself while they are few; else one about `subject`, which
// counts them, says `what` they are, and names the first of their subjects.
void add_alike(
    std::vector<Remark>& remarks,
    std::vector<Remark> alike,
    const std::string& subject,
    const std::string& what);

// "a, b, c and 4 more".
std::string first_of(const std::vector<std::string>& names);

// Module streams that name packages which this repository does not hold. Source and debug packages
// are named as well but have repositories of their own, so that they tell nothing.
void remark_on_modules(const RepositoryContents& contents, std::vector<Remark>& remarks);

// Advisories, by their ids, that name no package of the catalog.
void remark_on_advisories(const std::vector<std::string>& ids, std::vector<Remark>& remarks);

// Provides of bundled parts that name no component.
void remark_on_bundled(const std::vector<Build>& builds, std::vector<Remark>& remarks);

}  // namespace reposbom::metadata
