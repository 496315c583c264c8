// SPDX-License-Identifier: Apache-2.0
//
// What a run did: what could not be done, and the counts that people and machines
// read afterwards in report.json and report.html.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "metadata/catalog.h"
#include "metadata/error.h"
#include "pipeline/quality_totals.h"
#include "pipeline/settings.h"
#include "pipeline/signer.h"
#include "pipeline/tree.h"

namespace reposbom::pipeline {

// One package, or one source package, that could not be described.
struct Failure {
  std::string subject = {};
  std::string stage = {};
  std::string message = {};

  auto operator<=>(const Failure&) const = default;
};

template <class T>
using Outcome = std::variant<T, Failure>;

// Runs `work` and turns an Error about one package into a Failure. Everything else, and an Error of
// the output, ends the run: it goes up.
template <class Work>
auto attempt(const std::string& stage, const Work& work) -> Outcome<decltype(work())> {
  try {
    return work();
  } catch (const Error& error) {
    if (error.cause() != Cause::Untrusted) throw;
    const std::string what = error.what();
    return Failure{error.subject(), stage, what.substr(error.subject().size() + 2)};
  }
}

// Headers of packages and source packages by what vouches for them; counted only with keys.
struct HeaderCounts {
  std::size_t signed_headers = 0;    // By one of the keys.
  std::size_t unsigned_headers = 0;  // The digest of the whole file vouches for them.
  std::size_t refused = 0;           // Signed by a key that is not given, or not to be trusted.

  void add(const HeaderCounts& more);
  bool operator==(const HeaderCounts&) const = default;
};

struct RepositoryReport {
  std::string id = {};
  std::string revision = {};
  std::string repomd_sha256 = {};
  std::int64_t time = 0;
  std::size_t records = 0;
  HeaderCounts headers = {};
};

// What diff.json says of packages: their NEVRAs.
struct Changes {
  std::string from = {};  // The run before; empty if this is the first.
  std::vector<std::string> added = {};
  std::vector<std::string> changed = {};  // Of which the documents are others.
  std::vector<std::string> removed = {};
};

struct Report {
  std::string run = {};
  std::string version = {};
  std::string inputs = {};  // Digest of everything that decides what a run publishes.
  std::string distribution = {};
  std::vector<RepositoryReport> repositories = {};
  std::size_t records = 0;
  std::size_t packages = 0;
  std::size_t builds = 0;
  std::size_t sets_written = 0;
  std::size_t sets_reused = 0;
  std::size_t documents = 0;  // Of the sets, in all formats.
  std::size_t release_documents = 0;
  std::size_t signatures = 0;
  std::uint64_t bytes = 0;                  // Of the documents written.
  std::size_t packages_without_source = 0;  // Whose source package's header was not at hand.
  std::size_t unresolved_requirements = 0;
  std::size_t packages_with_unresolved = 0;
  Changes changes = {};
  std::map<std::string, std::size_t> licenses = {};          // Packages by each licence they name.
  std::map<std::string, std::size_t> license_flags = {};     // Packages by flag.
  std::map<std::string, std::size_t> unknown_licenses = {};  // Packages by License tag.
  std::vector<std::string> builds_without_source = {};
  std::map<std::string, std::size_t> unresolved = {};  // Packages by requirement.
  std::vector<metadata::Remark> remarks = {};
  std::vector<Failure> failures = {};
  std::vector<SigningKey> signers = {};
  QualityTotals quality = {};  // Of a sample of its documents.
};

// What the catalog alone tells of a run.
void count_catalog(const metadata::Catalog& catalog, Report& report);

// Throw Error (Cause::Limits) if more failed, or is gone since the run before, than is allowed: a
// mirror that is synced half, or the wrong one, must not withdraw packages.
void check_failures(const Report& report, const Limits& limits);
void check_shrink(const Report& report, const Index& previous, const Limits& limits);

// A list of diff.json. Throws Error (Cause::Untrusted) if it is none.
Changes read_changes(std::string_view diff);

std::string write_report_json(const Report& report);
// One static page in English and Japanese. It runs no script and loads nothing; without styles it
// can still be read. "report.html#ja" opens in Japanese.
std::string write_report_html(const Report& report);

// The `inputs` of a report.json; empty if there is none.
std::string read_report_inputs(std::string_view json, const std::string& subject);

}  // namespace reposbom::pipeline
