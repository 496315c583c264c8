// SPDX-License-Identifier: Apache-2.0
#include "pipeline/quality_bsi.h"

#include <string>
#include <string_view>

#include "metadata/license_expression.h"
#include "pipeline/quality_checks.h"

namespace reposbom::pipeline {
namespace {

bool is_web_url(std::string_view text) {
  const std::size_t scheme = text.find("://");
  const std::string_view name = text.substr(0, scheme);
  return scheme != std::string_view::npos && (name == "https" || name == "http") &&
         text.size() > scheme + 3 && text.find_first_of(" \t\n") == std::string_view::npos;
}

bool is_mail_address(std::string_view text) {
  const std::size_t at = text.find('@');
  return at != std::string_view::npos && at != 0 && text.find('.', at) != std::string_view::npos &&
         text.find_first_of(" <>") == std::string_view::npos;
}

bool is_contact(std::string_view text) {
  return is_mail_address(text) || is_web_url(text);
}

bool is_rpm(const ComponentFacts& component) {
  return component.kind == ComponentKind::Package || component.kind == ComponentKind::SourcePackage;
}

// The pedigree tells what a component was made from: it is no part of what is delivered (sections
// 3.2 and 5.1 speak of that alone).
bool is_component(const ComponentFacts& component) {
  return component.place != ComponentPlace::Ancestor;
}

// The first components outside of what is delivered are to be identified, no more: what a package
// needs, and the system it is for. So are patches, which are no executable file and no archive, and
// might be left out. Checkers ask everything of everything.
bool is_delivered(const DocumentFacts& document, const ComponentFacts& component) {
  if (component.place == ComponentPlace::Root) return true;
  if (!is_component(component) || component.kind == ComponentKind::Patch ||
      component.kind == ComponentKind::OperatingSystem) {
    return false;
  }
  const ComponentFacts* const root = document.described();
  const bool is_of_package = root != nullptr && root->kind == ComponentKind::Package;
  return component.place == ComponentPlace::Inside || !is_of_package;
}

// A release is a product: nothing of it is one file.
bool is_delivered_file(const DocumentFacts& document, const ComponentFacts& component) {
  return is_delivered(document, component) && component.kind != ComponentKind::OperatingSystem;
}

// `value` must be `of_rpm` for an RPM (table 7), and one of the two for anything else.
struct FileKind {
  std::string_view of_rpm;
  std::string_view other;
};

Answer answer_file_kind(
    const DocumentFacts& document,
    const ComponentFacts& component,
    std::string_view value,
    const FileKind& kind) {
  if (!is_delivered_file(document, component)) return kNotAsked;
  if (!value.empty()) {
    return answered_if(value == kind.of_rpm || (value == kind.other && !is_rpm(component)));
  }
  return component.kind == ComponentKind::Bundled ? unanswerable(Reason::BundledUnknown) : kAbsent;
}

}  // namespace

Answer answer_author_contact(const DocumentFacts& document, const QualityContext& /*context*/) {
  if (document.author.contact.empty()) {
    return unanswerable(
        document.author.name.empty() ? Reason::NoCreator : Reason::NoCreatorContact);
  }
  return answered_if(is_contact(document.author.contact));
}

Answer answer_sbom_uri(const DocumentFacts& document, const QualityContext& /*context*/) {
  constexpr std::string_view kUrn = "urn:uuid:";
  constexpr std::size_t kUuid = 36;
  if (document.uri.empty()) return kAbsent;
  return answered_if(document.uri.starts_with(kUrn) && document.uri.size() == kUrn.size() + kUuid);
}

Answer answer_no_vulnerabilities(const DocumentFacts& document, const QualityContext& /*context*/) {
  return answered_if(!document.has_vulnerabilities);
}

// Section 8.1.8: who changes and builds the source is the creator, of RPMs the distribution.
Answer answer_bsi_creator(const DocumentFacts& document, const ComponentFacts& component) {
  if (!is_component(component)) return kNotAsked;
  const Answer producer = answer_producer(document, component);
  if (producer.kind != AnswerKind::Answered) return producer;
  const std::string& contact =
      is_said(component.producer.name) ? component.producer.contact : component.supplier.contact;
  return contact.empty() ? unanswerable(Reason::NoSupplierContact)
                         : answered_if(is_contact(contact));
}

Answer answer_bsi_name(const DocumentFacts& document, const ComponentFacts& component) {
  return is_component(component) ? answer_name(document, component) : kNotAsked;
}

Answer answer_bsi_version(const DocumentFacts& document, const ComponentFacts& component) {
  return is_component(component) ? answer_version(document, component) : kNotAsked;
}

Answer answer_bsi_identifier(const DocumentFacts& document, const ComponentFacts& component) {
  return is_component(component) ? answer_identifier(document, component) : kNotAsked;
}

Answer answer_file_name(const DocumentFacts& document, const ComponentFacts& component) {
  if (!is_delivered_file(document, component)) return kNotAsked;
  if (!component.file_name.empty()) {
    return answered_if(component.file_name.find('/') == std::string::npos);
  }
  return component.kind == ComponentKind::Bundled ? unanswerable(Reason::BundledUnknown) : kAbsent;
}

// That the state is indicated is asked, not that it is "complete". What is inside of a component
// has that component's.
Answer answer_completeness(const DocumentFacts& document, const ComponentFacts& component) {
  if (!is_delivered(document, component) || component.place == ComponentPlace::Inside) {
    return kNotAsked;
  }
  if (component.place == ComponentPlace::Root && !document.has_root_dependencies) return kAbsent;
  return component.has_completeness || document.has_completeness ? kAnswered : kAbsent;
}

Answer answer_distribution_license(const DocumentFacts& document, const ComponentFacts& component) {
  if (!is_delivered(document, component)) return kNotAsked;
  if (is_said(component.concluded)) {
    return answered_if(metadata::is_license_expression(component.concluded));
  }
  return is_said(component.declared) ? unanswerable(Reason::UnlistedLicense)
                                     : answer_without_license(component);
}

Answer answer_original_license(const DocumentFacts& document, const ComponentFacts& component) {
  if (!is_delivered(document, component)) return kNotAsked;
  if (is_said(component.declared)) {
    return answered_if(metadata::is_license_expression(component.declared));
  }
  return is_said(component.concluded) ? Answer{AnswerKind::Unsayable, Reason::OneExpression}
                                      : answer_without_license(component);
}

Answer answer_effective_license(const DocumentFacts& document, const ComponentFacts& component) {
  if (!is_delivered(document, component)) return kNotAsked;
  return component.effective_license.empty() ? unanswerable(Reason::UpToRecipient) : kAnswered;
}

// Of the file as it is deployed, so at the reference to it: the component's own hashes are no
// answer. A SHA-512 that is known and stands only there is lost.
Answer answer_deployable_hash(const DocumentFacts& document, const ComponentFacts& component) {
  if (!is_delivered_file(document, component)) return kNotAsked;
  if (has_hash(component.distribution.hashes, "SHA-512")) return kAnswered;
  if (component.kind == ComponentKind::Bundled) return unanswerable(Reason::BundledUnknown);
  const bool is_known = has_hash(component.hashes, "SHA-512");
  if (!is_known) return unanswerable(Reason::NoSha512);
  return component.distribution.url.empty() ? unanswerable(Reason::NotPublished) : kAbsent;
}

Answer answer_executable(const DocumentFacts& document, const ComponentFacts& component) {
  return answer_file_kind(
      document, component, component.executable, {"non-executable", "executable"});
}

Answer answer_archive(const DocumentFacts& document, const ComponentFacts& component) {
  return answer_file_kind(document, component, component.archive, {"archive", "no archive"});
}

Answer answer_structured(const DocumentFacts& document, const ComponentFacts& component) {
  return answer_file_kind(
      document, component, component.structured, {"structured", "unstructured"});
}

Answer answer_source_uri(const DocumentFacts& document, const ComponentFacts& component) {
  if (!is_delivered_file(document, component)) return kNotAsked;
  if (!component.source.url.empty()) return answered_if(is_web_url(component.source.url));
  return unanswerable(
      component.kind == ComponentKind::Bundled ? Reason::BundledUnknown
                                               : Reason::SourceNotPublished);
}

Answer answer_source_hash(const DocumentFacts& document, const ComponentFacts& component) {
  if (!is_delivered_file(document, component)) return kNotAsked;
  if (has_hash(component.source.hashes, "SHA-512")) return kAnswered;
  return unanswerable(
      component.kind == ComponentKind::Bundled ? Reason::BundledUnknown : Reason::NoSourceSha512);
}

Answer answer_deployable_uri(const DocumentFacts& document, const ComponentFacts& component) {
  if (!is_delivered_file(document, component)) return kNotAsked;
  if (!component.distribution.url.empty()) {
    return answered_if(is_web_url(component.distribution.url));
  }
  switch (component.kind) {
    case ComponentKind::Bundled:
      return unanswerable(Reason::BundledUnknown);
    case ComponentKind::SourcePackage:
      return unanswerable(Reason::SourceNotPublished);
    default:
      return unanswerable(Reason::NotPublished);
  }
}

Answer answer_security_txt(const DocumentFacts& document, const ComponentFacts& component) {
  if (!is_delivered(document, component)) return kNotAsked;
  return component.security_txt.empty() ? unanswerable(Reason::NoSecurityTxt) : kAnswered;
}

}  // namespace reposbom::pipeline
