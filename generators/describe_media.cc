// SPDX-License-Identifier: Apache-2.0
#include "generators/describe_media.h"

#include <string>

#include "generators/elements.h"

namespace reposbom::generators {
namespace {

Element media_element(const MediaProduct& product, const Creation& creation) {
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
  return element;
}

std::string made_from(const MediaProduct& product) {
  std::string text = "RPM repository metadata on the media";
  std::string separator = " of ";
  for (const std::string& repository : product.repositories) {
    text += separator + repository;
    separator = " and ";
  }
  return text;
}

}  // namespace

InventoryDocument describe_media(
    const metadata::Catalog& catalog,
    const MediaContents& contents,
    const Creation& creation,
    std::int64_t created) {
  const Holder media{
      .kind = DocumentKind::Media,
      .document_name = contents.product.name,
      .element = media_element(contents.product, creation),
      .name = "the media",
      .from = made_from(contents.product),
      .witness = "the media",
      .reason = PropertyName::MediaRepodata};
  return describe_inventory(catalog, contents.inventory, media, creation, created);
}

}  // namespace reposbom::generators
