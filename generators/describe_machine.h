// SPDX-License-Identifier: Apache-2.0
//
// The document of a machine, as of inventory.h: the operating system with everything that
// is installed, whoever made it. What is not published of a package, the RPM database of
// the machine tells.
#pragma once

#include <cstdint>
#include <string>

#include "generators/inventory.h"
#include "metadata/catalog.h"

namespace reposbom::generators {

struct MachineContents {
  std::string name = {};  // Of the document.
  // From a list of packages, which tells nothing but their names, instead of from the database.
  bool is_list = false;
  Inventory inventory = {};
};

// `catalog` as of describe_inventory(). The distribution is the machine's. `created` as of
// describe_release().
InventoryDocument describe_machine(
    const metadata::Catalog& catalog,
    const MachineContents& contents,
    const Creation& creation,
    std::int64_t created);

}  // namespace reposbom::generators
