// SPDX-License-Identifier: Apache-2.0
//
// Sources that are at hand: a folder with a published tree or a mounted companion disk,
// and an ISO image of one, which is read in place.
#pragma once

#include <filesystem>
#include <memory>

#include "companion/source.h"

namespace reposbom::companion {

// A tree is read through its link `current`, which is resolved once.
std::unique_ptr<Source> folder_source(const std::filesystem::path& folder);

// Each read() goes through the image once, and jumps over what is not wanted.
std::unique_ptr<Source> image_source(const std::filesystem::path& image);

}  // namespace reposbom::companion
