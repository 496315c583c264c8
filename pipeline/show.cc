// SPDX-License-Identifier: Apache-2.0
#include "pipeline/show.h"

#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "generators/describe.h"
#include "generators/formats.h"
#include "metadata/digest.h"
#include "metadata/error.h"
#include "metadata/providers.h"
#include "metadata/repository.h"
#include "metadata/rpm_contents.h"
#include "metadata/rpm_header.h"
#include "pipeline/disk_selection.h"
#include "pipeline/lookup.h"
#include "pipeline/media.h"
#include "pipeline/media_document.h"
#include "pipeline/settings.h"

namespace reposbom::pipeline {
namespace {

using generators::Creation;
using generators::Document;
using metadata::Build;
using metadata::Catalog;
using metadata::Package;

Document describe_identified_build(
    const Catalog& catalog, const Build& build, const Creation& creation) {
  Document document = generators::describe_build(catalog, build, creation);
  generators::identify(document, creation);
  return document;
}

Document describe_identified_package(
    const Catalog& catalog,
    const Build& build,
    const Package& package,
    const Creation& creation,
    const std::vector<metadata::PackagedFile>* files) {
  const Document build_document = describe_identified_build(catalog, build, creation);
  const std::string json =
      generators::render(build_document, creation, generators::Format::SpdxJson);
  Document document = generators::describe_package(
      catalog,
      build,
      package,
      creation,
      generators::link_to(
          build_document, creation, metadata::digest(metadata::ChecksumType::Sha1, json)),
      files);
  generators::identify(document, creation);
  return document;
}

std::string show_from_repositories(const ShowCommand& command) {
  const Lookup lookup = read_for_lookup("show", command.config, command.repositories);
  const Found found = find_package(lookup.catalog, command.subject);
  std::optional<std::vector<metadata::PackagedFile>> files;
  if (found.package != nullptr && lookup.list_files) files = lookup.list_files(*found.package);
  const Document document =
      found.package == nullptr
          ? describe_identified_build(lookup.catalog, *found.build, lookup.creation)
          : describe_identified_package(
                lookup.catalog,
                *found.build,
                *found.package,
                lookup.creation,
                files ? &*files : nullptr);
  return generators::render(document, lookup.creation, command.format);
}

// An RPM file alone: a catalog of one package, or of a source package without packages of its own.
std::string show_file(const ShowCommand& command) {
  if (!std::filesystem::exists(command.subject)) {
    throw Error(Cause::Usage, command.subject, "there is no such file");
  }
  metadata::RpmHeader header = metadata::read_rpm_header(command.subject);
  Package package = header.package;
  constexpr std::array types = {metadata::ChecksumType::Sha256, metadata::ChecksumType::Sha512};
  std::vector<metadata::Checksum> sums = metadata::digest_file(types, command.subject);
  package.checksum = std::move(sums[0]);
  package.sha512 = std::move(sums[1].hex);
  package.origins.push_back({0, std::filesystem::path(command.subject).filename().string()});
  Settings settings = command.config ? read_settings(*command.config) : Settings{};
  const metadata::Distribution distribution =
      apply(settings.distribution, metadata::distribution_from_tag({}, {}));
  const Creation creation = creation_of(settings, distribution);
  metadata::RepositoryContents contents;
  if (!header.is_source) {
    contents.packages.push_back(package);
    Catalog catalog = metadata::join({std::move(contents)});
    metadata::resolve_dependencies(catalog);  // Most stay open, and the document says so.
    const Build& build = catalog.builds.front();
    std::vector<metadata::PackagedFile> files;
    if (settings.files) files = metadata::read_packaged_files(command.subject);
    return generators::render(
        describe_identified_package(
            catalog, build, build.packages.front(), creation, settings.files ? &files : nullptr),
        creation,
        command.format);
  }
  metadata::SourcePackage source;
  source.package = std::move(package);
  source.epoch_known = true;
  metadata::take_source_header(std::move(header), source);
  const Catalog catalog = metadata::catalog_of(std::move(source), contents.repository);
  return generators::render(
      describe_identified_build(catalog, catalog.builds.front(), creation),
      creation,
      command.format);
}

bool is_rpm_file(const std::string& subject) {
  return subject.size() > 4 && subject.compare(subject.size() - 4, 4, ".rpm") == 0;
}

bool is_media(const std::string& subject) {
  std::error_code ignored;
  return subject.ends_with(".iso") || std::filesystem::is_directory(subject, ignored);
}

// An installation media: what the companion disk of it says, without the disk.
std::string show_media(const ShowCommand& command) {
  if (!command.config) {
    throw Error(
        Cause::Usage,
        command.subject,
        "the document of media is made of a published tree: name its configuration with --config");
  }
  const Settings settings = read_settings(*command.config);
  const Media media = read_media(command.subject);
  const DiskSelection selection =
      select_sets(settings.output, media, metadata::find_keys(settings.output / "keys"));
  const Creation creation = creation_of_media(settings, media, source_date_epoch());
  const generators::InventoryDocument described = describe_media(media, selection, creation);
  return generators::render(described.document, creation, command.format);
}

}  // namespace

std::string show_document(const ShowCommand& command) {
  if (is_rpm_file(command.subject)) return show_file(command);
  if (is_media(command.subject)) return show_media(command);
  return show_from_repositories(command);
}

}  // namespace reposbom::pipeline
