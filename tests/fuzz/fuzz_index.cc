// SPDX-License-Identifier: Apache-2.0
//
// index.json of a tree that anybody may have changed: what is accepted holds no
// name that is a path elsewhere, and reads back as it is written.
#include "generators/json_reader.h"
#include "pipeline/tree.h"
#include "tests/fuzz/fuzz.h"

using namespace reposbom;
using fuzz::require;

namespace {

void check(const pipeline::IndexEntry& entry) {
  for (const auto& path :
       {pipeline::store_path(entry.set) / entry.stem,
        metadata::set_path(entry.source_name, entry.build) / entry.stem}) {
    require(
        metadata::is_safe_relative_path(path.string()), "no path leaves the tree", path.string());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  pipeline::Index index;
  const std::string_view bytes = fuzz::bytes_of(data, size);
  if (!fuzz::accepts([&] { index = pipeline::parse_index(bytes, "index"); })) return 0;
  for (const pipeline::IndexEntry& entry : index.packages)
    check(entry);
  const std::string written = pipeline::write_index(index);
  require(
      pipeline::write_index(pipeline::parse_index(written, "index")) == written,
      "an index reads back as it is written");
  return 0;
}
