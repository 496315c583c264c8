// SPDX-License-Identifier: Apache-2.0
//
// OpenPGP signature packets: what is said of one is short, plain text.
#include <algorithm>

#include "metadata/openpgp.h"
#include "tests/fuzz/fuzz.h"

using namespace reposbom;
using fuzz::require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text = metadata::describe_signature(fuzz::bytes_of(data, size));
  require(text.size() < 200, "what is said of a signature is short", text);
  require(
      std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; }),
      "what is said of a signature is plain",
      text);
  return 0;
}
