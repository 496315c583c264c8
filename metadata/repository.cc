// SPDX-License-Identifier: Apache-2.0
#include "metadata/repository.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <functional>
#include <utility>

#include "metadata/cve.h"
#include "metadata/digest.h"
#include "metadata/error.h"
#include "metadata/spec_file.h"

namespace reposbom::metadata {
namespace {

constexpr std::string_view kRepomd = "repodata/repomd.xml";
constexpr std::uintmax_t kLargestRepomd = 16U << 20U;
constexpr std::uintmax_t kLargestPart = 1U << 30U;

// What is there but may not be looked at is not absent: reading it tells why.
bool is_absent(const std::filesystem::path& file) {
  std::error_code error;
  const std::filesystem::file_status status = std::filesystem::status(file, error);
  return status.type() == std::filesystem::file_type::not_found;
}

std::string read_whole(const std::filesystem::path& file, std::uintmax_t limit) {
  std::error_code error;
  const std::uintmax_t size = std::filesystem::file_size(file, error);
  if (error) throw Error(Cause::Untrusted, file.string(), "cannot be read: " + error.message());
  if (size > limit) {
    throw Error(
        Cause::Untrusted,
        file.string(),
        "has " + std::to_string(size) + " bytes, more than the " + std::to_string(limit) +
            " that are read");
  }
  std::ifstream stream(file, std::ios::binary);
  std::string bytes(static_cast<std::size_t>(size), '\0');
  if (!stream.read(bytes.data(), static_cast<std::streamsize>(size))) {
    throw Error(Cause::Untrusted, file.string(), "cannot be read whole");
  }
  return bytes;
}

void verify_repomd(
    const std::filesystem::path& file, const std::string& bytes, const Keyring& keys) {
  const std::filesystem::path signature = file.string() + ".asc";
  if (is_absent(signature)) {
    throw Error(
        Cause::Untrusted,
        file.string(),
        "has no repomd.xml.asc beside it, but the configuration gives keys for this repository: "
        "sync it with its signature, or remove 'keys'");
  }
  keys.verify(bytes, read_whole(signature, kLargestRepomd), file.string());
}

void check_part(
    const std::filesystem::path& file, const std::string& bytes, const RepomdPart& part) {
  if (part.size != 0 && part.size != bytes.size()) {
    throw Error(
        Cause::Untrusted,
        file.string(),
        "has " + std::to_string(bytes.size()) + " bytes, repomd.xml says " +
            std::to_string(part.size) + ": sync the repository again");
  }
  const std::string found = digest(part.checksum.type, bytes);
  if (found != part.checksum.hex) {
    throw Error(
        Cause::Untrusted,
        file.string(),
        "its " + std::string(to_string(part.checksum.type)) + " is " + found +
            ", repomd.xml says " + part.checksum.hex + ": sync the repository again");
  }
}

// Requires: repomd.xml names such a part.
std::string part_name(const OpenRepository& repository, std::string_view type) {
  return (repository.root / repository.repomd.find(type)->href).string();
}

[[noreturn]] void fail_other(
    const std::filesystem::path& file, const std::string& found, const std::string& listed) {
  throw Error(
      Cause::Untrusted,
      file.string(),
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
  throw Error(Cause::Untrusted, (repository.root / kRepomd).string(), "names no primary metadata");
}

void remark_on_absent_parts(const OpenRepository& opened, RepositoryContents& contents) {
  std::string absent;
  for (const RepomdPart& part : opened.repomd.parts) {
    // Whoever needs filelists.xml says so.
    if (part.type == "filelists" || !is_absent(opened.root / part.href)) continue;
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

}  // namespace

OpenRepository open_repository(const std::filesystem::path& root, const Keyring* keys) {
  const std::filesystem::path file = root / kRepomd;
  if (is_absent(file)) {
    throw Error(
        Cause::Usage,
        root.string(),
        "is not an RPM repository: there is no " + std::string(kRepomd) + " below it");
  }
  const std::string bytes = read_whole(file, kLargestRepomd);
  if (keys != nullptr) verify_repomd(file, bytes, *keys);
  return {root, parse_repomd(bytes, file.string()), sha256(bytes)};
}

void check_unchanged(const OpenRepository& repository) {
  const std::filesystem::path file = repository.root / kRepomd;
  // A mirror that is being synced may have none for a moment.
  const bool is_same =
      !is_absent(file) && sha256(read_whole(file, kLargestRepomd)) == repository.repomd_sha256;
  if (is_same) return;
  throw Error(Cause::TryAgain, file.string(), "changed while the repository was read: run again");
}

std::optional<std::string> read_part(const OpenRepository& repository, std::string_view type) {
  const RepomdPart* part = repository.repomd.find(type);
  if (part == nullptr) return std::nullopt;
  const std::filesystem::path file = repository.root / part->href;
  std::string bytes = read_whole(file, kLargestPart);
  check_part(file, bytes, *part);
  return bytes;
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

bool read_package_header(const std::filesystem::path& root, Package& package) {
  const std::filesystem::path file = root / package.origins.front().href;
  if (is_absent(file)) return false;
  RpmHeader header = read_rpm_header(file);
  Package& found = header.package;
  // Repodata has no digest of a header, but nothing of what it has of the file may differ.
  if (header.is_source || nevra(found) != nevra(package)) {
    fail_other(file, nevra(found), nevra(package));
  }
  if (package.package_size != 0 && found.package_size != package.package_size) {
    fail_other(
        file,
        "of " + std::to_string(found.package_size) + " bytes",
        std::to_string(package.package_size));
  }
  if (package.build_time != 0 && found.build_time != package.build_time) {
    fail_other(
        file, "built at " + std::to_string(found.build_time), std::to_string(package.build_time));
  }
  package.header = std::move(found.header);
  package.module = std::move(found.module);
  return true;
}

bool read_sha512(const std::filesystem::path& root, Package& package) {
  const std::filesystem::path file = root / package.origins.front().href;
  if (is_absent(file)) return false;
  const std::array types = {package.checksum.type, ChecksumType::Sha512};
  std::vector<Checksum> sums = digest_file(types, file);
  if (sums[0] != package.checksum) {
    const std::string type(to_string(package.checksum.type));
    fail_other(file, "of " + type + " " + sums[0].hex, package.checksum.hex);
  }
  package.sha512 = std::move(sums[1].hex);
  return true;
}

void read_source_header(const std::filesystem::path& root, SourcePackage& source) {
  const std::filesystem::path file = root / source.package.origins.front().href;
  if (is_absent(file)) return;
  RpmHeader header = read_rpm_header(file);
  if (!header.is_source || nevra(header.package) != nevra(source.package)) {
    fail_other(file, nevra(header.package), nevra(source.package));
  }
  take_source_header(std::move(header), source);
}

void take_source_header(RpmHeader header, SourcePackage& source) {
  source.header_read = true;
  source.package.header = std::move(header.package.header);
  source.files = std::move(header.files);
  source.changelog_cves = changelog_cves(header);
  source.build_requires = std::move(header.build_requires);
  if (source.package.module.empty()) source.package.module = std::move(header.package.module);
}

void read_source_spec(const std::filesystem::path& root, SourcePackage& source) {
  if (!source.header_read) return;
  const std::filesystem::path file = root / source.package.origins.front().href;
  const auto text = read_spec(file, source.files);
  if (!text) return;
  SpecFile spec = parse_spec(*text, file.string(), known_macros(source.package));
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
