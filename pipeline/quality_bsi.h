// SPDX-License-Identifier: Apache-2.0
//
// How a document, or one of its components, answers what BSI TR-03183-2 v2.1 asks
// beyond NTIA and CISA: one function for each data field of its section 5.2. Only
// CycloneDX documents are asked: of SPDX the guideline admits 3.0.1 and later.
#pragma once

#include "pipeline/quality_rules.h"

namespace reposbom::pipeline {

// Of a document.
Answer answer_author_contact(const DocumentFacts& document, const QualityContext& context);
Answer answer_sbom_uri(const DocumentFacts& document, const QualityContext& context);
Answer answer_no_vulnerabilities(const DocumentFacts& document, const QualityContext& context);

// Of every component.
Answer answer_bsi_creator(const DocumentFacts& document, const ComponentFacts& component);
Answer answer_bsi_name(const DocumentFacts& document, const ComponentFacts& component);
Answer answer_bsi_version(const DocumentFacts& document, const ComponentFacts& component);
Answer answer_bsi_identifier(const DocumentFacts& document, const ComponentFacts& component);

// Of the components that are delivered; not asked of others.
Answer answer_file_name(const DocumentFacts& document, const ComponentFacts& component);
Answer answer_completeness(const DocumentFacts& document, const ComponentFacts& component);
Answer answer_distribution_license(const DocumentFacts& document, const ComponentFacts& component);
Answer answer_original_license(const DocumentFacts& document, const ComponentFacts& component);
Answer answer_effective_license(const DocumentFacts& document, const ComponentFacts& component);
Answer answer_deployable_hash(const DocumentFacts& document, const ComponentFacts& component);
Answer answer_executable(const DocumentFacts& document, const ComponentFacts& component);
Answer answer_archive(const DocumentFacts& document, const ComponentFacts& component);
Answer answer_structured(const DocumentFacts& document, const ComponentFacts& component);
Answer answer_source_uri(const DocumentFacts& document, const ComponentFacts& component);
Answer answer_source_hash(const DocumentFacts& document, const ComponentFacts& component);
Answer answer_deployable_uri(const DocumentFacts& document, const ComponentFacts& component);
Answer answer_security_txt(const DocumentFacts& document, const ComponentFacts& component);

}  // namespace reposbom::pipeline
