// SPDX-License-Identifier: Apache-2.0
#include "generators/describe_media.h"

#include <set>
#include <string>
#include <utility>

#include "generators/describe_parts.h"
#include "generators/elements.h"
#include "metadata/license.h"

namespace reposbom::generators {
namespace {

using metadata::Catalog;
using metadata::License;

Element media_element(const MediaContents& contents, const Creation& creation) {
  const MediaProduct& product = contents.product;
  Element element = product_element(creation);
  element.summary +=
      product.volume.empty() ? ", installation media" : ", installation media " + product.volume;
  element.file_name = product.file_name;
  element.build_time = product.made;
  const auto add_property = [&](PropertyName name, const std::string& value) {
    if (!value.empty()) element.properties.push_back({name, value});
  };
  add_property(PropertyName::MediaVolume, product.volume);
  add_property(PropertyName::MediaArch, product.arch);
  if (product.made != 0) add_property(PropertyName::MediaTime, std::to_string(product.made));
  if (product.checksum) {
    element.checksums.push_back(*product.checksum);
    // BSI TR-03183-2 table 7: an image is an archive of files that can be taken out again.
    add_property(PropertyName::FileName, product.file_name);
    add_property(PropertyName::Executable, "non-executable");
    add_property(PropertyName::Archive, "archive");
    add_property(PropertyName::Structured, "structured");
  }
  for (const std::string& refused : contents.refused)
    add_property(PropertyName::NotIncluded, refused);
  return element;
}

// Packages of the same name can come from the tree and from the media: then their ids must be told
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
    const MediaFacts& facts,
    const Creation& creation) {
  if (facts.record) return facts.record->element;
  Element element = package_element(
      catalog, catalog.builds[ref.build], catalog.at(ref), creation, Detail::Member);
  element.properties.push_back({PropertyName::MediaRepodata, facts.reason});
  return element;
}

// LicenseRefs of sets that were made at different times may be called alike.
void add_licenses(MediaDocument& media) {
  metadata::make_refs_distinct(media.licenses);
  for (std::size_t i = 0; i != media.licenses.size(); ++i) {
    Element& element = media.document.elements[i + 1];
    const License& license = media.licenses[i];
    if (license.expression.empty()) continue;
    element.license = &license;
    for (Property& property : element.properties) {
      if (property.name == PropertyName::LicenseExpression) property.value = license.expression;
    }
  }
}

std::string comment_of(const MediaContents& contents) {
  std::size_t published = 0;
  for (const auto& [ref, facts] : contents.packages)
    published += facts.record ? 1 : 0;
  std::string text = "Made after the build from RPM repository metadata on the media";
  std::string separator = " of ";
  for (const std::string& repository : contents.product.repositories) {
    text += separator + repository;
    separator = " and ";
  }
  text += ". Holds the " + counted(contents.packages.size(), "package") +
          " of the media and no other, and which of them needs which.";
  const std::size_t others = contents.packages.size() - published;
  text += " What it says of " + counted(published, "package") + " is what was published; of " +
          counted(others, "package") + ", only what the media says";
  text += others == 0 ? "." : ", for the reason that is noted there (mediarepodata).";
  if (contents.refused.empty()) return text;
  return text + " Left out: " + counted(contents.refused.size(), "record") +
         " of the media that cannot be used (notincluded).";
}

}  // namespace

MediaDocument describe_media(
    const Catalog& catalog,
    const MediaContents& contents,
    const Creation& creation,
    std::int64_t created) {
  MediaDocument media;
  Document& document = media.document;
  document.kind = DocumentKind::Media;
  document.name = contents.product.name;
  document.created = creation.time.value_or(created);
  document.links = contents.links;
  add(document, media_element(contents, creation));
  DistinctIds ids;
  Places places;
  for (const auto& [ref, facts] : contents.packages) {
    const std::size_t index = add(document, element_of(catalog, ref, facts, creation));
    ids.apply(document.elements[index]);
    media.licenses.push_back(
        facts.record ? facts.record->license.value_or(License{})
                     : catalog.license(catalog.at(ref)));
    places.emplace(ref, index);
    relate(document, index, RelationshipType::PackageOf, 0);
    if (!facts.link) continue;
    document.elements[index].document = facts.link;
    document.relationships.push_back(
        {index, RelationshipType::GeneratedFrom, *facts.link, /*to_link=*/true});
  }
  add_licenses(media);
  add_graph(document, catalog, places, contents.refused.empty());
  document.comment = comment_of(contents) + graph_comment(document);
  collect_license_refs(document);
  return media;
}

}  // namespace reposbom::generators
