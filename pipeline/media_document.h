// SPDX-License-Identifier: Apache-2.0
//
// The document of a media (generators/describe_media.h), from what a tree has of its
// packages: their elements and links stand in set.json of the sets, so that sets of any
// age will do, and nothing but the tree and the media is read.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "generators/describe_media.h"
#include "metadata/distribution.h"
#include "pipeline/disk_selection.h"
#include "pipeline/media.h"
#include "pipeline/settings.h"

namespace reposbom::pipeline {

// What the settings and the tags of the media say; the version is that of the media, where it tells
// one.
metadata::Distribution distribution_of(const Settings& settings, const Media& media);

// What is said in every document, with that distribution.
generators::Creation creation_of_media(
    const Settings& settings, const Media& media, std::optional<std::int64_t> source_date_epoch);

// Identified. `selection` is of that media.
generators::InventoryDocument describe_media(
    const Media& media, const DiskSelection& selection, const generators::Creation& creation);

// It in each format that the run of the selection has, compressed as there, by
// "releases/NAME.SUFFIX". Throws Error
// (Cause::Untrusted) if there is a set that cannot be read.
std::map<std::string, std::string> render_media(
    const Media& media, const DiskSelection& selection, const generators::Creation& creation);

}  // namespace reposbom::pipeline
