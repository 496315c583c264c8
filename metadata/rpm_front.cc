// SPDX-License-Identifier: Apache-2.0
#include "metadata/rpm_front.h"

namespace reposbom::metadata {
namespace {

using namespace std::string_view_literals;

// lead (96 bytes, of no other use), header of signatures, padding to 8 bytes, header, payload. A
// header: magic (4), reserved (4), entries (4), bytes of data (4), entries of 16 bytes, data.
constexpr std::uint64_t kLead = 96;
constexpr std::uint64_t kIntro = 16;
constexpr std::uint64_t kEntry = 16;
constexpr std::string_view kLeadMagic = "\xED\xAB\xEE\xDB"sv;
constexpr std::string_view kHeaderMagic = "\x8E\xAD\xE8\x01"sv;
// The largest real ones, of packages with a hundred thousand files, have some 30 MiB.
constexpr std::uint64_t kLargest = std::uint64_t{128} << 20U;

std::uint64_t number_at(std::string_view bytes, std::uint64_t at) {
  std::uint64_t number = 0;
  for (std::uint64_t i = 0; i != 4; ++i)
    number = number << 8U | static_cast<unsigned char>(bytes[static_cast<std::size_t>(at + i)]);
  return number;
}

// The end of the header that begins there; nothing if none does, 0 if its intro is not at hand.
std::optional<std::uint64_t> header_end(std::string_view bytes, std::uint64_t begin) {
  if (bytes.size() < begin + kIntro) return 0;
  const auto at = static_cast<std::size_t>(begin);
  if (bytes.substr(at, kHeaderMagic.size()) != kHeaderMagic) return std::nullopt;
  const std::uint64_t end =
      begin + kIntro + kEntry * number_at(bytes, begin + 8) + number_at(bytes, begin + 12);
  return end > kLargest ? std::nullopt : std::optional(end);
}

}  // namespace

std::optional<RpmFront> parse_rpm_front(std::string_view bytes) {
  RpmFront front{.signatures_begin = kLead, .needed = kLead + kIntro};
  const std::string_view magic = bytes.substr(0, kLeadMagic.size());
  if (!kLeadMagic.starts_with(magic)) return std::nullopt;
  const auto signatures_end = header_end(bytes, kLead);
  if (!signatures_end) return std::nullopt;
  if (*signatures_end == 0) return front;
  front.header_begin = (*signatures_end + 7) / 8 * 8;
  front.needed = front.header_begin + kIntro;
  const auto end = header_end(bytes, front.header_begin);
  if (!end) return std::nullopt;
  if (*end == 0) return front;
  front.end = front.needed = *end;
  return front;
}

}  // namespace reposbom::metadata
