// SPDX-License-Identifier: Apache-2.0
#include "generators/spdx3.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "generators/spdx3_elements.h"
#include "generators/spdx3_graph.h"
#include "generators/spdx3_relationships.h"
#include "generators/spdx_terms.h"

namespace reposbom::generators {
namespace {

constexpr std::string_view kContext = "https://spdx.org/rdf/3.0.1/spdx-context.jsonld";
constexpr std::string_view kDataLicense = "https://spdx.org/licenses/CC0-1.0";
constexpr std::string_view kDocumentId = "SPDXRef-DOCUMENT";
constexpr std::string_view kSbomId = "SPDXRef-Sbom";
constexpr std::string_view kToolId = "SPDXRef-Tool";
constexpr std::string_view kSoftwareAgentId = "SPDXRef-SoftwareAgent";

class Writer {
 public:
  Writer(const Document& document, const Creation& creation, JsonEmitter& emitter)
      : document_(document),
        creation_(creation),
        emitter_(emitter),
        graph_(document_namespace(document, creation), emitter),
        relationships_(spdx3_relationships(document)),
        has_creator_(!creation.creator.name.empty()) {}

  void write() {
    emitter_.begin_document("Document");
    emitter_.text("@context", kContext);
    emitter_.begin_list("@graph");
    creation_info();
    document();
    sbom();
    agents();
    licenses();
    for (const Element& element : document_.elements)
      this->element(element);
    for (const Spdx3Relationship& relationship : relationships_)
      this->relationship(relationship);
    emitter_.end_list();
    emitter_.end_document();
  }

 private:
  // Only an agent can create: where nobody is named, that is the program.
  void creation_info() {
    emitter_.begin_item();
    emitter_.text("type", "CreationInfo");
    emitter_.text("@id", Spdx3Graph::kCreationInfo);
    emitter_.text("specVersion", "3.0.1");
    emitter_.text("created", utc_time(document_.created));
    const std::string creator =
        has_creator_ ? spdx3_agent_id(creation_.creator) : std::string(kSoftwareAgentId);
    graph_.texts("createdBy", {graph_.iri(creator)});
    graph_.texts("createdUsing", {graph_.iri(kToolId)});
    emitter_.end_item();
  }

  void document() {
    graph_.begin("SpdxDocument", graph_.iri(kDocumentId));
    emitter_.text("name", document_.name);
    graph_.optional("comment", document_.comment);
    collection({graph_.iri(kSbomId)});
    emitter_.text("dataLicense", kDataLicense);
    imports();
    graph_.end();
  }

  void collection(std::initializer_list<std::string_view> roots) {
    graph_.texts("profileConformance", {"core", "software", "simpleLicensing"});
    graph_.texts("rootElement", roots);
  }

  std::string linked_iri(const Spdx3End& end) const {
    const DocumentLink& link = document_.links[end.index];
    const bool is_root = end.kind == Spdx3End::Kind::LinkedRoot;
    return link.name_space + "#" + (is_root ? link.root_spdx_id : std::string(kDocumentId));
  }

  // What is referred to and stands elsewhere: an SPDX 3 document and its SPDX 2.3 forms have the
  // same namespace, and the digest is that of one of these.
  void imports() {
    emitter_.begin_list("import");
    external(kDataLicense, {});
    const Spdx3End* before = nullptr;
    for (const Spdx3Relationship& relationship : relationships_) {
      const Spdx3End& from = relationship.from;
      if (from.kind == Spdx3End::Kind::Element || (before != nullptr && *before == from)) continue;
      external(linked_iri(from), document_.links[from.index].sha1);
      before = &from;
      emitter_.checkpoint();
    }
    emitter_.end_list();
  }

  void external(std::string_view iri, const std::string& sha1) {
    graph_.begin_value("ExternalMap");
    emitter_.text("externalSpdxId", iri);
    if (!sha1.empty()) {
      emitter_.begin_list("verifiedUsing");
      graph_.hash(
          {metadata::ChecksumType::Sha1, sha1}, "Of the SPDX 2.3 JSON file of that document.");
      emitter_.end_list();
    }
    emitter_.end_item();
  }

  // Of the types that SPDX knows, "build" is that of facts which the build itself wrote down, for
  // the packages were not analysed; "deployed" is what is present on a system.
  void sbom() {
    graph_.begin("software_Sbom", graph_.iri(kSbomId));
    collection({graph_.iri(document_.root().spdx_id)});
    emitter_.begin_list("element");
    for (const Element& element : document_.elements) {
      emitter_.text_item(graph_.iri(element.spdx_id));
      emitter_.checkpoint();
    }
    emitter_.end_list();
    graph_.texts(
        "software_sbomType", {document_.kind == DocumentKind::Machine ? "deployed" : "build"});
    graph_.end();
  }

  void agents() {
    named("Tool", kToolId);
    if (!has_creator_) named("SoftwareAgent", kSoftwareAgentId);
    std::map<std::string, Party> parties;
    parties.emplace(spdx3_agent_id(creation_.supplier), creation_.supplier);
    if (has_creator_) parties.emplace(spdx3_agent_id(creation_.creator), creation_.creator);
    for (const Element& element : document_.elements) {
      if (element.supplier && !element.supplier->empty()) {
        Party party = supplier_of(element, creation_);
        parties.emplace(spdx3_agent_id(party), std::move(party));
      }
      if (element.originator.empty()) continue;
      Party party = originator_of(element, creation_);
      parties.emplace(spdx3_agent_id(party), std::move(party));
    }
    for (const auto& [id, party] : parties)
      write_spdx3_agent(party, graph_);
  }

  void named(std::string_view type, std::string_view id) {
    graph_.begin(type, graph_.iri(id));
    emitter_.text("name", creation_.tool + "-" + creation_.version);
    graph_.end();
  }

  void licenses() {
    for (const metadata::LicenseRef& ref : document_.license_refs)
      write_spdx3_license_text(ref, graph_);
    std::map<std::string_view, const metadata::License*> expressions;
    for (const Element& element : document_.elements) {
      if (has_license(element)) expressions.emplace(element.license->expression, element.license);
    }
    for (const auto& [expression, license] : expressions)
      write_spdx3_license(*license, graph_);
  }

  void element(const Element& element) {
    if (element.role == Role::File) {
      write_spdx3_file(element, graph_);
      return;
    }
    const bool lists_files = document_.lists_files && &element == &document_.root();
    write_spdx3_package(
        element,
        creation_,
        lists_files ? package_verification_code(document_) : std::string(),
        graph_);
  }

  void relationship(const Spdx3Relationship& relationship) {
    const Spdx3End& from = relationship.from;
    const bool is_here = from.kind == Spdx3End::Kind::Element;
    const std::string_view id =
        is_here ? document_.elements[from.index].spdx_id : document_.links[from.index].id;
    graph_.begin_relationship(
        relationship.type,
        relationship.scope,
        tag_of(id),
        is_here ? graph_.iri(id) : linked_iri(from));
    graph_.optional("completeness", relationship.completeness);
    emitter_.begin_list("to");
    if (relationship.to.empty()) {
      const bool is_none = relationship.completeness == "complete";
      emitter_.text_item(is_none ? "NoneElement" : "NoAssertionElement");
    }
    for (const std::size_t to : relationship.to) {
      emitter_.text_item(graph_.iri(document_.elements[to].spdx_id));
      emitter_.checkpoint();
    }
    emitter_.end_list();
    graph_.end();
  }

  const Document& document_;
  const Creation& creation_;
  JsonEmitter& emitter_;
  Spdx3Graph graph_;
  const std::vector<Spdx3Relationship> relationships_;
  const bool has_creator_;
};

}  // namespace

void write_spdx3(const Document& document, const Creation& creation, JsonEmitter& emitter) {
  Writer(document, creation, emitter).write();
}

}  // namespace reposbom::generators
