// SPDX-License-Identifier: Apache-2.0
//
// FileStorage that counts its calls and fails at one of them on request: that call
// alone, as when a disk is full for a moment, or all from there on, as when the
// process is killed. What the failing call has done by then depends on the fault.
#pragma once

#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "metadata/error.h"
#include "pipeline/storage.h"

namespace reposbom::tests {

enum class Failing { Once, FromThereOn };

// ENOSPC: half of the bytes are written, a short write; else nothing is done. EACCES: nothing is
// done. EIO: all is done, and told to have failed all the same, as by a disk that loses its answer.
enum class Fault { NoSpace, NoAccess, BadDisk };

class FailingStorage : public pipeline::Storage {
 public:
  // Never fails.
  FailingStorage() = default;
  // Fails at the n-th call, counted from 1.
  FailingStorage(std::size_t n, Failing failing, Fault fault = Fault::NoSpace)
      : fail_at_(n), failing_(failing), fault_(fault) {}

  std::size_t calls() const { return calls_; }
  bool has_failed() const { return has_failed_; }

  void create_directories(const std::filesystem::path& directory) override {
    call(directory, [&] { files_.create_directories(directory); });
  }

  std::unique_ptr<pipeline::OutputFile> create(const std::filesystem::path& file) override {
    std::unique_ptr<pipeline::OutputFile> made;
    call(file, [&] { made = std::make_unique<File>(*this, file, files_.create(file)); });
    return made;
  }

  void write(const std::filesystem::path& file, std::string_view bytes) override {
    call_to_write(file, bytes, [&](std::string_view part) { files_.write(file, part); });
  }

  void rename(const std::filesystem::path& from, const std::filesystem::path& to) override {
    call(from, [&] { files_.rename(from, to); });
  }

  bool exchange(const std::filesystem::path& one, const std::filesystem::path& other) override {
    bool is_done = false;
    call(one, [&] { is_done = files_.exchange(one, other); });
    return is_done;
  }

  void create_symlink(
      const std::filesystem::path& target, const std::filesystem::path& link) override {
    call(link, [&] { files_.create_symlink(target, link); });
  }

  void remove_all(const std::filesystem::path& path) override {
    call(path, [&] { files_.remove_all(path); });
  }

  void sync(const std::filesystem::path& path) override {
    call(path, [] {});  // And nothing more: no test cuts the power.
  }

 private:
  class File : public pipeline::OutputFile {
   public:
    File(
        FailingStorage& storage,
        std::filesystem::path path,
        std::unique_ptr<pipeline::OutputFile> file)
        : storage_(storage), path_(std::move(path)), file_(std::move(file)) {}

    void write(std::string_view bytes) override {
      storage_.call_to_write(path_, bytes, [&](std::string_view part) { file_->write(part); });
    }

    void close() override {
      storage_.call(path_, [&] { file_->close(); });
    }

   private:
    FailingStorage& storage_;
    std::filesystem::path path_;
    std::unique_ptr<pipeline::OutputFile> file_;
  };

  [[noreturn]] void fail(const std::filesystem::path& path) const {
    const int error = fault_ == Fault::NoSpace ? ENOSPC : fault_ == Fault::NoAccess ? EACCES : EIO;
    throw Error(
        Cause::Output,
        path.string(),
        std::string("cannot be written: this is a test: ") + std::strerror(error));
  }

  // Whether this call fails.
  bool count() {
    const std::size_t call = ++calls_;
    const bool fails =
        fail_at_ != 0 && (failing_ == Failing::Once ? call == fail_at_ : call >= fail_at_);
    if (fails) has_failed_ = true;
    return fails;
  }

  template <class Call>
  void call(const std::filesystem::path& path, const Call& work) {
    const bool fails = count();
    if (!fails || fault_ == Fault::BadDisk) work();
    if (fails) fail(path);
  }

  template <class Write>
  void call_to_write(const std::filesystem::path& path, std::string_view bytes, const Write& work) {
    const bool fails = count();
    if (!fails || fault_ == Fault::BadDisk) work(bytes);
    if (fails && fault_ == Fault::NoSpace) work(bytes.substr(0, bytes.size() / 2));
    if (fails) fail(path);
  }

  pipeline::FileStorage files_ = {};
  std::size_t fail_at_ = 0;
  Failing failing_ = Failing::Once;
  Fault fault_ = Fault::NoSpace;
  std::atomic<std::size_t> calls_ = 0;
  std::atomic<bool> has_failed_ = false;
};

}  // namespace reposbom::tests
