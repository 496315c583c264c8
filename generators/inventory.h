// SPDX-License-Identifier: Apache-2.0
//
// The document of a whole that holds packages of any builds, be it an installation media
// or a machine: exactly its packages, and which of them needs which. It says of each what
// was published of it and links the document of its build; of a package of which nothing
// was published, what the whole itself tells. See describe_media.h, describe_machine.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "generators/document.h"
#include "generators/element_record.h"
#include "metadata/catalog.h"

namespace reposbom::generators {

// What is published of a package.
struct PublishedFacts {
  std::optional<std::size_t> link = {};  // Index into Inventory::links.
  std::optional<ElementRecord> record = {};
  std::string reason = {};  // Why there is no record; empty if there is one.
};

struct Inventory {
  std::vector<DocumentLink> links = {};
  std::map<metadata::PackageRef, PublishedFacts> packages = {};  // Of each of the catalog.
  std::vector<std::string> refused = {};  // "NEVRA: reason" of what cannot be in a document.
};

// The whole, and the words for it.
struct Holder {
  DocumentKind kind = DocumentKind::Media;
  std::string document_name = {};
  Element element = {};   // What the document is about.
  std::string name = {};  // "the media".
  std::string from = {};  // What the document is made from: "RPM repository metadata on the media".
  std::string witness = {};                           // Who says what is not published.
  PropertyName reason = PropertyName::MediaRepodata;  // That of a package of which that is said.
  bool tells_dependencies = true;
  bool mixes_suppliers = false;  // The supplier of a package is whoever its vendor tag names.
};

// A document, and the licences that its elements point to.
struct InventoryDocument {
  std::vector<metadata::License> licenses = {};
  Document document = {};
};

// `catalog` is what the whole holds and nothing else, dependencies resolved. `created` as of
// describe_release().
InventoryDocument describe_inventory(
    const metadata::Catalog& catalog,
    const Inventory& inventory,
    const Holder& holder,
    const Creation& creation,
    std::int64_t created);

}  // namespace reposbom::generators
