// SPDX-License-Identifier: Apache-2.0
#include "pipeline/pkcs11_uri.h"

#include <string>

#include <doctest/doctest.h>

using namespace reposbom::pipeline;

namespace {

std::string problem_of(const std::string& uri) {
  return problem_of_pkcs11_uri(uri).value_or("");
}

}  // namespace

TEST_CASE("is_pkcs11_uri knows a URI from a path") {
  CHECK(is_pkcs11_uri("pkcs11:token=a;object=b"));
  CHECK_FALSE(is_pkcs11_uri("keys/pkcs11:token=a"));
  CHECK_FALSE(is_pkcs11_uri("./pkcs11:x"));
  CHECK_FALSE(is_pkcs11_uri(""));
}

TEST_CASE("A PKCS#11 URI names a token and a private key in it") {
  for (const char* good :
       {"pkcs11:token=a;object=b",
        "pkcs11:token=a;id=%01%ff",
        "pkcs11:serial=0123;object=b;type=private",
        "pkcs11:model=SoftHSM%20v2;manufacturer=x;serial=1;token=a;id=%02;object=ec;type=private",
        "pkcs11:object=b;token=a?module-path=/usr/lib/softhsm/libsofthsm2.so"}) {
    INFO(good);
    CHECK(problem_of(good).empty());
  }
  CHECK(problem_of("pkcs11:object=b").starts_with("names no 'token'"));
  CHECK(problem_of("pkcs11:").starts_with("names no 'token'"));
  CHECK(problem_of("pkcs11:?module-path=/x").starts_with("names no 'token'"));
  CHECK(problem_of("pkcs11:token=a").starts_with("names no 'object' or 'id'"));
  CHECK(problem_of("pkcs11:token=a;object=b;type=cert").starts_with("has another 'type'"));
  for (const char* wrong : {"%", "%2", "%2x", "%x2", "a%", "%+1"}) {
    INFO(wrong);
    CHECK(problem_of("pkcs11:object=b;token=" + std::string(wrong)).starts_with("has a '%'"));
  }
  CHECK(
      problem_of("pkcs11:token=a;object=b?module-path=token.so") ==
      "has a 'module-path' that is not absolute");
  for (const char* wrong :
       {"pkcs11:token=a;object=b;colour=red",
        "pkcs11:token=a;object=b;",
        "pkcs11:token=a;object=b;;type=private",
        "pkcs11:token=;object=b",
        "pkcs11:token=a;object",
        "pkcs11:token=a;object=b;token=a",
        "pkcs11:token=a;object=b?module-path=/a&module-path=/b",
        "pkcs11:token=a;object=b;module-path=/x",
        "pkcs11:token=a;object=b?object=c",
        "pkcs11:token=a;object=b?module-name=softhsm2"}) {
    INFO(wrong);
    CHECK(problem_of(wrong).starts_with("must have the attributes 'token' or 'serial', and"));
  }
}

TEST_CASE("A PKCS#11 URI with a PIN is refused, and the PIN is not told") {
  for (const char* wrong :
       {"pkcs11:token=a;object=b?pin-value=4321",
        "pkcs11:token=a;object=b;pin-value=4321",
        "pkcs11:pin-value=4321",
        "pkcs11:token=a;object=b?module-path=/x&pin-value=4321"}) {
    CHECK(
        problem_of(wrong) ==
        "has a 'pin-value': put the PIN into a file, and name that as 'passphrase_file'");
  }
  CHECK(problem_of("pkcs11:token=a;object=b?pin-source=/4321").starts_with("has a 'pin-source': "));
  for (const char* wrong : {"pkcs11:4321", "pkcs11:token=a;object=b?pin=4321&x"})
    CHECK(problem_of(wrong).find("4321") == std::string::npos);
}

TEST_CASE("split_pkcs11_uri takes the module out of a URI") {
  const Pkcs11Uri plain = split_pkcs11_uri("pkcs11:token=a%20b;object=c");
  CHECK(plain.object == "pkcs11:token=a%20b;object=c");
  CHECK(plain.module.empty());
  const Pkcs11Uri own = split_pkcs11_uri("pkcs11:token=a;object=c?module-path=/usr/lib%2Fa%20b.so");
  CHECK(own.object == "pkcs11:token=a;object=c");
  CHECK(own.module == "/usr/lib/a b.so");
}
