// SPDX-License-Identifier: Apache-2.0
#include "pipeline/media_document.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <utility>

#include "generators/describe.h"
#include "generators/formats.h"
#include "generators/set_records.h"
#include "pipeline/compressed.h"
#include "pipeline/lookup.h"
#include "pipeline/stages.h"

namespace reposbom::pipeline {
namespace {

using generators::ElementRecord;
using generators::MediaContents;
using generators::PublishedFacts;

constexpr std::int64_t kYear10000 = 253402300800;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// "9.4" and "10", not "AlmaLinux 9.4".
bool is_version(const std::string& text) {
  return !text.empty() && is_digit(text.front()) &&
         std::ranges::all_of(text, [](char c) { return is_digit(c) || c == '.'; });
}

// "1714737600.000000" of .discinfo; 0 if it is no time.
std::int64_t made_at(const Media& media) {
  std::int64_t seconds = 0;
  const char* const end = media.timestamp.data() + media.timestamp.size();
  const auto [at, error] = std::from_chars(media.timestamp.data(), end, seconds);
  const bool is_number = error == std::errc() && (at == end || *at == '.');
  return is_number && seconds > 0 && seconds < kYear10000 ? seconds : 0;
}

// The label, as it can be the name of a file on any system; without one, what is known instead.
std::string document_name(const Media& media, const metadata::Distribution& distribution) {
  std::string name;
  for (const char c : media.label) {
    const bool is_plain = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.' || c == '_';
    name += is_plain ? c : '-';
  }
  const bool says_something = std::ranges::any_of(
      name, [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; });
  if (says_something && name.front() != '.') return name;
  const std::string& version = distribution.version;
  return distribution.id + (version.empty() ? "" : "-" + version) + "-media";
}

// What set.json of a set keeps.
struct KeptSet {
  generators::DocumentLink link = {};
  std::int64_t time = 0;
  std::map<std::string, ElementRecord> records = {};  // By stem.
};

KeptSet read_kept(const DiskSet& set) {
  const std::string* const text = set.folder.text(kSetIndex);
  if (text == nullptr) return {};
  generators::SetRecords read =
      generators::read_set_records(*text, set.folder.subject + "/" + std::string(kSetIndex));
  KeptSet kept{.link = std::move(read.link), .time = read.time};
  for (generators::PackageRecord& package : read.packages) {
    if (package.record) kept.records.emplace(package.stem, *std::move(package.record));
  }
  return kept;
}

// The sets of the media's packages, each read once; those that are linked, in order of paths.
class Gatherer {
 public:
  explicit Gatherer(const DiskSelection& selection) : selection_(selection) {
    for (const DiskMatch& match : selection.matches) {
      if (match.set) kept_.try_emplace(*match.set);
    }
    for (auto& [set, kept] : kept_) {
      kept = read_kept(selection.sets[set]);
      newest_ = std::max(newest_, kept.time);
      if (kept.link.uuid.empty()) continue;
      places_.emplace(set, links_.size());
      links_.push_back(kept.link);
    }
  }

  PublishedFacts facts(const DiskMatch& match) const {
    PublishedFacts facts{.reason = match.reason};
    if (!match.set) return facts;
    const auto place = places_.find(*match.set);
    if (place != places_.end()) facts.link = place->second;
    const auto& records = kept_.at(*match.set).records;
    const auto record = records.find(match.stem);
    if (record != records.end()) {
      facts.record = record->second;
    } else {
      facts.reason = "its set was made before sets kept what their documents say";
    }
    return facts;
  }

  std::vector<generators::DocumentLink> links() { return std::move(links_); }
  std::int64_t newest() const { return newest_; }

 private:
  const DiskSelection& selection_;
  std::map<std::size_t, KeptSet> kept_ = {};
  std::map<std::size_t, std::size_t> places_ = {};
  std::vector<generators::DocumentLink> links_ = {};
  std::int64_t newest_ = 0;
};

}  // namespace

metadata::Distribution distribution_of(const Settings& settings, const Media& media) {
  metadata::Distribution distribution = apply(
      settings.distribution, metadata::distribution_from_tag(media.distro_cpe, media.distro_name));
  if (is_version(media.release)) distribution.version = media.release;
  return distribution;
}

generators::Creation creation_of_media(
    const Settings& settings, const Media& media, std::optional<std::int64_t> source_date_epoch) {
  generators::Creation creation = creation_of(settings, distribution_of(settings, media));
  creation.time = source_date_epoch;
  return creation;
}

generators::InventoryDocument describe_media(
    const Media& media, const DiskSelection& selection, const generators::Creation& creation) {
  MediaContents contents;
  contents.product = {
      .name = document_name(media, creation.distribution),
      .volume = media.label,
      .arch = media.arch,
      .file_name = media.file_name,
      .checksum = media.checksum,
      .made = made_at(media),
      .repositories = media.repositories};
  contents.inventory.refused = media.refused;
  Gatherer gatherer(selection);
  for (std::size_t i = 0; i != media.packages.size(); ++i)
    contents.inventory.packages.emplace(
        media.packages[i].ref, gatherer.facts(selection.matches[i]));
  contents.inventory.links = gatherer.links();
  const std::int64_t created = std::max({media.time, made_at(media), gatherer.newest()});
  generators::InventoryDocument described =
      generators::describe_media(media.catalog, contents, creation, created);
  generators::identify(described.document, creation);
  return described;
}

std::map<std::string, std::string> render_media(
    const Media& media, const DiskSelection& selection, const generators::Creation& creation) {
  const generators::InventoryDocument described = describe_media(media, selection, creation);
  const auto& published = selection.index.suffixes;
  std::map<std::string, std::string> files;
  for (const generators::FormatRow& format : generators::formats()) {
    for (const CompressionRow& row : compressions()) {
      const std::string suffix = document_suffix(format.format, row.compression);
      if (std::ranges::find(published, suffix) == published.end()) continue;
      files.emplace(
          "releases/" + described.document.name + suffix,
          compress(
              generators::render(described.document, creation, format.format), row.compression));
    }
  }
  return files;
}

}  // namespace reposbom::pipeline
