// SPDX-License-Identifier: Apache-2.0
#include "generators/cyclonedx.h"
#include "generators/json.h"
#include "metadata/purl.h"

namespace reposbom::generators {
namespace {

constexpr std::string_view kSchema = "http://cyclonedx.org/schema/bom-1.6.schema.json";

template <Emitter E>
class Writer {
 public:
  Writer(const Document& document, const Creation& creation, E& emitter)
      : document_(document), creation_(creation), emitter_(emitter), places_(layout(document)) {}

  void write() {
    emitter_.begin_document("bom");
    emitter_.text("$schema", kSchema);
    emitter_.text("bomFormat", "CycloneDX");
    emitter_.text("specVersion", "1.6");
    emitter_.text("serialNumber", "urn:uuid:" + document_.uuid);
    emitter_.number("version", 1);
    metadata();
    if (!places_.components.empty()) {
      emitter_.begin_list("components");
      for (const std::size_t index : places_.components) {
        item(index);
        emitter_.checkpoint();
      }
      emitter_.end_list();
    }
    dependencies();
    compositions();
    emitter_.end_document();
  }

 private:
  void optional(std::string_view key, std::string_view value) {
    if (!value.empty()) emitter_.text(key, value);
  }

  template <class List, class Each>
  void list(std::string_view key, const List& values, Each each) {
    if (values.empty()) return;
    emitter_.begin_list(key);
    for (const auto& value : values)
      each(value);
    emitter_.end_list();
  }

  void metadata() {
    emitter_.begin_object("metadata");
    emitter_.text("timestamp", utc_time(document_.created));
    emitter_.begin_list("lifecycles");
    emitter_.begin_item();
    emitter_.text("phase", lifecycle_phase(document_.kind));
    emitter_.end_item();
    emitter_.end_list();
    tools();
    authors();
    emitter_.begin_object("component");
    root();
    emitter_.end_object();
    if (!creation_.creator.name.empty()) party("manufacturer", creation_.creator);
    party("supplier", creation_.supplier);
    emitter_.begin_list("licenses");
    license("CC0-1.0", {});
    emitter_.end_list();
    emitter_.end_object();
  }

  void tools() {
    emitter_.begin_object("tools");
    emitter_.begin_list("components");
    emitter_.begin_item();
    emitter_.text("type", "application");
    emitter_.text("name", creation_.tool);
    emitter_.text("version", creation_.version);
    emitter_.end_item();
    emitter_.end_list();
    emitter_.end_object();
  }

  void authors() {
    if (creation_.creator.name.empty()) return;
    emitter_.begin_list("authors");
    emitter_.begin_item();
    emitter_.text("name", creation_.creator.name);
    optional("email", creation_.creator.email);
    emitter_.end_item();
    emitter_.end_list();
  }

  void party(std::string_view key, const Party& party) {
    emitter_.begin_object(key);
    emitter_.text("name", party.name);
    if (!party.url.empty()) {
      emitter_.begin_list("url");
      emitter_.text_item(party.url);
      emitter_.end_list();
    }
    if (!party.email.empty()) {
      emitter_.begin_list("contact");
      emitter_.begin_item();
      emitter_.text("email", party.email);
      emitter_.end_item();
      emitter_.end_list();
    }
    emitter_.end_object();
  }

  void item(std::size_t index) {
    emitter_.begin_item();
    const Element& element = document_.elements[index];
    head(element);
    tail(element);
    emitter_.end_item();
  }

  void root() {
    const Element& element = document_.root();
    head(element);
    pedigree();
    references(element);
    list("components", places_.nested, [&](std::size_t index) { item(index); });
    last(element);
  }

  void supplier(const Element& element) {
    if (element.supplier && element.supplier->empty()) return;
    const Party own{.name = element.supplier.value_or("")};
    const Party& supplier = element.supplier ? own : creation_.supplier;
    party("supplier", supplier);
    if (is_built_here(element)) party("manufacturer", supplier);
  }

  void head(const Element& element) {
    emitter_.text("type", component_type(element.role));
    emitter_.text("bom-ref", element.bom_ref);
    supplier(element);
    optional("publisher", element.originator);
    emitter_.text("name", element.name);
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
    emitter_.begin_object("swid");
    emitter_.text("tagId", element.swid_tag);
    emitter_.text("name", element.name);
    optional("version", element.version);
    emitter_.end_object();
  }

  void tail(const Element& element) {
    references(element);
    last(element);
  }

  void last(const Element& element) {
    evidence(element);
    release_notes(element);
    list("properties", element.properties, [&](const Property& property) {
      emitter_.begin_item();
      emitter_.text("name", property_names(property.name).property);
      emitter_.text("value", property.value);
      emitter_.end_item();
    });
  }

  void hashes(const std::vector<metadata::Checksum>& checksums) {
    if (!has_hashes(checksums)) return;
    emitter_.begin_list("hashes");
    for (const metadata::Checksum& checksum : checksums) {
      if (hash_name(checksum.type).empty()) continue;
      emitter_.begin_item();
      emitter_.text("alg", hash_name(checksum.type));
      emitter_.text("content", checksum.hex);
      emitter_.end_item();
    }
    emitter_.end_list();
  }

  void licenses(const Element& element) {
    const LicenseChoice choice = license_choice(element);
    if (choice.ids.empty() && choice.expression.empty()) return;
    emitter_.begin_list("licenses");
    for (const std::string& id : choice.ids)
      license(id, "declared");
    for (const std::string& id : choice.ids)
      license(id, "concluded");
    if (!choice.expression.empty()) {
      emitter_.begin_item();
      emitter_.text("expression", choice.expression);
      emitter_.text("acknowledgement", choice.expression_acknowledgement);
      emitter_.end_item();
    }
    emitter_.end_list();
  }

  void license(std::string_view id, std::string_view acknowledgement) {
    emitter_.begin_item();
    emitter_.begin_object("license");
    emitter_.text("id", id);
    optional("acknowledgement", acknowledgement);
    emitter_.end_object();
    emitter_.end_item();
  }

  void pedigree() {
    if (places_.ancestors.empty() && places_.patches.empty()) return;
    emitter_.begin_object("pedigree");
    list("ancestors", places_.ancestors, [&](std::size_t index) { item(index); });
    list("patches", places_.patches, [&](std::size_t index) { patch(document_.elements[index]); });
    emitter_.end_object();
  }

  void patch(const Element& element) {
    emitter_.begin_item();
    emitter_.text("type", "unofficial");
    emitter_.begin_object("diff");
    emitter_.text("url", metadata::percent_encode(element.file_name));
    emitter_.end_object();
    resolves(element.resolves);
    emitter_.end_item();
  }

  void resolves(const std::vector<std::string>& ids) {
    list("resolves", ids, [&](const std::string& id) {
      emitter_.begin_item();
      emitter_.text("type", "security");
      emitter_.text("id", id);
      emitter_.end_item();
    });
  }

  void references(const Element& element) {
    list("externalReferences", external_references(document_, element), [&](const auto& reference) {
      emitter_.begin_item();
      emitter_.text("type", reference.type);
      emitter_.text("url", reference.url);
      optional("comment", reference.comment);
      hashes(reference.hashes);
      emitter_.end_item();
    });
  }

  void evidence(const Element& element) {
    if (element.repository_purls.empty()) return;
    emitter_.begin_object("evidence");
    list("identity", element.repository_purls, [&](const std::string& purl) {
      emitter_.begin_item();
      emitter_.text("field", "purl");
      emitter_.number("confidence", 1);
      emitter_.text("concludedValue", purl);
      emitter_.end_item();
    });
    emitter_.end_object();
  }

  void release_notes(const Element& element) {
    const ReleaseNote note = release_note(element);
    if (note.title.empty() && note.resolves.empty()) return;
    emitter_.begin_object("releaseNotes");
    emitter_.text("type", "patch");
    optional("title", note.title);
    optional("timestamp", note.timestamp);
    resolves(note.resolves);
    emitter_.end_object();
  }

  void refs(std::string_view key, const std::vector<std::size_t>& indexes) {
    list(key, indexes, [&](std::size_t i) { emitter_.text_item(document_.elements[i].bom_ref); });
  }

  void dependencies() {
    emitter_.begin_list("dependencies");
    for (const CyclonedxLayout::Dependencies& entry : places_.dependencies) {
      emitter_.begin_item();
      emitter_.text("ref", document_.elements[entry.ref].bom_ref);
      refs("dependsOn", entry.depends_on);
      refs("provides", entry.provides);
      emitter_.end_item();
      emitter_.checkpoint();
    }
    emitter_.end_list();
  }

  void compositions() {
    list("compositions", document_.compositions, [&](const Composition& composition) {
      emitter_.begin_item();
      emitter_.text("aggregate", to_string(composition.aggregate));
      refs("assemblies", composition.assemblies);
      refs("dependencies", composition.dependencies);
      emitter_.end_item();
    });
  }

  const Document& document_;
  const Creation& creation_;
  E& emitter_;
  const CyclonedxLayout places_;
};

}  // namespace

template <Emitter E>
void write_cyclonedx(const Document& document, const Creation& creation, E& emitter) {
  Writer<E>(document, creation, emitter).write();
}

template void write_cyclonedx(const Document&, const Creation&, JsonEmitter&);

}  // namespace reposbom::generators
