// SPDX-License-Identifier: Apache-2.0
//
// modules.yaml: every stream has a name and a stream, in text for every format.
#include "metadata/modules.h"
#include "tests/fuzz/fuzz.h"

using namespace reposbom;
using fuzz::require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  (void)fuzz::accepts([&] {
    for (const auto& stream : metadata::read_modules(fuzz::bytes_of(data, size), "modules")) {
      require(!stream.name.empty() && !stream.stream.empty(), "a stream has its names");
      fuzz::require_clean(stream.label());
      fuzz::require_clean(stream.arch);
      require(!stream.label().ends_with(':'), "a label ends in a part", stream.label());
      for (const std::string& artifact : stream.artifacts)
        fuzz::require_clean(artifact);
    }
  });
  return 0;
}
