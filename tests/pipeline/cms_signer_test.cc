// SPDX-License-Identifier: Apache-2.0

#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include "metadata/cms_verify.h"
#include "metadata/error.h"
#include "pipeline/signer.h"

using reposbom::Cause;
using reposbom::Error;
using reposbom::metadata::verify_cms;
using reposbom::pipeline::make_cms_signer;
using reposbom::pipeline::PublicKeyFile;
using reposbom::pipeline::Signer;

namespace {

namespace fs = std::filesystem;

std::string read(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  REQUIRE(stream);
  return {std::istreambuf_iterator<char>(stream), {}};
}

void write(const fs::path& file, const std::string& bytes) {
  std::ofstream(file, std::ios::binary) << bytes;
}

// A folder where the openssl tool makes keys and certificates and verifies signatures.
class Workshop {
 public:
  Workshop() {
    std::string name = (fs::temp_directory_path() / "cms-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    folder_ = name;
  }
  ~Workshop() { fs::remove_all(folder_); }
  Workshop(const Workshop&) = delete;
  Workshop& operator=(const Workshop&) = delete;

  static bool available() { return std::system("openssl version >/dev/null 2>&1") == 0; }

  fs::path operator/(const std::string& name) const { return folder_ / name; }

  bool openssl(const std::string& arguments) const {
    const std::string line =
        "cd '" + folder_.string() + "' && openssl " + arguments + " >>log 2>&1 </dev/null";
    return std::system(line.c_str()) == 0;
  }

  // NAME.key and the self-signed NAME.crt.
  void self_signed(const std::string& name, const std::string& algorithm) const {
    REQUIRE(openssl(
        "req -x509 -newkey " + algorithm + " -noenc -keyout " + name + ".key -out " + name +
        ".crt -days 30 -subj /CN=" + name));
  }

  // NAME.key and NAME.crt, issued by ISSUER with the given extensions.
  void issued(
      const std::string& name,
      const std::string& issuer,
      const std::string& extensions,
      const std::string& days = "30") const {
    write(folder_ / "extensions", extensions);
    REQUIRE(openssl(
        "req -newkey rsa:2048 -noenc -keyout " + name + ".key -out " + name +
        ".csr -subj /CN=" + name));
    REQUIRE(openssl(
        "x509 -req -in " + name + ".csr -CA " + issuer + ".crt -CAkey " + issuer +
        ".key -CAcreateserial -days " + days + " -extfile extensions -out " + name + ".crt"));
  }

  // Whether the openssl tool takes the signature.
  bool accepts(
      const std::string& data, const std::string& signature, const std::string& options) const {
    write(folder_ / "data", data);
    write(folder_ / "data.p7s", signature);
    return openssl(
        "cms -verify -binary -inform DER -in data.p7s -content data -out /dev/null " + options);
  }

  std::unique_ptr<Signer> signer(const std::string& name) const {
    return make_cms_signer(folder_ / (name + ".key"), folder_ / (name + ".crt"));
  }

 private:
  fs::path folder_ = {};
};

struct Failure {
  std::optional<Cause> cause = {};
  std::string message = {};
};

template <typename Action>
Failure failure_of(const Action& action) {
  try {
    action();
  } catch (const Error& error) {
    return {.cause = error.cause(), .message = error.what()};
  }
  return {};
}

// Why reposbom::metadata::verify_cms() refuses, which must be for lack of trust; empty if it
// accepts.
std::string refusal(
    const std::string& data, const std::string& signature, const fs::path& certificate) {
  const Failure failure = failure_of(
      [&] { reposbom::metadata::verify_cms(data, signature, certificate, "SHA256SUMS.p7s"); });
  if (!failure.cause) return {};
  CHECK(failure.cause == Cause::Untrusted);
  CHECK(failure.message.starts_with("SHA256SUMS.p7s: "));
  return failure.message;
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

constexpr std::int64_t kTime = 1600000000;

}  // namespace

TEST_CASE("An RSA CMS signature satisfies openssl and is the same each time") {
  if (!Workshop::available()) {
    MESSAGE("skipped: no openssl");
    return;
  }
  const Workshop shop;
  shop.self_signed("signer", "rsa:3072");
  const auto signer = shop.signer("signer");
  CHECK(signer->suffix() == ".p7s");
  const std::string data = "0123  a.json\nline\r\n";
  const std::string signature = signer->sign(data, kTime);
  CHECK(shop.accepts(data, signature, "-CAfile signer.crt"));
  CHECK_FALSE(shop.accepts(data + " ", signature, "-CAfile signer.crt"));
  CHECK(shop.accepts("", signer->sign("", kTime), "-CAfile signer.crt"));
  CHECK(signature == signer->sign(data, kTime + 1));
  CHECK(signature == shop.signer("signer")->sign(data, kTime));
  CHECK(refusal(data, signature, shop / "signer.crt").empty());
  CHECK(refusal("", signer->sign("", kTime), shop / "signer.crt").empty());
}

TEST_CASE("An ECDSA CMS signature satisfies openssl") {
  if (!Workshop::available()) {
    MESSAGE("skipped: no openssl");
    return;
  }
  const Workshop shop;
  shop.self_signed("signer", "ec -pkeyopt ec_paramgen_curve:P-256");
  const auto signer = shop.signer("signer");
  CHECK(signer->description().starts_with("ECDSA prime256v1 certificate "));
  const std::string signature = signer->sign("data", kTime);
  CHECK(shop.accepts("data", signature, "-CAfile signer.crt"));
  CHECK(refusal("data", signature, shop / "signer.crt").empty());
  CHECK(contains(refusal("date", signature, shop / "signer.crt"), "was changed"));
}

TEST_CASE("A CMS signer publishes its certificate under its fingerprint") {
  if (!Workshop::available()) {
    MESSAGE("skipped: no openssl");
    return;
  }
  const Workshop shop;
  shop.self_signed("signer", "rsa:2048");
  const auto signer = shop.signer("signer");
  const std::vector<PublicKeyFile> keys = signer->public_keys();
  REQUIRE(keys.size() == 1);
  CHECK(keys[0].name == keys[0].fingerprint + ".crt.pem");
  CHECK(keys[0].bytes == read(shop / "signer.crt"));
  REQUIRE(shop.openssl("x509 -in signer.crt -outform DER -out signer.der"));
  REQUIRE(shop.openssl("dgst -sha256 -r -out signer.sum signer.der"));
  CHECK(read(shop / "signer.sum").starts_with(keys[0].fingerprint + " "));
  const std::string start =
      "RSA-2048 certificate " + keys[0].fingerprint + " (CN=signer), expires ";
  CHECK(signer->description().starts_with(start));
  const std::int64_t in_thirty_days = std::time(nullptr) + 30 * 86400;
  REQUIRE(signer->expires());
  CHECK(*signer->expires() <= in_thirty_days);
  CHECK(*signer->expires() > in_thirty_days - 300);
}

TEST_CASE("A CMS signature by a certificate with issuers verifies by the root and by the leaf") {
  if (!Workshop::available()) {
    MESSAGE("skipped: no openssl");
    return;
  }
  const Workshop shop;
  shop.self_signed("root", "rsa:2048");
  shop.issued("middle", "root", "basicConstraints=critical,CA:TRUE\nkeyUsage=keyCertSign\n");
  shop.issued("leaf", "middle", "extendedKeyUsage=codeSigning\nkeyUsage=digitalSignature\n");
  // The intermediate certificate first: the order does not matter.
  write(shop / "chain.crt", read(shop / "middle.crt") + read(shop / "leaf.crt"));
  const auto signer = make_cms_signer(shop / "leaf.key", shop / "chain.crt");
  CHECK(contains(signer->description(), "(CN=leaf)"));
  const std::string signature = signer->sign("data", kTime);
  CHECK(shop.accepts("data", signature, "-CAfile root.crt -purpose any"));
  CHECK(shop.accepts("data", signature, "-CAfile leaf.crt -partial_chain -purpose any"));
  CHECK(refusal("data", signature, shop / "root.crt").empty());
  CHECK(refusal("data", signature, shop / "leaf.crt").empty());
  CHECK(signature == signer->sign("data", kTime));

  const std::string alone = shop.signer("leaf")->sign("data", kTime);
  CHECK(contains(refusal("data", alone, shop / "root.crt"), "issuer certificate"));

  shop.issued("below", "leaf", "keyUsage=digitalSignature\n");
  const std::string forged = shop.signer("below")->sign("data", kTime);
  CHECK(contains(refusal("data", forged, shop / "leaf.crt"), "not trusted"));
}

TEST_CASE("verify_cms refuses what is no good signature by a trusted certificate") {
  if (!Workshop::available()) {
    MESSAGE("skipped: no openssl");
    return;
  }
  const Workshop shop;
  shop.self_signed("signer", "rsa:2048");
  shop.self_signed("other", "rsa:2048");
  const fs::path trusted = shop / "signer.crt";
  const std::string good = shop.signer("signer")->sign("data", kTime);
  write(shop / "data", "data");
  const auto made = [&](const std::string& options) {
    REQUIRE(shop.openssl(
        "cms -sign -binary -in data -outform DER -out made.p7s -inkey signer.key " + options));
    return read(shop / "made.p7s");
  };

  CHECK(contains(refusal("date", good, trusted), "was changed"));
  CHECK(contains(refusal("data", good, shop / "other.crt"), "not trusted by"));
  CHECK(contains(refusal("data", "", trusted), "is empty"));
  CHECK(contains(refusal("data", "<html>", trusted), "no CMS signature"));
  CHECK(contains(refusal("data", good.substr(0, 400), trusted), "no CMS signature"));
  CHECK(contains(refusal("data", good + "x", trusted), "behind the CMS signature"));
  CHECK(contains(refusal("data", made("-signer signer.crt -md sha1"), trusted), "over SHA1"));

  const std::string bare = made("-signer signer.crt -nocerts -noattr");
  CHECK(refusal("data", bare, trusted).empty());
  CHECK(contains(refusal("data", bare, shop / "other.crt"), "neither in it nor in"));

  const std::string attached = made("-signer signer.crt -nodetach");
  CHECK(refusal("data", attached, trusted).empty());
  CHECK_FALSE(refusal("other data", attached, trusted).empty());

  REQUIRE(shop.openssl("crl2pkcs7 -nocrl -certfile signer.crt -outform DER -out unsigned.p7s"));
  CHECK_FALSE(refusal("data", read(shop / "unsigned.p7s"), trusted).empty());

  shop.issued("expired", "signer", "keyUsage=digitalSignature\n", "-1");
  REQUIRE(shop.openssl(
      "cms -sign -binary -in data -outform DER -out old.p7s -inkey expired.key -signer "
      "expired.crt"));
  CHECK(contains(refusal("data", read(shop / "old.p7s"), trusted), "expired"));

  CHECK(failure_of([&] {
          reposbom::metadata::verify_cms("data", good, "/nowhere", "s");
        }).cause == Cause::Usage);
  CHECK(failure_of([&] {
          reposbom::metadata::verify_cms("data", good, shop / "data", "s");
        }).cause == Cause::Usage);
}

TEST_CASE("make_cms_signer says what is wrong with key and certificate before any work") {
  if (!Workshop::available()) {
    MESSAGE("skipped: no openssl");
    return;
  }
  const Workshop shop;
  shop.self_signed("signer", "rsa:2048");
  const fs::path key = shop / "signer.key";
  const fs::path certificate = shop / "signer.crt";
  const auto failure = [](const auto&... arguments) {
    return failure_of([&] { make_cms_signer(arguments...); });
  };
  SUBCASE("unreadable files") {
    CHECK(failure(shop / "missing", certificate).cause == Cause::Usage);
    CHECK(failure(key, shop / "missing").cause == Cause::Usage);
    CHECK(failure(shop / "", certificate).cause == Cause::Usage);
    CHECK(failure(certificate, certificate).cause == Cause::Usage);
    CHECK(failure(key, key).cause == Cause::Usage);
    write(shop / "broken.crt", read(certificate) + read(certificate).substr(0, 200));
    CHECK(failure(key, shop / "broken.crt").cause == Cause::Usage);
  }
  SUBCASE("a certificate of another key") {
    shop.self_signed("other", "rsa:2048");
    const Failure other = failure(key, shop / "other.crt");
    CHECK(other.cause == Cause::Output);
    CHECK(contains(other.message, "belongs to the key"));
  }
  SUBCASE("an expired certificate") {
    shop.issued("expired", "signer", "keyUsage=digitalSignature\n", "-1");
    const Failure expired = failure(shop / "expired.key", shop / "expired.crt");
    CHECK(expired.cause == Cause::Output);
    CHECK(contains(expired.message, "the certificate expired on 20"));
  }
  SUBCASE("a key that CMS has no signatures for") {
    shop.self_signed("edwards", "ed25519");
    const Failure edwards = failure(shop / "edwards.key", shop / "edwards.crt");
    CHECK(edwards.cause == Cause::Output);
    CHECK(contains(edwards.message, "ED25519"));
  }
  SUBCASE("passphrases") {
    REQUIRE(shop.openssl("pkey -in signer.key -aes256 -passout pass:secret -out locked.key"));
    write(shop / "right", "secret\n");
    write(shop / "wrong", "Secret\n");
    const fs::path locked = shop / "locked.key";
    CHECK_FALSE(failure(locked, certificate, shop / "right").cause);
    CHECK_FALSE(failure(key, certificate, shop / "right").cause);
    const Failure wrong = failure(locked, certificate, shop / "wrong");
    CHECK(wrong.cause == Cause::Output);
    CHECK(contains(wrong.message, "the passphrase is wrong"));
    const Failure none = failure(locked, certificate);
    CHECK(none.cause == Cause::Usage);
    CHECK(contains(none.message, "needs a passphrase"));
    CHECK(failure(locked, certificate, shop / "missing").cause == Cause::Usage);
  }
}

TEST_CASE("A CMS signer gives the same bytes from several threads") {
  if (!Workshop::available()) {
    MESSAGE("skipped: no openssl");
    return;
  }
  const Workshop shop;
  shop.self_signed("signer", "rsa:2048");
  const auto signer = shop.signer("signer");
  const auto sign_all = [&](std::vector<std::string>& signatures) {
    for (int i = 0; i < 100; ++i) {
      signatures.push_back(signer->sign("data " + std::to_string(i), kTime));
    }
  };
  std::vector<std::string> first;
  std::vector<std::string> second;
  std::thread other(sign_all, std::ref(second));
  sign_all(first);
  other.join();
  std::vector<std::string> alone;
  sign_all(alone);
  CHECK(first == alone);
  CHECK(second == alone);
}
