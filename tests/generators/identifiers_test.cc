// SPDX-License-Identifier: Apache-2.0
#include "generators/identifiers.h"

#include <doctest/doctest.h>

#include "metadata/digest.h"

using namespace reposbom::generators;

TEST_CASE("spdx_id has no character but letters, digits, dots and dashes") {
  CHECK(spdx_id("a_b") == "SPDXRef-a-b");
  CHECK(spdx_id("libstdc++-1~2^3:4") == "SPDXRef-libstdc---1-2-3-4");
  CHECK(spdx_id("ä") == "SPDXRef---");
  CHECK(spdx_id("A.b-9") == "SPDXRef-A.b-9");
}

TEST_CASE("short_digest is the beginning of the SHA-256") {
  CHECK(short_digest("a") == reposbom::metadata::sha256("a").substr(0, kIdDigits));
}
