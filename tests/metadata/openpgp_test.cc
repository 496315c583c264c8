// SPDX-License-Identifier: Apache-2.0
#include "metadata/openpgp.h"

#include <doctest/doctest.h>

using namespace reposbom::metadata;

namespace {

std::string bytes(std::initializer_list<int> values) {
  std::string text;
  for (const int value : values)
    text += static_cast<char>(value);
  return text;
}

const std::string kKeyId = "\x40\xbc\xa2\xb4\x08\xb4\x0d\x20";
const std::string kTime = "\x65\x94\x52\x30";  // 2024-01-02T18:13:04Z.

std::string counted(const std::string& body) {
  return bytes({static_cast<int>(body.size())}) + body;
}

// Subpackets are counted in `length_size` bytes.
std::string version(
    int number, int key, int hash, const std::string& hashed, const std::string& unhashed) {
  const std::string zeros(number == 4 ? 1 : 3, '\0');
  return bytes({number, 0, key, hash}) + zeros + counted(hashed) + zeros + counted(unhashed) +
         "\x12\x34";
}

std::string old_packet(const std::string& body) {
  return "\x88" + counted(body);
}

}  // namespace

TEST_CASE("describe_signature reads version 4") {
  const std::string hashed = counted("\x02" + kTime);
  const std::string issuer = counted("\x10" + kKeyId);
  const std::string expected = "RSA/SHA256, 2024-01-02T18:13:04Z, Key ID 40bca2b408b40d20";
  CHECK(describe_signature(old_packet(version(4, 1, 8, hashed, issuer))) == expected);
  CHECK(describe_signature(old_packet(version(4, 1, 8, hashed + issuer, ""))) == expected);
  CHECK(describe_signature("\xc2" + counted(version(4, 1, 8, hashed, issuer))) == expected);
  const std::string body = version(4, 1, 8, hashed, issuer);
  CHECK(describe_signature("\x89" + std::string(1, '\0') + counted(body)) == expected);
  CHECK(describe_signature("\xc2\xff" + std::string(3, '\0') + counted(body)) == expected);
}

TEST_CASE("describe_signature takes the key ID from the end of a version 4 fingerprint") {
  const std::string fingerprint = counted("\x21\x04" + std::string(12, 'x') + kKeyId);
  CHECK(
      describe_signature(
          old_packet(version(4, 22, 10, counted("\x82" + kTime) + fingerprint, ""))) ==
      "EdDSA/SHA512, 2024-01-02T18:13:04Z, Key ID 40bca2b408b40d20");
}

TEST_CASE("describe_signature takes the key ID from the beginning of a version 6 fingerprint") {
  const std::string fingerprint = counted("\x21\x06" + kKeyId + std::string(24, 'x'));
  CHECK(
      describe_signature(
          old_packet(version(6, 27, 10, counted("\x02" + kTime) + fingerprint, ""))) ==
      "Ed25519/SHA512, 2024-01-02T18:13:04Z, Key ID 40bca2b408b40d20");
}

TEST_CASE("describe_signature reads version 3") {
  CHECK(
      describe_signature(
          old_packet("\x03\x05" + std::string(1, '\0') + kTime + kKeyId + "\x11\x02\x12\x34")) ==
      "DSA/SHA1, 2024-01-02T18:13:04Z, Key ID 40bca2b408b40d20");
}

TEST_CASE("describe_signature prefers what is signed to what is not") {
  const std::string hashed = counted("\x02" + kTime) + counted("\x10" + kKeyId);
  const std::string forged =
      counted("\x10" + std::string(8, 'f')) + counted("\x02\x01\x01\x01\x01");
  CHECK(
      describe_signature(old_packet(version(4, 1, 8, hashed, forged))) ==
      "RSA/SHA256, 2024-01-02T18:13:04Z, Key ID 40bca2b408b40d20");
}

TEST_CASE("describe_signature says nothing of what it does not understand") {
  const std::string hashed = counted("\x02" + kTime) + counted("\x10" + kKeyId);
  CHECK(describe_signature("").empty());
  CHECK(describe_signature("\x88").empty());
  CHECK(describe_signature("not a packet").empty());
  CHECK(describe_signature(old_packet(version(4, 99, 8, hashed, ""))).empty());
  CHECK(describe_signature(old_packet(version(4, 1, 99, hashed, ""))).empty());
  CHECK(describe_signature(old_packet(version(5, 1, 8, hashed, ""))).empty());
  CHECK(describe_signature(old_packet(version(4, 1, 8, "", ""))).empty());
  CHECK(describe_signature("\x8b" + version(4, 1, 8, hashed, "")).empty());
}

TEST_CASE("describe_signature survives every truncation and every changed byte") {
  const std::string whole =
      old_packet(version(4, 1, 8, counted("\x02" + kTime), counted("\x10" + kKeyId)));
  for (std::size_t size = 0; size < whole.size(); ++size) {
    (void)describe_signature(std::string_view(whole).substr(0, size));
    for (int value = 0; value < 256; ++value) {
      std::string changed = whole;
      changed[size] = static_cast<char>(value);
      (void)describe_signature(changed);
    }
  }
  CHECK_FALSE(describe_signature(whole).empty());
}

TEST_CASE("hash_name knows rpm's numbers") {
  CHECK(hash_name(1) == "MD5");
  CHECK(hash_name(8) == "SHA256");
  CHECK(hash_name(10) == "SHA512");
  CHECK(hash_name(0).empty());
  CHECK(hash_name(99).empty());
}
