// SPDX-License-Identifier: Apache-2.0
//
// Repositories of the settings as places that can be read: what the settings name
// (files with passwords, the cache) is opened here, and environment variables are
// looked at.
#pragma once

#include <filesystem>
#include <optional>

#include "metadata/place.h"
#include "pipeline/settings.h"

namespace reposbom::pipeline {

// Throw Error (Cause::Usage) if a file that is needed cannot be read. An interrupt (interrupt.h)
// ends whatever they are doing later. Nothing is sent or read yet.
metadata::Place packages_place(const Settings& settings, const RepositorySettings& repository);
// Requires: the repository has sources.
metadata::Place sources_place(const Settings& settings, const RepositorySettings& repository);

// Where downloads are kept if the settings do not say: what systemd gives ($CACHE_DIRECTORY),
// /var/cache/reposbom for root, else `reposbom` in $XDG_CACHE_HOME or ~/.cache. Nothing if there is
// no such place, or it cannot be used: then nothing is kept.
std::optional<std::filesystem::path> default_cache();

// Removes what no run has used for a month. Only if a repository is on a server.
void prune_cache(const Settings& settings);

}  // namespace reposbom::pipeline
