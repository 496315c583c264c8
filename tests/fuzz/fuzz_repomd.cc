// SPDX-License-Identifier: Apache-2.0
//
// repomd.xml: no part leaves the repository or lacks a checksum; what it says of
// the distribution can be used.
#include "metadata/distribution.h"
#include "metadata/repomd.h"
#include "tests/fuzz/fuzz.h"

using namespace reposbom;
using fuzz::require;

namespace {

void check(const metadata::Checksum& checksum) {
  const auto again = metadata::parse_checksum(metadata::to_string(checksum.type), checksum.hex);
  require(again == checksum, "a checksum is one of its type", checksum.hex);
}

void check(const metadata::RepomdPart& part) {
  require(metadata::is_safe_relative_path(part.href), "no path leaves the root", part.href);
  require(!part.type.empty(), "a part has a type");
  check(part.checksum);
  if (part.open_checksum) check(*part.open_checksum);
  require(part.timestamp >= 0, "no time is negative");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  metadata::Repomd read;
  if (!fuzz::accepts([&] { read = metadata::parse_repomd(fuzz::bytes_of(data, size), "repomd"); }))
    return 0;
  const metadata::Repomd& repomd = read;
  for (const metadata::RepomdPart& part : repomd.parts) {
    check(part);
    require(repomd.find(part.type) != nullptr, "a part is found by its type", part.type);
  }
  require(repomd.newest_timestamp() >= 0, "no time is negative");
  const metadata::Distribution distribution =
      metadata::distribution_from_tag(repomd.distro_cpe, repomd.distro_name);
  for (const std::string* text :
       {&repomd.revision,
        &distribution.id,
        &distribution.name,
        &distribution.version,
        &distribution.cpe,
        &distribution.purl.name_space,
        &distribution.purl.distro}) {
    fuzz::require_clean(*text);
  }
  require(!distribution.id.empty(), "a distribution has an id");
  return 0;
}
