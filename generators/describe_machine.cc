// SPDX-License-Identifier: Apache-2.0
#include "generators/describe_machine.h"

#include "generators/elements.h"

namespace reposbom::generators {

InventoryDocument describe_machine(
    const metadata::Catalog& catalog,
    const MachineContents& contents,
    const Creation& creation,
    std::int64_t created) {
  Holder machine{
      .kind = DocumentKind::Machine,
      .document_name = contents.name,
      .element = product_element(creation),
      .name = "the machine",
      .from = contents.is_list ? "a list of the packages of the machine"
                               : "the RPM database of the machine",
      .witness = contents.is_list ? "the list" : "the RPM database",
      .reason = PropertyName::RpmDatabase,
      .tells_dependencies = !contents.is_list,
      .mixes_suppliers = true};
  machine.element.summary += ", as installed on a machine";
  return describe_inventory(catalog, contents.inventory, machine, creation, created);
}

}  // namespace reposbom::generators
