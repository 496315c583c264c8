// SPDX-License-Identifier: Apache-2.0
//
// The documents of what verify() takes whose quality can be judged: those in JSON, of
// the current run of a tree, of a run, a set, a companion disk or its ISO image.
#pragma once

#include <array>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "generators/formats.h"

namespace reposbom::pipeline {

inline constexpr std::array kJudgedFormats = {
    generators::Format::SpdxJson, generators::Format::CyclonedxJson};

struct PublishedDocument {
  std::string path = {};   // Below the run, set or disk.
  std::string bytes = {};  // Of its file: see unpack() of compressed.h.
};

// Hands the documents to `take`, some at once, so that all of them never are in memory: of a folder
// in the order of their paths, of an image in the order in which they stand there. It may move them
// away. Requires: the target was verified. Throws Error (Cause::Untrusted) if something cannot be
// read.
void read_documents(
    const std::filesystem::path& target,
    const std::function<void(std::vector<PublishedDocument>&)>& take);

}  // namespace reposbom::pipeline
