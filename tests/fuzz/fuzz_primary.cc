// SPDX-License-Identifier: Apache-2.0
//
// primary.xml: a package that is taken has a NEVRA that reads back, a path below
// the repository, and a package URL that reads back; whatever is refused is named.
#include "metadata/bundled.h"
#include "metadata/cpe.h"
#include "metadata/purl.h"
#include "metadata/repomd.h"
#include "tests/fuzz/fuzz.h"

using namespace reposbom;
using fuzz::require;

namespace {

void check(const metadata::Package& package) {
  fuzz::require_usable(package);
  const std::string name = metadata::nevra(package);
  require(package.origins.size() == 1, "a package has one origin", name);
  const std::string& href = package.origins[0].href;
  require(metadata::is_safe_relative_path(href), "no path leaves the root", href);
  const auto type = metadata::to_string(package.checksum.type);
  require(metadata::parse_checksum(type, package.checksum.hex) == package.checksum, "a checksum");

  const std::string url = metadata::rpm_purl(package, {"almalinux", "almalinux-9"}, "baseos");
  const auto purl = metadata::parse_purl(url);
  require(purl && purl->name == package.name, "a package URL reads back", url);
  require(metadata::to_string(*purl) == url, "a package URL is canonical", url);
  require(metadata::rpm_cpe(package, "almalinux").starts_with("cpe:2.3:a:"), "a CPE", name);
  for (const metadata::Dependency& provide : package.provides)
    (void)metadata::parse_bundled(provide);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::size_t taken = 0;
  std::size_t returned = 0;
  const bool whole = fuzz::accepts([&] {
    returned = metadata::read_primary(
        fuzz::bytes_of(data, size),
        "primary",
        [&](metadata::Package&& package) {
          ++taken;
          check(package);
        },
        [](const std::string& subject, const std::string& reason) {
          require(!reason.empty(), "a refusal has a reason", subject);
          fuzz::require_clean(subject);
          fuzz::require_clean(reason);
        });
  });
  require(!whole || returned == taken, "packages are counted");
  return 0;
}
