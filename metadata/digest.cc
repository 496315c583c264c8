// SPDX-License-Identifier: Apache-2.0
#include "metadata/digest.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <vector>

#include <openssl/evp.h>

#include "metadata/error.h"

namespace reposbom::metadata {
namespace {

struct FreeMethod {
  void operator()(EVP_MD* method) const { EVP_MD_free(method); }
};
using Method = std::unique_ptr<EVP_MD, FreeMethod>;

struct FreeContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

struct CloseFile {
  void operator()(std::FILE* file) const { (void)std::fclose(file); }
};

constexpr std::array kTypes = {
    ChecksumType::Md5,
    ChecksumType::Sha1,
    ChecksumType::Sha224,
    ChecksumType::Sha256,
    ChecksumType::Sha384,
    ChecksumType::Sha512};

std::array<Method, kTypes.size()> fetch_all() {
  std::array<Method, kTypes.size()> methods;
  for (std::size_t i = 0; i < kTypes.size(); ++i) {
    methods[i].reset(EVP_MD_fetch(nullptr, to_string(kTypes[i]).data(), nullptr));
  }
  return methods;
}

// Fetched once: EVP_sha256() and its like make every EVP_DigestInit_ex look its method up under a
// lock that all threads share, which costs more than hashing a small document.
const EVP_MD& method(ChecksumType type) {
  static const std::array<Method, kTypes.size()> methods = fetch_all();
  const auto at = static_cast<std::size_t>(std::ranges::find(kTypes, type) - kTypes.begin());
  if (at == kTypes.size() || methods[at] == nullptr) {
    throw Error(
        Cause::Untrusted,
        std::string(to_string(type)),
        "this machine's OpenSSL does not offer the digest (FIPS mode?)");
  }
  return *methods[at];
}

[[noreturn]] void fail(const char* call) {
  throw Error(Cause::Untrusted, "OpenSSL", std::string(call) + " failed");
}

constexpr char kDigits[] = "0123456789abcdef";

std::string to_hex(const unsigned char* bytes, std::size_t count) {
  std::string hex;
  hex.reserve(2 * count);
  for (std::size_t i = 0; i < count; ++i) {
    hex += kDigits[bytes[i] >> 4];
    hex += kDigits[bytes[i] & 15];
  }
  return hex;
}

int nibble(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// The hexadecimal digits of a UUID without its hyphens, as 16 bytes.
std::string uuid_bytes(std::string_view uuid) {
  std::string bytes;
  int high = -1;
  bool good = uuid.size() == 36;
  for (std::size_t i = 0; good && i < uuid.size(); ++i) {
    const bool hyphen = i == 8 || i == 13 || i == 18 || i == 23;
    const int value = nibble(uuid[i]);
    good = hyphen ? uuid[i] == '-' : value >= 0;
    if (hyphen || !good) continue;
    if (high >= 0) bytes += static_cast<char>(16 * high + value);
    high = high >= 0 ? -1 : value;
  }
  if (!good) throw Error(Cause::Usage, std::string(uuid), "not a UUID");
  return bytes;
}

}  // namespace

struct Hasher::Context {
  std::unique_ptr<EVP_MD_CTX, FreeContext> evp{EVP_MD_CTX_new()};
};

Hasher::Hasher(ChecksumType type) : context_(std::make_unique<Context>()) {
  if (context_->evp == nullptr) fail("EVP_MD_CTX_new");
  if (EVP_DigestInit_ex(context_->evp.get(), &method(type), nullptr) != 1) {
    fail("EVP_DigestInit_ex");
  }
}

Hasher::~Hasher() = default;
Hasher::Hasher(Hasher&&) noexcept = default;
Hasher& Hasher::operator=(Hasher&&) noexcept = default;

void Hasher::update(std::string_view bytes) {
  if (EVP_DigestUpdate(context_->evp.get(), bytes.data(), bytes.size()) != 1) {
    fail("EVP_DigestUpdate");
  }
}

std::string Hasher::hex() {
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
  unsigned int size = 0;
  if (EVP_DigestFinal_ex(context_->evp.get(), bytes.data(), &size) != 1) fail("EVP_DigestFinal_ex");
  return to_hex(bytes.data(), size);
}

std::string digest(ChecksumType type, std::string_view bytes) {
  Hasher hasher(type);
  hasher.update(bytes);
  return hasher.hex();
}

Checksum digest_file(ChecksumType type, const std::filesystem::path& file) {
  return digest_file(std::span(&type, 1), file).front();
}

std::vector<Checksum> digest_file(
    std::span<const ChecksumType> types, const std::filesystem::path& file) {
  const std::unique_ptr<std::FILE, CloseFile> input(std::fopen(file.c_str(), "rbe"));
  if (input == nullptr) {
    throw Error(
        Cause::Untrusted, file.string(), std::string("cannot open: ") + std::strerror(errno));
  }
  std::vector<Hasher> hashers;
  for (const ChecksumType type : types)
    hashers.emplace_back(type);
  std::vector<char> buffer(std::size_t{1} << 17);
  while (const std::size_t count = std::fread(buffer.data(), 1, buffer.size(), input.get())) {
    for (Hasher& hasher : hashers)
      hasher.update({buffer.data(), count});
  }
  if (std::ferror(input.get()) != 0) {
    throw Error(
        Cause::Untrusted, file.string(), std::string("cannot read: ") + std::strerror(errno));
  }
  std::vector<Checksum> sums;
  for (std::size_t i = 0; i != types.size(); ++i)
    sums.push_back({types[i], hashers[i].hex()});
  return sums;
}

// RFC 4122, section 4.3: the first 16 bytes of SHA-1 over the namespace's bytes and the name, with
// the version (5) and the variant (binary 10) written over six bits.
std::string uuid_v5(std::string_view space, std::string_view name) {
  Hasher hasher(ChecksumType::Sha1);
  hasher.update(uuid_bytes(space));
  hasher.update(name);
  std::string hex = hasher.hex().substr(0, 32);
  hex[12] = '5';
  hex[16] = "89ab"[static_cast<std::size_t>(nibble(hex[16])) & 3U];
  for (const std::size_t hyphen : {8U, 13U, 18U, 23U})
    hex.insert(hyphen, 1, '-');
  return hex;
}

}  // namespace reposbom::metadata
