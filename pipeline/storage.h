// SPDX-License-Identifier: Apache-2.0
//
// Everything that is written goes through Storage, so that a test can record it or
// make any call fail. FileStorage is the real one. All calls but those of one
// OutputFile may come from several threads. Every failure is an Error
// (Cause::Output) that names the path and the system's reason.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "metadata/local_file.h"

namespace reposbom::pipeline {

// A new file, written from front to back. Destroyed before close() it is removed.
class OutputFile {
 public:
  virtual ~OutputFile() = default;
  virtual void write(std::string_view bytes) = 0;
  virtual void close() = 0;
};

class Storage {
 public:
  virtual ~Storage() = default;

  // The parents too; fine if it is there already.
  virtual void create_directories(const std::filesystem::path& directory) = 0;

  // A file that must not exist yet, mode 0644 less umask.
  virtual std::unique_ptr<OutputFile> create(const std::filesystem::path& file) = 0;
  virtual void write(const std::filesystem::path& file, std::string_view bytes) = 0;

  // Atomically; `to` may be a file or a symbolic link that is replaced, or must not exist.
  virtual void rename(const std::filesystem::path& from, const std::filesystem::path& to) = 0;

  // Swaps two folders in one step. False, and nothing done, where the file system cannot do that.
  virtual bool exchange(const std::filesystem::path& one, const std::filesystem::path& other) = 0;

  virtual void create_symlink(
      const std::filesystem::path& target, const std::filesystem::path& link) = 0;

  // Everything below, without following links; fine if it is not there.
  virtual void remove_all(const std::filesystem::path& path) = 0;

  // Returns when all that was written to the file system of `path` is on the medium.
  virtual void sync(const std::filesystem::path& path) = 0;
};

class FileStorage : public Storage {
 public:
  void create_directories(const std::filesystem::path& directory) override;
  std::unique_ptr<OutputFile> create(const std::filesystem::path& file) override;
  void write(const std::filesystem::path& file, std::string_view bytes) override;
  void rename(const std::filesystem::path& from, const std::filesystem::path& to) override;
  bool exchange(const std::filesystem::path& one, const std::filesystem::path& other) override;
  void create_symlink(
      const std::filesystem::path& target, const std::filesystem::path& link) override;
  void remove_all(const std::filesystem::path& path) override;
  void sync(const std::filesystem::path& path) override;
};

// One that this program wrote or that the configuration names.
using metadata::read_file;

// Whether there is a file with just these bytes.
bool holds(const std::filesystem::path& file, std::string_view bytes);

}  // namespace reposbom::pipeline
