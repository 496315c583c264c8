// SPDX-License-Identifier: Apache-2.0
//
// Every compressed byte that comes in, and the members of an ISO or of an SRPM's
// payload. libarchive's reader lives here. All of it is untrusted: each function
// stops with an Error at damage or when more comes out than the caller allows.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "metadata/local_file.h"

namespace reposbom::metadata {

class Hasher;

// Hands the content of a gzip, xz, zstd, bzip2 or plain file to `take`, chunk by chunk. `subject`
// names the file in errors. Throws Error if it is damaged or holds more than `limit` bytes.
// libarchive does not check gzip's CRC: what vouches for the bytes is their digest in repomd.xml.
// `content`, if given, takes all that comes out as well.
void decompress(
    std::string_view bytes,
    const std::string& subject,
    std::uint64_t limit,
    const std::function<void(std::string_view)>& take,
    Hasher* content = nullptr);

// The same, whole.
std::string decompress(
    std::string_view bytes,
    const std::string& subject,
    std::uint64_t limit,
    Hasher* content = nullptr);

struct Member {
  std::string path = {};  // As written in the archive: unchecked, may be hostile.
  std::uint64_t size = 0;
  bool is_file = false;
  std::string hard_link = {};  // If set, the bytes are those of the member of this path.
};

// What to do with a member, and with those after it.
enum class Visit { Skip, Read, ReadLast, Stop };

// Visits the members of an ISO 9660 image, a cpio archive or an RPM (its payload) in the order in
// which they stand there, which on an ISO is not that of paths. The chunks of a member that
// `choose` wants are handed to `take`; an empty member gives none. Throws Error if the archive is
// damaged, or if reading takes more than `limit` bytes of members: of those wanted on an ISO, where
// the others are jumped over, and of all elsewhere.
void read_members(
    const std::filesystem::path& file,
    std::uint64_t limit,
    const std::function<Visit(const Member&)>& choose,
    const std::function<void(const Member&, std::string_view chunk)>& take);
void read_members(
    const LocalFile& file,
    std::uint64_t limit,
    const std::function<Visit(const Member&)>& choose,
    const std::function<void(const Member&, std::string_view chunk)>& take);

}  // namespace reposbom::metadata
