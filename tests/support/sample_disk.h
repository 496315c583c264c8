// SPDX-License-Identifier: Apache-2.0
//
// A small tree, a media that overlaps with it, and the companion disk of the two.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "pipeline/companion_disk.h"
#include "pipeline/media.h"
#include "tests/support/published_tree.h"

namespace reposbom::tests {

inline const std::string kOldBash = "sets/b/bash/bash-5.1.8-6.el9/";

// A media with one package of an old build of bash, one that the tree describes by another file,
// and one that it does not know.
inline pipeline::Media sample_media() {
  return {
      .label = "AlmaLinux-9-4-x86_64-dvd",
      .timestamp = "1714737600.000000",
      .release = "9.4",
      .arch = "x86_64",
      .repositories = {"AppStream", "BaseOS"},
      .packages = {
          {"bash-5.1.8-6.el9.x86_64", std::string(64, 'b'), "bash-5.1.8-6.el9.src.rpm", "b"},
          {"strange-1-1.el9.x86_64", std::string(64, 'c'), "strange-1-1.el9.src.rpm", "s"},
          {"zlib-1.2.11-40.el9.x86_64", std::string(64, 'd'), "zlib-1.2.11-40.el9.src.rpm", "z"}}};
}

inline void fill_sample_tree(PublishedTree& tree) {
  tree.add_set(
      "bash",
      "bash-5.1.8-6.el9",
      {{.nevra = "bash-5.1.8-6.el9.x86_64",
        .pkgid = std::string(64, 'b'),
        .state = pipeline::State::Superseded}});
  tree.add_set("bash", "bash-5.1.8-9.el9", {{.nevra = "bash-5.1.8-9.el9.x86_64"}});
  tree.add_set("gzip", "gzip-1.12-1.el9", {{.nevra = "gzip-1.12-1.el9.x86_64"}});
  tree.add_set(
      "zlib",
      "zlib-1.2.11-40.el9",
      {{.nevra = "zlib-1.2.11-40.el9.x86_64", .pkgid = std::string(64, 'e')}});
  tree.publish();
}

inline PublishedTree::Signers signers_of(const TestKeys& keys) {
  PublishedTree::Signers signers;
  signers.push_back(keys.openpgp_signer("first"));
  signers.push_back(keys.cms_signer("first"));
  return signers;
}

inline pipeline::DiskSummary make_disk(const PublishedTree& tree, const fs::path& image) {
  return pipeline::write_disk(
      {.tree = tree.path(), .output = image}, sample_media(), tree.signers());
}

inline void unpack(const fs::path& image, const fs::path& folder) {
  fs::remove_all(folder);
  fs::create_directories(folder);
  const Ran ran = run_shell("bsdtar -xf " + quoted(image) + " -C " + quoted(folder));
  INFO(ran.output);
  REQUIRE(ran.code == 0);
}

inline bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace reposbom::tests
