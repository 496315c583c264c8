// SPDX-License-Identifier: Apache-2.0
#include "pipeline/input.h"

#include <algorithm>
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
  if (half % 2 == 0) {
    reading.contents = metadata::read_contents(
        entry.packages, described(settings.repositories[half / 2]), refuse_into(reading.failures));
  } else if (entry.sources) {
    reading.sources = metadata::read_source_packages(*entry.sources, refuse_into(reading.failures));
  }
}

// A damaged source package is one line of the report; its packages are described without it.
void read_headers(
    const metadata::Place& place,
    bool specs,
    std::vector<SourcePackage>& sources,
    std::vector<Failure>& failures) {
  std::vector<std::optional<Failure>> failed(sources.size());
  for_each_file(place, sources.size(), [&](std::size_t i) {
    const auto outcome = attempt("read", [&] {
      metadata::read_source_header(place, sources[i]);
      if (specs) metadata::read_source_spec(place, sources[i]);
      return true;
    });
    if (const auto* failure = std::get_if<Failure>(&outcome)) failed[i] = *failure;
  });
  for (auto& failure : failed) {
    if (failure) failures.push_back(*std::move(failure));
  }
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
      const metadata::Place& place, Reading& reading, std::vector<metadata::Remark>& remarks) {
    std::vector<metadata::Package*> packages;
    for (metadata::Package& package : reading.contents.packages)
      packages.push_back(&package);
    const FileWishes wishes{.headers = true, .sha512 = settings_.sha512};
    remark_absent(place, take(place, packages, wishes, reading), packages.size(), remarks);
  }

  // Their headers are read by read_headers(), for more than their digests.
  void read_sources(const metadata::Place& place, Reading& reading) {
    std::vector<metadata::Package*> packages;
    for (SourcePackage& source : reading.sources)
      packages.push_back(&source.package);
    (void)take(place, packages, {.sha512 = settings_.sha512}, reading);
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
    reader.read(opened.entries[i].packages.place, packages, remarks);
    if (opened.entries[i].sources) {
      const metadata::Place& place = opened.entries[i].sources->place;
      read_headers(place, settings.repositories[i].specs, sources.sources, sources.failures);
      reader.read_sources(place, sources);
    }
    for (Reading* reading : {&packages, &sources}) {
      report.failures.insert(
          report.failures.end(), reading->failures.begin(), reading->failures.end());
    }
    packages.contents.sources = std::move(sources.sources);
    const metadata::Repository& repository = packages.contents.repository;
    report.repositories.push_back(
        {repository.id,
         repository.revision,
         opened.entries[i].packages.repomd_sha256,
         repository.time,
         packages.contents.packages.size()});
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
void remark_unproven(
    const Settings& settings, const OpenedInput& opened, metadata::Catalog& catalog) {
  const auto remark = [&](const OpenRepository& repository) {
    if (repository.place.is_proven()) return;
    catalog.remarks.push_back(
        {repository.place.name_of(),
         "is read over http:// without keys: nothing proves that its metadata is authentic. Give "
         "'keys', or a URL of https://"});
  };
  for (std::size_t i = 0; i != opened.entries.size(); ++i) {
    if (!settings.repositories[i].keys.empty()) continue;
    remark(opened.entries[i].packages);
    if (opened.entries[i].sources) remark(*opened.entries[i].sources);
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

metadata::Catalog read_catalog(
    const Settings& settings, const OpenedInput& opened, FileCache& files, Report& report) {
  std::vector<Reading> readings(2 * opened.entries.size());
  parallel_for(readings.size(), [&](std::size_t half) {
    read_half(settings, opened, half, readings[half]);
  });
  FileCache used;
  std::vector<metadata::Remark> remarks;
  metadata::Catalog catalog = metadata::join(
      gather(settings, opened, readings, FileReader(settings, files, used), remarks, report));
  files = std::move(used);
  std::move(remarks.begin(), remarks.end(), std::back_inserter(catalog.remarks));
  metadata::resolve_dependencies(catalog, read_owned_files(opened, catalog));
  remark_unproven(settings, opened, catalog);
  std::sort(catalog.remarks.begin(), catalog.remarks.end());
  std::sort(report.failures.begin(), report.failures.end());
  return catalog;
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
    metadata::Keyring keyring;
    for (const std::filesystem::path& key : repository.keys)
      keyring.add_file(key);
    const metadata::Keyring* keys = repository.keys.empty() ? nullptr : &keyring;
    OpenedInput::Entry entry;
    entry.packages = metadata::open_repository(packages_place(settings, repository), keys);
    if (!repository.sources.empty()) {
      entry.sources = metadata::open_repository(sources_place(settings, repository), keys);
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
