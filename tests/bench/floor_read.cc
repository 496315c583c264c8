// SPDX-License-Identifier: Apache-2.0
#include <cstring>
#include <fstream>
#include <iterator>
#include <memory>

#include <archive.h>
#include <libxml/parser.h>

#include "metadata/error.h"
#include "metadata/repomd.h"
#include "tests/bench/floor_measure.h"

namespace reposbom::bench {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kReadAtOnce = std::size_t{256} << 10U;

struct ArchiveFree {
  void operator()(archive* reader) const { archive_read_free(reader); }
};
struct ParserFree {
  void operator()(xmlParserCtxt* parser) const {
    if (parser->myDoc != nullptr) xmlFreeDoc(parser->myDoc);
    xmlFreeParserCtxt(parser);
  }
};

struct Seen {
  std::uint64_t packages = 0;
  std::uint64_t bytes = 0;  // Of the XML, decompressed.
  std::uint64_t text = 0;
};

void start_element(
    void* seen,
    const xmlChar* name,
    const xmlChar*,
    const xmlChar*,
    int,
    const xmlChar**,
    int,
    int,
    const xmlChar**) {
  if (std::strcmp(reinterpret_cast<const char*>(name), "package") == 0)
    ++static_cast<Seen*>(seen)->packages;
}

void end_element(void*, const xmlChar*, const xmlChar*, const xmlChar*) {}

void take_text(void* seen, const xmlChar*, int size) {
  static_cast<Seen*>(seen)->text += static_cast<std::uint64_t>(size);
}

using Parser = std::unique_ptr<xmlParserCtxt, ParserFree>;

Parser make_parser(Seen& seen) {
  xmlSAXHandler handler = {};
  handler.initialized = XML_SAX2_MAGIC;
  handler.startElementNs = start_element;
  handler.endElementNs = end_element;
  handler.characters = take_text;
  Parser parser(xmlCreatePushParserCtxt(&handler, &seen, nullptr, 0, nullptr));
  if (parser == nullptr) throw Error(Cause::Usage, "libxml2", "no parser could be made");
  xmlCtxtUseOptions(parser.get(), XML_PARSE_NONET);
  return parser;
}

fs::path primary_of(const fs::path& repository) {
  const fs::path file = repository / "repodata/repomd.xml";
  std::ifstream stream(file, std::ios::binary);
  const std::string xml((std::istreambuf_iterator<char>(stream)), {});
  const metadata::Repomd repomd = metadata::parse_repomd(xml, file.string());
  const metadata::RepomdPart* part = repomd.find("primary");
  if (part == nullptr) throw Error(Cause::Usage, file.string(), "names no primary.xml");
  return repository / part->href;
}

[[noreturn]] void fail_read(const fs::path& file, archive* reader) {
  const char* const reason = archive_error_string(reader);
  throw Error(Cause::Usage, file.string(), reason != nullptr ? reason : "cannot be read");
}

// In step: what is decompressed is parsed while it is in the cache.
void parse_primary(const fs::path& file, Seen& seen) {
  const std::unique_ptr<archive, ArchiveFree> reader(archive_read_new());
  archive_read_support_filter_all(reader.get());
  archive_read_support_format_raw(reader.get());
  archive_entry* entry = nullptr;
  if (archive_read_open_filename(reader.get(), file.c_str(), kReadAtOnce) != ARCHIVE_OK ||
      archive_read_next_header(reader.get(), &entry) != ARCHIVE_OK) {
    fail_read(file, reader.get());
  }
  const Parser parser = make_parser(seen);
  const void* block = nullptr;
  std::size_t size = 0;
  la_int64_t offset = 0;
  int result = ARCHIVE_OK;
  int wrong = 0;
  while (wrong == 0 &&
         (result = archive_read_data_block(reader.get(), &block, &size, &offset)) == ARCHIVE_OK) {
    wrong = xmlParseChunk(
        parser.get(), static_cast<const char*>(block), static_cast<int>(size), /*terminate=*/0);
    seen.bytes += size;
  }
  if (result != ARCHIVE_OK && result != ARCHIVE_EOF) fail_read(file, reader.get());
  if (wrong != 0 || xmlParseChunk(parser.get(), nullptr, 0, /*terminate=*/1) != 0) {
    throw Error(Cause::Usage, file.string(), "is not XML that can be parsed");
  }
}

}  // namespace

Part read_floor(const std::vector<fs::path>& repositories) {
  std::vector<fs::path> files;
  files.reserve(repositories.size());
  for (const fs::path& repository : repositories)
    files.push_back(primary_of(repository));
  return measure("read", [&](Part& part) {
    Seen seen;
    for (const fs::path& file : files)
      parse_primary(file, seen);
    part.counts = {{"files", files.size()}, {"bytes", seen.bytes}, {"packages", seen.packages}};
  });
}

}  // namespace reposbom::bench
