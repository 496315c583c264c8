// SPDX-License-Identifier: Apache-2.0
//
// What set.json keeps for documents that are made later, of a media or a machine: the
// link to the build document, and what that says of each package.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "generators/document.h"
#include "generators/element_record.h"

namespace reposbom::generators {

struct PackageRecord {
  std::string nevra = {};
  std::string stem = {};                     // Of its documents.
  std::optional<ElementRecord> record = {};  // Sets of old have none.
};

struct SetRecords {
  std::string build = {};
  std::int64_t time = 0;
  DocumentLink link = {};
  std::vector<PackageRecord> packages = {};
};

// Throws Error (Cause::Untrusted), naming `subject`, if it is no JSON.
SetRecords read_set_records(std::string_view set_json, const std::string& subject);

// The object that is the link.
DocumentLink read_link(const JsonObject& json);

}  // namespace reposbom::generators
