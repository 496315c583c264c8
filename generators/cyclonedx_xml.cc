// SPDX-License-Identifier: Apache-2.0
#include "generators/cyclonedx.h"
#include "metadata/purl.h"

namespace reposbom::generators {
namespace {

constexpr std::string_view kNamespace = "http://cyclonedx.org/schema/bom/1.6";

// The order of children is that of the schema: XML insists on it.
class Writer {
 public:
  Writer(const Document& document, const Creation& creation, XmlWriter& xml)
      : document_(document), creation_(creation), xml_(xml), places_(layout(document)) {}

  void write() {
    xml_.declaration();
    xml_.begin_element("bom");
    xml_.attribute("xmlns", kNamespace);
    xml_.attribute("serialNumber", "urn:uuid:" + document_.uuid);
    xml_.attribute("version", "1");
    metadata();
    list("components", places_.components, [&](std::size_t index) {
      component(index);
      xml_.checkpoint();
    });
    dependencies();
    compositions();
    xml_.end_element();
  }

 private:
  void optional(std::string_view name, std::string_view value) {
    if (!value.empty()) xml_.element(name, value);
  }

  template <class List, class Each>
  void list(std::string_view name, const List& values, Each each) {
    if (values.empty()) return;
    xml_.begin_element(name);
    for (const auto& value : values)
      each(value);
    xml_.end_element();
  }

  void metadata() {
    xml_.begin_element("metadata");
    xml_.element("timestamp", utc_time(document_.created));
    xml_.begin_element("lifecycles");
    xml_.begin_element("lifecycle");
    xml_.element("phase", lifecycle_phase(document_.kind));
    xml_.end_element();
    xml_.end_element();
    tools();
    authors();
    root();
    if (!creation_.creator.name.empty()) party("manufacturer", creation_.creator);
    party("supplier", creation_.supplier);
    xml_.begin_element("licenses");
    license("CC0-1.0", {});
    xml_.end_element();
    xml_.end_element();
  }

  void tools() {
    xml_.begin_element("tools");
    xml_.begin_element("components");
    xml_.begin_element("component");
    xml_.attribute("type", "application");
    xml_.element("name", creation_.tool);
    xml_.element("version", creation_.version);
    xml_.end_element();
    xml_.end_element();
    xml_.end_element();
  }

  void authors() {
    if (creation_.creator.name.empty()) return;
    xml_.begin_element("authors");
    xml_.begin_element("author");
    xml_.element("name", creation_.creator.name);
    optional("email", creation_.creator.email);
    xml_.end_element();
    xml_.end_element();
  }

  void party(std::string_view name, const Party& party) {
    xml_.begin_element(name);
    xml_.element("name", party.name);
    optional("url", party.url);
    if (!party.email.empty()) {
      xml_.begin_element("contact");
      xml_.element("email", party.email);
      xml_.end_element();
    }
    xml_.end_element();
  }

  void root() {
    const Element& element = document_.root();
    head(element);
    pedigree();
    references(element);
    properties(element);
    list("components", places_.nested, [&](std::size_t index) { component(index); });
    last(element);
  }

  void component(std::size_t index) {
    const Element& element = document_.elements[index];
    head(element);
    references(element);
    properties(element);
    last(element);
  }

  void supplier(const Element& element) {
    if (element.supplier && element.supplier->empty()) return;
    const Party own{.name = element.supplier.value_or("")};
    const Party& supplier = element.supplier ? own : creation_.supplier;
    party("supplier", supplier);
    if (is_built_here(element)) party("manufacturer", supplier);
  }

  // Opens the component; last() closes it.
  void head(const Element& element) {
    xml_.begin_element("component");
    xml_.attribute("type", component_type(element.role));
    xml_.attribute("bom-ref", element.bom_ref);
    supplier(element);
    optional("publisher", element.originator);
    xml_.element("name", element.name);
    optional("version", element.version);
    optional("description", element.summary);
    hashes(element.checksums);
    licenses(element);
    optional("cpe", element.cpe);
    optional("purl", element.purl);
    swid(element);
  }

  void swid(const Element& element) {
    if (element.swid_tag.empty()) return;
    xml_.begin_element("swid");
    xml_.attribute("tagId", element.swid_tag);
    xml_.attribute("name", element.name);
    if (!element.version.empty()) xml_.attribute("version", element.version);
    xml_.end_element();
  }

  void last(const Element& element) {
    evidence(element);
    release_notes(element);
    xml_.end_element();
  }

  void hashes(const std::vector<metadata::Checksum>& checksums) {
    if (!has_hashes(checksums)) return;
    list("hashes", checksums, [&](const metadata::Checksum& checksum) {
      if (hash_name(checksum.type).empty()) return;
      xml_.begin_element("hash");
      xml_.attribute("alg", hash_name(checksum.type));
      xml_.text(checksum.hex);
      xml_.end_element();
    });
  }

  void licenses(const Element& element) {
    const LicenseChoice choice = license_choice(element);
    if (choice.ids.empty() && choice.expression.empty()) return;
    xml_.begin_element("licenses");
    for (const std::string& id : choice.ids)
      license(id, "declared");
    for (const std::string& id : choice.ids)
      license(id, "concluded");
    if (!choice.expression.empty()) {
      xml_.begin_element("expression");
      xml_.attribute("acknowledgement", choice.expression_acknowledgement);
      xml_.text(choice.expression);
      xml_.end_element();
    }
    xml_.end_element();
  }

  void license(std::string_view id, std::string_view acknowledgement) {
    xml_.begin_element("license");
    if (!acknowledgement.empty()) xml_.attribute("acknowledgement", acknowledgement);
    xml_.element("id", id);
    xml_.end_element();
  }

  void pedigree() {
    if (places_.ancestors.empty() && places_.patches.empty()) return;
    xml_.begin_element("pedigree");
    list("ancestors", places_.ancestors, [&](std::size_t index) { component(index); });
    list("patches", places_.patches, [&](std::size_t index) { patch(document_.elements[index]); });
    xml_.end_element();
  }

  void patch(const Element& element) {
    xml_.begin_element("patch");
    xml_.attribute("type", "unofficial");
    xml_.begin_element("diff");
    xml_.element("url", metadata::percent_encode(element.file_name));
    xml_.end_element();
    resolves(element.resolves);
    xml_.end_element();
  }

  void resolves(const std::vector<std::string>& ids) {
    list("resolves", ids, [&](const std::string& id) {
      xml_.begin_element("issue");
      xml_.attribute("type", "security");
      xml_.element("id", id);
      xml_.end_element();
    });
  }

  void references(const Element& element) {
    list("externalReferences", external_references(document_, element), [&](const auto& reference) {
      xml_.begin_element("reference");
      xml_.attribute("type", reference.type);
      xml_.element("url", reference.url);
      optional("comment", reference.comment);
      hashes(reference.hashes);
      xml_.end_element();
    });
  }

  void properties(const Element& element) {
    list("properties", element.properties, [&](const Property& property) {
      xml_.begin_element("property");
      xml_.attribute("name", property_names(property.name).property);
      xml_.text(property.value);
      xml_.end_element();
    });
  }

  void evidence(const Element& element) {
    list("evidence", element.repository_purls, [&](const std::string& purl) {
      xml_.begin_element("identity");
      xml_.element("field", "purl");
      xml_.element("confidence", "1");
      xml_.element("concludedValue", purl);
      xml_.end_element();
    });
  }

  void release_notes(const Element& element) {
    const ReleaseNote note = release_note(element);
    if (note.title.empty() && note.resolves.empty()) return;
    xml_.begin_element("releaseNotes");
    xml_.element("type", "patch");
    optional("title", note.title);
    optional("timestamp", note.timestamp);
    resolves(note.resolves);
    xml_.end_element();
  }

  void refs(std::string_view name, const std::vector<std::size_t>& indexes) {
    for (const std::size_t index : indexes) {
      xml_.begin_element(name);
      xml_.attribute("ref", document_.elements[index].bom_ref);
      xml_.end_element();
    }
  }

  void dependencies() {
    list("dependencies", places_.dependencies, [&](const CyclonedxLayout::Dependencies& entry) {
      xml_.begin_element("dependency");
      xml_.attribute("ref", document_.elements[entry.ref].bom_ref);
      refs("dependency", entry.depends_on);
      refs("provides", entry.provides);
      xml_.end_element();
      xml_.checkpoint();
    });
  }

  void compositions() {
    list("compositions", document_.compositions, [&](const Composition& composition) {
      xml_.begin_element("composition");
      xml_.element("aggregate", to_string(composition.aggregate));
      composed("assemblies", "assembly", composition.assemblies);
      composed("dependencies", "dependency", composition.dependencies);
      xml_.end_element();
    });
  }

  void composed(
      std::string_view name, std::string_view each, const std::vector<std::size_t>& indexes) {
    if (indexes.empty()) return;
    xml_.begin_element(name);
    refs(each, indexes);
    xml_.end_element();
  }

  const Document& document_;
  const Creation& creation_;
  XmlWriter& xml_;
  const CyclonedxLayout places_;
};

}  // namespace

void write_cyclonedx_xml(const Document& document, const Creation& creation, XmlWriter& writer) {
  Writer(document, creation, writer).write();
}

}  // namespace reposbom::generators
