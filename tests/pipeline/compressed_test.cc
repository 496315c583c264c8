// SPDX-License-Identifier: Apache-2.0
#include "pipeline/compressed.h"

#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "metadata/archive.h"
#include "metadata/error.h"
#include "tests/support/published_tree.h"

using namespace reposbom::pipeline;
using namespace reposbom::tests;
using reposbom::Error;
using reposbom::generators::Format;
using reposbom::generators::Sink;

namespace {

constexpr Compression kBoth[] = {Compression::Gzip, Compression::Zstd};

// Larger than any buffer on the way, and nothing that one letter can stand for.
std::string large_text() {
  std::string text;
  for (unsigned number = 0; text.size() < 3'000'000; number = number * 1103515245U + 12345U)
    text += std::to_string(number) + (number % 7 == 0 ? "\n" : " ");
  return text;
}

std::string in_pieces(const std::string& text, std::size_t size, Compression compression) {
  std::string packed;
  compress_to(
      compression,
      [&](std::string_view piece) { packed += piece; },
      [&](const Sink& sink) {
        for (std::size_t at = 0; at < text.size(); at += size)
          sink(std::string_view(text).substr(at, size));
      });
  return packed;
}

}  // namespace

TEST_CASE("compress gives what decompresses to the same bytes, and fewer of them") {
  for (const Compression compression : kBoth) {
    for (const std::string& text : {std::string(), std::string("a\n"), large_text()}) {
      CAPTURE(text.size());
      const std::string packed = compress(text, compression);
      CHECK(packed != text);
      CHECK((reposbom::metadata::decompress(packed, "x", 10'000'000) == text));
      if (text.size() > 1000) CHECK(packed.size() < text.size() * 3 / 4);
    }
  }
  CHECK(compress("as it is", Compression::None) == "as it is");
}

TEST_CASE("compress writes the magic numbers that tools look for, no time and no name") {
  const std::string gzip = compress("text", Compression::Gzip);
  // RFC 1952: magic number, deflate, no flags (so no name), no time.
  CHECK(gzip.substr(0, 8) == std::string("\x1f\x8b\x08\0\0\0\0\0", 8));
  CHECK(compress("text", Compression::Zstd).substr(0, 4) == "\x28\xb5\x2f\xfd");
}

TEST_CASE("the programs gzip and zstd read what compress writes") {
  const TemporaryFolder folder;
  const std::string text = large_text();
  if (has_programs("gzip")) {
    write_bytes(folder / "a.gz", compress(text, Compression::Gzip));
    CHECK((run_shell("gzip -dc " + quoted(folder / "a.gz")).output == text));
  } else {
    MESSAGE("skipped: no gzip");
  }
  if (has_programs("zstd")) {
    write_bytes(folder / "a.zst", compress(text, Compression::Zstd));
    CHECK((run_shell("zstd -dcq " + quoted(folder / "a.zst")).output == text));
  } else {
    MESSAGE("skipped: no zstd");
  }
}

TEST_CASE("compress_to writes the same bytes, however it is given them") {
  const std::string text = large_text();
  for (const Compression compression : kBoth) {
    const std::string whole = compress(text, compression);
    for (const std::size_t size : {1000, 65536, 1 << 20})
      CHECK((in_pieces(text, size, compression) == whole));
  }
}

TEST_CASE("compress_to hands on what is ready before all of it was written") {
  for (const Compression compression : kBoth) {
    std::size_t pieces = 0;
    std::size_t pieces_before_end = 0;
    const std::string text = large_text();
    compress_to(
        compression,
        [&](std::string_view) { ++pieces; },
        [&](const Sink& sink) {
          sink(text);
          pieces_before_end = pieces;
        });
    CHECK(pieces_before_end > 0);
  }
}

TEST_CASE("compress_to lets through what the sink or the writer throws, and writes no more") {
  struct Stop {};
  const std::string text = large_text();
  for (const Compression compression : kBoth) {
    const auto refuse = [](std::string_view) { throw Stop(); };
    CHECK_THROWS_AS(compress_to(compression, refuse, [&](const Sink& sink) { sink(text); }), Stop);
    bool is_over = false;
    const auto watch = [&](std::string_view) { CHECK_FALSE(is_over); };
    CHECK_THROWS_AS(
        compress_to(
            compression,
            watch,
            [&](const Sink& sink) {
              sink("something");
              is_over = true;
              throw Stop();
            }),
        Stop);
  }
}

TEST_CASE("unpack reads a document by its name") {
  CHECK(unpack("{}", "a.spdx.json") == "{}");
  for (const Compression compression : kBoth) {
    const std::string name = "a" + document_suffix(Format::SpdxJson, compression);
    CHECK(unpack(compress("{}", compression), name) == "{}");
    std::string damaged = compress(large_text(), compression);
    damaged.resize(damaged.size() / 2);
    CHECK_THROWS_WITH_AS(unpack(damaged, name), doctest::Contains(name.c_str()), Error);
  }
}

TEST_CASE("document_suffix and without_compression are of the same names") {
  CHECK(document_suffix(Format::SpdxJson, Compression::None) == ".spdx.json");
  CHECK(document_suffix(Format::SpdxJson, Compression::Gzip) == ".spdx.json.gz");
  CHECK(document_suffix(Format::CyclonedxXml, Compression::Zstd) == ".cdx.xml.zst");
  CHECK(without_compression("a.spdx.json.gz") == "a.spdx.json");
  CHECK(without_compression("a.cdx.xml.zst") == "a.cdx.xml");
  CHECK(without_compression("a.spdx.json") == "a.spdx.json");
  CHECK(without_compression("") == "");
  const std::vector<std::string> all = document_suffixes();
  CHECK(std::set<std::string>(all.begin(), all.end()).size() == 6 * 3);
}
