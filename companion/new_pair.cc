// SPDX-License-Identifier: Apache-2.0
#include "companion/new_pair.h"

#include <cerrno>
#include <cstdlib>
#include <string>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "metadata/error.h"
#include "metadata/local_file.h"

namespace reposbom::companion {
namespace {

namespace fs = std::filesystem;

constexpr mode_t kForAll = 0644;
constexpr mode_t kForOwner = 0600;

void require(bool is_done, const fs::path& file, const char* what) {
  if (is_done) return;
  throw Error(
      Cause::Output,
      file.string(),
      std::string("cannot ") + what + ": " + std::generic_category().message(errno));
}

// Whole and on the medium once made, beside the file whose place it is to take; gone at the end.
class NewFile {
 public:
  NewFile(const fs::path& file, std::string_view bytes, mode_t mode) : file_(file) {
    std::string name = file.string() + ".XXXXXX";
    const metadata::OpenFile open(::mkostemp(name.data(), O_CLOEXEC));
    require(open.is_open(), file, "write");
    name_ = name;
    try {
      write(open.descriptor(), bytes, mode);
    } catch (...) {
      remove();
      throw;
    }
  }
  ~NewFile() { remove(); }
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;

  void move() {
    require(::rename(name_.c_str(), file_.c_str()) == 0, file_, "replace");
    name_.clear();
  }

 private:
  void write(int descriptor, std::string_view bytes, mode_t mode) const {
    struct stat folder = {};
    require(::stat(file_.parent_path().c_str(), &folder) == 0, file_, "write");
    if (::geteuid() == 0) {
      require(::fchown(descriptor, folder.st_uid, folder.st_gid) == 0, file_, "give away");
    }
    require(::fchmod(descriptor, mode) == 0, file_, "protect");
    require(metadata::write_all(descriptor, bytes), file_, "write");
    require(::fsync(descriptor) == 0, file_, "write");
  }

  void remove() {
    if (!name_.empty()) ::unlink(name_.c_str());
  }

  fs::path file_;
  fs::path name_ = {};  // Empty once it has been moved.
};

// A second name for what is there, until the end.
class KeptFile {
 public:
  explicit KeptFile(const fs::path& file) : file_(file), name_(file.string() + ".before") {
    ::unlink(name_.c_str());
    is_there_ = ::link(file_.c_str(), name_.c_str()) == 0;
    require(is_there_ || errno == ENOENT, file_, "keep");
  }
  ~KeptFile() { ::unlink(name_.c_str()); }
  KeptFile(const KeptFile&) = delete;
  KeptFile& operator=(const KeptFile&) = delete;

  void restore() const {
    if (is_there_) {
      ::rename(name_.c_str(), file_.c_str());
    } else {
      ::unlink(file_.c_str());
    }
  }

 private:
  fs::path file_;
  fs::path name_;
  bool is_there_ = false;
};

void make_folder(const fs::path& folder) {
  std::error_code error;
  const bool is_new = fs::create_directories(folder, error);
  if (!error && is_new) fs::permissions(folder, fs::perms(0755), error);
  if (error) throw Error(Cause::Output, folder.string(), "cannot make it: " + error.message());
}

void sync_folder(const fs::path& folder) {
  const metadata::OpenFile open(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  require(open.is_open() && ::fsync(open.descriptor()) == 0, folder, "write");
}

}  // namespace

void write_pair(
    const fs::path& certificate,
    std::string_view certificate_text,
    const fs::path& key,
    std::string_view key_text) {
  make_folder(key.parent_path());
  NewFile new_key(key, key_text, kForOwner);
  NewFile new_certificate(certificate, certificate_text, kForAll);
  // Two files cannot be replaced in one step: the old key stays until the certificate is there too.
  const KeptFile old_key(key);
  new_key.move();
  try {
    new_certificate.move();
  } catch (const Error&) {
    old_key.restore();
    throw;
  }
  sync_folder(key.parent_path());
}

}  // namespace reposbom::companion
