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
#include "metadata/package.h"
#include "metadata/primary.h"
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

// A repository on the media and what it says of its packages.
struct MediaRepository {
  std::string root = {};  // "BaseOS/"; empty if it is the media itself.
  metadata::RepomdPart primary = {};
  std::string primary_name = {};
};

std::vector<MediaRepository> read_repositories(const MediaFiles& files, const Files& contents) {
  std::vector<MediaRepository> repositories;
  for (const auto& [name, text] : contents) {
    if (!name.ends_with(kRepomd)) continue;
    const metadata::Repomd repomd = metadata::parse_repomd(text, files.subject(name));
    const metadata::RepomdPart* const primary = repomd.find("primary");
    if (primary == nullptr) fail(files.subject(name), "names no primary metadata");
    const std::string root = name.substr(0, name.size() - kRepomd.size());
    repositories.push_back({root, *primary, root + primary->href});
  }
  return repositories;
}

void read_packages(
    const MediaRepository& repository,
    const std::string& bytes,
    const std::string& subject,
    Media& media) {
  const metadata::Checksum& checksum = repository.primary.checksum;
  const std::string found = metadata::digest(checksum.type, bytes);
  if (found != checksum.hex) {
    fail(
        subject,
        "its " + std::string(metadata::to_string(checksum.type)) + " is " + found +
            ", repomd.xml says " + checksum.hex + ": the media is damaged");
  }
  const auto take = [&](metadata::Package&& package) {
    if (package.arch == "src" || package.arch == "nosrc") return;
    media.packages.push_back(
        {metadata::nevra(package),
         package.checksum.hex,
         package.source_rpm,
         repository.root + package.origins.at(0).href});
  };
  const auto refuse = [&](const std::string& nevra, const std::string& reason) {
    media.refused.push_back(nevra + ": " + reason);
  };
  metadata::read_primary(bytes, subject, take, refuse);
}

// The same package may stand in several repositories.
void sort_packages(std::vector<MediaPackage>& packages) {
  std::sort(packages.begin(), packages.end(), [](const MediaPackage& a, const MediaPackage& b) {
    return std::tie(a.nevra, a.pkgid, a.path) < std::tie(b.nevra, b.pkgid, b.path);
  });
  const auto is_same = [](const MediaPackage& a, const MediaPackage& b) {
    return a.nevra == b.nevra && a.pkgid == b.pkgid;
  };
  packages.erase(std::unique(packages.begin(), packages.end(), is_same), packages.end());
}

}  // namespace

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
  if (files.is_image()) media.label = read_label(path);
  const auto discinfo = contents.find(std::string(kDiscinfo));
  if (discinfo != contents.end()) read_discinfo(discinfo->second, media);

  std::set<std::string> names;
  for (const MediaRepository& repository : repositories)
    names.insert(repository.primary_name);
  const Files primaries = files.read(names);
  for (const MediaRepository& repository : repositories) {
    const std::string subject = files.subject(repository.primary_name);
    const auto bytes = primaries.find(repository.primary_name);
    if (bytes == primaries.end()) fail(subject, "is missing: repomd.xml names it");
    read_packages(repository, bytes->second, subject, media);
    const std::string& root = repository.root;
    media.repositories.push_back(root.empty() ? "." : root.substr(0, root.size() - 1));
  }
  sort_packages(media.packages);
  return media;
}

}  // namespace reposbom::pipeline
