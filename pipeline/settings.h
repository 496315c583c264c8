// SPDX-License-Identifier: Apache-2.0
//
// What a run is told to do: the configuration file, or the repositories of the
// command line, over defaults. Plain values; every path and URL is complete, and
// no file that they name has been opened yet. README.md explains the keys.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "generators/document.h"
#include "generators/formats.h"
#include "metadata/distribution.h"
#include "metadata/mirrors.h"
#include "pipeline/compressed.h"
#include "pipeline/settings_network.h"
#include "pipeline/settings_signing.h"

namespace reposbom::pipeline {

struct RepositorySettings {
  std::string id = {};        // [A-Za-z0-9][A-Za-z0-9._-]*, unique.
  std::string packages = {};  // Absolute directory or http(s):// URL, as are `sources`.
  std::string sources = {};   // None if empty.
  Mirrors mirrors = {};       // Only of a URL, as are `source_mirrors`.
  Mirrors source_mirrors = {};
  NetworkSettings network = {};        // Complete: what holds for all repositories is in it.
  bool specs = false;                  // Spec files of the source packages are read too.
  std::string published = {};          // URL where users find the packages; empty if unknown.
  std::string sources_published = {};  // The same of the source packages.
  std::vector<std::filesystem::path> keys = {};  // If any, who must have signed all of it.
  std::optional<std::vector<std::filesystem::path>> source_keys = {};  // Other ones of `sources`.
};

const std::vector<std::filesystem::path>& source_keys_of(const RepositorySettings& repository);

// Whether something of the repository is read without anybody's signature.
bool is_unverified(const RepositorySettings& repository);

// What the configuration says of the distribution; the rest is read from repomd.xml.
struct DistributionSettings {
  std::optional<std::string> id = {};
  std::optional<std::string> name = {};
  std::optional<std::string> version = {};
  std::optional<std::string> cpe = {};
  std::optional<std::string> purl_namespace = {};
  std::optional<std::string> purl_distro = {};
  std::optional<std::string> documents = {};
};

// What is configured replaces what the tag of repomd.xml gave. A configured id that differs from
// the tag's gives name and purl namespace too, and a configured id or version the purl's distro,
// unless they are configured themselves.
metadata::Distribution apply(
    const DistributionSettings& configured, metadata::Distribution from_tag);

// A count, or a share of a whole.
struct Quantity {
  double value = 0;
  bool is_percent = false;

  // Rounded down.
  std::size_t of(std::size_t whole) const;
};

// Which sets of packages that no repository has any more are kept.
struct KeepAll {};
struct KeepCount {
  std::size_t sets = 0;  // Of each source package, the newest.
};
struct KeepAge {
  std::int64_t seconds = 0;
};

struct Keep {
  std::size_t runs = 14;  // 1 or more.
  std::variant<KeepAll, KeepCount, KeepAge> superseded = KeepAll{};
};

struct Limits {
  Quantity failures = {.value = 1, .is_percent = true};
  Quantity shrink = {.value = 5, .is_percent = true};
};

// What companion disks have beside the sets.
struct DiskSettings {
  std::filesystem::path client = {};  // Repository with the RPM of sbomget; none if empty.
  std::string url = {};               // Where customers find the tree as well; none if empty.
};

struct Settings {
  DistributionSettings distribution = {};
  generators::Party supplier = {};
  generators::Party creator = {};
  std::vector<RepositorySettings> repositories = {};
  NetworkSettings network = {};                     // Of repositories that say nothing else.
  std::optional<std::filesystem::path> cache = {};  // Of downloads; see default_cache().
  std::vector<generators::Format> formats = {};     // In the order of generators::formats().
  bool sha512 = false;  // Of every RPM that is at hand, read whole once.
  bool files = false;   // Documents list the files in the packages.
  Signing signing = {};
  Keep keep = {};
  Limits limits = {};
  DiskSettings disk = {};
  std::filesystem::path output = "sbom";
  Compression compress = Compression::None;  // Of documents.
  bool sha256_files = false;                 // A DOCUMENT.sha256 beside each document of a set.
  std::filesystem::path metrics = {};        // What Prometheus' node_exporter reads; none if empty.
};

// The YAML or JSON file; its output is the folder "sbom" beside it if it names none. Repositories
// given as well (the REPO… of the command line) replace its own, which it must have otherwise.
// Throws Error (Cause::Usage) about "FILE:LINE:COLUMN".
Settings read_settings(
    const std::filesystem::path& file, const std::vector<std::string>& repositories = {});

// Defaults for repositories named on the command line; the output is ./sbom.
Settings settings_for(const std::vector<std::string>& repositories);

// Directories or URLs as repositories. One of `known` with the same packages is taken whole; else
// the id is the last part of the place that says something: "BaseOS" of ".../9/BaseOS/x86_64/os".
std::vector<RepositorySettings> repositories_for(
    const std::vector<std::string>& places, const std::vector<RepositorySettings>& known);

// Those that are written where the configuration names none.
std::vector<generators::Format> default_formats();

using metadata::is_url;

// A directory, perhaps relative to `folder`, or a URL, as `packages` and `sources` are kept;
// nothing if it is another kind of URL.
std::optional<std::string> repository_place(
    std::string_view text, const std::filesystem::path& folder);

// Whether a URL has a user or password in it, which must not be published.
bool has_credentials(std::string_view url);

// Where packages were read from is also where they are published, if that is a URL for everyone
// and nothing else is configured.
void complete_published(RepositorySettings& repository);

}  // namespace reposbom::pipeline
