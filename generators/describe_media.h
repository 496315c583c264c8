// SPDX-License-Identifier: Apache-2.0
//
// The document of an installation media: exactly its packages, and which of them needs
// which. It says of each what was published of it and links the document of its build;
// of a package of which nothing was published, what the media's own repodata says.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "generators/document.h"
#include "generators/element_record.h"
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

// What is published of a package of the media.
struct MediaFacts {
  std::optional<std::size_t> link = {};  // Index into MediaContents::links.
  std::optional<ElementRecord> record = {};
  std::string reason = {};  // Why there is no record; empty if there is one.
};

struct MediaContents {
  MediaProduct product = {};
  std::vector<DocumentLink> links = {};
  std::map<metadata::PackageRef, MediaFacts> packages = {};  // Of each package of the catalog.
  std::vector<std::string> refused = {};  // "NEVRA: reason" of what cannot be in a document.
};

// A document, and the licences that its elements point to.
struct MediaDocument {
  std::vector<metadata::License> licenses = {};
  Document document = {};
};

// `catalog` is what the media holds and nothing else, dependencies resolved. The version of the
// distribution is the media's. `created` as of describe_release().
MediaDocument describe_media(
    const metadata::Catalog& catalog,
    const MediaContents& contents,
    const Creation& creation,
    std::int64_t created);

}  // namespace reposbom::generators
