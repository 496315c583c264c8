// SPDX-License-Identifier: Apache-2.0
//
// The quality of every document as one JSON file: "documents", each with its scores
// and with what it does not answer; "totals" by standard and element; "reasons", the
// texts of what a document only names.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "generators/json.h"
#include "pipeline/quality_totals.h"
#include "pipeline/storage.h"

namespace reposbom::pipeline {

// Written document by document, and there under its name when finish() returns. Throws Error
// (Cause::Output).
class QualityJson {
 public:
  QualityJson(const std::filesystem::path& file, Storage& storage);
  void add(const DocumentQuality& document);
  void finish(const QualityTotals& totals);

 private:
  const std::filesystem::path file_;
  const std::filesystem::path unfinished_;
  Storage& storage_;
  std::unique_ptr<OutputFile> output_;
  std::string text_ = {};
  generators::JsonEmitter json_;
};

}  // namespace reposbom::pipeline
