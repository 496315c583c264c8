// SPDX-License-Identifier: Apache-2.0
//
// The document of an installation media, as of inventory.h: what is not published of one
// of its packages, the media's own repodata tells.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "generators/inventory.h"
#include "metadata/catalog.h"

namespace reposbom::generators {

// What the document is about. What is not known is empty.
struct MediaProduct {
  std::string name = {};    // Of the document.
  std::string volume = {};  // Its label.
  std::string arch = {};
  std::string file_name = {};  // Of the image, if it is one.
  std::optional<metadata::Checksum> checksum = {};
  std::int64_t made = 0;                       // Seconds since 1970.
  std::vector<std::string> repositories = {};  // As it calls them.
};

struct MediaContents {
  MediaProduct product = {};
  Inventory inventory = {};
};

// `catalog` as of describe_inventory(). The version of the distribution is the media's. `created`
// as of describe_release().
InventoryDocument describe_media(
    const metadata::Catalog& catalog,
    const MediaContents& contents,
    const Creation& creation,
    std::int64_t created);

}  // namespace reposbom::generators
