// SPDX-License-Identifier: Apache-2.0
//
// SHA256SUMS: no name leaves the folder, and what is read is written as it was.
#include "metadata/sums.h"
#include "tests/fuzz/fuzz.h"

using namespace reposbom;
using fuzz::require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::vector<metadata::Sum> sums;
  const std::string_view bytes = fuzz::bytes_of(data, size);
  if (!fuzz::accepts([&] { sums = metadata::parse_sums(bytes, "SHA256SUMS"); })) return 0;
  for (const metadata::Sum& sum : sums)
    require(metadata::is_safe_relative_path(sum.name), "no name leaves the folder", sum.name);
  std::string written = metadata::write_sums(sums);
  if (!bytes.empty() && !bytes.ends_with('\n')) written.pop_back();
  require(written == bytes, "what is read is written as it was");
  return 0;
}
