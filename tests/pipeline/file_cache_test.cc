// SPDX-License-Identifier: Apache-2.0
#include "pipeline/file_cache.h"

#include <string>

#include <doctest/doctest.h>

#include "tests/support/published_tree.h"

using namespace reposbom::pipeline;
using namespace reposbom::tests;
using reposbom::metadata::HeaderProof;

namespace {

FileCache sample() {
  FileCache cache;
  cache["aa"] = {
      .header_read = true,
      .header =
          {.sig_md5 = "1",
           .sha256_header = "2",
           .payload_sha256 = "3",
           .signature = "RSA/SHA256, 2023-11-14T22:13:20Z, Key ID 0123456789abcdef"},
      .module = "a:b:1:c",
      .sha512 = "4",
      .proof = {.by = HeaderProof::By::Signature, .keys = "6", .header = "7"}};
  cache["bb"] = {.sha512 = "5"};
  cache["cc"] = {.header_read = true, .proof = {.by = HeaderProof::By::Digest, .header = "8"}};
  return cache;
}

}  // namespace

TEST_CASE("parse_file_cache reads what write_file_cache wrote") {
  CHECK(parse_file_cache(write_file_cache(sample())) == sample());
  CHECK(parse_file_cache(write_file_cache({})).empty());
}

TEST_CASE("parse_file_cache takes nothing from a file that was cut or changed") {
  const std::string text = write_file_cache(sample());
  for (std::size_t size = 0; size != text.size(); ++size) {
    CAPTURE(size);
    CHECK(parse_file_cache(text.substr(0, size)).empty());
  }
  for (std::size_t at = 0; at != text.size(); ++at) {
    CAPTURE(at);
    std::string changed = text;
    changed[at] = changed[at] == 'x' ? 'y' : 'x';
    CHECK(parse_file_cache(changed).empty());
  }
  CHECK(parse_file_cache(text + text).empty());
}

TEST_CASE("write_file_cache leaves out what would not read back") {
  FileCache cache = sample();
  cache["dd"] = {.module = "a\tb"};
  cache["ee"] = {.module = "a\nb"};
  cache["ff"] = {.header_read = true, .proof = {.by = HeaderProof::By::Refused}};
  cache["gg"] = {.header_read = true, .proof = {.by = HeaderProof::By::Forged}};
  CHECK(parse_file_cache(write_file_cache(cache)) == sample());
}

TEST_CASE("read_file_cache of a tree that has none is empty") {
  const TemporaryFolder folder;
  CHECK(read_file_cache(folder.path()).empty());
  write_bytes(folder / std::string(kFileCache), write_file_cache(sample()));
  CHECK(read_file_cache(folder.path()) == sample());
}
