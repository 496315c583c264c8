// SPDX-License-Identifier: Apache-2.0
//
// The document of a whole release: every package of a catalog and the graph of what
// needs what. It says of each package what its build's document says, and links that.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "generators/document.h"
#include "metadata/catalog.h"

namespace reposbom::generators {

// What the release is called, and its document: "almalinux-9.4".
std::string release_name(const metadata::Distribution& distribution);

// The root is the operating system; `build_documents` are those of catalog.builds, in that order. A
// build whose link is empty is left out. `created` is the newest repomd timestamp, in seconds since
// 1970.
Document describe_release(
    const metadata::Catalog& catalog,
    const Creation& creation,
    const std::vector<DocumentLink>& build_documents,
    std::int64_t created);

}  // namespace reposbom::generators
