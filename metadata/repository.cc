// SPDX-License-Identifier: Apache-2.0
#include "metadata/repository.h"

#include <algorithm>
#include <array>
#include <functional>
#include <utility>

#include "metadata/cve.h"
#include "metadata/digest.h"
#include "metadata/error.h"
#include "metadata/spec_file.h"

namespace reposbom::metadata {
namespace {

const std::string kRepomd = "repodata/repomd.xml";
const std::string kRepomdSignature = kRepomd + ".asc";
constexpr std::uintmax_t kLargestRepomd = 16U << 20U;
constexpr std::uintmax_t kLargestPart = 1U << 30U;

void verify_repomd(const Place& place, const std::string& bytes, const Keyring& keys) {
  const std::string name = place.name_of(kRepomd);
  const auto signature =
      place.read({.href = kRepomdSignature, .limit = kLargestRepomd, .copy = Copy::Same});
  if (!signature) {
    throw Error(
        Cause::Untrusted,
        name,
        "has no repomd.xml.asc beside it, but the configuration gives keys for this repository: "
        "sync it with its signature, or remove 'keys'");
  }
  keys.verify(bytes, *signature, name);
}

[[noreturn]] void fail_other(
    const LocalFile& file, const std::string& found, const std::string& listed) {
  throw Error(
      Cause::Untrusted,
      file.name,
      "is " + found + ", but the repository says " + listed + ": sync it again");
}

// The CVE ids of all entries of a changelog.
std::vector<std::string> changelog_cves(const RpmHeader& header) {
  std::vector<std::string> ids;
  for (const auto& [time, text] : header.changelog) {
    for (std::string& id : cve_ids(text))
      ids.push_back(std::move(id));
  }
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  return ids;
}

// Hands the bytes of a part to `read`, with the name for its errors and what takes its content, and
// compares that; whether repomd.xml names such a part.
bool read_compared(
    const OpenRepository& opened,
    std::string_view type,
    RepositoryContents& contents,
    const std::function<void(std::string_view, const std::string&, Hasher*)>& read) {
  const auto bytes = read_part(opened, type);
  if (!bytes) return false;
  PartContent content(*opened.repomd.find(type));
  read(*bytes, part_name(opened, type), content.hasher());
  content.compare(contents.repository.id, contents.remarks);
  return true;
}

[[noreturn]] void fail_without_primary(const OpenRepository& repository) {
  throw Error(Cause::Untrusted, repository.place.name_of(kRepomd), "names no primary metadata");
}

void remark_on_absent_parts(const OpenRepository& opened, RepositoryContents& contents) {
  std::string absent;
  for (const RepomdPart& part : opened.repomd.parts) {
    // Whoever needs filelists.xml says so.
    if (part.type == "filelists" || !opened.place.is_known_absent(part.href)) continue;
    absent += (absent.empty() ? "" : ", ") + part.type;
  }
  if (absent.empty()) return;
  contents.remarks.push_back(
      {contents.repository.id, "repomd.xml names parts that are not there: " + absent});
}

void read_primary_part(
    const OpenRepository& repository,
    const std::function<void(Package&&)>& take,
    const Refuse& refuse) {
  const auto bytes = read_part(repository, "primary");
  if (!bytes) fail_without_primary(repository);
  read_primary(*bytes, part_name(repository, "primary"), take, refuse);
}

// The payload was not read when the header was: the file may have been exchanged meanwhile, and no
// digest of the whole of it vouches for what is in a directory.
void check_spec(const LocalFile& file, const SourcePackage& source, std::string_view text) {
  const RpmFileList list = read_rpm_file_list(file);
  const bool is_same = list.sha256_header == source.package.header.sha256_header;
  const bool is_told = std::ranges::any_of(list.files, [&](const PackagedFile& inside) {
    return inside.path.ends_with(".spec") &&
           digest(inside.checksum.type, text) == inside.checksum.hex;
  });
  if (is_same && is_told) return;
  throw Error(
      Cause::Untrusted,
      file.name,
      "the spec file in its payload is not the one that its header tells of: sync it again");
}

// From a server the whole package has to be fetched for it, so the spec is kept.
std::optional<std::string> read_spec_text(const Place& place, const SourcePackage& source) {
  const Checksum& checksum = source.package.checksum;
  if (const Cache* cache = place.cache()) {
    if (auto text = cache->read(Kept::Spec, checksum)) return text;
  }
  const auto file = place.whole_rpm(source.package);
  if (!file) return std::nullopt;
  auto text = read_spec(*file, source.files);
  if (text) check_spec(*file, source, *text);
  if (text && place.cache() != nullptr) place.cache()->write(Kept::Spec, checksum, *text);
  return text;
}

}  // namespace

OpenRepository open_repository(Place place, const Keyring* keys) {
  const auto bytes = place.read({.href = kRepomd, .limit = kLargestRepomd, .copy = Copy::First});
  if (!bytes) {
    throw Error(
        Cause::Usage,
        place.name_of(),
        "is not an RPM repository: there is no " + kRepomd + " below it");
  }
  if (keys != nullptr) verify_repomd(place, *bytes, *keys);
  Repomd repomd = parse_repomd(*bytes, place.name_of(kRepomd));
  return {std::move(place), std::move(repomd), sha256(*bytes)};
}

void check_unchanged(const OpenRepository& repository) {
  const auto bytes =
      repository.place.read({.href = kRepomd, .limit = kLargestRepomd, .copy = Copy::Same});
  // A mirror that is being synced may have none for a moment.
  if (bytes && sha256(*bytes) == repository.repomd_sha256) return;
  throw Error(
      Cause::TryAgain,
      repository.place.name_of(kRepomd),
      "changed while the repository was read: run again");
}

std::string part_name(const OpenRepository& repository, std::string_view type) {
  return repository.place.name_of(repository.repomd.find(type)->href);
}

std::optional<std::string> read_optional_part(
    const OpenRepository& repository, std::string_view type) {
  const RepomdPart* part = repository.repomd.find(type);
  if (part == nullptr) return std::nullopt;
  if (part->size > kLargestPart) {
    throw Error(
        Cause::Untrusted,
        part_name(repository, type),
        "has " + std::to_string(part->size) + " bytes, more than the " +
            std::to_string(kLargestPart) + " that are read");
  }
  return repository.place.read(
      {.href = part->href, .checksum = part->checksum, .size = part->size, .limit = kLargestPart});
}

std::optional<std::string> read_part(const OpenRepository& repository, std::string_view type) {
  auto bytes = read_optional_part(repository, type);
  if (bytes || repository.repomd.find(type) == nullptr) return bytes;
  throw Error(
      Cause::Untrusted,
      part_name(repository, type),
      "cannot be read: there is no such file, but repomd.xml names it");
}

PartContent::PartContent(const RepomdPart& part) : part_(part) {
  if (part.open_checksum) hasher_.emplace(part.open_checksum->type);
}

void PartContent::compare(const std::string& repository, std::vector<Remark>& remarks) {
  if (!hasher_) return;
  const std::string found = hasher_->hex();
  if (found == part_.open_checksum->hex) return;
  remarks.push_back(
      {repository,
       part_.type + ": its content has the " + std::string(to_string(part_.open_checksum->type)) +
           " " + found + ", repomd.xml says " + part_.open_checksum->hex +
           "; it is read all the same, for the file has the digest that repomd.xml says"});
}

// Bytes of a compressed primary.xml that a package has at the least; 200 to 900 are usual.
constexpr std::size_t kLeastCompressedRecord = 128;

RepositoryContents read_contents(
    const OpenRepository& opened, Repository repository, const Refuse& refuse) {
  RepositoryContents contents;
  repository.revision = opened.repomd.revision;
  repository.time = opened.repomd.newest_timestamp();
  contents.repository = std::move(repository);
  const auto keep = [&](Package&& package) {
    // Some mirrors put source packages beside the binary ones; they are no packages of a build.
    if (package.arch != "src" && package.arch != "nosrc") {
      contents.packages.push_back(std::move(package));
    }
  };
  const auto compared = [&](std::string_view type, const auto& read) {
    return read_compared(opened, type, contents, read);
  };
  const auto read_packages = [&](std::string_view bytes, const std::string& name, Hasher* content) {
    // What is never used of it costs nothing, and records are large to move.
    contents.packages.reserve(bytes.size() / kLeastCompressedRecord);
    read_primary(bytes, name, keep, refuse, content);
  };
  if (!compared("primary", read_packages)) fail_without_primary(opened);
  compared("modules", [&](std::string_view bytes, const std::string& name, Hasher* content) {
    contents.modules = read_modules(bytes, name, content);
  });
  compared("updateinfo", [&](std::string_view bytes, const std::string& name, Hasher* content) {
    contents.advisories = read_updateinfo(bytes, name, content);
  });
  remark_on_absent_parts(opened, contents);
  return contents;
}

std::vector<SourcePackage> read_source_packages(
    const OpenRepository& opened, const Refuse& refuse) {
  std::vector<SourcePackage> sources;
  const auto keep = [&](Package&& package) {
    if (package.arch != "src" && package.arch != "nosrc") return;
    SourcePackage source;
    source.package = std::move(package);
    source.package.arch = "src";
    source.in_repodata = true;
    source.epoch_known = true;
    source.build_requires = std::move(source.package.requires_);
    source.package.requires_.clear();
    source.package.provides.clear();
    source.package.files.clear();
    sources.push_back(std::move(source));
  };
  read_primary_part(opened, keep, refuse);
  return sources;
}

std::optional<HeaderProof> read_package_header(
    const Place& place, Package& package, const Keyring* keys) {
  auto file = place.rpm_front(package);
  if (!file) return std::nullopt;
  RpmHeader header = read_rpm_header(*file);
  Package& found = header.package;
  // Repodata has no digest of a header, but nothing of what it has of the file may differ.
  if (header.is_source || nevra(found) != nevra(package)) {
    fail_other(*file, nevra(found), nevra(package));
  }
  // Of a file on a server only the front is at hand.
  const bool is_whole = !place.is_remote();
  if (is_whole && package.package_size != 0 && found.package_size != package.package_size) {
    fail_other(
        *file,
        "of " + std::to_string(found.package_size) + " bytes",
        std::to_string(package.package_size));
  }
  if (package.build_time != 0 && found.build_time != package.build_time) {
    fail_other(
        *file, "built at " + std::to_string(found.build_time), std::to_string(package.build_time));
  }
  HeaderProof proof;
  if (keys != nullptr) proof = prove_header(place, package, header, *keys, {}, *file);
  if (proof.is_refused()) return proof;
  place.keep_front(package, *file);
  package.header = std::move(found.header);
  package.module = std::move(found.module);
  return proof;
}

bool read_sha512(const Place& place, Package& package) {
  const auto file = place.whole_rpm(package);
  if (!file) return false;
  const std::array types = {package.checksum.type, ChecksumType::Sha512};
  std::vector<Checksum> sums = digest_file(types, file->path);
  if (sums[0] != package.checksum) {
    const std::string type(to_string(package.checksum.type));
    fail_other(*file, "of " + type + " " + sums[0].hex, package.checksum.hex);
  }
  package.sha512 = std::move(sums[1].hex);
  return true;
}

std::optional<HeaderProof> read_source_header(
    const Place& place, SourcePackage& source, const Keyring* keys, const HeaderProof& known) {
  auto file = place.rpm_front(source.package);
  if (!file) return std::nullopt;
  RpmHeader header = read_rpm_header(*file);
  if (!header.is_source || nevra(header.package) != nevra(source.package)) {
    fail_other(*file, nevra(header.package), nevra(source.package));
  }
  HeaderProof proof;
  if (keys != nullptr) proof = prove_header(place, source.package, header, *keys, known, *file);
  if (proof.is_refused()) return proof;
  place.keep_front(source.package, *file);
  take_source_header(std::move(header), source);
  return proof;
}

void take_source_header(RpmHeader header, SourcePackage& source) {
  source.header_read = true;
  source.package.header = std::move(header.package.header);
  source.files = std::move(header.files);
  source.changelog_cves = changelog_cves(header);
  source.build_requires = std::move(header.build_requires);
  if (source.package.module.empty()) source.package.module = std::move(header.package.module);
}

void read_source_spec(const Place& place, SourcePackage& source) {
  if (!source.header_read) return;
  const auto text = read_spec_text(place, source);
  if (!text) return;
  const std::string name = place.name_of(source.package.origins.front().href);
  SpecFile spec = parse_spec(*text, name, known_macros(source.package));
  const std::vector<const SpecSource*> entries = match_sources(spec, source.files);
  for (std::size_t i = 0; i != entries.size(); ++i) {
    if (entries[i] == nullptr) continue;
    source.files[i].url = entries[i]->url;
    source.files[i].number = entries[i]->number;
  }
  source.spec_read = true;
  source.unexpanded = std::move(spec.unexpanded);
}

}  // namespace reposbom::metadata
