// SPDX-License-Identifier: Apache-2.0
#include "generators/document_facts.h"

#include <algorithm>

#include "metadata/facts.h"

namespace reposbom::generators {
namespace {

bool is_same(const metadata::License& a, const metadata::License& b) {
  return a.tag == b.tag && a.expression == b.expression && a.ids == b.ids && a.flags == b.flags &&
         a.refs == b.refs && a.is_concluded == b.is_concluded;
}

// Each list is its length and its items, each text its length and its bytes, each choice a number,
// each absent value a number of its own: read from the front, the bytes say one document only.
class FactsWriter {
 public:
  FactsWriter(std::string& bytes, const Sink& sink) : bytes_(bytes), sink_(sink) {}

  void creation(const Creation& creation) {
    for (const Party* party : {&creation.supplier, &creation.creator}) {
      text(party->name);
      text(party->url);
      text(party->email);
    }
    text(creation.tool);
    text(creation.version);
    text(creation.distribution.documents);
  }

  void document(const Document& document) {
    choice(document.kind);
    text(document.name);
    number(document.created);
    text(document.comment);
    flag(document.lists_files);
    list(document.elements, [&](const Element& item) { element(item); });
    list(document.relationships, [&](const Relationship& item) { relationship(item); });
    list(document.compositions, [&](const Composition& item) { composition(item); });
    list(document.license_refs, [&](const metadata::LicenseRef& item) { license_ref(item); });
    list(document.links, [&](const DocumentLink& item) { link(item); });
    flush();
  }

 private:
  // Where a licence lies that has been met: the same may lie in several places.
  struct Place {
    const metadata::License* license = nullptr;
    std::size_t number = 0;
  };

  static constexpr std::size_t kPiece = std::size_t{1} << 16;

  void flush() {
    sink_(bytes_);
    bytes_.clear();
  }

  void text(std::string_view value) { metadata::append_fact(bytes_, value); }
  void number(std::int64_t value) { metadata::append_fact(bytes_, value); }
  void index(std::size_t value) { number(static_cast<std::int64_t>(value)); }
  void flag(bool value) { number(value ? 1 : 0); }
  template <class Enumeration>
  void choice(Enumeration value) {
    number(static_cast<std::int64_t>(value));
  }

  template <class Item, class Write>
  void list(const std::vector<Item>& items, Write write) {
    index(items.size());
    for (const Item& item : items)
      write(item);
  }

  void texts(const std::vector<std::string>& values) {
    list(values, [&](const std::string& value) { text(value); });
  }

  void checksums(const std::vector<metadata::Checksum>& values) {
    list(values, [&](const metadata::Checksum& checksum) {
      choice(checksum.type);
      text(checksum.hex);
    });
  }

  // Many elements of a document have the same licence: it is written once, and then its number. A
  // number that has not been seen yet is that of the licence that follows it.
  void license(const metadata::License* value) {
    if (value == nullptr) return number(-1);
    const auto known = std::ranges::find(places_, value, &Place::license);
    if (known != places_.end()) return index(known->number);
    const auto same = std::ranges::find_if(
        licenses_, [&](const metadata::License* each) { return is_same(*each, *value); });
    places_.push_back({value, static_cast<std::size_t>(same - licenses_.begin())});
    index(places_.back().number);
    if (same != licenses_.end()) return;
    licenses_.push_back(value);
    text(value->tag);
    text(value->expression);
    texts(value->ids);
    list(value->flags, [&](metadata::LicenseFlag item) { choice(item); });
    list(value->refs, [&](const metadata::LicenseRef& item) { license_ref(item); });
    flag(value->is_concluded);
  }

  void license_ref(const metadata::LicenseRef& ref) {
    text(ref.id);
    text(ref.raw);
    text(ref.comment);
  }

  void advisory(const AdvisoryRef& advisory) {
    text(advisory.id);
    text(advisory.url);
    text(advisory.comment);
    number(advisory.issued);
    texts(advisory.cves);
  }

  void element(const Element& element) {
    choice(element.role);
    flag(element.is_brief);
    flag(element.is_build_tool);
    for (const std::string* value :
         {&element.spdx_id,
          &element.bom_ref,
          &element.name,
          &element.version,
          &element.file_name,
          &element.purl,
          &element.cpe,
          &element.swid_tag,
          &element.originator,
          &element.homepage,
          &element.vcs,
          &element.download_location,
          &element.source_location,
          &element.source_info,
          &element.summary,
          &element.description}) {
      text(*value);
    }
    flag(element.supplier.has_value());
    text(element.supplier.value_or(std::string()));
    texts(element.repository_purls);
    checksums(element.checksums);
    license(element.license);
    checksums(element.source_checksums);
    number(element.build_time);
    choice(element.file_kind);
    list(element.advisories, [&](const AdvisoryRef& item) { advisory(item); });
    texts(element.resolves);
    list(element.properties, [&](const Property& property) {
      choice(property.name);
      text(property.value);
    });
    number(element.document ? static_cast<std::int64_t>(*element.document) : -1);
    if (bytes_.size() > kPiece) flush();
  }

  void relationship(const Relationship& relationship) {
    index(relationship.from);
    choice(relationship.type);
    index(relationship.to);
    flag(relationship.to_link);
    if (bytes_.size() > kPiece) flush();
  }

  void composition(const Composition& composition) {
    choice(composition.aggregate);
    list(composition.assemblies, [&](std::size_t item) { index(item); });
    list(composition.dependencies, [&](std::size_t item) { index(item); });
  }

  void link(const DocumentLink& link) {
    for (const std::string* value :
         {&link.id,
          &link.name_space,
          &link.sha1,
          &link.uuid,
          &link.root_spdx_id,
          &link.root_bom_ref}) {
      text(*value);
    }
  }

  std::string& bytes_;
  const Sink& sink_;
  std::vector<const metadata::License*> licenses_ = {};  // Each once, by its number.
  std::vector<Place> places_ = {};
};

}  // namespace

void write_facts(const Document& document, const Creation& creation, const Sink& sink) {
  thread_local std::string bytes;
  bytes.clear();
  FactsWriter writer(bytes, sink);
  writer.creation(creation);
  writer.document(document);
}

}  // namespace reposbom::generators
