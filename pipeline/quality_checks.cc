// SPDX-License-Identifier: Apache-2.0
#include "pipeline/quality_checks.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>

#include "metadata/license_expression.h"
#include "metadata/purl.h"
#include "metadata/text.h"

namespace reposbom::pipeline {
namespace {

// Like "2023-11-14T22:13:20Z": RFC 3339 in UTC with whole seconds, all that SPDX 2.3 allows.
bool is_utc_time(std::string_view text) {
  constexpr std::string_view form = "0000-00-00T00:00:00Z";
  return text.size() == form.size() &&
         std::equal(text.begin(), text.end(), form.begin(), [](unsigned char c, char wanted) {
           return wanted == '0' ? std::isdigit(c) != 0 : c == static_cast<unsigned char>(wanted);
         });
}

bool is_cpe(std::string_view text) {
  constexpr std::size_t kColons = 12;  // Of "cpe:2.3:" and eleven parts; others are escaped.
  if (text.starts_with("cpe:/")) return true;
  if (!text.starts_with("cpe:2.3:")) return false;
  std::size_t colons = 0;
  for (std::size_t i = 0; i != text.size(); ++i) {
    if (text[i] == '\\') {
      if (++i == text.size()) return false;
    } else if (text[i] == ':') {
      ++colons;
    }
  }
  return colons == kColons;
}

struct AlgorithmRow {
  std::string_view name;  // Without "-".
  std::size_t digits;
};
constexpr std::array kAlgorithms = {
    AlgorithmRow{"MD5", 32},
    AlgorithmRow{"SHA1", 40},
    AlgorithmRow{"SHA224", 56},
    AlgorithmRow{"SHA256", 64},
    AlgorithmRow{"SHA384", 96},
    AlgorithmRow{"SHA512", 128}};

std::string without_dashes(std::string_view text) {
  std::string name(text);
  std::erase(name, '-');
  return name;
}

std::size_t digits_of(std::string_view algorithm) {
  const std::string name = without_dashes(algorithm);
  const auto row = std::find_if(
      kAlgorithms.begin(), kAlgorithms.end(), [&](const auto& each) { return each.name == name; });
  return row == kAlgorithms.end() ? 0 : row->digits;
}

bool is_right(const HashFact& hash) {
  const std::size_t digits = digits_of(hash.algorithm);
  return digits != 0 && hash.value.size() == digits &&
         std::all_of(hash.value.begin(), hash.value.end(), [](unsigned char c) {
           return std::isxdigit(c) != 0;
         });
}

// What there is to hash is a file; of some, not even this program sees the bytes.
Answer without_hash(const ComponentFacts& component) {
  switch (component.kind) {
    case ComponentKind::SourcePackage:
      return unanswerable(Reason::NoSourcePackage);
    case ComponentKind::Source:
    case ComponentKind::Patch:
      return component.is_not_included ? unanswerable(Reason::FileNotIncluded) : kAbsent;
    case ComponentKind::Bundled:
      return unanswerable(Reason::BundledUnknown);
    case ComponentKind::Package:
    case ComponentKind::OperatingSystem:
      return kAbsent;
  }
  return kAbsent;
}

}  // namespace

bool is_said(std::string_view text) {
  return !text.empty() && text != "NOASSERTION" && text != "NONE";
}

bool has_hash(const std::vector<HashFact>& hashes, std::string_view algorithm) {
  return std::any_of(hashes.begin(), hashes.end(), [&](const HashFact& hash) {
    return without_dashes(hash.algorithm) == without_dashes(algorithm) && is_right(hash);
  });
}

// A tool is no author, though ntia-conformance-checker and sbomqs take one.
Answer answer_author(const DocumentFacts& document, const QualityContext& /*context*/) {
  return is_said(document.author.name) ? kAnswered : unanswerable(Reason::NoCreator);
}

// A detached signature is one: CISA leaves open where it stands. sbomqs sees embedded ones only.
Answer answer_signature(const DocumentFacts& /*document*/, const QualityContext& context) {
  return context.is_signed ? kAnswered : unanswerable(Reason::NotSigned);
}

Answer answer_format_name(const DocumentFacts& document, const QualityContext& /*context*/) {
  return document.format_name.empty() ? kAbsent : kAnswered;
}

Answer answer_format_version(const DocumentFacts& document, const QualityContext& /*context*/) {
  const bool is_spdx = document.format == QualityFormat::Spdx;
  return answered_if(document.format_version == (is_spdx ? "2.3" : "1.6"));
}

// SPDX has free text here, which must tell of a phase; sbomqs takes any.
Answer answer_generation_context(const DocumentFacts& document, const QualityContext& /*context*/) {
  constexpr std::array<std::string_view, 6> phases = {
      "design", "source", "build", "analyzed", "deployed", "runtime"};
  constexpr std::array<std::string_view, 7> cyclonedx_phases = {
      "design", "pre-build", "build", "post-build", "operations", "discovery", "decommission"};
  if (document.context.empty()) return kAbsent;
  const std::string text = metadata::ascii_lower(document.context);
  if (document.format == QualityFormat::Cyclonedx) {
    return answered_if(
        std::find(cyclonedx_phases.begin(), cyclonedx_phases.end(), text) !=
        cyclonedx_phases.end());
  }
  return answered_if(std::any_of(phases.begin(), phases.end(), [&](std::string_view phase) {
    return text.find(phase) != std::string::npos;
  }));
}

Answer answer_timestamp(const DocumentFacts& document, const QualityContext& /*context*/) {
  return document.created.empty() ? kAbsent : answered_if(is_utc_time(document.created));
}

Answer answer_tool_name(const DocumentFacts& document, const QualityContext& /*context*/) {
  return document.tool.empty() ? kAbsent : kAnswered;
}

Answer answer_tool_version(const DocumentFacts& document, const QualityContext& /*context*/) {
  return document.tool_version.empty() ? kAbsent : kAnswered;
}

Answer answer_revision(const DocumentFacts& document, const QualityContext& /*context*/) {
  if (document.format == QualityFormat::Spdx)
    return {AnswerKind::Unsayable, Reason::RevisionInSpdx};
  return document.version >= 1 ? kAnswered : kAbsent;
}

// NTIA: that a component is included in another, or that there is none, or that this is not known.
// That the document describes a package is no such relation, though it satisfies
// ntia-conformance-checker; nor is that a package was made from its source package.
Answer answer_dependencies(const DocumentFacts& document, const QualityContext& /*context*/) {
  const ComponentFacts* const root = document.described();
  if (root == nullptr) return kAbsent;
  if (document.format == QualityFormat::Cyclonedx) {
    const bool is_known = document.root_relations != 0 || root->has_completeness;
    return document.has_root_dependencies && is_known ? kAnswered : kAbsent;
  }
  if (document.root_relations != 0 || document.says_no_dependencies) return kAnswered;
  return root->kind == ComponentKind::Package ? Answer{AnswerKind::Unsayable, Reason::LeafInSpdx}
                                              : kAbsent;
}

// NOASSERTION is none; sbomqs takes it.
Answer answer_supplier(const DocumentFacts& /*document*/, const ComponentFacts& component) {
  return is_said(component.supplier.name) ? kAnswered : kAbsent;
}

// Who supplies an RPM has built it, and so is its producer. What is in it was made by others.
Answer answer_producer(const DocumentFacts& /*document*/, const ComponentFacts& component) {
  if (is_said(component.producer.name)) return kAnswered;
  const bool is_of_others = component.kind == ComponentKind::Source ||
                            component.kind == ComponentKind::Patch ||
                            component.kind == ComponentKind::Bundled;
  if (is_of_others) return unanswerable(Reason::UpstreamUnknown);
  return is_said(component.supplier.name) ? kAnswered : kAbsent;
}

Answer answer_name(const DocumentFacts& /*document*/, const ComponentFacts& component) {
  return is_said(component.name) ? kAnswered : kAbsent;
}

Answer answer_version(const DocumentFacts& /*document*/, const ComponentFacts& component) {
  if (is_said(component.version)) return kAnswered;
  if (component.kind == ComponentKind::Bundled) {
    return unanswerable(Reason::BundledWithoutVersion);
  }
  if (component.kind == ComponentKind::OperatingSystem) {
    return unanswerable(Reason::NoDistributionVersion);
  }
  return kAbsent;
}

// The SPDXID, which ntia-conformance-checker takes, identifies nothing outside of the document.
Answer answer_identifier(const DocumentFacts& /*document*/, const ComponentFacts& component) {
  const bool has_purl = metadata::parse_purl(component.purl).has_value();
  if (has_purl || is_cpe(component.cpe)) return kAnswered;
  if (!component.purl.empty() || !component.cpe.empty()) return kMalformed;
  return component.kind == ComponentKind::OperatingSystem ? unanswerable(Reason::NoDistributionCpe)
                                                          : kAbsent;
}

// An operating system is a product: no file, so nothing to hash.
Answer answer_hash_value(const DocumentFacts& /*document*/, const ComponentFacts& component) {
  if (component.kind == ComponentKind::OperatingSystem) return kNotAsked;
  if (component.hashes.empty()) return without_hash(component);
  return answered_if(std::any_of(component.hashes.begin(), component.hashes.end(), is_right));
}

Answer answer_hash_algorithm(const DocumentFacts& /*document*/, const ComponentFacts& component) {
  if (component.kind == ComponentKind::OperatingSystem) return kNotAsked;
  if (component.hashes.empty()) return without_hash(component);
  return answered_if(
      std::any_of(component.hashes.begin(), component.hashes.end(), [](const HashFact& hash) {
        return digits_of(hash.algorithm) != 0;
      }));
}

Answer answer_without_license(const ComponentFacts& component) {
  switch (component.kind) {
    case ComponentKind::Package:
      // Every RPM has a tag, and of any tag an expression is made; SPDX says where there is none.
      return component.license_tag.empty() && component.declared == "NOASSERTION"
                 ? unanswerable(Reason::NoLicenseTag)
                 : kAbsent;
    case ComponentKind::SourcePackage:
      return component.license_tag.empty() && component.hashes.empty()
                 ? unanswerable(Reason::NoSourcePackage)
                 : kAbsent;
    case ComponentKind::Source:
    case ComponentKind::Patch:
      return unanswerable(Reason::FileLicense);
    case ComponentKind::Bundled:
      return unanswerable(Reason::BundledUnknown);
    case ComponentKind::OperatingSystem:
      return component.place == ComponentPlace::Root ? unanswerable(Reason::ReleaseLicense)
                                                     : kNotAsked;
  }
  return kAbsent;
}

// CISA asks for the licence, not for a kind of it: where CycloneDX 1.6 admits one expression only,
// the concluded one tells it. sbomqs takes nothing but the declared one.
Answer answer_license(const DocumentFacts& /*document*/, const ComponentFacts& component) {
  const bool is_declared = is_said(component.declared);
  if (!is_declared && !is_said(component.concluded)) return answer_without_license(component);
  return answered_if(
      metadata::is_license_expression(is_declared ? component.declared : component.concluded));
}

}  // namespace reposbom::pipeline
