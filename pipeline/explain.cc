// SPDX-License-Identifier: Apache-2.0
#include "pipeline/explain.h"

#include <algorithm>
#include <vector>

#include "generators/document.h"
#include "generators/elements.h"
#include "metadata/bundled.h"
#include "metadata/cve.h"
#include "pipeline/lookup.h"

namespace reposbom::pipeline {
namespace {

using metadata::Catalog;
using metadata::Package;

struct Fact {
  std::string name;
  std::string value;
  std::string origin;
};

class Facts {
 public:
  void add(std::string name, std::string value, std::string origin) {
    if (!value.empty()) facts_.push_back({std::move(name), std::move(value), std::move(origin)});
  }

  // "name: value  [origin]", the origins under each other where the values are short.
  std::string text() const {
    std::size_t names = 0;
    for (const Fact& fact : facts_)
      names = std::max(names, fact.name.size());
    std::string text;
    for (const Fact& fact : facts_) {
      std::string line = fact.name + std::string(names - fact.name.size() + 2, ' ') + fact.value;
      line.resize(std::max(line.size() + 2, names + kValueWidth), ' ');
      text += line + "[" + fact.origin + "]\n";
    }
    return text;
  }

 private:
  static constexpr std::size_t kValueWidth = 60;

  std::vector<Fact> facts_;
};

// "primary.xml of almalinux-9-baseos".
std::string primary_of(const Catalog& catalog, const Package& package) {
  std::string text = "primary.xml";
  std::string separator = " of ";
  for (const metadata::Origin& origin : package.origins) {
    text += separator + catalog.repositories[origin.repository].id;
    separator = " and ";
  }
  return text;
}

std::string first_line(const std::string& text) {
  return text.substr(0, text.find('\n'));
}

void add_repodata(Facts& facts, const Package& package, const std::string& primary) {
  facts.add("name", package.name, primary);
  facts.add("version", metadata::to_string(package.evr), primary);
  facts.add("architecture", package.arch, primary);
  if (!package.checksum.hex.empty()) {
    facts.add(
        "checksum",
        std::string(metadata::to_string(package.checksum.type)) + " " + package.checksum.hex,
        primary);
  }
  facts.add("summary", package.summary, primary);
  facts.add("description", first_line(package.description), primary + ", first line");
  facts.add("vendor", package.vendor, primary);
  facts.add("packager", package.packager, primary);
  facts.add("homepage", package.url, primary);
  facts.add("build host", package.build_host, primary);
  if (package.build_time != 0) {
    facts.add("build time", generators::utc_time(package.build_time), primary);
  }
  if (package.file_time != 0) {
    facts.add("file time", generators::utc_time(package.file_time), primary);
  }
  facts.add("source package", package.source_rpm, primary);
}

void add_license(Facts& facts, const metadata::License& license, const std::string& primary) {
  facts.add("licence tag", license.tag, primary);
  facts.add("licence", license.expression, "conversion of the tag");
  for (const std::string& why : license.why)
    facts.add("", why, "licence table");
  for (const metadata::LicenseFlag flag : license.flags) {
    facts.add("licence flag", std::string(metadata::to_string(flag)), "conversion of the tag");
  }
}

void add_derived(
    Facts& facts, const generators::Element& element, const generators::Creation& creation) {
  facts.add("package URL", element.purl, "distribution.purl of the configuration or repomd.xml");
  for (const std::string& purl : element.repository_purls) {
    facts.add("package URL", purl, "the same, with the id of the repository");
  }
  facts.add("CPE", element.cpe, "purl namespace, name and version");
  facts.add("download location", element.download_location, "'published' of the repository");
  facts.add("source location", element.source_location, "'sources_published' of the repository");
  facts.add("supplier", creation.supplier.name, "configuration, else the distribution's name");
  facts.add("author of the document", creation.creator.name, "configuration");
}

// What only the RPM file itself tells, where it was at hand.
void add_header(Facts& facts, const Package& package) {
  const std::string header = "header of " + metadata::nevra(package);
  facts.add("SHA-512", package.sha512, "the RPM file, read whole");
  facts.add("signature MD5", package.header.sig_md5, header);
  facts.add("header SHA-256", package.header.sha256_header, header);
  facts.add("payload SHA-256", package.header.payload_sha256, header);
  facts.add("RPM signature", package.header.signature, header);
  facts.add("VCS", package.header.vcs, header);
}

void add_source_file(
    Facts& facts,
    const metadata::SourceFile& file,
    const std::string& header,
    const std::string& spec) {
  const std::string digest = file.checksum ? " " + file.checksum->hex : " (not included)";
  facts.add(file.is_patch ? "patch" : "source", file.name + digest, header);
  if (file.number) {
    facts.add("", (file.is_patch ? "Patch" : "Source") + std::to_string(*file.number), spec);
  }
  facts.add("", file.url, spec);
  if (!file.is_patch) return;
  for (const std::string& id : metadata::cve_ids(file.name))
    facts.add("resolves", id, "name of the patch");
}

void add_advisories(Facts& facts, const Catalog& catalog, const Package& package) {
  for (const std::size_t i : package.advisories) {
    const metadata::Advisory& advisory = catalog.advisories[i];
    std::string value = advisory.id + " " + advisory.type + " " + advisory.severity;
    for (const metadata::AdvisoryReference& reference : advisory.references) {
      if (reference.type == "cve") value += " " + reference.id;
    }
    facts.add("advisory", value, "updateinfo.xml");
  }
}

void add_contents(Facts& facts, const Package& package, const std::string& primary) {
  for (const metadata::Dependency& provide : package.provides) {
    const auto bundled = metadata::parse_bundled(provide);
    if (!bundled) continue;
    facts.add(
        "bundled",
        bundled->purl,
        "provide '" + provide.name + "' in " + primary +
            (bundled->well_formed ? "" : ", which is malformed"));
  }
}

void add_dependencies(Facts& facts, const Catalog& catalog, const Package& package) {
  for (const metadata::PackageRef ref : package.depends_on) {
    facts.add("depends on", metadata::nevra(catalog.at(ref)), "libsolv over the repositories");
  }
  for (const std::string& requirement : package.unresolved) {
    facts.add("unresolved", requirement, "met by no package of the repositories");
  }
}

void add_source(Facts& facts, const Catalog& catalog, const metadata::SourcePackage& source) {
  const Package& package = source.package;
  const std::string nevra = metadata::nevra(package);
  const std::string header = "header of " + nevra;
  if (!source.header_read) {
    facts.add(
        "sources and patches",
        "unknown",
        source.in_repodata ? nevra + " is listed, but its file is not at hand"
                           : "no source repository lists " + nevra);
  }
  if (source.in_repodata && !package.checksum.hex.empty()) {
    facts.add("source checksum", package.checksum.hex, primary_of(catalog, package));
  }
  for (const metadata::SourceFile& file : source.files)
    add_source_file(facts, file, header, "spec file of " + nevra);
  for (const std::string& macro : source.unexpanded) {
    facts.add("not expanded", macro, "spec file of " + nevra);
  }
  for (const std::string& id : source.changelog_cves) {
    facts.add("resolves", id, "changelog in the " + header);
  }
  for (const metadata::PackageRef ref : source.build_depends_on) {
    facts.add(
        "built with",
        metadata::nevra(catalog.at(ref)),
        "BuildRequires, libsolv over the repositories");
  }
  for (const std::string& requirement : source.build_unresolved) {
    facts.add("unresolved", requirement, "BuildRequires that no package of the repositories meets");
  }
  add_header(facts, package);
}

}  // namespace

std::string explain_package(const ExplainCommand& command) {
  const Lookup lookup = read_for_lookup("explain", command.config, command.repositories);
  const Catalog& catalog = lookup.catalog;
  const Found found = find_package(catalog, command.subject);
  const bool is_source = found.package == nullptr;
  const Package& package = is_source ? found.build->source.package : *found.package;
  const std::string primary = primary_of(catalog, package);
  Facts facts;
  add_repodata(facts, package, primary);
  if (!is_source) add_header(facts, package);
  add_license(facts, catalog.license(package), primary);
  facts.add("module", package.module, "modules.yaml, or the header's own tag");
  add_derived(
      facts,
      is_source ? generators::source_package_element(
                      catalog, found.build->source, lookup.creation, generators::Detail::Full)
                : generators::package_element(
                      catalog, *found.build, package, lookup.creation, generators::Detail::Full),
      lookup.creation);
  add_advisories(facts, catalog, package);
  add_contents(facts, package, primary);
  add_dependencies(facts, catalog, package);
  add_source(facts, catalog, found.build->source);
  return facts.text();
}

}  // namespace reposbom::pipeline
