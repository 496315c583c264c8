// SPDX-License-Identifier: Apache-2.0
//
// The parts of the floor: what a run cannot do without, each done barely and timed by itself. They
// work on a Model, which says how many files of how many bytes in which folders a finished tree
// has. Every failure is an Error.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace reposbom::bench {

// What a part did, and its seconds: of the clock, and of all processors.
struct Part {
  std::string name = {};
  std::vector<std::pair<std::string, std::uint64_t>> counts = {};
  double wall = 0;
  double user = 0;
  double system = 0;
};

struct ModelFile {
  std::string path = {};
  std::uint64_t size = 0;
};

// Files first to last - 1: a piece of work.
struct Unit {
  std::size_t first = 0;
  std::size_t last = 0;
  std::uint64_t bytes = 0;
};

// The files, folders and signatures of a tree.
struct Model {
  std::vector<std::string> inner_folders = {};  // Those with folders in them, parents first.
  std::vector<std::string> leaf_folders = {};
  std::vector<ModelFile> files = {};
  std::vector<Unit> units = {};  // The largest first: no thread is left with one at the end.
  std::uint64_t bytes = 0;
  std::uint64_t links = 0;
  std::uint64_t signatures = 0;
};

Model scan_tree(const std::filesystem::path& tree);

// Decompresses and parses the primary.xml of each repository, on one thread: neither a compressed
// stream nor its XML can be divided.
Part read_floor(const std::vector<std::filesystem::path>& repositories);

// Creates the model's folders and files below `folder`, which is empty.
Part write_floor(const Model& model, const std::filesystem::path& folder, unsigned threads);

// What the medium takes until it has all that was written. No part of the floor's sum.
Part sync_floor(const std::filesystem::path& folder);

// SHA-256 of as many bytes in as many files.
Part hash_floor(const Model& model, unsigned threads);

// As many signatures, by an Ed25519 key.
Part sign_floor(const Model& model, unsigned threads);

}  // namespace reposbom::bench
