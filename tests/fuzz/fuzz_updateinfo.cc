// SPDX-License-Identifier: Apache-2.0
//
// updateinfo.xml: every advisory has an id, every package of it can be used.
#include "metadata/updateinfo.h"
#include "tests/fuzz/fuzz.h"

using namespace reposbom;
using fuzz::require;

namespace {

void check(const metadata::Advisory& advisory) {
  require(!advisory.id.empty(), "an advisory has an id");
  for (const std::string* text :
       {&advisory.id, &advisory.type, &advisory.severity, &advisory.title, &advisory.url}) {
    fuzz::require_clean(*text);
  }
  for (const metadata::AdvisoryReference& reference : advisory.references) {
    fuzz::require_clean(reference.type);
    fuzz::require_clean(reference.id);
    fuzz::require_clean(reference.url);
  }
  for (const metadata::Package& package : advisory.packages)
    fuzz::require_usable(package);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  (void)fuzz::accepts([&] {
    for (const auto& advisory : metadata::read_updateinfo(fuzz::bytes_of(data, size), "updateinfo"))
      check(advisory);
  });
  return 0;
}
