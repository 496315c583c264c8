// SPDX-License-Identifier: Apache-2.0
//
// A small real repository, written from a few words: primary.xml, plain or
// compressed, and the repomd.xml that tells its size and checksum. Every package
// is a record that the program would take from createrepo_c.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <archive.h>
#include <archive_entry.h>
#include <doctest/doctest.h>

#include "metadata/digest.h"
#include "tests/support/published_tree.h"

namespace reposbom::tests {

struct TinyPackage {
  std::string name = {};
  std::string version = "1.0";
  std::string release = "1.el9";
  std::string arch = "x86_64";
  int epoch = 0;
  std::string source = {};  // Name-version-release of its source package; its own if empty.
  std::string license = "MIT";
  std::vector<std::string> needs = {};
  std::string summary = "A package of a test";
  std::int64_t time = 1'700'000'000;  // It was built then.

  std::string nvr() const { return name + "-" + version + "-" + release; }
  std::string nvra() const { return nvr() + "." + arch; }
  // Two records with the same NEVRA and summary are the same file.
  std::string pkgid() const {
    return metadata::sha256(std::to_string(epoch) + ":" + nvra() + summary);
  }
};

// What libarchive makes of bytes with one filter ("gzip", "xz", "zstd").
inline std::string compress(const std::string& bytes, const std::string& filter) {
  std::string packed(bytes.size() + 4096, '\0');
  std::size_t used = 0;
  archive* writer = archive_write_new();
  archive_entry* entry = archive_entry_new();
  archive_entry_set_pathname(entry, "data");
  archive_entry_set_filetype(entry, AE_IFREG);
  REQUIRE(archive_write_add_filter_by_name(writer, filter.c_str()) == ARCHIVE_OK);
  REQUIRE(archive_write_set_format_raw(writer) == ARCHIVE_OK);
  REQUIRE(archive_write_open_memory(writer, packed.data(), packed.size(), &used) == ARCHIVE_OK);
  REQUIRE(archive_write_header(writer, entry) == ARCHIVE_OK);
  REQUIRE(
      archive_write_data(writer, bytes.data(), bytes.size()) ==
      static_cast<la_ssize_t>(bytes.size()));
  REQUIRE(archive_write_close(writer) == ARCHIVE_OK);
  archive_entry_free(entry);
  archive_write_free(writer);
  packed.resize(used);
  return packed;
}

class TinyRepository {
 public:
  explicit TinyRepository(fs::path root) : root_(std::move(root)) {}

  const fs::path& path() const { return root_; }
  fs::path repomd() const { return root_ / "repodata" / "repomd.xml"; }
  fs::path primary() const { return root_ / primary_; }

  // Replaces all that it held. `timestamp` becomes the time of a run.
  void write(
      const std::vector<TinyPackage>& packages,
      std::int64_t timestamp = 1'710'000'000,
      const std::string& filter = "") {
    std::string records;
    for (const TinyPackage& package : packages)
      records += record(package);
    write_records(records, packages.size(), timestamp, filter);
  }

  // The same from <package> elements that are given as they are.
  void write_records(
      const std::string& records,
      std::size_t count,
      std::int64_t timestamp = 1'710'000'000,
      const std::string& filter = "") {
    const std::string primary =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        "<metadata xmlns=\"http://linux.duke.edu/metadata/common\" "
        "xmlns:rpm=\"http://linux.duke.edu/metadata/rpm\" packages=\"" +
        std::to_string(count) + "\">\n" + records + "</metadata>\n";
    const std::string stored = filter.empty() ? primary : compress(primary, filter);
    fs::remove_all(root_ / "repodata");
    primary_ = "repodata/" + metadata::sha256(stored) + "-primary.xml" + ending(filter);
    write_bytes(root_ / primary_, stored);
    write_bytes(
        repomd(),
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        "<repomd xmlns=\"http://linux.duke.edu/metadata/repo\">\n"
        "<revision>" +
            std::to_string(timestamp) +
            "</revision>\n"
            "<tags><distro cpeid=\"cpe:/o:almalinux:almalinux:9\">AlmaLinux 9</distro></tags>\n"
            "<data type=\"primary\">\n"
            "<checksum type=\"sha256\">" +
            metadata::sha256(stored) +
            "</checksum>\n"
            "<open-checksum type=\"sha256\">" +
            metadata::sha256(primary) +
            "</open-checksum>\n"
            "<location href=\"" +
            primary_ +
            "\"/>\n"
            "<timestamp>" +
            std::to_string(timestamp) +
            "</timestamp>\n"
            "<size>" +
            std::to_string(stored.size()) +
            "</size>\n"
            "<open-size>" +
            std::to_string(primary.size()) +
            "</open-size>\n"
            "</data>\n" +
            more_parts_ + "</repomd>\n");
  }

  // Another part, by hand; the next write() names it in repomd.xml. It must not stand in repodata/,
  // which write() makes anew.
  void add_part(const std::string& type, const std::string& name, const std::string& bytes) {
    write_bytes(root_ / name, bytes);
    more_parts_ += "<data type=\"" + type + "\"><checksum type=\"sha256\">" +
                   metadata::sha256(bytes) + "</checksum><location href=\"" + name +
                   "\"/><timestamp>1</timestamp><size>" + std::to_string(bytes.size()) +
                   "</size></data>\n";
  }

  static std::string record(const TinyPackage& package) {
    const std::string evr = "epoch=\"" + std::to_string(package.epoch) + "\" ver=\"" +
                            package.version + "\" rel=\"" + package.release + "\"";
    const std::string source = package.source.empty() ? package.nvr() : package.source;
    std::string needs;
    for (const std::string& name : package.needs)
      needs += "<rpm:entry name=\"" + name + "\"/>";
    return "<package type=\"rpm\"><name>" + package.name + "</name><arch>" + package.arch +
           "</arch><version " + evr + "/><checksum type=\"sha256\" pkgid=\"YES\">" +
           package.pkgid() + "</checksum><summary>" + package.summary +
           "</summary><description>What it is for.</description>"
           "<packager>builder@example.com</packager><url>https://example.com/</url><time file=\"" +
           std::to_string(package.time) + "\" build=\"" + std::to_string(package.time) +
           "\"/><size package=\"1000\" installed=\"2000\" archive=\"2100\"/>"
           "<location href=\"Packages/" +
           package.nvra() + ".rpm\"/><format><rpm:license>" + package.license +
           "</rpm:license><rpm:vendor>AlmaLinux</rpm:vendor>"
           "<rpm:buildhost>build.example.com</rpm:buildhost>" +
           (package.arch == "src" ? "" : "<rpm:sourcerpm>" + source + ".src.rpm</rpm:sourcerpm>") +
           "<rpm:provides><rpm:entry name=\"" + package.name + "\" flags=\"EQ\" " + evr +
           "/></rpm:provides><rpm:requires>" + needs + "</rpm:requires></format></package>\n";
  }

 private:
  static std::string ending(const std::string& filter) {
    if (filter == "gzip") return ".gz";
    if (filter == "zstd") return ".zst";
    return filter.empty() ? "" : "." + filter;
  }

  fs::path root_;
  std::string primary_ = {};
  std::string more_parts_ = {};
};

}  // namespace reposbom::tests
