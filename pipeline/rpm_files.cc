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

// Requests on their way to one server at a time: enough to make up for the way, few enough to be no
// burden.
constexpr std::size_t kConnections = 8;

// What became of one file; nothing if it is not there.
using Reading = Outcome<std::optional<FileFacts>>;

std::string file_name(const metadata::Place& place, const Package& package) {
  return place.name_of(package.origins.front().href);
}

bool is_there(const metadata::Place& place, const Package& package) {
  if (place.is_remote()) return true;
  std::error_code error;
  const std::uintmax_t found =
      std::filesystem::file_size(place.name_of(package.origins.front().href), error);
  return !error && (package.package_size == 0 || found == package.package_size);
}

FileFacts facts_known(
    const metadata::Place& place, const Package& package, const FileCache& known) {
  const auto found = known.find(package.checksum.hex);
  if (found == known.end()) return {};
  // A file of another size is another file: reading it will tell.
  return is_there(place, package) ? found->second : FileFacts{};
}

// Reads what is wished for and not known. Nothing if the file is not there.
std::optional<FileFacts> complete(
    const metadata::Place& place,
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
  if (wishes.headers && !(facts.header_read && facts.proof.holds_for(wishes.keys))) {
    auto proof = metadata::read_package_header(place, read, wishes.keys);
    if (!proof) return std::nullopt;
    facts.proof = *std::move(proof);
    if (facts.proof.is_refused()) return facts;
    facts.header_read = true;
    facts.header = std::move(read.header);
    facts.module = std::move(read.module);
  }
  if (wishes.sha512 && facts.sha512.empty()) {
    if (!metadata::read_sha512(place, read)) return std::nullopt;
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
    const metadata::Place& place,
    const std::vector<Package*>& packages,
    const FileWishes& wishes,
    const FileCache& known) {
  FileReading result;
  if (!wishes.headers && !wishes.sha512) return result;
  std::vector<Reading> readings(packages.size());
  for_each_file(place, packages.size(), [&](std::size_t i) {
    const Package& package = *packages[i];
    readings[i] = attempt("read", [&] {
      return complete(place, package, wishes, facts_known(place, package, known));
    });
    const auto* facts = std::get_if<std::optional<FileFacts>>(&readings[i]);
    if (facts != nullptr && *facts) check_forged((*facts)->proof, file_name(place, package));
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
    if (wishes.headers && wishes.keys != nullptr) {
      auto failure = count_proof(facts->proof, file_name(place, *packages[i]), result.headers);
      if (failure) {
        result.failures.push_back(*std::move(failure));
        continue;
      }
    }
    take(*facts, wishes, *packages[i]);
    result.used.insert_or_assign(packages[i]->checksum.hex, *std::move(facts));
  }
  return result;
}

std::optional<Failure> count_proof(
    const metadata::HeaderProof& proof, const std::string& file, HeaderCounts& counts) {
  using By = metadata::HeaderProof::By;
  if (proof.by == By::Signature) ++counts.signed_headers;
  if (proof.by == By::Digest) ++counts.unsigned_headers;
  if (!proof.is_refused()) return std::nullopt;
  ++counts.refused;
  return Failure{file, "read", proof.message};
}

void check_forged(const metadata::HeaderProof& proof, const std::string& file) {
  if (proof.by != metadata::HeaderProof::By::Forged) return;
  throw Error(Cause::Untrusted, file, proof.message);
}

void for_each_file(
    const metadata::Place& place, std::size_t count, const std::function<void(std::size_t)>& read) {
  const auto body = [&](std::size_t i) {
    check_interrupt();
    read(i);
  };
  if (place.is_remote()) {
    parallel_wait(count, kConnections, body);
  } else {
    parallel_for(count, body);
  }
}

ListFiles lister_of(std::vector<const metadata::Place*> places) {
  return [places = std::move(places)](
             const Package& package) -> std::optional<std::vector<metadata::PackagedFile>> {
    // Its header was read, so its file was there and was the right one.
    if (package.header.sha256_header.empty()) return std::nullopt;
    for (const metadata::Origin& origin : package.origins) {
      const Package stored{
          .checksum = package.checksum,
          .package_size = package.package_size,
          .origins = {{.href = origin.href}}};
      const metadata::Place& place = *places.at(origin.repository);
      if (!is_there(place, stored)) continue;
      if (const auto file = place.whole_rpm(stored)) {
        return metadata::read_packaged_files(*file, package.header.sha256_header);
      }
    }
    return std::nullopt;
  };
}

}  // namespace reposbom::pipeline
