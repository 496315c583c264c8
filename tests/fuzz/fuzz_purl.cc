// SPDX-License-Identifier: Apache-2.0
//
// Package URLs: what is read can be written, and reads back as the same.
#include "metadata/purl.h"
#include "tests/fuzz/fuzz.h"

using namespace reposbom;
using fuzz::require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto parts = metadata::parse_purl(fuzz::bytes_of(data, size));
  if (!parts) return 0;
  const std::string written = metadata::to_string(*parts);
  const auto again = metadata::parse_purl(written);
  require(again == parts, "a package URL reads back as the same", written);
  require(metadata::to_string(*again) == written, "a package URL is canonical", written);
  return 0;
}
