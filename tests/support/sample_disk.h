// SPDX-License-Identifier: Apache-2.0
//
// A small tree, a media that overlaps with it, and the companion disk of the two.
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "pipeline/companion_disk.h"
#include "pipeline/media.h"
#include "tests/support/published_tree.h"

namespace reposbom::tests {

inline const std::string kOldBash = "sets/b/bash/bash-5.1.8-6.el9/";

struct SampleRpm {
  std::string nevra = {};
  std::string pkgid = {};
  std::string source_rpm = {};
};

// A DVD with these packages, all in its second repository.
inline pipeline::Media media_of(const std::vector<SampleRpm>& rpms) {
  pipeline::Media media{
      .label = "AlmaLinux-9-4-x86_64-dvd",
      .timestamp = "1714737600.000000",
      .release = "9.4",
      .arch = "x86_64",
      .repositories = {"AppStream", "BaseOS"}};
  std::vector<metadata::RepositoryContents> repositories(2);
  for (const SampleRpm& rpm : rpms) {
    auto package = metadata::parse_nevra(rpm.nevra);
    REQUIRE(package);
    package->checksum.hex = rpm.pkgid;
    package->source_rpm = rpm.source_rpm;
    package->license = "MIT";
    package->origins = {{0, "Packages/" + rpm.nevra + ".rpm"}};
    repositories[1].packages.push_back(*std::move(package));
  }
  pipeline::fill_catalog(media, std::move(repositories), [](const auto&) {
    return std::vector<metadata::OwnedFile>{};
  });
  return media;
}

// A media with one package of an old build of bash, one that the tree describes by another file,
// and one that it does not know.
inline pipeline::Media sample_media() {
  return media_of(
      {{"bash-5.1.8-6.el9.x86_64", std::string(64, 'b'), "bash-5.1.8-6.el9.src.rpm"},
       {"strange-1-1.el9.x86_64", std::string(64, 'c'), "strange-1-1.el9.src.rpm"},
       {"zlib-1.2.11-40.el9.x86_64", std::string(64, 'd'), "zlib-1.2.11-40.el9.src.rpm"}});
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
