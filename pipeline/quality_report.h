// SPDX-License-Identifier: Apache-2.0
//
// `reposbom verify --quality`: judges every document of what was verified, on every
// core; says the sum to people, and all of it as JSON.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "pipeline/quality_totals.h"
#include "pipeline/storage.h"

namespace reposbom::pipeline {

// `report`: the file that gets every document with all that it does not answer; replaced if it is
// there. Throws Error: Cause::Untrusted if a document cannot be read, Cause::Output if the report
// cannot be written.
QualityTotals judge_documents(
    const std::filesystem::path& target,
    const QualityContext& context,
    const std::optional<std::filesystem::path>& report,
    Storage& storage);

// Shares, then what is missing with the documents that miss it, then what nothing can tell.
std::string write_quality_text(const QualityTotals& totals);

}  // namespace reposbom::pipeline
