// SPDX-License-Identifier: Apache-2.0
#include "metadata/place.h"

#include <algorithm>
#include <utility>

#include "metadata/digest.h"
#include "metadata/error.h"
#include "metadata/rpm_front.h"

namespace reposbom::metadata {
namespace {

// Most fronts are smaller: where repodata does not say how long one is, one request is enough.
constexpr std::uint64_t kUsualFront = 64U << 10U;
constexpr std::uint64_t kLargestGuess = 16U << 20U;
constexpr std::uint64_t kLargestRpm = std::uint64_t{16} << 30U;

}  // namespace

std::string Place::name_of(const std::string& href) const {
  if (remote_) return remote_->name_of(href);
  return href.empty() ? directory_.string() : (directory_ / href).string();
}

bool Place::is_known_absent(const std::string& href) const {
  return !remote_ && is_absent(directory_ / href);
}

std::optional<std::string> Place::read(const Wanted& wanted) const {
  if (remote_) return remote_->read(wanted);
  const std::filesystem::path file = directory_ / wanted.href;
  if (is_absent(file)) return std::nullopt;
  std::string bytes = read_whole(file, wanted.limit);
  const std::string wrong =
      complaint(wanted, bytes.size(), wanted.checksum ? digest(wanted.checksum->type, bytes) : "");
  if (wrong.empty()) return bytes;
  throw Error(Cause::Untrusted, file.string(), wrong + ": sync the repository again");
}

std::optional<LocalFile> Place::rpm_front(const Package& package) const {
  const std::string& href = package.origins.front().href;
  if (!remote_) {
    std::filesystem::path file = directory_ / href;
    if (is_absent(file)) return std::nullopt;
    std::string name = file.string();
    return LocalFile{std::move(file), std::move(name)};
  }
  if (cache() != nullptr) {
    for (const Kept kept : {Kept::ProvenFront, kept_front()}) {
      const auto bytes = cache()->read(kept, package.checksum);
      if (!bytes) continue;
      LocalFile front = file_of_bytes(*bytes, name_of(href));
      front.is_kept = true;
      front.is_proven = kept == Kept::ProvenFront;
      return front;
    }
  }
  const std::string bytes = read_remote_front(package);
  if (bytes.empty()) return std::nullopt;
  return file_of_bytes(bytes, name_of(href));
}

// What repodata says of the length is only where to begin: the file itself knows.
std::string Place::read_remote_front(const Package& package) const {
  const std::string& href = package.origins.front().href;
  std::string bytes;
  std::uint64_t wanted =
      package.header_end != 0 ? std::min(package.header_end, kLargestGuess) : kUsualFront;
  while (bytes.size() < wanted) {
    const auto more = remote_->read_range(href, bytes.size(), wanted - bytes.size());
    if (!more) return "";
    bytes += *more;
    const auto front = parse_rpm_front(bytes);
    // No RPM, or one that ends too early: its reader says so.
    if (!front || more->empty()) return bytes;
    if (front->end != 0 && front->end <= bytes.size()) {
      bytes.resize(static_cast<std::size_t>(front->end));
      return bytes;
    }
    wanted = front->needed;
  }
  return bytes;
}

void Place::keep_front(const Package& package, const LocalFile& front) const {
  if (cache() == nullptr || front.is_kept) return;
  const Kept kept = front.is_proven ? Kept::ProvenFront : kept_front();
  cache()->write(kept, package.checksum, read_whole(front.path, kLargestRpm));
}

std::optional<LocalFile> Place::whole_rpm(const Package& package) const {
  if (!remote_) return rpm_front(package);
  const std::string& href = package.origins.front().href;
  LocalFile file = new_nameless_file(
      cache() != nullptr ? cache()->folder() : std::filesystem::temp_directory_path(),
      name_of(href));
  const Wanted wanted{
      .href = href,
      .checksum = package.checksum,
      .size = package.package_size,
      .limit = kLargestRpm,
      .witness = "primary.xml"};
  if (!remote_->download(wanted, file.file.descriptor())) return std::nullopt;
  return file;
}

}  // namespace reposbom::metadata
