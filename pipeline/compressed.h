// SPDX-License-Identifier: Apache-2.0
//
// How the documents of a tree are compressed: one row each, and what writes and reads
// them (libarchive). Only documents are; what leads to them stays plain. Same bytes in,
// same bytes out, whatever the time and the threads, with one version of zlib and zstd.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "generators/emitter.h"
#include "generators/formats.h"

namespace reposbom::pipeline {

enum class Compression { None, Gzip, Zstd };

struct CompressionRow {
  Compression compression;
  std::string_view name;    // As the configuration spells it: "gzip".
  std::string_view suffix;  // Behind that of the format: ".gz"; empty of None.
};

std::span<const CompressionRow> compressions();
const CompressionRow& row_of(Compression compression);

// Of the files of a format: ".spdx.json.gz".
std::string document_suffix(generators::Format format, Compression compression);

// Each that a document may have, of whatever format and compression.
std::vector<std::string> document_suffixes();

// The name of a document without the suffix of its compression, if it has one.
std::string_view without_compression(std::string_view name);

// Bytes that are at hand. As they are with None.
std::string compress(std::string bytes, Compression compression);

// What `write` writes, for `sink`, piece by piece.
void compress_to(
    Compression compression,
    const generators::Sink& sink,
    const std::function<void(const generators::Sink&)>& write);

// What a document of this name says, from the bytes of its file. Throws Error (Cause::Untrusted) if
// they are damaged or stand for more than 1 GiB.
std::string unpack(std::string bytes, const std::string& name);

}  // namespace reposbom::pipeline
