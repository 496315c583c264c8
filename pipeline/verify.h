// SPDX-License-Identifier: Apache-2.0
//
// `reposbom verify`: whether published sets are what their publisher signed. Trust
// goes from a key to the SHA256SUMS of a run or disk, from there to that of each
// set, from there to each document.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace reposbom::pipeline {

struct VerifyOptions {
  std::vector<std::filesystem::path> keys = {};          // OpenPGP public keys, armoured or binary.
  std::vector<std::filesystem::path> certificates = {};  // PEM.
};

struct Verification {
  std::size_t runs = 0;  // Of a tree; 0 of anything else.
  std::size_t sets = 0;
  std::size_t documents = 0;
  std::size_t files = 0;       // All whose digest was compared, documents included.
  std::size_t signatures = 0;  // Good ones.
  bool is_signed = false;      // The run, each run, the disk or the set carries a good signature.
  std::vector<std::string> signed_by = {};  // "OpenPGP key FINGERPRINT", "certificate FILE".
  std::vector<std::string> notes = {};      // What a reader must know beside "it is good".
};

// `target` is a tree, of which every run is verified, a run, a set, a companion disk that is
// mounted or unpacked, or its ISO image. With keys or certificates, every SHA256SUMS must carry a
// signature by one of them. Without, those in keys/ of the tree or disk are used, if there are any,
// and sets may be unsigned that were made so. A signature that can be verified must be good.
// Throws Error: Cause::Untrusted about the first thing that is missing, changed, too much or not
// signed as it should be; Cause::Usage if `target` is nothing of these, or a key cannot be read.
Verification verify(const std::filesystem::path& target, const VerifyOptions& options);

}  // namespace reposbom::pipeline
