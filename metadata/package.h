// SPDX-License-Identifier: Apache-2.0
//
// What this program knows of one RPM package, binary or source. Plain values:
// every reader fills them, every generator reads them, nothing in them points
// outside itself. All text is UTF-8 that XML 1.0 can carry (see text.h).
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace reposbom::metadata {

// Epoch, version and release. A missing epoch and epoch 0 are the same.
struct Evr {
  std::uint32_t epoch = 0;
  std::string version = {};
  std::string release = {};

  bool operator==(const Evr&) const = default;
};

enum class ChecksumType { Md5, Sha1, Sha224, Sha256, Sha384, Sha512 };

struct Checksum {
  ChecksumType type = ChecksumType::Sha256;
  std::string hex = {};  // Lower case.

  bool operator==(const Checksum&) const = default;
};

enum class Comparison { None, Less, LessOrEqual, Equal, GreaterOrEqual, Greater };

// One entry of Requires or Provides: `name`, or `name comparison evr`.
struct Dependency {
  std::string name = {};  // May be a rich dependency: "(a if b)".
  Comparison comparison = Comparison::None;
  std::string evr = {};  // "[epoch:]version[-release]"; empty when there is no comparison.

  bool operator==(const Dependency&) const = default;
};

// Where a package stands: an index into Catalog::repositories and the path below that repository.
struct Origin {
  std::size_t repository = 0;
  std::string href = {};
};

// A package of a Catalog: builds[build].packages[package].
struct PackageRef {
  std::uint32_t build = 0;
  std::uint32_t package = 0;

  auto operator<=>(const PackageRef&) const = default;
};

// What an RPM file's own headers say beyond what repodata repeats of them.
struct HeaderFacts {
  std::string sig_md5 = {};         // MD5 of header and payload, hex; empty if absent.
  std::string sha256_header = {};   // SHA-256 of the main header, hex.
  std::string payload_sha256 = {};  // SHA-256 of the compressed payload, hex.
  std::string signature = {};       // "RSA/SHA256, <UTC time>, Key ID <16 hex>"; empty if unsigned.
  std::string vcs = {};  // Where its packaging is kept, as the VCS tag says; often empty.

  bool operator==(const HeaderFacts&) const = default;
};

struct Package {
  std::string name = {};
  Evr evr = {};
  std::string arch = {};    // "src" on source packages.
  Checksum checksum = {};   // Of the file; its hex is the pkgid of primary.xml.
  std::string sha512 = {};  // Of the file, hex; empty where it was not read whole.
  std::string summary = {};
  std::string description = {};
  std::string packager = {};
  std::string url = {};
  std::string license = {};  // The License tag as written; see license.h.
  std::string vendor = {};
  std::string build_host = {};
  std::string source_rpm = {};  // File name; empty on source packages.
  std::string module = {};      // "name:stream:version:context"; empty outside modules.
  std::int64_t file_time = 0;   // Seconds since 1970, UTC.
  std::int64_t build_time = 0;
  std::uint64_t package_size = 0;  // Bytes.
  std::uint64_t installed_size = 0;
  std::uint64_t header_end = 0;  // Bytes of the file before its payload; 0 if repodata is silent.
  std::vector<Dependency> provides = {};
  std::vector<Dependency> requires_ = {};
  std::vector<std::string> files = {};  // Only those that primary.xml lists.
  HeaderFacts header = {};              // Empty where its file was not read.

  // Known once a Catalog is joined.
  std::vector<Origin> origins = {};          // At least one; in the order of the repositories.
  std::vector<std::size_t> advisories = {};  // Indexes into Catalog::advisories; sorted.
  std::vector<PackageRef> depends_on = {};   // Chosen providers of requires_; sorted, unique.
  std::vector<std::string> unresolved = {};  // Requirements without a provider; sorted, unique.
  // An earlier package of the build has the same name, version, release and
  // architecture but another digest: ids and file names carry the digest.
  bool shares_name = false;
};

// A source or a patch of a source package.
struct SourceFile {
  std::string name = {};                  // Base name, as in the header.
  std::optional<Checksum> checksum = {};  // Absent when the file is not inside (NoSource).
  bool is_patch = false;
  std::string url = {};                      // Where the spec file says it is from; often unknown.
  std::optional<std::uint32_t> number = {};  // N of SourceN or PatchN in the spec file.

  bool operator==(const SourceFile&) const = default;
};

// A source package: what a build was made from. Only the name, version and
// release are known when neither its repodata nor its header is at hand.
struct SourcePackage {
  Package package = {};
  bool in_repodata = false;  // A source repository lists it.
  bool header_read = false;  // Its header was read: `files` are complete.
  bool epoch_known = false;
  std::vector<SourceFile> files = {};  // In the order of the header: sources, then patches.
  std::vector<Dependency> build_requires = {};
  std::vector<std::string> changelog_cves =
      {};                  // CVE ids that its changelog names; sorted, unique.
  bool spec_read = false;  // What `files` say of URLs and numbers is from the spec file.
  std::vector<std::string> unexpanded = {};  // Macros of the spec that only running them expands.

  // Known once dependencies are resolved.
  std::vector<PackageRef> build_depends_on = {};   // Chosen providers; sorted, unique.
  std::vector<std::string> build_unresolved = {};  // What no package meets; sorted, unique.
};

// A file with a content that a package installs.
struct PackagedFile {
  std::string path = {};          // Absolute.
  Checksum checksum = {};         // As the header has it: SHA-256 since EL6.
  std::string sha1 = {};          // Of the same bytes, hex.
  bool is_executable = false;     // A program, a shared library or a script.
  bool is_archive = false;        // Holds other files.
  bool is_documentation = false;  // As the spec file marks it.

  bool operator==(const PackagedFile&) const = default;
};

// "[epoch:]version-release", without an epoch of 0.
std::string to_string(const Evr& evr);

// "name-[epoch:]version-release.arch", the name of a package in every message.
std::string nevra(const Package& package);

// "name-version-release.arch", the name of its documents: as the RPM's file is called.
std::string nvra(const Package& package);

// "name-version-release.src.rpm" taken apart; nothing if it is not such a name.
struct SourceRpmName {
  std::string name = {};
  std::string version = {};
  std::string release = {};
};
std::optional<SourceRpmName> parse_source_rpm(std::string_view file_name);

// "name-[epoch:]version-release.arch" taken apart into a Package with those fields alone.
std::optional<Package> parse_nevra(std::string_view text);

// rpm's own order of versions: negative, zero, positive. An epoch of 0 is no epoch.
int compare(const Evr& left, const Evr& right);

// The names that SPDX ("SHA256") gives to a checksum's algorithm; see also checksum_type().
std::string_view to_string(ChecksumType type);

// "sha256", "SHA-256", "sha" (SHA-1, as old repodata says) ... to the type; nothing if unknown.
std::optional<ChecksumType> checksum_type(std::string_view name);

}  // namespace reposbom::metadata
