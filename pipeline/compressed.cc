// SPDX-License-Identifier: Apache-2.0
#include "pipeline/compressed.h"

#include <array>
#include <cstdint>
#include <exception>
#include <memory>
#include <utility>

#include <archive.h>
#include <archive_entry.h>

#include "metadata/archive.h"
#include "metadata/error.h"

namespace reposbom::pipeline {
namespace {

using generators::Sink;

constexpr std::uint64_t kLargestDocument = std::uint64_t{1} << 30U;

// In the order of Compression.
constexpr std::array kCompressions = {
    CompressionRow{Compression::None, "none", ""},
    CompressionRow{Compression::Gzip, "gzip", ".gz"},
    CompressionRow{Compression::Zstd, "zstd", ".zst"},
};

struct FreeWriter {
  void operator()(archive* writer) const { archive_write_free(writer); }
};

struct FreeEntry {
  void operator()(archive_entry* entry) const { archive_entry_free(entry); }
};

// libarchive's filters for one stream: a "raw" archive is its only member.
class Packer {
 public:
  Packer(Compression compression, const Sink& sink) : sink_(&sink), writer_(archive_write_new()) {
    if (writer_ == nullptr) throw std::bad_alloc();
    add_filter(compression);
    check(archive_write_set_format_raw(writer_.get()));
    check(archive_write_set_bytes_per_block(writer_.get(), 0));  // No zeros behind the end.
    check(archive_write_open(writer_.get(), this, nullptr, &take, nullptr));
    const std::unique_ptr<archive_entry, FreeEntry> entry(archive_entry_new());
    if (entry == nullptr) throw std::bad_alloc();
    archive_entry_set_filetype(entry.get(), AE_IFREG);
    check(archive_write_header(writer_.get(), entry.get()));
  }

  // What was given up is closed by libarchive all the same, and goes nowhere.
  ~Packer() { sink_ = nullptr; }
  Packer(const Packer&) = delete;
  Packer& operator=(const Packer&) = delete;

  void write(std::string_view bytes) {
    while (!bytes.empty()) {
      const la_ssize_t written = archive_write_data(writer_.get(), bytes.data(), bytes.size());
      check(written > 0 ? ARCHIVE_OK : ARCHIVE_FATAL);
      bytes.remove_prefix(static_cast<std::size_t>(written));
    }
  }

  void close() { check(archive_write_close(writer_.get())); }

 private:
  // The levels that both programs take by default.
  void add_filter(Compression compression) {
    archive* const writer = writer_.get();
    if (compression == Compression::Gzip) {
      check(archive_write_add_filter_gzip(writer));
      check(archive_write_set_filter_option(writer, "gzip", "compression-level", "6"));
      check(archive_write_set_filter_option(writer, "gzip", "timestamp", nullptr));
    } else {
      check(archive_write_add_filter_zstd(writer));
      check(archive_write_set_filter_option(writer, "zstd", "compression-level", "3"));
    }
  }

  // C is between this and whoever called write(): an exception must wait.
  static la_ssize_t take(archive* /*writer*/, void* self, const void* bytes, std::size_t size) {
    Packer& packer = *static_cast<Packer*>(self);
    if (packer.sink_ == nullptr) return -1;
    try {
      (*packer.sink_)({static_cast<const char*>(bytes), size});
    } catch (...) {
      packer.thrown_ = std::current_exception();
      return -1;
    }
    return static_cast<la_ssize_t>(size);
  }

  void check(int result) const {
    if (result == ARCHIVE_OK) return;
    if (thrown_) std::rethrow_exception(thrown_);
    const char* const text = archive_error_string(writer_.get());
    throw Error(
        Cause::Output,
        "a document",
        std::string("cannot be compressed: ") + (text != nullptr ? text : "unknown error"));
  }

  const Sink* sink_;
  std::exception_ptr thrown_ = {};
  std::unique_ptr<archive, FreeWriter> writer_;
};

}  // namespace

std::span<const CompressionRow> compressions() {
  return kCompressions;
}

const CompressionRow& row_of(Compression compression) {
  return kCompressions.at(static_cast<std::size_t>(compression));
}

std::string document_suffix(generators::Format format, Compression compression) {
  std::string suffix(generators::row_of(format).suffix);
  return suffix.append(row_of(compression).suffix);
}

std::vector<std::string> document_suffixes() {
  std::vector<std::string> suffixes;
  for (const generators::FormatRow& format : generators::formats()) {
    for (const CompressionRow& row : kCompressions)
      suffixes.push_back(document_suffix(format.format, row.compression));
  }
  return suffixes;
}

std::string_view without_compression(std::string_view name) {
  for (const CompressionRow& row : kCompressions) {
    if (row.suffix.empty() || !name.ends_with(row.suffix)) continue;
    return name.substr(0, name.size() - row.suffix.size());
  }
  return name;
}

std::string compress(std::string bytes, Compression compression) {
  if (compression == Compression::None) return bytes;
  std::string packed;
  compress_to(
      compression,
      [&](std::string_view piece) { packed += piece; },
      [&](const Sink& sink) { sink(bytes); });
  return packed;
}

void compress_to(
    Compression compression, const Sink& sink, const std::function<void(const Sink&)>& write) {
  if (compression == Compression::None) return write(sink);
  Packer packer(compression, sink);
  write([&](std::string_view bytes) { packer.write(bytes); });
  packer.close();
}

std::string unpack(std::string bytes, const std::string& name) {
  if (without_compression(name) == name) return bytes;
  return metadata::decompress(bytes, name, kLargestDocument);
}

}  // namespace reposbom::pipeline
