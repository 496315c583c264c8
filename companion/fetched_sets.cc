// SPDX-License-Identifier: Apache-2.0
#include "companion/fetched_sets.h"

#include <algorithm>
#include <array>
#include <system_error>
#include <utility>

#include "metadata/digest.h"
#include "metadata/error.h"
#include "metadata/local_file.h"
#include "metadata/sums.h"

namespace reposbom::companion {
namespace {

namespace fs = std::filesystem;
using generators::PropertyName;
using generators::PublishedFacts;

constexpr std::string_view kSetIndex = "set.json";
constexpr std::uintmax_t kLargestFile = std::uintmax_t{64} << 20U;

std::string_view value_of(const generators::Element& element, PropertyName name) {
  const auto found = std::ranges::find(element.properties, name, &generators::Property::name);
  return found != element.properties.end() ? std::string_view(found->value) : std::string_view();
}

// Throws Error if it is not what SHA256SUMS beside it says.
generators::SetRecords read_sealed(const fs::path& set) {
  const fs::path sums_file = set / metadata::kSums;
  const fs::path file = set / kSetIndex;
  const std::string json = metadata::read_whole(file, kLargestFile);
  const std::string text = metadata::read_whole(sums_file, kLargestFile);
  const std::vector<metadata::Sum> sums = metadata::parse_sums(text, sums_file.string());
  const auto sum = std::ranges::find(sums, kSetIndex, &metadata::Sum::name);
  if (sum == sums.end() || sum->sha256 != metadata::sha256(json)) {
    throw Error(
        Cause::Untrusted,
        file.string(),
        "was changed: it is not what SHA256SUMS says; remove the folder and fetch it again");
  }
  return generators::read_set_records(json, file.string());
}

PublishedFacts facts_of(
    const metadata::Package& package, const std::vector<generators::PackageRecord>& records) {
  const std::string nevra = metadata::nevra(package);
  PublishedFacts facts{.reason = "the SBOM of its build does not describe it"};
  for (const generators::PackageRecord& each : records) {
    if (each.nevra != nevra) continue;
    if (!each.record) {
      facts.reason = "the SBOM of its build is too old to be merged";
    } else if (!may_be_same(package.header, each.record->element)) {
      facts.reason = "an SBOM was published for another package of this name: its digests differ";
    } else {
      return {.record = each.record};
    }
  }
  return facts;
}

}  // namespace

bool may_be_same(const metadata::HeaderFacts& installed, const generators::Element& published) {
  const std::array<std::pair<std::string_view, PropertyName>, 3> digests = {
      {{installed.sig_md5, PropertyName::SigMd5},
       {installed.sha256_header, PropertyName::Sha256Header},
       {installed.payload_sha256, PropertyName::PayloadSha256}}};
  return std::ranges::all_of(digests, [&](const auto& digest) {
    const std::string_view other = value_of(published, digest.second);
    return digest.first.empty() || other.empty() || digest.first == other;
  });
}

FetchedSets::FetchedSets(fs::path folder) : folder_(std::move(folder)) {
  std::error_code ignored;
  if (fs::is_directory(folder_ / "sets", ignored)) return;
  throw Error(
      Cause::Usage,
      folder_.string(),
      "holds no SBOMs; fetch them first, or name the folder that they were fetched to with -d");
}

std::vector<PublishedFacts> FetchedSets::facts(const metadata::Build& build) {
  const std::string name = metadata::build_name(build);
  const fs::path set = folder_ / metadata::set_path(build.source.package.name, name);
  if (metadata::is_absent(set)) {
    const PublishedFacts none{.reason = "no SBOM of its build was fetched"};
    return std::vector<PublishedFacts>(build.packages.size(), none);
  }
  const generators::SetRecords read = read_sealed(set);
  if (read.build != name) {
    throw Error(Cause::Untrusted, (set / kSetIndex).string(), "is of another build: " + read.build);
  }
  newest_ = std::max(newest_, read.time);
  std::vector<PublishedFacts> facts;
  bool is_linked = false;
  for (const metadata::Package& package : build.packages) {
    facts.push_back(facts_of(package, read.packages));
    if (!facts.back().record || read.link.uuid.empty()) continue;
    facts.back().link = links_.size();
    is_linked = true;
  }
  if (is_linked) links_.push_back(read.link);
  return facts;
}

}  // namespace reposbom::companion
