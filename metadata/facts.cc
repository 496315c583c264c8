// SPDX-License-Identifier: Apache-2.0
#include "metadata/facts.h"

namespace reposbom::metadata {
namespace {

void append(std::string& bytes, const Evr& evr) {
  append_fact(bytes, evr.epoch);
  append_fact(bytes, evr.version);
  append_fact(bytes, evr.release);
}

void append(std::string& bytes, const Checksum& checksum) {
  append_fact(bytes, static_cast<std::int64_t>(checksum.type));
  append_fact(bytes, checksum.hex);
}

void append(std::string& bytes, const Dependency& dependency) {
  append_fact(bytes, dependency.name);
  append_fact(bytes, static_cast<std::int64_t>(dependency.comparison));
  append_fact(bytes, dependency.evr);
}

// A repository's name and address go into documents; its revision and time do not.
void append(std::string& bytes, const Catalog& catalog, const std::vector<Origin>& origins) {
  append_fact(bytes, static_cast<std::int64_t>(origins.size()));
  for (const Origin& origin : origins) {
    const Repository& repository = catalog.repositories[origin.repository];
    for (const std::string& text :
         {repository.id, repository.published, repository.sources_published, origin.href}) {
      append_fact(bytes, text);
    }
  }
}

// What a LicenseRef is called depends on the other tags of the catalog.
void append_license(std::string& bytes, const Catalog& catalog, const Package& package) {
  append_fact(bytes, catalog.license(package).expression);
}

void append_own_identity(std::string& bytes, const Package& package) {
  append_fact(bytes, package.name);
  append(bytes, package.evr);
  append_fact(bytes, package.arch);
  append(bytes, package.checksum);
  for (const std::string* text :
       {&package.summary,
        &package.license,
        &package.vendor,
        &package.source_rpm,
        &package.module}) {
    append_fact(bytes, *text);
  }
  append_fact(bytes, package.sha512);
  append_fact(bytes, package.header.sha256_header);  // It gives the element its id.
  append_fact(bytes, package.shares_name ? 1 : 0);
}

void append_identity(std::string& bytes, const Catalog& catalog, const Package& package) {
  append_own_identity(bytes, package);
  append_license(bytes, catalog, package);
  append(bytes, catalog, package.origins);
}

void append(std::string& bytes, const HeaderFacts& header) {
  for (const std::string* text :
       {&header.sig_md5,
        &header.sha256_header,
        &header.payload_sha256,
        &header.signature,
        &header.vcs}) {
    append_fact(bytes, *text);
  }
}

void append_rest(std::string& bytes, const Package& package) {
  for (const std::string* text :
       {&package.description, &package.packager, &package.url, &package.build_host}) {
    append_fact(bytes, *text);
  }
  append(bytes, package.header);
  append_fact(bytes, package.file_time);
  append_fact(bytes, package.build_time);
}

// No document shows its title or where its references lead.
void append(std::string& bytes, const Advisory& advisory) {
  for (const std::string* text :
       {&advisory.id, &advisory.type, &advisory.severity, &advisory.url}) {
    append_fact(bytes, *text);
  }
  append_fact(bytes, advisory.issued);
  append_fact(bytes, advisory.updated);
  append_fact(bytes, static_cast<std::int64_t>(advisory.references.size()));
  for (const AdvisoryReference& reference : advisory.references) {
    append_fact(bytes, reference.type);
    append_fact(bytes, reference.id);
  }
}

void append(std::string& bytes, const std::vector<std::string>& texts) {
  append_fact(bytes, static_cast<std::int64_t>(texts.size()));
  for (const std::string& text : texts)
    append_fact(bytes, text);
}

void append_providers(
    std::string& bytes, const Catalog& catalog, const std::vector<PackageRef>& providers) {
  append_fact(bytes, static_cast<std::int64_t>(providers.size()));
  for (const PackageRef ref : providers) {
    bytes += identity_facts(catalog, catalog.builds[ref.build], catalog.at(ref));
    append_fact(bytes, catalog.at(ref).requires_.empty() ? 0 : 1);
  }
}

void append_source(std::string& bytes, const SourcePackage& source) {
  append_own_identity(bytes, source.package);
  append_rest(bytes, source.package);
  append_fact(
      bytes,
      (source.in_repodata ? 1 : 0) + (source.header_read ? 2 : 0) + (source.epoch_known ? 4 : 0));
  append_fact(bytes, static_cast<std::int64_t>(source.files.size()));
  for (const SourceFile& file : source.files) {
    append_fact(bytes, file.name);
    append_fact(bytes, file.is_patch ? 1 : 0);
    append_fact(bytes, file.checksum ? 1 : 0);
    if (file.checksum) append(bytes, *file.checksum);
    append_fact(bytes, file.url);
    append_fact(bytes, file.number ? std::int64_t{*file.number} + 1 : std::int64_t{0});
  }
  append_fact(bytes, source.spec_read ? 1 : 0);
  append(bytes, source.unexpanded);
  append_fact(bytes, static_cast<std::int64_t>(source.build_requires.size()));
  for (const Dependency& dependency : source.build_requires)
    append(bytes, dependency);
  append(bytes, source.changelog_cves);
}

void append_package(std::string& bytes, const Package& package) {
  append_own_identity(bytes, package);
  append_rest(bytes, package);
  append_fact(bytes, static_cast<std::int64_t>(package.provides.size()));
  for (const Dependency& dependency : package.provides)
    append(bytes, dependency);
}

void append_advisories(std::string& bytes, const Catalog& catalog, const Package& package) {
  append_fact(bytes, static_cast<std::int64_t>(package.advisories.size()));
  for (const std::size_t i : package.advisories)
    append(bytes, catalog.advisories[i]);
}

void append_dependencies(std::string& bytes, const Catalog& catalog, const Package& package) {
  append_providers(bytes, catalog, package.depends_on);
  append(bytes, package.unresolved);
}

}  // namespace

void append_fact(std::string& bytes, std::string_view text) {
  append_fact(bytes, static_cast<std::int64_t>(text.size()));
  bytes += text;
}

void append_fact(std::string& bytes, std::int64_t number) {
  auto rest = static_cast<std::uint64_t>(number);
  for (; rest >= 0x80U; rest >>= 7U)
    bytes += static_cast<char>((rest & 0x7FU) | 0x80U);
  bytes += static_cast<char>(rest);
}

std::string identity_facts(const Catalog& catalog, const Build& build, const Package& package) {
  std::string bytes;
  append_identity(bytes, catalog, package);
  append_identity(bytes, catalog, build.source.package);
  return bytes;
}

BuildFacts build_facts(const Catalog& catalog, const Build& build) {
  BuildFacts facts;
  append_source(facts.source, build.source);
  append_providers(facts.dependencies, catalog, build.source.build_depends_on);
  append(facts.dependencies, build.source.build_unresolved);
  append_license(facts.licenses, catalog, build.source.package);
  append(facts.repositories, catalog, build.source.package.origins);
  append_fact(facts.packages, static_cast<std::int64_t>(build.packages.size()));
  for (const Package& package : build.packages) {
    append_package(facts.packages, package);
    append_license(facts.licenses, catalog, package);
    append(facts.repositories, catalog, package.origins);
    append_advisories(facts.advisories, catalog, package);
    append_dependencies(facts.dependencies, catalog, package);
  }
  return facts;
}

std::string facts(const Catalog& catalog, const Build& build) {
  const BuildFacts parts = build_facts(catalog, build);
  std::string bytes;
  for (const std::string* part :
       {&parts.source,
        &parts.packages,
        &parts.advisories,
        &parts.dependencies,
        &parts.licenses,
        &parts.repositories}) {
    append_fact(bytes, *part);
  }
  return bytes;
}

}  // namespace reposbom::metadata
