// SPDX-License-Identifier: Apache-2.0
//
// A repository, on disk or on a server -> RepositoryContents: repomd.xml first,
// verified when keys are given, then each part that is used, whose checksum must be
// right before a byte of it is parsed. Parts that nobody uses need not be there.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "metadata/catalog.h"
#include "metadata/digest.h"
#include "metadata/header_proof.h"
#include "metadata/keyring.h"
#include "metadata/place.h"
#include "metadata/primary.h"
#include "metadata/repomd.h"
#include "metadata/rpm_header.h"

namespace reposbom::metadata {

// A repository of which only repomd.xml has been read.
struct OpenRepository {
  Place place = {};
  Repomd repomd = {};
  std::string repomd_sha256 = {};  // Tells whether anything changed since another reading.
};

// Throws Error (Cause::Usage) if there is no repository, (Cause::Untrusted) if `keys` is given and
// repomd.xml.asc is missing or not a good signature by one of them.
OpenRepository open_repository(Place place, const Keyring* keys);

// Throws Error (Cause::TryAgain) if repomd.xml is no longer what was opened.
void check_unchanged(const OpenRepository& repository);

// The bytes of a part as they are stored, checksum and size verified; nothing if repomd.xml names
// no such part. Throws Error (Cause::Untrusted) if the file is absent or different.
std::optional<std::string> read_part(const OpenRepository& repository, std::string_view type);

// The same, but nothing if the file is absent.
std::optional<std::string> read_optional_part(
    const OpenRepository& repository, std::string_view type);

// The part's file, for messages. Requires: repomd.xml names such a part.
std::string part_name(const OpenRepository& repository, std::string_view type);

// What comes out of a compressed part, for comparison with what repomd.xml says of it. The digest
// of the stored file has vouched for the bytes already: another one of their content is worth a
// remark and no more, for some tools that write repodata get it wrong.
class PartContent {
 public:
  explicit PartContent(const RepomdPart& part);

  // Takes the content; null if there is nothing to compare with.
  Hasher* hasher() { return hasher_ ? &*hasher_ : nullptr; }
  // Once all was taken. `repository` is the id of the repository.
  void compare(const std::string& repository, std::vector<Remark>& remarks);

 private:
  const RepomdPart& part_;
  std::optional<Hasher> hasher_ = {};
};

// Packages, modules and advisories of a binary repository; its sources are not read. `repository`
// names it in the documents; its revision and time are filled in. Remarks tell which files that
// repomd.xml names are absent, and which have another content than it says.
RepositoryContents read_contents(
    const OpenRepository& opened, Repository repository, const Refuse& refuse);

// What a source repository's primary.xml says of each source package; no header is read yet.
std::vector<SourcePackage> read_source_packages(const OpenRepository& opened, const Refuse& refuse);

// Completes a package from the header of its file in `place`: its digests, its signature, and the
// module label if there is one. With `keys` the header has to be proved; if it is refused, nothing
// is changed. Nothing if the file is not there. Throws Error if it is damaged, or not the one that
// the repository lists.
std::optional<HeaderProof> read_package_header(
    const Place& place, Package& package, const Keyring* keys);

// Completes a package, binary or source, with the SHA-512 of its file in `place`, which is read
// whole. Returns whether the file is there. Throws Error if its checksum is not the package's.
bool read_sha512(const Place& place, Package& package);

// Completes a source package from the header of its file in `place`, likewise. `known` is what was
// found of its header before. Throws Error if the file is damaged or is not that package.
std::optional<HeaderProof> read_source_header(
    const Place& place,
    SourcePackage& source,
    const Keyring* keys = nullptr,
    const HeaderProof& known = {});

// The same from a header at hand.
void take_source_header(RpmHeader header, SourcePackage& source);

// Completes the sources and patches of a source package from the spec file in it: their URLs and
// numbers. Requires: read_source_header() has been called; if it read nothing, nor does this.
void read_source_spec(const Place& place, SourcePackage& source);

}  // namespace reposbom::metadata
