// SPDX-License-Identifier: Apache-2.0
#include "metadata/openpgp.h"

#include <algorithm>
#include <array>
#include <ctime>
#include <span>

namespace reposbom::metadata {
namespace {

// RFC 4880, 9.1 and 9.4, and RFC 9580, 9.1 and 9.5; named as rpm's own queries name them.
struct Numbered {
  std::uint64_t number;
  const char* name;
};
constexpr Numbered kHashes[] = {
    {1, "MD5"},
    {2, "SHA1"},
    {8, "SHA256"},
    {9, "SHA384"},
    {10, "SHA512"},
    {11, "SHA224"},
    {12, "SHA3-256"},
    {14, "SHA3-512"},
};
constexpr Numbered kKeys[] = {
    {1, "RSA"},
    {3, "RSA"},
    {17, "DSA"},
    {19, "ECDSA"},
    {22, "EdDSA"},
    {27, "Ed25519"},
    {28, "Ed448"},
};

std::string name_of(std::span<const Numbered> table, std::uint64_t number) {
  const auto found = std::ranges::find(table, number, &Numbered::number);
  return found == table.end() ? "" : found->name;
}

constexpr char kDigits[] = "0123456789abcdef";

std::string to_hex(std::string_view bytes) {
  std::string hex;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    hex += kDigits[byte >> 4];
    hex += kDigits[byte & 15];
  }
  return hex;
}

// Big-endian number of `count` bytes at `at`; 0 if it reaches beyond the end.
std::uint64_t number_at(std::string_view bytes, std::size_t at, std::size_t count) {
  if (at > bytes.size() || bytes.size() - at < count) return 0;
  std::uint64_t number = 0;
  for (const char c : bytes.substr(at, count))
    number = number << 8 | static_cast<unsigned char>(c);
  return number;
}

// Removes up to `count` bytes from the beginning of `bytes` and returns them.
std::string_view cut(std::string_view& bytes, std::size_t count) {
  const std::string_view front = bytes.substr(0, count);
  bytes.remove_prefix(front.size());
  return front;
}

// The same with a length that stands before them, `length_size` bytes long.
std::string_view cut_counted(std::string_view& bytes, std::size_t length_size) {
  const std::string_view length = cut(bytes, length_size);
  return cut(bytes, number_at(length, 0, length_size));
}

// The same with a length of one, two or five bytes (RFC 4880, 4.2.2 and 5.2.3.1).
std::string_view cut_item(std::string_view& bytes) {
  const std::uint64_t first = number_at(bytes, 0, 1);
  if (first < 192) return cut_counted(bytes, 1);
  if (first == 255) {
    cut(bytes, 1);
    return cut_counted(bytes, 4);
  }
  const std::uint64_t second = number_at(bytes, 1, 1);
  cut(bytes, 2);
  return cut(bytes, ((first - 192) << 8) + second + 192);
}

// How a signature packet (tag 2) begins, in the new format and in the old.
constexpr std::uint64_t kNewHead = 0xC2;
constexpr std::uint64_t kOldHead = 0x88;  // Its two lowest bits tell the size of the length.

// The body of a signature packet, its head being of the new format or the old.
std::string_view signature_body(std::string_view packet) {
  const std::string_view first = cut(packet, 1);
  const std::uint64_t head = number_at(first, 0, 1);
  if (head == kNewHead) return cut_item(packet);
  const std::uint64_t length_type = head ^ kOldHead;
  return length_type < 3 ? cut_counted(packet, std::size_t{1} << length_type) : "";
}

struct SignatureFacts {
  std::uint64_t key = 0;
  std::uint64_t hash = 0;
  std::uint64_t time = 0;
  std::string key_id = {};
};

// Subpackets 2 (creation time), 16 (issuer) and 33 (version of the issuing key and its fingerprint,
// of which the last eight bytes are the key ID in version 4, the first eight in version 6).
void read_subpackets(std::string_view subpackets, SignatureFacts& facts) {
  while (!subpackets.empty()) {
    const std::string_view item = cut_item(subpackets);
    const std::uint64_t type = number_at(item, 0, 1) & 0x7F;  // The highest bit marks it critical.
    if (type == 2) facts.time = number_at(item, 1, 4);
    if (type == 16 && item.size() == 9) facts.key_id = to_hex(item.substr(1));
    if (type == 33 && item.size() == 22) facts.key_id = to_hex(item.substr(14));
    if (type == 33 && item.size() == 34) facts.key_id = to_hex(item.substr(2, 8));
  }
}

// RFC 4880, 5.2.2 (version 3) and 5.2.3 (version 4); RFC 9580, 5.2.3 (version 6).
SignatureFacts read_signature(std::string_view body) {
  SignatureFacts facts;
  const std::uint64_t version = number_at(body, 0, 1);
  if (version == 3) {
    facts.time = number_at(body, 3, 4);
    facts.key_id = body.size() < 15 ? "" : to_hex(body.substr(7, 8));
    facts.key = number_at(body, 15, 1);
    facts.hash = number_at(body, 16, 1);
  } else if (version == 4 || version == 6) {
    facts.key = number_at(body, 2, 1);
    facts.hash = number_at(body, 3, 1);
    cut(body, 4);
    const std::size_t length_size = version == 4 ? 2 : 4;
    const std::string_view hashed = cut_counted(body, length_size);
    read_subpackets(cut_counted(body, length_size), facts);
    read_subpackets(hashed, facts);  // Last, so that what is signed wins.
  }
  return facts;
}

}  // namespace

std::string describe_signature(std::string_view packet) {
  const SignatureFacts facts = read_signature(signature_body(packet));
  const std::string key = name_of(kKeys, facts.key);
  const std::string hash = name_of(kHashes, facts.hash);
  if (key.empty() || hash.empty() || facts.time == 0 || facts.key_id.empty()) return "";
  const auto time = static_cast<std::time_t>(facts.time);
  std::tm utc{};
  std::array<char, 32> text{};
  if (gmtime_r(&time, &utc) == nullptr) return "";
  if (std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &utc) == 0) return "";
  return key + "/" + hash + ", " + text.data() + ", Key ID " + facts.key_id;
}

std::string hash_name(std::uint64_t number) {
  return name_of(kHashes, number);
}

}  // namespace reposbom::metadata
