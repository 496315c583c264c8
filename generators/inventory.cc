// SPDX-License-Identifier: Apache-2.0
#include "generators/inventory.h"

#include <set>
#include <utility>

#include "generators/describe_parts.h"
#include "generators/elements.h"
#include "metadata/license.h"

namespace reposbom::generators {
namespace {

using metadata::Catalog;
using metadata::License;

// Packages of the same name can come from a tree and from elsewhere: then their ids must be told
// apart.
class DistinctIds {
 public:
  void apply(Element& element) {
    std::string digest;
    if (!element.checksums.empty()) digest = element.checksums[0].hex.substr(0, 16);
    if (!bom_refs_.insert(element.bom_ref).second) {
      element.bom_ref += "#sha256:" + digest;
      bom_refs_.insert(element.bom_ref);
    }
    if (!spdx_ids_.insert(element.spdx_id).second) {
      element.spdx_id += "-" + digest;
      spdx_ids_.insert(element.spdx_id);
    }
  }

 private:
  std::set<std::string> bom_refs_ = {};
  std::set<std::string> spdx_ids_ = {};
};

Element element_of(
    const Catalog& catalog,
    metadata::PackageRef ref,
    const PublishedFacts& facts,
    const Holder& holder,
    const Creation& creation) {
  if (facts.record) return facts.record->element;
  Element element = package_element(
      catalog, catalog.builds[ref.build], catalog.at(ref), creation, Detail::Member);
  element.properties.push_back({holder.reason, facts.reason});
  return element;
}

// LicenseRefs of sets that were made at different times may be called alike.
void add_licenses(InventoryDocument& made) {
  metadata::make_refs_distinct(made.licenses);
  for (std::size_t i = 0; i != made.licenses.size(); ++i) {
    Element& element = made.document.elements[i + 1];
    const License& license = made.licenses[i];
    if (license.expression.empty()) continue;
    element.license = &license;
    for (Property& property : element.properties) {
      if (property.name == PropertyName::LicenseExpression) property.value = license.expression;
    }
  }
}

// How a comment refers to a property: its annotation without ": ".
std::string note_of(PropertyName name) {
  const std::string_view annotation = property_names(name).annotation;
  return std::string(annotation.substr(0, annotation.find(':')));
}

std::string comment_of(const Inventory& inventory, const Holder& holder) {
  std::size_t published = 0;
  for (const auto& [ref, facts] : inventory.packages)
    published += facts.record ? 1 : 0;
  std::string text = "Made after the build from " + holder.from + ". Holds the " +
                     counted(inventory.packages.size(), "package") + " of " + holder.name +
                     " and no other";
  text += holder.tells_dependencies ? ", and which of them needs which."
                                    : "; which of them needs which is not known.";
  const std::size_t others = inventory.packages.size() - published;
  text += " What it says of " + counted(published, "package") + " is what was published; of " +
          counted(others, "package") + ", only what " + holder.witness + " says";
  text +=
      others == 0 ? "." : ", for the reason that is noted there (" + note_of(holder.reason) + ").";
  if (inventory.refused.empty()) return text;
  return text + " Left out: " + counted(inventory.refused.size(), "record") + " of " + holder.name +
         " that cannot be used (notincluded).";
}

}  // namespace

InventoryDocument describe_inventory(
    const Catalog& catalog,
    const Inventory& inventory,
    const Holder& holder,
    const Creation& creation,
    std::int64_t created) {
  InventoryDocument made;
  Document& document = made.document;
  document.kind = holder.kind;
  document.name = holder.document_name;
  document.created = creation.time.value_or(created);
  document.links = inventory.links;
  add(document, holder.element);
  for (const std::string& refused : inventory.refused)
    add_property(document.elements[0], PropertyName::NotIncluded, refused);
  DistinctIds ids;
  Places places;
  for (const auto& [ref, facts] : inventory.packages) {
    const std::size_t index = add(document, element_of(catalog, ref, facts, holder, creation));
    Element& element = document.elements[index];
    // Whoever published what has no vendor tag is no less its supplier.
    if (holder.mixes_suppliers && (!facts.record || !element.originator.empty())) {
      element.supplier = element.originator;
    }
    ids.apply(element);
    made.licenses.push_back(
        facts.record ? facts.record->license.value_or(License{})
                     : catalog.license(catalog.at(ref)));
    places.emplace(ref, index);
    relate(document, index, RelationshipType::PackageOf, 0);
    if (!facts.link) continue;
    element.document = facts.link;
    document.relationships.push_back(
        {index, RelationshipType::GeneratedFrom, *facts.link, /*to_link=*/true});
  }
  add_licenses(made);
  const bool has_all = inventory.refused.empty();
  if (holder.tells_dependencies) {
    add_graph(document, catalog, places, has_all);
  } else {
    add_unknown_graph(document, places, has_all);
  }
  document.comment = comment_of(inventory, holder) + graph_comment(document);
  collect_license_refs(document);
  return made;
}

}  // namespace reposbom::generators
