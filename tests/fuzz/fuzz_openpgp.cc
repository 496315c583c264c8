// SPDX-License-Identifier: Apache-2.0
//
// OpenPGP signatures: what is said of a packet is short, plain text; a detached
// signature that is accepted was made by the key at hand, over these bytes only.
#include <algorithm>

#include "metadata/keyring.h"
#include "metadata/openpgp.h"
#include "tests/fuzz/fuzz.h"

using namespace reposbom;
using fuzz::require;

namespace {

// Made for this target; its secret half was thrown away after regressions/openpgp/good-* were
// signed.
constexpr std::string_view kKey = R"(-----BEGIN PGP PUBLIC KEY BLOCK-----

mDMEZZIAgBYJKwYBBAHaRw8BAQdAMxnZ/B3KHkQgHeM5dhEY/K2lQzQ1frZFxZq4
fQk5TMC0EGZ1enpAZXhhbXBsZS5jb22IkAQTFggAOBYhBG9h1+UG+zdrGiFr3NoJ
Th4SoFc4BQJlkgCAAhsDBQsJCAcCBhUKCQgLAgQWAgMBAh4BAheAAAoJENoJTh4S
oFc4tpwBAIjsEhm1DAM73p8/dUe1L/a5k+ocwXtEVSWJSF3k34pMAP9jZg1v388q
5R1hXg2yC/hjwSpQEVFKELHQ6M308yWxCA==
=oixU
-----END PGP PUBLIC KEY BLOCK-----
)";
constexpr std::string_view kFingerprint = "6F61D7E506FB376B1A216BDCDA094E1E12A05738";
constexpr std::string_view kSigned = "repomd";

const metadata::Keyring& ring() {
  static const metadata::Keyring keys = [] {
    metadata::Keyring made;
    made.add(kKey, "key");
    require(made.keys().at(0).fingerprint == kFingerprint, "the key is the one named here");
    return made;
  }();
  return keys;
}

void describe(std::string_view packet) {
  const std::string text = metadata::describe_signature(packet);
  require(text.size() < 200, "what is said of a signature is short", text);
  require(
      std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; }),
      "what is said of a signature is plain",
      text);
}

void verify(std::string_view signature) {
  metadata::Signature good;
  if (!fuzz::accepts([&] { good = ring().verify(kSigned, signature, "repomd.xml.asc"); })) return;
  require(good.fingerprint == kFingerprint, "a good signature is of a key", good.fingerprint);
  require(good.created > 0, "a good signature has a time");
  const bool is_of_all =
      fuzz::accepts([&] { (void)ring().verify("changed", signature, "repomd.xml.asc"); });
  require(!is_of_all, "a signature is good for what was signed");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes = fuzz::bytes_of(data, size);
  describe(bytes);
  verify(bytes);
  return 0;
}
