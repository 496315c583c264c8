// SPDX-License-Identifier: Apache-2.0
#include "pipeline/settings_signing.h"

#include <string>

#include <doctest/doctest.h>

#include "metadata/error.h"
#include "pipeline/settings.h"
#include "tests/support/published_tree.h"

using namespace reposbom::pipeline;
using namespace reposbom::tests;
using reposbom::Cause;

namespace {

const std::string kFingerprint = "0123456789ABCDEF0123456789abcdef01234567";
const std::string kToken = "pkcs11:token=a;object=b";

std::string configuration(const std::string& signing) {
  return "repositories: [{id: a, packages: b}]\nsigning: {" + signing + "}\n";
}

Signing read(const TemporaryFolder& folder, const std::string& signing) {
  write_bytes(folder / "c.yaml", configuration(signing));
  return read_settings(folder / "c.yaml").signing;
}

// Of an error: "LINE:COLUMN: MESSAGE".
std::string problem_of(const std::string& signing) {
  const TemporaryFolder folder;
  const Thrown thrown = thrown_by([&] { read(folder, signing); });
  CHECK(thrown.cause == Cause::Usage);
  return thrown.message.substr((folder / "c.yaml").string().size() + 1);
}

}  // namespace

TEST_CASE("read_settings reads a key of gpg") {
  const TemporaryFolder folder;
  const Signing signing = read(
      folder,
      "openpgp: [{gpg: " + kFingerprint + "}, {gpg: " + kFingerprint +
          ", homedir: gnupg}, {key: new.asc, passphrase_file: pass}]");
  REQUIRE(signing.openpgp.size() == 3);
  CHECK(signing.openpgp[0].gpg == kFingerprint);
  CHECK(signing.openpgp[0].homedir.empty());
  CHECK(signing.openpgp[1].homedir == folder / "gnupg");
  CHECK(signing.openpgp[2].gpg.empty());
  CHECK(signing.openpgp[2].key == folder / "new.asc");
}

TEST_CASE("read_settings refuses a key of gpg that is not one, or not alone") {
  for (const char* wrong : {"sbom@example.com", "0x0123456789ABCDEF", "89ABCDEF", "''"})
    CHECK_FALSE(problem_of(std::string("openpgp: {gpg: ") + wrong + "}").empty());
  CHECK(
      problem_of("openpgp: {gpg: 89ABCDEF}") ==
      "2:26: 'gpg' must be a fingerprint of 40 hexadecimal digits, as gpg --fingerprint tells it, "
      "not '89ABCDEF'");
  const std::string gpg = "gpg: " + kFingerprint;
  CHECK(problem_of("openpgp: {}") == "2:20: 'openpgp' needs the key 'key' or 'gpg'");
  CHECK(
      problem_of("openpgp: {" + gpg + ", key: a}") ==
      "2:20: 'openpgp' has a 'key' and a 'gpg': only one of them can sign");
  CHECK(
      problem_of("openpgp: [{key: a, homedir: b}]") ==
      "2:21: an entry of 'openpgp' has a 'homedir', which only a key of 'gpg' has");
  CHECK(problem_of("openpgp: {" + gpg + ", passphrase_file: a}")
            .starts_with("2:20: 'openpgp' has a 'passphrase_file', which cannot be given to"));
  CHECK(problem_of("x509: {" + gpg + ", certificate: a}").starts_with("2:18: unknown key 'gpg'"));
}

TEST_CASE("read_settings reads the URI of a key in a token") {
  const TemporaryFolder folder;
  const Signing signing = read(
      folder,
      "x509: [{key: '" + kToken + "', certificate: c, passphrase_file: pin}, {key: './" + kToken +
          "', certificate: c}]");
  REQUIRE(signing.x509.size() == 2);
  CHECK(signing.x509[0].key == kToken);
  CHECK(signing.x509[0].passphrase_file == folder / "pin");
  CHECK(signing.x509[1].key == folder / kToken);
}

TEST_CASE("read_settings refuses the URI of a key in a token where it stands") {
  CHECK(
      problem_of("x509: {key: '" + kToken + "?pin-value=4321', certificate: c}") ==
      "2:23: 'key' is a PKCS#11 URI that has a 'pin-value': put the PIN into a file, and name that "
      "as 'passphrase_file'");
  CHECK(problem_of("x509: {key: 'pkcs11:object=b', certificate: c}")
            .starts_with("2:23: 'key' is a PKCS#11 URI that names no 'token'"));
  CHECK(problem_of("openpgp: {key: '" + kToken + "'}")
            .starts_with("2:26: 'key' cannot be a PKCS#11 URI: "));
}

TEST_CASE("read_settings refuses tokens of different modules, of which one can be loaded") {
  const TemporaryFolder folder;
  const auto both = [](const std::string& first, const std::string& second) {
    return "x509: [{key: '" + kToken + first +
           "', certificate: c}, {key: a, certificate: b}, {key: '" + kToken + second +
           "', certificate: d}]";
  };
  CHECK(read(folder, both("?module-path=/a", "?module-path=/a")).x509.size() == 3);
  CHECK(read(folder, both("", "")).x509.size() == 3);
  for (const char* other : {"?module-path=/b", ""})
    CHECK(problem_of(both("?module-path=/a", other))
              .starts_with("2:17: 'x509' has PKCS#11 URIs of different modules, "));
}

TEST_CASE("read_settings refuses tokens with and without a PIN") {
  const TemporaryFolder folder;
  const auto both = [](const std::string& first, const std::string& second) {
    return "x509: [{key: '" + kToken + "', certificate: c" + first +
           "}, {key: a, certificate: b}, " + "{key: '" + kToken + "', certificate: d" + second +
           "}]";
  };
  const std::string pin = ", passphrase_file: pin";
  CHECK(read(folder, both(pin, pin)).x509.size() == 3);
  CHECK(read(folder, both("", "")).x509.size() == 3);
  CHECK(problem_of(both(pin, ""))
            .starts_with("2:17: 'x509' has PKCS#11 URIs with and without a 'passphrase_file': "));
}
