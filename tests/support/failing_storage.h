// SPDX-License-Identifier: Apache-2.0
//
// FileStorage that counts its calls and fails at one of them on request: that call
// alone, as when a disk is full for a moment, or all from there on, as when the
// process is killed. A failing write leaves half of its bytes.
#pragma once

#include <atomic>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "metadata/error.h"
#include "pipeline/storage.h"

namespace reposbom::tests {

enum class Failing { Once, FromThereOn };

class FailingStorage : public pipeline::Storage {
 public:
  // Never fails.
  FailingStorage() = default;
  // Fails at the n-th call, counted from 1.
  FailingStorage(std::size_t n, Failing failing) : fail_at_(n), failing_(failing) {}

  std::size_t calls() const { return calls_; }
  bool has_failed() const { return has_failed_; }

  void create_directories(const std::filesystem::path& directory) override {
    check(directory);
    files_.create_directories(directory);
  }

  std::unique_ptr<pipeline::OutputFile> create(const std::filesystem::path& file) override {
    check(file);
    return std::make_unique<File>(*this, file, files_.create(file));
  }

  void write(const std::filesystem::path& file, std::string_view bytes) override {
    const bool fails = count();
    files_.write(file, fails ? bytes.substr(0, bytes.size() / 2) : bytes);
    if (fails) fail(file);
  }

  void rename(const std::filesystem::path& from, const std::filesystem::path& to) override {
    check(from);
    files_.rename(from, to);
  }

  void create_symlink(
      const std::filesystem::path& target, const std::filesystem::path& link) override {
    check(link);
    files_.create_symlink(target, link);
  }

  void remove_all(const std::filesystem::path& path) override {
    check(path);
    files_.remove_all(path);
  }

  void sync(const std::filesystem::path& path) override {
    check(path);  // And nothing more: no test cuts the power.
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
      const bool fails = storage_.count();
      file_->write(fails ? bytes.substr(0, bytes.size() / 2) : bytes);
      if (fails) fail(path_);
    }

    void close() override {
      storage_.check(path_);
      file_->close();
    }

   private:
    FailingStorage& storage_;
    std::filesystem::path path_;
    std::unique_ptr<pipeline::OutputFile> file_;
  };

  [[noreturn]] static void fail(const std::filesystem::path& path) {
    throw Error(Cause::Output, path.string(), "cannot be written: this is a test");
  }

  // Whether this call fails.
  bool count() {
    const std::size_t call = ++calls_;
    const bool fails =
        fail_at_ != 0 && (failing_ == Failing::Once ? call == fail_at_ : call >= fail_at_);
    if (fails) has_failed_ = true;
    return fails;
  }

  void check(const std::filesystem::path& path) {
    if (count()) fail(path);
  }

  pipeline::FileStorage files_ = {};
  std::size_t fail_at_ = 0;
  Failing failing_ = Failing::Once;
  std::atomic<std::size_t> calls_ = 0;
  std::atomic<bool> has_failed_ = false;
};

}  // namespace reposbom::tests
