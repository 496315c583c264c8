// SPDX-License-Identifier: Apache-2.0
//
// filelists.xml: what is taken is what was wanted.
#include "metadata/filelists.h"
#include "tests/fuzz/fuzz.h"

using namespace reposbom;
using fuzz::require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto wanted = [](std::string_view path) { return path.size() % 2 == 0; };
  (void)fuzz::accepts([&] {
    metadata::read_filelists(
        fuzz::bytes_of(data, size), "filelists", wanted, [&](metadata::OwnedFile&& file) {
          require(wanted(file.path), "only what is wanted is taken", file.path);
          fuzz::require_clean(file.path);
        });
  });
  return 0;
}
