// SPDX-License-Identifier: Apache-2.0
#include "metadata/rpm_database.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <optional>
#include <string_view>
#include <system_error>
#include <tuple>
#include <utility>

#include <fcntl.h>
#include <rpm/rpmdb.h>
#include <rpm/rpmlib.h>
#include <rpm/rpmmacro.h>

#include "metadata/error.h"
#include "metadata/primary.h"
#include "metadata/rpm_library.h"

namespace reposbom::metadata {
namespace {

namespace fs = std::filesystem;

// What rpm calls its kinds of databases, and their file.
struct Backend {
  const char* name;
  const char* file;
};
constexpr std::array kBackends = {
    Backend{"sqlite", "rpmdb.sqlite"},
    Backend{"ndb", "Packages.db"},
    Backend{"bdb_ro", "Packages"}};

constexpr std::array kUsualPlaces = {"/usr/lib/sysimage/rpm", "/var/lib/rpm"};

// Public keys are kept as packages of this name, which no RPM has.
constexpr std::string_view kKeyName = "gpg-pubkey";

// A macro of librpm as long as this is there.
class Macro {
 public:
  Macro(const char* name, std::string_view value) : name_(name) {
    std::string body;
    for (const char c : value)
      body.append(c == '%' ? 2 : 1, c);
    (void)rpmPushMacro(nullptr, name_, nullptr, body.c_str(), RMIL_CMDLINE);
  }
  ~Macro() { (void)rpmPopMacro(nullptr, name_); }
  Macro(const Macro&) = delete;
  Macro& operator=(const Macro&) = delete;

 private:
  const char* name_;
};

// A folder that goes away with this.
class ScratchFolder {
 public:
  ScratchFolder() {
    std::string name = (fs::temp_directory_path() / "rpmdb.XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) {
      throw Error(Cause::Output, name, "cannot make a folder there");
    }
    path_ = name;
  }
  ~ScratchFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;

  const fs::path& path() const { return path_; }

 private:
  fs::path path_ = {};
};

// Where rpm on this machine keeps its database.
std::string configured_place() {
  static const bool is_configured = rpmReadConfigFiles(nullptr, nullptr) == 0;
  if (!is_configured) return "";
  const std::unique_ptr<char, decltype(&std::free)> path(
      rpmExpand("%{?_dbpath}", nullptr), &std::free);
  return path != nullptr ? path.get() : "";
}

const Backend* find_backend(const fs::path& folder) {
  std::error_code ignored;
  const auto* const found = std::ranges::find_if(kBackends, [&](const Backend& backend) {
    return fs::is_regular_file(folder / backend.file, ignored);
  });
  return found != kBackends.end() ? found : nullptr;
}

struct Found {
  fs::path folder = {};
  const Backend* backend = nullptr;
};

Found find_database(const RpmDatabasePlace& place) {
  std::vector<fs::path> paths;
  if (place.dbpath.empty()) {
    const std::string configured = configured_place();
    if (!configured.empty()) paths.emplace_back(configured);
    paths.insert(paths.end(), kUsualPlaces.begin(), kUsualPlaces.end());
  } else {
    paths.push_back(place.dbpath);
  }
  for (const fs::path& path : paths) {
    const fs::path folder = path_below(place.root, path);
    if (folder.empty()) continue;
    if (const Backend* const backend = find_backend(folder)) return {folder, backend};
  }
  const fs::path wanted = place.root / paths.back().relative_path();
  throw Error(
      Cause::Usage,
      wanted.string(),
      "there is no RPM database; name its place with --root or --dbpath");
}

std::vector<std::string> files_of(Header header) {
  const Tag names(header, RPMTAG_BASENAMES);
  const Tag folders(header, RPMTAG_DIRNAMES);
  const Tag places(header, RPMTAG_DIRINDEXES);
  std::vector<std::string> files;
  files.reserve(names.count());
  for (std::size_t i = 0; i < names.count(); ++i)
    files.push_back(folders.text(places.number(i)) + names.text(i));
  return files;
}

Package installed_package(Header header) {
  Package package = package_of(header);
  package.requires_ = requirements_of(header);
  package.files = files_of(header);
  package.header = facts_of(header);
  return package;
}

void take(Header header, RpmDatabase& database) {
  if (text(header, RPMTAG_NAME) == kKeyName) {
    ++database.keys;
    return;
  }
  Package package = installed_package(header);
  if (const std::string reason = refusal(package); !reason.empty()) {
    database.refused.push_back(nevra(package) + ": " + reason);
  } else {
    database.packages.push_back(std::move(package));
  }
}

[[noreturn]] void fail_unreadable(const std::string& subject) {
  std::string reason = last_rpm_message();
  if (reason.empty()) reason = "librpm does not say why";
  throw Error(
      Cause::Untrusted,
      subject,
      "the RPM database cannot be read: " + reason + "; can `rpm -qa` read it?");
}

using Iterator =
    std::unique_ptr<std::remove_pointer_t<rpmdbMatchIterator>, Destroyer<rpmdbFreeIterator>>;

// Nothing if it cannot be opened. A header that librpm leaves out, because its digest is wrong, it
// only tells its log.
std::optional<RpmDatabase> read_folder(
    const fs::path& folder, const Backend& backend, const std::string& subject) {
  const Macro path("_dbpath", fs::absolute(folder).string());
  const Macro kind("_db_backend", backend.name);
  const Transaction transaction = new_transaction();
  clear_rpm_message();
  if (rpmtsOpenDB(transaction.get(), O_RDONLY) != 0) return std::nullopt;
  const std::string warning = last_rpm_message();
  clear_rpm_message();
  RpmDatabase database;
  const Iterator iterator(rpmtsInitIterator(transaction.get(), RPMDBI_PACKAGES, nullptr, 0));
  while (iterator != nullptr) {
    Header const header = rpmdbNextIterator(iterator.get());
    if (header == nullptr) break;
    take(header, database);
  }
  if (!last_rpm_message().empty()) fail_unreadable(subject);
  // A kind of database that this librpm was built without looks empty.
  if (database.packages.empty()) {
    throw Error(
        Cause::Usage,
        subject,
        "the RPM database holds no package" + (warning.empty() ? "" : ": " + warning));
  }
  return database;
}

// SQLite wants to write beside a database that it reads, which a read-only media refuses. Then
// there is nobody either who could change it while it is copied.
std::optional<RpmDatabase> read_copy(const Found& found) {
  const ScratchFolder scratch;
  for (const std::string_view suffix : {"", "-wal"}) {
    const std::string name = std::string(found.backend->file).append(suffix);
    std::error_code error;
    fs::copy_file(found.folder / name, scratch.path() / name, error);
    if (error && suffix.empty()) return std::nullopt;
  }
  return read_folder(scratch.path(), *found.backend, found.folder.string());
}

bool is_before(const Package& left, const Package& right) {
  const std::string left_name = nevra(left);
  const std::string right_name = nevra(right);
  return std::tie(left_name, left.header.sha256_header, left.header.sig_md5) <
         std::tie(right_name, right.header.sha256_header, right.header.sig_md5);
}

}  // namespace

RpmDatabase read_rpm_database(const RpmDatabasePlace& place) {
  const Found found = find_database(place);
  const std::string subject = found.folder.string();
  std::optional<RpmDatabase> database = read_folder(found.folder, *found.backend, subject);
  if (!database) database = read_copy(found);
  if (!database) fail_unreadable(subject);
  database->folder = found.folder;
  std::ranges::sort(database->packages, is_before);
  std::ranges::sort(database->refused);
  return *std::move(database);
}

fs::path path_below(const fs::path& root, const fs::path& path) {
  std::error_code error;
  const fs::path real_root = fs::canonical(root, error);
  if (error) return {};
  fs::path real = fs::canonical(real_root / path.relative_path(), error);
  if (error) return {};
  const auto [end, unused] = std::ranges::mismatch(real_root, real);
  return end == real_root.end() ? real : fs::path();
}

}  // namespace reposbom::metadata
