// SPDX-License-Identifier: Apache-2.0
#include "pipeline/file_cache.h"

#include <algorithm>
#include <array>
#include <system_error>
#include <utility>

#include "pipeline/sealed_lines.h"
#include "pipeline/storage.h"

namespace reposbom::pipeline {
namespace {

// The number tells a later form from this one.
constexpr std::string_view kTitle = "reposbom files 2";

// In their order: pkgid, whether the header was read, and the facts.
constexpr std::size_t kFields = 12;
using Fields = std::array<std::string_view, kFields>;

// What is refused is never kept.
constexpr std::array<std::string_view, 3> kProofs = {"", "signature", "digest"};

void add_line(SealedLines& lines, const std::string& pkgid, const FileFacts& facts) {
  if (facts.proof.is_refused()) return;
  const Fields fields = {
      pkgid,
      facts.header_read ? "1" : "0",
      facts.header.sig_md5,
      facts.header.sha256_header,
      facts.header.payload_sha256,
      facts.header.signature,
      facts.header.vcs,
      facts.module,
      facts.sha512,
      kProofs[static_cast<std::size_t>(facts.proof.by)],
      facts.proof.keys,
      facts.proof.header};
  lines.add(fields);
}

// False if the line is none of these.
bool take_line(std::string_view& lines, FileCache& cache) {
  Fields fields = {};
  if (!take_fields(lines, fields)) return false;
  FileFacts facts;
  facts.header_read = fields[1] == "1";
  facts.header = {
      .sig_md5 = std::string(fields[2]),
      .sha256_header = std::string(fields[3]),
      .payload_sha256 = std::string(fields[4]),
      .signature = std::string(fields[5]),
      .vcs = std::string(fields[6])};
  facts.module = fields[7];
  facts.sha512 = fields[8];
  const auto proof = std::ranges::find(kProofs, fields[9]);
  if (proof == kProofs.end()) return false;
  facts.proof = {
      .by = static_cast<metadata::HeaderProof::By>(proof - kProofs.begin()),
      .keys = std::string(fields[10]),
      .header = std::string(fields[11])};
  cache.emplace_hint(cache.end(), fields[0], std::move(facts));
  return true;
}

}  // namespace

std::string write_file_cache(const FileCache& cache) {
  SealedLines lines(kTitle);
  for (const auto& [pkgid, facts] : cache)
    add_line(lines, pkgid, facts);
  return std::move(lines).seal();
}

FileCache parse_file_cache(std::string_view text) {
  FileCache cache;
  auto lines = unsealed(text, kTitle);
  while (lines && !lines->empty()) {
    if (!take_line(*lines, cache)) return {};
  }
  return cache;
}

FileCache read_file_cache(const std::filesystem::path& tree) {
  std::error_code ignored;
  const std::filesystem::path file = tree / kFileCache;
  if (!std::filesystem::is_regular_file(file, ignored)) return {};
  return parse_file_cache(read_file(file));
}

}  // namespace reposbom::pipeline
