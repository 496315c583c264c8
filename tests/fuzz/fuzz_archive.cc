// SPDX-License-Identifier: Apache-2.0
//
// Compressed files, and members of archives: never more than the limit comes out.
#include "metadata/archive.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/scratch_file.h"

using namespace reposbom;
using fuzz::require;

namespace {

constexpr std::uint64_t kLimit = std::uint64_t{1} << 20U;

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes = fuzz::bytes_of(data, size);
  (void)fuzz::accepts([&] {
    require(metadata::decompress(bytes, "part", kLimit).size() <= kLimit, "no more than the limit");
  });

  const fuzz::ScratchFile file(bytes);
  std::uint64_t taken = 0;
  (void)fuzz::accepts([&] {
    metadata::read_members(
        file.path(),
        kLimit,
        [](const metadata::Member& member) {
          return member.is_file ? metadata::Visit::Read : metadata::Visit::Skip;
        },
        [&](const metadata::Member&, std::string_view chunk) {
          taken += chunk.size();
          require(taken <= kLimit, "no more than the limit");
        });
  });
  return 0;
}
