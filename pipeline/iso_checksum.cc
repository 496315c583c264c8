// SPDX-License-Identifier: Apache-2.0

#include "pipeline/iso_checksum.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include <openssl/evp.h>
#include <unistd.h>

#include "metadata/error.h"

namespace reposbom::pipeline {
namespace {

using Bytes = std::span<unsigned char>;

constexpr std::uint64_t kSector = 2048;
constexpr std::uint64_t kDescriptor = 16 * kSector;  // ECMA-119, 6.2: behind the system area.
constexpr std::size_t kSize = 84;    // 8.4.8: volume space size, the big-endian half of it.
constexpr std::size_t kUseAt = 883;  // 8.4.32: application use, which is ours.
constexpr std::size_t kUse = 512;
constexpr std::uint64_t kSkipped = 15;  // Sectors at the end: drives read past the end of a track.

// A check need not read a damaged disc to its end: on the way there are fragments, each with a few
// digits of the MD5 of all that stands before the piece in which it ends, and of that piece.
constexpr std::size_t kPiece = 16 * kSector;
constexpr std::size_t kFragments = 20;
constexpr std::size_t kDigits = 3;
constexpr std::string_view kHex = "0123456789abcdef";

constexpr std::array<unsigned char, 6> kPrimary = {1, 'C', 'D', '0', '0', '1'};

[[noreturn]] void fail(const std::string& subject, const std::string& message) {
  throw Error(Cause::Output, subject, message);
}

void read_at(int descriptor, std::uint64_t offset, Bytes bytes, const std::string& subject) {
  while (!bytes.empty()) {
    const ssize_t count =
        ::pread(descriptor, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) fail(subject, std::string("cannot be read: ") + std::strerror(errno));
    if (count == 0) fail(subject, "ends before the image that it should hold");
    offset += static_cast<std::uint64_t>(count);
    bytes = bytes.subspan(static_cast<std::size_t>(count));
  }
}

void write_at(
    int descriptor, std::uint64_t offset, std::string_view bytes, const std::string& subject) {
  while (!bytes.empty()) {
    const ssize_t count =
        ::pwrite(descriptor, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) fail(subject, std::string("cannot be written: ") + std::strerror(errno));
    offset += static_cast<std::uint64_t>(count);
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
}

using Digest = std::array<unsigned char, 16>;

class Md5 {
 public:
  explicit Md5(const std::string& subject)
      : subject_(subject), context_(EVP_MD_CTX_new()), copy_(EVP_MD_CTX_new()) {
    check(context_ != nullptr && copy_ != nullptr);
    check(EVP_DigestInit_ex(context_.get(), EVP_md5(), nullptr) == 1);
  }

  void update(Bytes bytes) {
    check(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) == 1);
  }

  // Of what has come so far.
  Digest digest() {
    Digest result = {};
    unsigned int size = 0;
    check(EVP_MD_CTX_copy_ex(copy_.get(), context_.get()) == 1);
    check(EVP_DigestFinal_ex(copy_.get(), result.data(), &size) == 1 && size == result.size());
    return result;
  }

 private:
  using Context = std::unique_ptr<EVP_MD_CTX, decltype([](EVP_MD_CTX* c) { EVP_MD_CTX_free(c); })>;

  void check(bool is_good) const {
    if (!is_good) fail(subject_, "its MD5 cannot be computed: libcrypto refuses it here");
  }

  const std::string& subject_;
  Context context_;
  Context copy_;
};

// How many bytes the checksum is over, as the volume descriptor tells.
std::uint64_t length_of(int descriptor, const std::string& subject) {
  std::array<unsigned char, kSector> sector = {};
  read_at(descriptor, kDescriptor, sector, subject);
  if (!std::ranges::equal(kPrimary, std::span(sector).first(kPrimary.size()))) {
    fail(subject, "is no image of ISO 9660: its first descriptor is not that of a volume");
  }
  std::uint64_t sectors = 0;
  for (const unsigned char byte : std::span(sector).subspan(kSize, 4))
    sectors = sectors << 8 | byte;
  if (sectors * kSector < kDescriptor + (1 + kSkipped) * kSector) {
    fail(subject, "is no image of ISO 9660: it has " + std::to_string(sectors) + " sectors");
  }
  return (sectors - kSkipped) * kSector;
}

// The first digit of each byte as C prints it: "5" of 0x05, "3" of 0x3a.
std::string fragment_of(const Digest& digest) {
  std::string digits;
  for (const unsigned char byte : std::span(digest).first(kDigits))
    digits += kHex[byte < 0x10 ? byte : byte >> 4];
  return digits;
}

std::string hex_of(const Digest& digest) {
  std::string hex;
  for (const unsigned char byte : digest) {
    hex += kHex[byte >> 4];
    hex += kHex[byte & 0xf];
  }
  return hex;
}

// Where a piece is at `offset`, so many fragments have ended.
std::size_t fragments_before(std::uint64_t offset, std::uint64_t length) {
  return static_cast<std::size_t>(offset * (kFragments + 1) / length);
}

std::string text_of(int descriptor, std::uint64_t length, const std::string& subject) {
  Md5 md5(subject);
  std::string fragments(kFragments * kDigits, '0');  // A small image ends several in one piece.
  std::vector<unsigned char> buffer(kPiece);
  std::size_t before = 0;
  for (std::uint64_t offset = 0; offset < length; offset += kPiece) {
    const Bytes piece = Bytes(buffer).first(std::min<std::uint64_t>(kPiece, length - offset));
    read_at(descriptor, offset, piece, subject);
    if (offset == kDescriptor) std::ranges::fill(piece.subspan(kUseAt, kUse), ' ');
    md5.update(piece);
    const std::size_t ended = fragments_before(offset, length);
    if (ended != before) {
      fragments.replace((ended - 1) * kDigits, kDigits, fragment_of(md5.digest()));
    }
    before = ended;
  }
  return "ISO MD5SUM = " + hex_of(md5.digest()) + ";SKIPSECTORS = " + std::to_string(kSkipped) +
         ";RHLISOSTATUS=1;FRAGMENT SUMS = " + fragments +
         ";FRAGMENT COUNT = " + std::to_string(kFragments) +
         ";THIS IS NOT THE SAME AS RUNNING MD5SUM ON THIS ISO!!";
}

}  // namespace

void implant_checksum(int descriptor, const std::string& subject) {
  std::string text = text_of(descriptor, length_of(descriptor, subject), subject);
  text.resize(kUse, ' ');
  write_at(descriptor, kDescriptor + kUseAt, text, subject);
}

}  // namespace reposbom::pipeline
