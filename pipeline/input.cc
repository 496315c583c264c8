// SPDX-License-Identifier: Apache-2.0
#include "pipeline/input.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <utility>

#include "metadata/digest.h"
#include "metadata/error.h"
#include "metadata/facts.h"
#include "metadata/filelists.h"
#include "metadata/providers.h"
#include "pipeline/parallel.h"
#include "pipeline/places.h"
#include "pipeline/rpm_files.h"
#include "pipeline/trace.h"

namespace reposbom::pipeline {
namespace {

using metadata::OpenRepository;
using metadata::RepositoryContents;
using metadata::SourcePackage;

metadata::Repository described(const RepositorySettings& settings) {
  return {
      .id = settings.id,
      .published = settings.published,
      .sources_published = settings.sources_published};
}

// What one thread reads, so that nothing is shared until all are done.
struct Reading {
  RepositoryContents contents = {};
  std::vector<SourcePackage> sources = {};
  HeaderCounts headers = {};
  std::vector<Failure> failures = {};
};

bool is_inside_character(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U;
}

// A hostile name must not fill a log: its beginning and its end tell enough.
std::string shortened(const std::string& text) {
  constexpr std::size_t kHead = 150;
  constexpr std::size_t kTail = 50;
  if (text.size() <= 2 * (kHead + kTail)) return text;
  std::size_t head = kHead;
  while (head != 0 && is_inside_character(text[head]))
    --head;
  std::size_t tail = text.size() - kTail;
  while (tail != text.size() && is_inside_character(text[tail]))
    ++tail;
  return text.substr(0, head) + "…" + text.substr(tail);
}

metadata::Refuse refuse_into(std::vector<Failure>& failures) {
  return [&failures](const std::string& subject, const std::string& reason) {
    failures.push_back({shortened(subject), "read", shortened(reason)});
  };
}

// The binary and the source half of each repository are independent: 2i and 2i + 1.
void read_half(
    const Settings& settings, const OpenedInput& opened, std::size_t half, Reading& reading) {
  const OpenedInput::Entry& entry = opened.entries[half / 2];
  const Span span("read", settings.repositories[half / 2].id);
  if (half % 2 == 0) {
    reading.contents = metadata::read_contents(
        entry.packages, described(settings.repositories[half / 2]), refuse_into(reading.failures));
  } else if (entry.sources) {
    reading.sources = metadata::read_source_packages(*entry.sources, refuse_into(reading.failures));
  }
}

// What is read of one source package.
struct SourceReading {
  metadata::HeaderProof proof = {};
  std::optional<Failure> failure = {};
};

SourceReading read_source(
    const metadata::Place& place,
    const metadata::Keyring* keys,
    bool specs,
    const FileCache& known,
    SourcePackage& source) {
  SourceReading reading;
  const auto found = known.find(source.package.checksum.hex);
  const auto outcome = attempt("read", [&] {
    const auto proof = metadata::read_source_header(
        place, source, keys, found == known.end() ? metadata::HeaderProof{} : found->second.proof);
    if (proof) reading.proof = *proof;
    if (specs) metadata::read_source_spec(place, source);
    return true;
  });
  if (const auto* failure = std::get_if<Failure>(&outcome)) reading.failure = *failure;
  return reading;
}

// Some files of a repository are there and some are not: it was synced half, or only in part.
void remark_absent(
    const metadata::Place& place,
    std::size_t absent,
    std::size_t packages,
    std::vector<metadata::Remark>& remarks) {
  if (absent == 0 || absent == packages) return;
  remarks.push_back(
      {place.name_of(),
       "has no file of " + std::to_string(absent) + " of its " + std::to_string(packages) +
           " packages: what only an RPM file tells is left out of their documents"});
}

// Reads the RPM files that are there, and moves what became known of them to `used`.
class FileReader {
 public:
  FileReader(const Settings& settings, const FileCache& known, FileCache& used)
      : settings_(settings), known_(known), used_(used) {}

  void read(
      const metadata::Place& place,
      const metadata::Keyring* keys,
      Reading& reading,
      std::vector<metadata::Remark>& remarks) {
    std::vector<metadata::Package*> packages;
    for (metadata::Package& package : reading.contents.packages)
      packages.push_back(&package);
    const FileWishes wishes{.headers = true, .sha512 = settings_.sha512, .keys = keys};
    remark_absent(place, take(place, packages, wishes, reading), packages.size(), remarks);
  }

  // Of their headers more is read than of those of packages, and anew each time: only what vouches
  // for them is kept. A damaged source package is one line of the report; its packages are
  // described without it.
  void read_sources(
      const metadata::Place& place, const metadata::Keyring* keys, bool specs, Reading& reading) {
    std::vector<SourcePackage>& sources = reading.sources;
    std::vector<SourceReading> read(sources.size());
    const auto file = [&](std::size_t i) {
      return place.name_of(sources[i].package.origins.front().href);
    };
    for_each_file(place, sources.size(), [&](std::size_t i) {
      read[i] = read_source(place, keys, specs, known_, sources[i]);
      check_forged(read[i].proof, file(i));
    });
    std::vector<metadata::Package*> packages;
    for (SourcePackage& source : sources)
      packages.push_back(&source.package);
    (void)take(place, packages, {.sha512 = settings_.sha512}, reading);
    for (std::size_t i = 0; i != sources.size(); ++i) {
      if (auto refused = count_proof(read[i].proof, file(i), reading.headers)) {
        reading.failures.push_back(*std::move(refused));
      } else if (read[i].proof.by != metadata::HeaderProof::By::Nothing) {
        used_[sources[i].package.checksum.hex].proof = std::move(read[i].proof);
      }
      if (read[i].failure) reading.failures.push_back(*std::move(read[i].failure));
    }
  }

 private:
  // Returns how many files are absent.
  std::size_t take(
      const metadata::Place& place,
      const std::vector<metadata::Package*>& packages,
      const FileWishes& wishes,
      Reading& reading) {
    FileReading files = read_rpm_files(place, packages, wishes, known_);
    used_.merge(files.used);
    reading.headers.add(files.headers);
    std::move(files.failures.begin(), files.failures.end(), std::back_inserter(reading.failures));
    return files.absent;
  }

  const Settings& settings_;
  const FileCache& known_;
  FileCache& used_;
};

std::vector<RepositoryContents> gather(
    const Settings& settings,
    const OpenedInput& opened,
    std::vector<Reading>& readings,
    FileReader reader,
    std::vector<metadata::Remark>& remarks,
    Report& report) {
  std::vector<RepositoryContents> repositories;
  for (std::size_t i = 0; i != opened.entries.size(); ++i) {
    Reading& packages = readings[2 * i];
    Reading& sources = readings[2 * i + 1];
    const OpenedInput::Entry& entry = opened.entries[i];
    const Span span("read files", settings.repositories[i].id);
    reader.read(entry.packages.place, entry.package_keys.get(), packages, remarks);
    if (entry.sources) {
      const bool specs = settings.repositories[i].specs;
      reader.read_sources(entry.sources->place, entry.source_keys.get(), specs, sources);
    }
    packages.headers.add(sources.headers);
    for (Reading* reading : {&packages, &sources}) {
      report.failures.insert(
          report.failures.end(), reading->failures.begin(), reading->failures.end());
    }
    packages.contents.sources = std::move(sources.sources);
    const metadata::Repository& repository = packages.contents.repository;
    report.repositories.push_back(
        {repository.id,
         repository.revision,
         entry.packages.repomd_sha256,
         repository.time,
         packages.contents.packages.size(),
         packages.headers});
    repositories.push_back(std::move(packages.contents));
  }
  return repositories;
}

// Who owns the required files that primary.xml does not list. A repository may lack filelists.xml,
// for it is large and rarely needed: then such requirements stay unresolved, and a remark says so.
std::vector<metadata::OwnedFile> read_owned_files(
    const OpenedInput& opened, metadata::Catalog& catalog) {
  std::vector<metadata::OwnedFile> owned;
  const std::vector<std::string> wanted = metadata::unlisted_files(catalog);
  if (wanted.empty()) return owned;
  const auto is_wanted = [&](std::string_view path) {
    return std::binary_search(wanted.begin(), wanted.end(), path);
  };
  for (std::size_t i = 0; i != opened.entries.size(); ++i) {
    const OpenedInput::Entry& entry = opened.entries[i];
    const metadata::RepomdPart* part = entry.packages.repomd.find("filelists");
    if (part == nullptr) continue;
    const std::string file = metadata::part_name(entry.packages, "filelists");
    const auto bytes = metadata::read_optional_part(entry.packages, "filelists");
    if (!bytes) {
      catalog.remarks.push_back(
          {file, "repomd.xml names it but it is absent: file requirements may stay open"});
      continue;
    }
    metadata::PartContent content(*part);
    metadata::read_filelists(
        *bytes,
        file,
        is_wanted,
        [&](metadata::OwnedFile&& found) { owned.push_back(std::move(found)); },
        content.hasher());
    content.compare(catalog.repositories[i].id, catalog.remarks);
  }
  return owned;
}

// Where neither a signature nor TLS vouches for repomd.xml, whoever is on the way can write it.
void remark_unproven(const OpenedInput& opened, metadata::Catalog& catalog) {
  const auto remark = [&](const OpenRepository& repository) {
    if (repository.place.is_proven()) return;
    catalog.remarks.push_back(
        {repository.place.name_of(),
         "is read over http:// without keys: nothing proves that its metadata is authentic. Give "
         "'keys', or a URL of https://"});
  };
  for (const OpenedInput::Entry& entry : opened.entries) {
    if (!entry.package_keys) remark(entry.packages);
    if (entry.sources && !entry.source_keys) remark(*entry.sources);
  }
}

// Of the first repository that says so: some carry no tag.
metadata::Distribution tagged_distribution(const std::vector<OpenedInput::Entry>& entries) {
  for (const OpenedInput::Entry& entry : entries) {
    const metadata::Repomd& repomd = entry.packages.repomd;
    if (!repomd.distro_cpe.empty()) {
      return metadata::distribution_from_tag(repomd.distro_cpe, repomd.distro_name);
    }
  }
  return metadata::distribution_from_tag({}, {});
}

metadata::Catalog join_all(std::vector<RepositoryContents> repositories) {
  const Span span("join");
  return metadata::join(std::move(repositories));
}

void resolve_all(const OpenedInput& opened, metadata::Catalog& catalog) {
  const Span span("resolve");
  metadata::resolve_dependencies(catalog, read_owned_files(opened, catalog));
}

metadata::Catalog read_catalog(
    const Settings& settings, const OpenedInput& opened, FileCache& files, Report& report) {
  std::vector<Reading> readings(2 * opened.entries.size());
  parallel_for(readings.size(), [&](std::size_t half) {
    read_half(settings, opened, half, readings[half]);
  });
  FileCache used;
  std::vector<metadata::Remark> remarks;
  std::vector<RepositoryContents> repositories =
      gather(settings, opened, readings, FileReader(settings, files, used), remarks, report);
  files = std::move(used);
  metadata::Catalog catalog = join_all(std::move(repositories));
  std::move(remarks.begin(), remarks.end(), std::back_inserter(catalog.remarks));
  resolve_all(opened, catalog);
  remark_unproven(opened, catalog);
  std::sort(catalog.remarks.begin(), catalog.remarks.end());
  std::sort(report.failures.begin(), report.failures.end());
  return catalog;
}

std::unique_ptr<const metadata::Keyring> keyring_of(
    const std::vector<std::filesystem::path>& files) {
  if (files.empty()) return nullptr;
  auto keyring = std::make_unique<metadata::Keyring>();
  for (const std::filesystem::path& file : files)
    keyring->add_file(file);
  return keyring;
}

void check_unchanged(const OpenedInput& opened) {
  for (const OpenedInput::Entry& entry : opened.entries) {
    metadata::check_unchanged(entry.packages);
    if (entry.sources) metadata::check_unchanged(*entry.sources);
  }
}

}  // namespace

std::int64_t OpenedInput::time() const {
  std::int64_t newest = 0;
  for (const Entry& entry : entries) {
    newest = std::max(newest, entry.packages.repomd.newest_timestamp());
    if (entry.sources) newest = std::max(newest, entry.sources->repomd.newest_timestamp());
  }
  return newest;
}

std::string OpenedInput::digest() const {
  std::string bytes;
  for (const Entry& entry : entries) {
    metadata::append_fact(bytes, entry.packages.repomd_sha256);
    metadata::append_fact(bytes, entry.sources ? entry.sources->repomd_sha256 : std::string());
    for (const auto& keys : {std::cref(entry.package_keys), std::cref(entry.source_keys)})
      metadata::append_fact(bytes, keys.get() ? keys.get()->digest() : std::string());
  }
  return metadata::sha256(bytes);
}

std::vector<const metadata::Place*> OpenedInput::package_places() const {
  std::vector<const metadata::Place*> places;
  for (const Entry& entry : entries)
    places.push_back(&entry.packages.place);
  return places;
}

OpenedInput open_input(const Settings& settings) {
  OpenedInput opened;
  for (const RepositorySettings& repository : settings.repositories) {
    OpenedInput::Entry entry;
    entry.package_keys = keyring_of(repository.keys);
    entry.packages =
        metadata::open_repository(packages_place(settings, repository), entry.package_keys.get());
    if (!repository.sources.empty()) {
      entry.source_keys = keyring_of(source_keys_of(repository));
      entry.sources =
          metadata::open_repository(sources_place(settings, repository), entry.source_keys.get());
    }
    opened.entries.push_back(std::move(entry));
  }
  opened.distribution = apply(settings.distribution, tagged_distribution(opened.entries));
  return opened;
}

metadata::Catalog read_input(
    const Settings& settings, const OpenedInput& opened, FileCache& files, Report& report) {
  metadata::Catalog catalog;
  try {
    catalog = read_catalog(settings, opened, files, report);
  } catch (const Error&) {
    // A mirror that was synced meanwhile lacks what the old repomd.xml names: that is the cause.
    check_unchanged(opened);
    throw;
  }
  check_unchanged(opened);
  prune_cache(settings);
  return catalog;
}

}  // namespace reposbom::pipeline
