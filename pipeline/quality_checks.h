// SPDX-License-Identifier: Apache-2.0
//
// How a document, or one of its components, answers what NTIA 2021 and CISA 2026 ask
// (BSI asks some of it too): one function for each question; quality_rules.cc says who
// asks what. Where a well-known checker takes more than the standard means, a comment
// says so.
#pragma once

#include <string_view>
#include <vector>

#include "pipeline/quality_rules.h"

namespace reposbom::pipeline {

// Of a document.
Answer answer_author(const DocumentFacts& document, const QualityContext& context);
Answer answer_signature(const DocumentFacts& document, const QualityContext& context);
Answer answer_format_name(const DocumentFacts& document, const QualityContext& context);
Answer answer_format_version(const DocumentFacts& document, const QualityContext& context);
Answer answer_generation_context(const DocumentFacts& document, const QualityContext& context);
Answer answer_timestamp(const DocumentFacts& document, const QualityContext& context);
Answer answer_tool_name(const DocumentFacts& document, const QualityContext& context);
Answer answer_tool_version(const DocumentFacts& document, const QualityContext& context);
Answer answer_revision(const DocumentFacts& document, const QualityContext& context);
Answer answer_dependencies(const DocumentFacts& document, const QualityContext& context);

// Of a component.
Answer answer_supplier(const DocumentFacts& document, const ComponentFacts& component);
Answer answer_producer(const DocumentFacts& document, const ComponentFacts& component);
Answer answer_name(const DocumentFacts& document, const ComponentFacts& component);
Answer answer_version(const DocumentFacts& document, const ComponentFacts& component);
Answer answer_identifier(const DocumentFacts& document, const ComponentFacts& component);
Answer answer_hash_value(const DocumentFacts& document, const ComponentFacts& component);
Answer answer_hash_algorithm(const DocumentFacts& document, const ComponentFacts& component);
Answer answer_license(const DocumentFacts& document, const ComponentFacts& component);

// Whether a text says anything: not if it is empty, NOASSERTION or NONE.
bool is_said(std::string_view text);

// Why a component names no licence.
Answer answer_without_license(const ComponentFacts& component);

// Whether one of the hashes has such an algorithm, and as many digits as that has. The names are
// those of both formats: "SHA512", "SHA-512".
bool has_hash(const std::vector<HashFact>& hashes, std::string_view algorithm);

}  // namespace reposbom::pipeline
