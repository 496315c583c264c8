// SPDX-License-Identifier: Apache-2.0
#include "generators/spdx.h"

#include <string>
#include <vector>

#include "generators/json.h"
#include "generators/spdx_terms.h"
#include "generators/xml.h"
#include "generators/yaml.h"

namespace reposbom::generators {
namespace {

constexpr std::string_view kNoAssertion = "NOASSERTION";
constexpr std::string_view kDocumentId = "SPDXRef-DOCUMENT";

std::string_view or_no_assertion(std::string_view text) {
  return text.empty() ? kNoAssertion : text;
}

template <Emitter E>
class Writer {
 public:
  Writer(const Document& document, const Creation& creation, E& emitter)
      : document_(document),
        creation_(creation),
        emitter_(emitter),
        tool_("Tool: " + creation.tool + "-" + creation.version),
        supplier_(organization(creation.supplier.name, creation.supplier.email)),
        created_(utc_time(document.created)) {}

  void write() {
    emitter_.begin_document("Document");
    emitter_.text("spdxVersion", "SPDX-2.3");
    emitter_.text("dataLicense", "CC0-1.0");
    emitter_.text("SPDXID", kDocumentId);
    emitter_.text("name", document_.name);
    emitter_.text("documentNamespace", document_namespace(document_, creation_));
    external_documents();
    creation_info();
    emitter_.begin_list("packages");
    for (const Element& element : document_.elements) {
      if (element.role == Role::File) continue;
      package(element);
      emitter_.checkpoint();
    }
    emitter_.end_list();
    files();
    extracted_licenses();
    relationships();
    emitter_.end_document();
  }

 private:
  void optional(std::string_view key, std::string_view value) {
    if (!value.empty()) emitter_.text(key, value);
  }

  // Clause 6.6.
  void external_documents() {
    if (document_.links.empty()) return;
    emitter_.begin_list("externalDocumentRefs");
    for (const DocumentLink& link : document_.links) {
      emitter_.begin_item();
      emitter_.text("externalDocumentId", link.id);
      emitter_.text("spdxDocument", link.name_space);
      checksum("checksum", "SHA1", link.sha1);
      emitter_.end_item();
    }
    emitter_.end_list();
  }

  void checksum(std::string_view key, std::string_view algorithm, std::string_view hex) {
    emitter_.begin_object(key);
    emitter_.text("algorithm", algorithm);
    emitter_.text("checksumValue", hex);
    emitter_.end_object();
  }

  // Clauses 6.7 to 6.10.
  void creation_info() {
    emitter_.begin_object("creationInfo");
    emitter_.text("licenseListVersion", metadata::license_list_version());
    emitter_.begin_list("creators");
    emitter_.text_item(tool_);
    if (!creation_.creator.name.empty()) {
      emitter_.text_item(organization(creation_.creator.name, creation_.creator.email));
    }
    emitter_.end_list();
    emitter_.text("created", created_);
    optional("comment", document_.comment);
    emitter_.end_object();
  }

  // Clause 7.
  void package(const Element& element) {
    emitter_.begin_item();
    emitter_.text("name", element.name);
    emitter_.text("SPDXID", element.spdx_id);
    emitter_.text("versionInfo", or_no_assertion(element.version));
    optional("packageFileName", element.file_name);
    supplier(element);
    originator(element);
    emitter_.text("downloadLocation", or_no_assertion(element.download_location));
    const bool lists_files = document_.lists_files && &element == &document_.root();
    emitter_.boolean("filesAnalyzed", lists_files);
    if (lists_files) {
      emitter_.begin_object("packageVerificationCode");
      emitter_.text("packageVerificationCodeValue", package_verification_code(document_));
      emitter_.end_object();
    }
    checksums(element);
    optional("homepage", element.homepage);
    optional("sourceInfo", element.source_info);
    license(element);
    emitter_.text("copyrightText", kNoAssertion);
    optional("summary", element.summary);
    optional("description", element.description);
    external_refs(element);
    emitter_.text("primaryPackagePurpose", spdx_purpose(element.role));
    if (element.build_time != 0) emitter_.text("builtDate", utc_time(element.build_time));
    annotations(element);
    emitter_.end_item();
  }

  // Clause 7.6. Who made what a source package holds or a package carries, no metadata says.
  void supplier(const Element& element) {
    if (!element.supplier) {
      emitter_.text("supplier", supplier_);
    } else if (element.supplier->empty()) {
      emitter_.text("supplier", kNoAssertion);
    } else {
      emitter_.text("supplier", organization(*element.supplier, {}));
    }
  }

  void originator(const Element& element) {
    const bool is_part = element.role == Role::Source || element.role == Role::Patch ||
                         element.role == Role::Bundled;
    if (is_part) {
      emitter_.text("originator", kNoAssertion);
    } else if (!element.originator.empty()) {
      emitter_.text("originator", organization(element.originator, {}));
    }
  }

  // Clause 8.
  void files() {
    if (!document_.lists_files) return;
    emitter_.begin_list("files");
    for (const Element& element : document_.elements) {
      if (element.role != Role::File) continue;
      emitter_.begin_item();
      emitter_.text("fileName", "." + element.name);
      emitter_.text("SPDXID", element.spdx_id);
      emitter_.begin_list("fileTypes");
      emitter_.text_item(spdx_file_type(element.file_kind));
      emitter_.end_list();
      checksums(element);
      emitter_.text("licenseConcluded", kNoAssertion);
      emitter_.text("copyrightText", kNoAssertion);
      emitter_.end_item();
      emitter_.checkpoint();
    }
    emitter_.end_list();
  }

  void checksums(const Element& element) {
    if (element.checksums.empty()) return;
    emitter_.begin_list("checksums");
    for (const metadata::Checksum& sum : element.checksums) {
      emitter_.begin_item();
      emitter_.text("algorithm", metadata::to_string(sum.type));
      emitter_.text("checksumValue", sum.hex);
      emitter_.end_item();
    }
    emitter_.end_list();
  }

  // Clauses 7.13 to 7.16.
  void license(const Element& element) {
    const metadata::License* known = element.license;
    const std::string_view declared =
        known == nullptr ? kNoAssertion : std::string_view(known->expression);
    emitter_.text(
        "licenseConcluded", known != nullptr && known->is_concluded ? declared : kNoAssertion);
    emitter_.text("licenseDeclared", declared);
    if (known != nullptr && !element.is_brief) optional("licenseComments", license_comment(*known));
  }

  // Clause 7.21. The first purl is the one that scanners read.
  void external_refs(const Element& element) {
    if (element.purl.empty() && element.cpe.empty()) return;
    emitter_.begin_list("externalRefs");
    if (!element.purl.empty()) external_ref("PACKAGE-MANAGER", "purl", element.purl, {});
    for (const std::string& purl : element.repository_purls) {
      external_ref("PACKAGE-MANAGER", "purl", purl, {});
    }
    if (!element.cpe.empty()) {
      const bool is_22 = element.cpe.rfind("cpe:/", 0) == 0;
      external_ref("SECURITY", is_22 ? "cpe22Type" : "cpe23Type", element.cpe, {});
    }
    if (!element.vcs.empty()) external_ref("OTHER", "vcs", element.vcs, {});
    for (const AdvisoryRef& advisory : element.advisories) {
      if (!advisory.url.empty())
        external_ref("SECURITY", "advisory", advisory.url, advisory.comment);
    }
    emitter_.end_list();
  }

  void external_ref(
      std::string_view category,
      std::string_view type,
      std::string_view locator,
      std::string_view comment) {
    emitter_.begin_item();
    emitter_.text("referenceCategory", category);
    emitter_.text("referenceType", type);
    emitter_.text("referenceLocator", locator);
    optional("comment", comment);
    emitter_.end_item();
  }

  // Clause 12: what has no field of its own.
  void annotations(const Element& element) {
    const std::vector<std::string> comments = annotations_of(element);
    if (comments.empty()) return;
    emitter_.begin_list("annotations");
    for (const std::string& comment : comments)
      annotation(comment);
    emitter_.end_list();
  }

  void annotation(std::string_view comment) {
    emitter_.begin_item();
    emitter_.text("annotationDate", created_);
    emitter_.text("annotationType", "OTHER");
    emitter_.text("annotator", tool_);
    emitter_.text("comment", comment);
    emitter_.end_item();
  }

  // Clause 10.
  void extracted_licenses() {
    if (document_.license_refs.empty()) return;
    emitter_.begin_list("hasExtractedLicensingInfos");
    for (const metadata::LicenseRef& ref : document_.license_refs) {
      emitter_.begin_item();
      emitter_.text("licenseId", ref.id);
      emitter_.text("extractedText", license_text(ref));
      emitter_.text("name", ref.raw);
      optional("comment", ref.comment);
      emitter_.end_item();
    }
    emitter_.end_list();
  }

  // Clause 11.
  void relationships() {
    emitter_.begin_list("relationships");
    relationship(kDocumentId, "DESCRIBES", document_.root().spdx_id);
    for (const Relationship& relation : document_.relationships) {
      const std::string& from = document_.elements[relation.from].spdx_id;
      if (relation.to_link) {
        const DocumentLink& link = document_.links[relation.to];
        relationship(from, spdx_name(relation.type), link.id + ":" + link.root_spdx_id);
      } else {
        relationship(from, spdx_name(relation.type), document_.elements[relation.to].spdx_id);
      }
      emitter_.checkpoint();
    }
    emitter_.end_list();
  }

  void relationship(std::string_view from, std::string_view type, std::string_view to) {
    emitter_.begin_item();
    emitter_.text("spdxElementId", from);
    emitter_.text("relationshipType", type);
    emitter_.text("relatedSpdxElement", to);
    emitter_.end_item();
  }

  const Document& document_;
  const Creation& creation_;
  E& emitter_;
  const std::string tool_;
  const std::string supplier_;
  const std::string created_;
};

}  // namespace

template <Emitter E>
void write_spdx(const Document& document, const Creation& creation, E& emitter) {
  Writer<E>(document, creation, emitter).write();
}

template void write_spdx(const Document&, const Creation&, JsonEmitter&);
template void write_spdx(const Document&, const Creation&, XmlEmitter&);
template void write_spdx(const Document&, const Creation&, YamlEmitter&);

}  // namespace reposbom::generators
