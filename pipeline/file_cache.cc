// SPDX-License-Identifier: Apache-2.0
#include "pipeline/file_cache.h"

#include <algorithm>
#include <array>
#include <system_error>
#include <utility>

#include "metadata/digest.h"
#include "pipeline/storage.h"

namespace reposbom::pipeline {
namespace {

// The first line; the number tells a later form from this one. The last line is the SHA-256 of all
// before it, so that a file that was cut or changed is none.
constexpr std::string_view kTitle = "reposbom files 2\n";
constexpr std::size_t kSealLength = 65;

// In their order: pkgid, whether the header was read, and the facts.
constexpr std::size_t kFields = 12;
using Fields = std::array<std::string_view, kFields>;

// What is refused is never kept.
constexpr std::array<std::string_view, 3> kProofs = {"", "signature", "digest"};

bool fits(const Fields& fields) {
  return std::ranges::none_of(fields, [](std::string_view field) {
    return field.find_first_of("\t\n") != std::string_view::npos;
  });
}

void append_line(std::string& text, const std::string& pkgid, const FileFacts& facts) {
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
  if (!fits(fields)) return;
  for (const std::string_view field : fields)
    text.append(field).append("\t");
  text.back() = '\n';
}

// False if the line has another number of fields.
bool take_line(std::string_view line, FileCache& cache) {
  Fields fields = {};
  for (std::size_t i = 0; i != kFields; ++i) {
    const std::size_t end = line.find('\t');
    if ((end == std::string_view::npos) != (i + 1 == kFields)) return false;
    fields[i] = line.substr(0, end);
    line.remove_prefix(std::min(line.size(), fields[i].size() + 1));
  }
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
  std::string text(kTitle);
  for (const auto& [pkgid, facts] : cache)
    append_line(text, pkgid, facts);
  return text + metadata::sha256(text) + "\n";
}

FileCache parse_file_cache(std::string_view text) {
  FileCache cache;
  if (!text.starts_with(kTitle) || text.size() < kTitle.size() + kSealLength) return cache;
  const std::string_view seal = text.substr(text.size() - kSealLength);
  text.remove_suffix(kSealLength);
  if (seal != metadata::sha256(text) + "\n") return cache;
  text.remove_prefix(kTitle.size());
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    if (!take_line(text.substr(0, end), cache)) return {};
    text.remove_prefix(std::min(end + 1, text.size()));
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
