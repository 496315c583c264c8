// SPDX-License-Identifier: Apache-2.0
#include "pipeline/rpm_files.h"

#include <optional>
#include <system_error>
#include <utility>

#include "metadata/repository.h"
#include "metadata/rpm_contents.h"
#include "pipeline/interrupt.h"
#include "pipeline/parallel.h"

namespace reposbom::pipeline {
namespace {

using metadata::Package;

// What became of one file; nothing if it is not there.
using Reading = Outcome<std::optional<FileFacts>>;

bool is_there(const std::filesystem::path& file, std::uint64_t size) {
  std::error_code error;
  const std::uintmax_t found = std::filesystem::file_size(file, error);
  return !error && (size == 0 || found == size);
}

FileFacts facts_known(
    const std::filesystem::path& root, const Package& package, const FileCache& known) {
  const auto found = known.find(package.checksum.hex);
  if (found == known.end()) return {};
  // A file of another size is another file: reading it will tell.
  return is_there(root / package.origins.front().href, package.package_size) ? found->second
                                                                             : FileFacts{};
}

// Reads what is wished for and not known. Nothing if the file is not there.
std::optional<FileFacts> complete(
    const std::filesystem::path& root,
    const Package& package,
    const FileWishes& wishes,
    FileFacts facts) {
  Package read = {
      .name = package.name,
      .evr = package.evr,
      .arch = package.arch,
      .checksum = package.checksum,
      .build_time = package.build_time,
      .package_size = package.package_size,
      .origins = package.origins};
  if (wishes.headers && !facts.header_read) {
    if (!metadata::read_package_header(root, read)) return std::nullopt;
    facts.header_read = true;
    facts.header = std::move(read.header);
    facts.module = std::move(read.module);
  }
  if (wishes.sha512 && facts.sha512.empty()) {
    if (!metadata::read_sha512(root, read)) return std::nullopt;
    facts.sha512 = std::move(read.sha512);
  }
  return facts;
}

void take(const FileFacts& facts, const FileWishes& wishes, Package& package) {
  if (wishes.headers) {
    package.header = facts.header;
    package.module = facts.module;
  }
  if (wishes.sha512) package.sha512 = facts.sha512;
}

}  // namespace

FileReading read_rpm_files(
    const std::filesystem::path& root,
    const std::vector<Package*>& packages,
    const FileWishes& wishes,
    const FileCache& known) {
  FileReading result;
  if (!wishes.headers && !wishes.sha512) return result;
  std::vector<Reading> readings(packages.size());
  parallel_for(packages.size(), [&](std::size_t i) {
    check_interrupt();
    const Package& package = *packages[i];
    readings[i] = attempt(
        "read", [&] { return complete(root, package, wishes, facts_known(root, package, known)); });
  });
  for (std::size_t i = 0; i != packages.size(); ++i) {
    if (auto* failure = std::get_if<Failure>(&readings[i])) {
      result.failures.push_back(std::move(*failure));
      continue;
    }
    auto& facts = std::get<std::optional<FileFacts>>(readings[i]);
    if (!facts) {
      ++result.absent;
      continue;
    }
    take(*facts, wishes, *packages[i]);
    result.used.insert_or_assign(packages[i]->checksum.hex, *std::move(facts));
  }
  return result;
}

ListFiles lister_of(std::vector<std::filesystem::path> roots) {
  return [roots = std::move(roots)](
             const Package& package) -> std::optional<std::vector<metadata::PackagedFile>> {
    // Its header was read, so its file was there and was the right one.
    if (package.header.sha256_header.empty()) return std::nullopt;
    for (const metadata::Origin& origin : package.origins) {
      const std::filesystem::path file = roots.at(origin.repository) / origin.href;
      if (is_there(file, package.package_size)) return metadata::read_packaged_files(file);
    }
    return std::nullopt;
  };
}

}  // namespace reposbom::pipeline
