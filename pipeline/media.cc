// SPDX-License-Identifier: Apache-2.0

#include "pipeline/media.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <system_error>
#include <tuple>
#include <utility>

#include "metadata/archive.h"
#include "metadata/digest.h"
#include "metadata/error.h"
#include "metadata/modules.h"
#include "metadata/package.h"
#include "metadata/primary.h"
#include "metadata/providers.h"
#include "metadata/repomd.h"
#include "metadata/text.h"
#include "pipeline/storage.h"

namespace reposbom::pipeline {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kRepomd = "repodata/repomd.xml";
constexpr std::string_view kDiscinfo = ".discinfo";

// Of one file that is read. The primary.xml.gz of a DVD has some 5 MB.
constexpr std::uint64_t kLargestFile = std::uint64_t{1} << 30U;
// Of all that is read in one pass.
constexpr std::uint64_t kMostBytes = 4 * kLargestFile;

constexpr std::streamoff kDescriptor = std::streamoff{16} * 2048;  // Of the primary volume.
constexpr std::size_t kLongestLine = 100;                          // Of .discinfo.

[[noreturn]] void fail(const std::string& subject, const std::string& message) {
  throw Error(Cause::Untrusted, subject, message);
}

// The content of files by their path on the media.
using Files = std::map<std::string, std::string>;

bool is_of_use(std::string_view path) {
  return path == kRepomd || path == kDiscinfo || path.ends_with("/" + std::string(kRepomd));
}

// A directory or an image, read by name.
class MediaFiles {
 public:
  explicit MediaFiles(fs::path media) : media_(std::move(media)) {
    std::error_code error;
    const fs::file_status status = fs::status(media_, error);
    if (error || !fs::exists(status)) {
      throw Error(Cause::Usage, media_.string(), "cannot be read: " + error.message());
    }
    is_image_ = !fs::is_directory(status);
    if (is_image_) {
      list_image();
    } else {
      list_directory();
    }
  }

  bool is_image() const { return is_image_; }

  // Those of use.
  const std::set<std::string>& names() const { return names_; }

  // The content of each that is there.
  Files read(const std::set<std::string>& names) const {
    return is_image_ ? read_image(names) : read_directory(names);
  }

  std::string subject(const std::string& name) const { return (media_ / name).string(); }

 private:
  void list_image() {
    const auto list = [&](const metadata::Member& member) {
      if (member.is_file && is_of_use(member.path)) names_.insert(member.path);
      if (!member.hard_link.empty()) hard_links_.emplace(member.path, member.hard_link);
      return metadata::Visit::Skip;
    };
    metadata::read_members(media_, kMostBytes, list, [](const auto&, std::string_view) {});
  }

  void list_directory() {
    std::error_code error;
    const std::size_t prefix = (media_ / "").string().size();
    fs::recursive_directory_iterator at(media_ / "", error);
    for (; !error && at != fs::recursive_directory_iterator(); at.increment(error)) {
      std::string name = at->path().string().substr(prefix);
      if (is_of_use(name)) names_.insert(std::move(name));
    }
    if (error) throw Error(Cause::Usage, media_.string(), "cannot be read: " + error.message());
  }

  // Members come in the order in which they stand in the image, so one pass takes them all. Of the
  // second name of a file the image says only which is the first.
  Files read_image(const std::set<std::string>& names) const {
    std::map<std::string, std::string> by_place;
    for (const std::string& name : names) {
      const auto link = hard_links_.find(name);
      by_place.emplace(link != hard_links_.end() ? link->second : name, std::string());
    }
    std::set<std::string> found;
    metadata::read_members(
        media_,
        kMostBytes,
        [&](const metadata::Member& member) {
          if (!member.is_file || !by_place.contains(member.path)) return metadata::Visit::Skip;
          if (member.size > kLargestFile) fail(subject(member.path), "is too large");
          found.insert(member.path);
          return metadata::Visit::Read;
        },
        [&](const metadata::Member& member, std::string_view chunk) {
          by_place.at(member.path).append(chunk);
        });
    Files files;
    for (const std::string& name : names) {
      const auto link = hard_links_.find(name);
      const std::string& place = link != hard_links_.end() ? link->second : name;
      if (found.contains(place)) files.emplace(name, by_place.at(place));
    }
    return files;
  }

  Files read_directory(const std::set<std::string>& names) const {
    Files files;
    for (const std::string& name : names) {
      std::error_code error;
      const std::uintmax_t size = fs::file_size(media_ / name, error);
      if (error) continue;
      if (size > kLargestFile) fail(subject(name), "is too large");
      files.emplace(name, read_file(media_ / name));
    }
    return files;
  }

  fs::path media_;
  bool is_image_ = false;
  std::set<std::string> names_ = {};
  std::map<std::string, std::string> hard_links_ = {};
};

// The label in the primary volume descriptor (ECMA-119, 8.4.7), which libarchive does not tell:
// sector 16 begins with 1 and "CD001"; its bytes 40 to 71 are the label, filled with blanks.
std::string read_label(const fs::path& image) {
  std::array<char, 72> bytes = {};
  std::ifstream stream(image, std::ios::binary);
  stream.seekg(kDescriptor);
  if (!stream.read(bytes.data(), bytes.size())) return {};
  const std::string_view descriptor(bytes.data(), bytes.size());
  if (!descriptor.starts_with("\1CD001")) return {};
  const std::string_view label = descriptor.substr(40);
  return metadata::clean_text(label.substr(0, label.find_last_not_of(' ') + 1));
}

// Real ones read "1714737600.000000", "9.4", "x86_64" and sometimes a list of numbers of discs.
void read_discinfo(const std::string& text, Media& media) {
  std::istringstream lines(text);
  for (std::string* field : {&media.timestamp, &media.release, &media.arch}) {
    std::string line;
    std::getline(lines, line);
    *field = metadata::clean_text(line.substr(0, kLongestLine));
    field->erase(std::remove(field->begin(), field->end(), '\n'), field->end());
  }
}

// A repository on the media.
struct MediaRepository {
  std::string root = {};  // "BaseOS/"; empty if it is the media itself.
  metadata::Repomd repomd = {};
};

std::vector<MediaRepository> read_repositories(const MediaFiles& files, const Files& contents) {
  std::vector<MediaRepository> repositories;
  for (const auto& [name, text] : contents) {
    if (!name.ends_with(kRepomd)) continue;
    metadata::Repomd repomd = metadata::parse_repomd(text, files.subject(name));
    if (repomd.find("primary") == nullptr) fail(files.subject(name), "names no primary metadata");
    repositories.push_back({name.substr(0, name.size() - kRepomd.size()), std::move(repomd)});
  }
  return repositories;
}

std::string folder_of(const MediaRepository& repository) {
  const std::string& root = repository.root;
  return root.empty() ? "." : root.substr(0, root.size() - 1);
}

// The parts of one kind of every repository, in one pass over the media. Each is what its
// repomd.xml says of it; one that nobody can do without must be there.
class Parts {
 public:
  Parts(
      const MediaFiles& files,
      const std::vector<MediaRepository>& repositories,
      const std::vector<std::string>& kinds)
      : files_(files) {
    std::set<std::string> names;
    for (const MediaRepository& repository : repositories) {
      for (const std::string& kind : kinds) {
        if (const auto* part = repository.repomd.find(kind)) {
          names.insert(repository.root + part->href);
        }
      }
    }
    contents_ = files.read(names);
  }

  std::string subject(const MediaRepository& repository, const std::string& kind) const {
    return files_.subject(repository.root + repository.repomd.find(kind)->href);
  }

  // Null if there is none.
  const std::string* find(const MediaRepository& repository, const std::string& kind) const {
    const metadata::RepomdPart* const part = repository.repomd.find(kind);
    if (part == nullptr) return nullptr;
    const auto bytes = contents_.find(repository.root + part->href);
    if (bytes == contents_.end()) return nullptr;
    const metadata::Checksum& checksum = part->checksum;
    const std::string found = metadata::digest(checksum.type, bytes->second);
    if (found == checksum.hex) return &bytes->second;
    fail(
        subject(repository, kind),
        "its " + std::string(metadata::to_string(checksum.type)) + " is " + found +
            ", repomd.xml says " + checksum.hex + ": the media is damaged");
  }

 private:
  const MediaFiles& files_;
  Files contents_ = {};
};

metadata::RepositoryContents read_contents(
    const MediaRepository& repository, const Parts& parts, Media& media) {
  const std::string subject = parts.subject(repository, "primary");
  const std::string* const primary = parts.find(repository, "primary");
  if (primary == nullptr) fail(subject, "is missing: repomd.xml names it");
  metadata::RepositoryContents contents;
  const auto take = [&](metadata::Package&& package) {
    if (package.arch == "src" || package.arch == "nosrc") return;
    contents.packages.push_back(std::move(package));
  };
  const auto refuse = [&](const std::string& nevra, const std::string& reason) {
    media.refused.push_back(nevra + ": " + reason);
  };
  metadata::read_primary(*primary, subject, take, refuse);
  if (const std::string* const modules = parts.find(repository, "modules")) {
    contents.modules = metadata::read_modules(*modules, parts.subject(repository, "modules"));
  }
  return contents;
}

// Who owns which of the wanted paths: what filelists.xml says, where there is one.
std::vector<metadata::OwnedFile> read_owned_files(
    const MediaFiles& files,
    const std::vector<MediaRepository>& repositories,
    const std::vector<std::string>& wanted) {
  const Parts parts(files, repositories, {"filelists"});
  const auto is_wanted = [&](std::string_view path) {
    return std::binary_search(wanted.begin(), wanted.end(), path);
  };
  std::vector<metadata::OwnedFile> owned;
  for (const MediaRepository& repository : repositories) {
    const std::string* const bytes = parts.find(repository, "filelists");
    if (bytes == nullptr) continue;
    metadata::read_filelists(
        *bytes,
        parts.subject(repository, "filelists"),
        is_wanted,
        [&](metadata::OwnedFile&& found) { owned.push_back(std::move(found)); });
  }
  return owned;
}

void read_tags(const std::vector<MediaRepository>& repositories, Media& media) {
  for (const MediaRepository& repository : repositories) {
    const metadata::Repomd& repomd = repository.repomd;
    media.time = std::max(media.time, repomd.newest_timestamp());
    media.repositories.push_back(folder_of(repository));
    if (!media.distro_cpe.empty()) continue;
    media.distro_cpe = repomd.distro_cpe;
    media.distro_name = repomd.distro_name;
  }
}

}  // namespace

void fill_catalog(
    Media& media,
    std::vector<metadata::RepositoryContents> repositories,
    const ReadFiles& read_files) {
  media.catalog = metadata::join(std::move(repositories));
  metadata::Catalog& catalog = media.catalog;
  const std::vector<std::string> wanted = metadata::unlisted_files(catalog);
  metadata::resolve_dependencies(
      catalog, wanted.empty() ? std::vector<metadata::OwnedFile>{} : read_files(wanted));
  for (std::uint32_t b = 0; b != catalog.builds.size(); ++b) {
    for (std::uint32_t p = 0; p != catalog.builds[b].packages.size(); ++p) {
      const metadata::Package& package = catalog.at({b, p});
      const metadata::Origin& origin = package.origins.front();
      const std::string& folder = media.repositories.at(origin.repository);
      media.packages.push_back(
          {metadata::nevra(package),
           package.checksum.hex,
           package.source_rpm,
           (folder == "." ? "" : folder + "/") + origin.href,
           {b, p}});
    }
  }
  std::ranges::sort(media.packages, [](const MediaPackage& a, const MediaPackage& b) {
    return std::tie(a.nevra, a.pkgid) < std::tie(b.nevra, b.pkgid);
  });
}

Media read_media(const fs::path& path) {
  const MediaFiles files(path);
  const Files contents = files.read(files.names());
  const std::vector<MediaRepository> repositories = read_repositories(files, contents);
  if (repositories.empty()) {
    throw Error(
        Cause::Usage,
        path.string(),
        "holds no repodata/repomd.xml, so what packages it has cannot be known: boot media has "
        "none; name a DVD or minimal ISO image, or a directory with repositories");
  }
  Media media;
  if (files.is_image()) {
    media.label = read_label(path);
    media.file_name = path.filename().string();
    media.checksum = metadata::digest_file(metadata::ChecksumType::Sha256, path);
  }
  const auto discinfo = contents.find(std::string(kDiscinfo));
  if (discinfo != contents.end()) read_discinfo(discinfo->second, media);
  read_tags(repositories, media);

  const Parts parts(files, repositories, {"primary", "modules"});
  std::vector<metadata::RepositoryContents> read;
  read.reserve(repositories.size());
  for (const MediaRepository& repository : repositories)
    read.push_back(read_contents(repository, parts, media));
  fill_catalog(media, std::move(read), [&](const std::vector<std::string>& wanted) {
    return read_owned_files(files, repositories, wanted);
  });
  return media;
}

}  // namespace reposbom::pipeline
