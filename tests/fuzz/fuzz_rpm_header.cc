// SPDX-License-Identifier: Apache-2.0
//
// The header of an RPM file: what is accepted names a package that can be used,
// and its files have paths and checksums that can be written.
// A changed header is refused for its digest, so that each input is tried twice:
// as it is, and as somebody would make it who can compute a SHA-256.
#include <algorithm>
#include <optional>

#include "metadata/digest.h"
#include "metadata/rpm_header.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/scratch_file.h"

using namespace reposbom;
using fuzz::require;

namespace {

constexpr std::size_t kLead = 96;
constexpr std::size_t kIntro = 16;  // Magic, reserved, number of entries, size of the data.
constexpr std::size_t kEntry = 16;  // Tag, type, offset, count.
constexpr std::uint32_t kSha1Header = 269;
constexpr std::uint32_t kSha256Header = 273;

std::uint32_t number_at(std::string_view bytes, std::size_t at) {
  std::uint32_t number = 0;
  for (const char byte : bytes.substr(at, 4))
    number = (number << 8U) | static_cast<unsigned char>(byte);
  return number;
}

// Where a header begins, where its data does, and where it ends.
struct Extent {
  std::size_t begin = 0;
  std::size_t data = 0;
  std::size_t end = 0;
};

std::optional<Extent> extent_at(std::string_view bytes, std::size_t begin) {
  if (begin > bytes.size() || bytes.size() - begin < kIntro) return std::nullopt;
  const std::size_t data = begin + kIntro + kEntry * number_at(bytes, begin + 8);
  const std::size_t end = data + number_at(bytes, begin + 12);
  if (end > bytes.size()) return std::nullopt;
  return Extent{begin, data, end};
}

void put(std::string& bytes, std::size_t at, const std::string& digest) {
  if (at > bytes.size() || bytes.size() - at < digest.size()) return;
  std::ranges::copy(digest, bytes.begin() + static_cast<std::ptrdiff_t>(at));
}

// The digests in the signature header made to fit the header that follows it.
std::optional<std::string> with_right_digests(std::string bytes) {
  const auto signature = extent_at(bytes, kLead);
  if (!signature) return std::nullopt;
  const auto header = extent_at(bytes, (signature->end + 7) / 8 * 8);
  if (!header) return std::nullopt;
  const std::string main = bytes.substr(header->begin, header->end - header->begin);
  for (std::size_t at = signature->begin + kIntro; at < signature->data; at += kEntry) {
    const std::size_t where = signature->data + number_at(bytes, at + 8);
    switch (number_at(bytes, at)) {
      case kSha1Header:
        put(bytes, where, metadata::digest(metadata::ChecksumType::Sha1, main));
        break;
      case kSha256Header:
        put(bytes, where, metadata::sha256(main));
        break;
      default:
        break;
    }
  }
  return bytes;
}

void check(const metadata::RpmHeader& header) {
  fuzz::require_usable(header.package);
  require(header.is_source == (header.package.arch == "src"), "source packages are src");
  for (const metadata::SourceFile& file : header.files)
    fuzz::require_clean(file.name);
  for (const metadata::Dependency& entry : header.build_requires)
    fuzz::require_clean(entry.name);
  for (const auto& [time, text] : header.changelog)
    fuzz::require_clean(text);
  for (const std::string* text :
       {&header.package.header.sig_md5,
        &header.package.header.sha256_header,
        &header.package.header.payload_sha256,
        &header.package.header.signature}) {
    fuzz::require_clean(*text);
  }
}

void check(const metadata::RpmFileList& list, bool is_source) {
  for (const metadata::PackagedFile& file : list.files) {
    fuzz::require_clean(file.path);
    require(is_source || file.path.starts_with('/'), "a path is absolute", file.path);
    require(file.path.find("/../") == std::string::npos, "a path goes down only", file.path);
    require(!file.checksum.hex.empty(), "a file has a checksum", file.path);
  }
}

void read(std::string_view bytes) {
  const fuzz::ScratchFile file(bytes);
  const metadata::LocalFile rpm{file.path(), "rpm"};
  (void)fuzz::accepts([&] {
    const metadata::RpmHeader header = metadata::read_rpm_header(rpm);
    check(header);
    require(header.header_end <= bytes.size(), "a header ends within its file");
    check(metadata::read_rpm_file_list(rpm), header.is_source);
  });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes = fuzz::bytes_of(data, size);
  read(bytes);
  if (const auto right = with_right_digests(std::string(bytes)); right && *right != bytes)
    read(*right);
  return 0;
}
