// SPDX-License-Identifier: Apache-2.0
//
// The sample catalog with one field of one record changed, for each field there is,
// and whether documents show that field.
#pragma once

#include <cstddef>
#include <functional>
#include <utility>
#include <vector>

#include "tests/support/samples.h"

namespace reposbom::tests {

// One field of one record of sample_catalog() changed. `is_shown`: whether a document of
// builds[0] then reads differently.
struct Alteration {
  const char* field = "";
  std::function<void(metadata::Catalog&)> alter = {};
  bool is_shown = true;
};

inline std::vector<Alteration> package_alterations() {
  using metadata::Package;
  // Of sslforge.x86_64, the first package of the first build.
  const auto on = [](const std::function<void(Package&)>& alter) {
    return [alter](metadata::Catalog& catalog) { alter(catalog.builds[0].packages[0]); };
  };
  return {
      {"name", on([](Package& p) { p.name += "x"; })},
      {"epoch", on([](Package& p) { p.evr.epoch = 2; })},
      {"version", on([](Package& p) { p.evr.version += "1"; })},
      {"release", on([](Package& p) { p.evr.release += "1"; })},
      {"arch", on([](Package& p) { p.arch = "aarch64"; })},
      {"checksum", on([](Package& p) { p.checksum = sample_checksum("other"); })},
      {"checksum type", on([](Package& p) { p.checksum.type = metadata::ChecksumType::Sha512; })},
      {"sha512", on([](Package& p) { p.sha512[0] = 'x'; })},
      {"sha512: none", on([](Package& p) { p.sha512.clear(); })},
      {"sig_md5", on([](Package& p) { p.header.sig_md5[0] = 'x'; })},
      {"sha256_header", on([](Package& p) { p.header.sha256_header[0] = 'x'; })},
      {"payload_sha256", on([](Package& p) { p.header.payload_sha256[0] = 'x'; })},
      {"signature", on([](Package& p) { p.header.signature += "x"; })},
      {"vcs", on([](Package& p) { p.header.vcs = "https://git.example.org/other"; })},
      {"summary", on([](Package& p) { p.summary += "x"; })},
      {"description", on([](Package& p) { p.description += "x"; })},
      {"packager", on([](Package& p) { p.packager += "x"; })},
      {"url", on([](Package& p) { p.url += "x"; })},
      {"license", on([](Package& p) { p.license = "ASL 2.0"; })},
      {"vendor", on([](Package& p) { p.vendor += "x"; })},
      {"build_host", on([](Package& p) { p.build_host += "x"; })},
      {"source_rpm", on([](Package& p) { p.source_rpm = "other-1-1.src.rpm"; })},
      {"module", on([](Package& p) { p.module = "a:b:1:c"; })},
      {"file_time", on([](Package& p) { p.file_time = 1800000000; })},
      {"build_time", on([](Package& p) { p.build_time -= 1; })},
      {"package_size", on([](Package& p) { p.package_size += 1; }), false},
      {"installed_size", on([](Package& p) { p.installed_size += 1; }), false},
      {"header_end", on([](Package& p) { p.header_end += 1; }), false},
      {"provides", on([](Package& p) { p.provides = {{.name = "bundled(zlib)"}}; })},
      {"requires_", on([](Package& p) { p.requires_ = {{.name = "zlib"}}; }), false},
      {"files", on([](Package& p) { p.files = {"/usr/bin/sslforge"}; }), false},
      {"origins: another", on([](Package& p) {
         p.origins.push_back({1, "s/sslforge.rpm"});
       })},
      {"origins: repository", on([](Package& p) { p.origins[0].repository = 1; })},
      {"origins: href", on([](Package& p) { p.origins[0].href = "s/sslforge.rpm"; })},
      {"advisories", on([](Package& p) { p.advisories.pop_back(); })},
      {"depends_on: none", on([](Package& p) { p.depends_on.clear(); })},
      {"depends_on: another", on([](Package& p) {
         p.depends_on = {{1, 0}};
       })},
      {"unresolved", on([](Package& p) { p.unresolved = {"libnothing.so.1"}; })},
      {"shares_name", on([](Package& p) { p.shares_name = true; })},
  };
}

inline std::vector<Alteration> source_alterations() {
  using metadata::SourceFile;
  using metadata::SourcePackage;
  const auto on = [](const std::function<void(SourcePackage&)>& alter) {
    return [alter](metadata::Catalog& catalog) { alter(catalog.builds[0].source); };
  };
  const auto on_file = [&](std::size_t i, const std::function<void(SourceFile&)>& alter) {
    return on([i, alter](SourcePackage& s) { alter(s.files[i]); });
  };
  return {
      {"source name", on([](SourcePackage& s) { s.package.name += "x"; })},
      {"source epoch", on([](SourcePackage& s) { s.package.evr.epoch = 0; })},
      {"source version", on([](SourcePackage& s) { s.package.evr.version += "1"; })},
      {"source release", on([](SourcePackage& s) { s.package.evr.release += "1"; })},
      {"source checksum", on([](SourcePackage& s) { s.package.checksum.hex[0] = 'x'; })},
      {"source sha512", on([](SourcePackage& s) { s.package.sha512[0] = 'x'; })},
      {"source summary", on([](SourcePackage& s) { s.package.summary += "x"; })},
      {"source description", on([](SourcePackage& s) { s.package.description += "x"; })},
      {"source packager", on([](SourcePackage& s) { s.package.packager += "x"; })},
      {"source url", on([](SourcePackage& s) { s.package.url += "x"; })},
      {"source license", on([](SourcePackage& s) { s.package.license = "ASL 2.0"; })},
      {"source vendor", on([](SourcePackage& s) { s.package.vendor += "x"; })},
      {"source build_host", on([](SourcePackage& s) { s.package.build_host += "x"; })},
      {"source module", on([](SourcePackage& s) { s.package.module = "a:b:1:c"; })},
      {"source file_time", on([](SourcePackage& s) { s.package.file_time = 1800000000; })},
      {"source build_time", on([](SourcePackage& s) { s.package.build_time -= 1; })},
      {"source href", on([](SourcePackage& s) { s.package.origins[0].href = "s/s.src.rpm"; })},
      {"epoch_known", on([](SourcePackage& s) { s.epoch_known = false; })},
      {"header_read", on([](SourcePackage& s) { s.header_read = false; })},
      {"sig_md5", on([](SourcePackage& s) { s.package.header.sig_md5[0] = 'b'; })},
      {"sha256_header", on([](SourcePackage& s) { s.package.header.sha256_header[0] = 'x'; })},
      {"payload_sha256", on([](SourcePackage& s) { s.package.header.payload_sha256[0] = 'x'; })},
      {"signature", on([](SourcePackage& s) { s.package.header.signature += "x"; })},
      {"files: one less", on([](SourcePackage& s) { s.files.pop_back(); })},
      {"files: order", on([](SourcePackage& s) { std::swap(s.files[0], s.files[1]); })},
      {"files: name", on_file(0, [](SourceFile& f) { f.name += "x"; })},
      {"files: checksum", on_file(0, [](SourceFile& f) { f.checksum = sample_checksum("x"); })},
      {"files: no checksum", on_file(0, [](SourceFile& f) { f.checksum.reset(); })},
      {"files: url", on_file(2, [](SourceFile& f) { f.url += "x"; })},
      {"files: number", on_file(2, [](SourceFile& f) { f.number = 7; })},
      {"files: no number", on_file(2, [](SourceFile& f) { f.number.reset(); })},
      {"build_requires", on([](SourcePackage& s) { s.build_requires = {{.name = "make"}}; })},
      {"build_depends_on", on([](SourcePackage& s) { s.build_depends_on.clear(); })},
      {"build_unresolved", on([](SourcePackage& s) { s.build_unresolved = {"clang"}; })},
      {"changelog_cves", on([](SourcePackage& s) { s.changelog_cves.pop_back(); })},
      {"unexpanded", on([](SourcePackage& s) { s.unexpanded = {"other"}; })},
      {"files: is_patch", on_file(0, [](SourceFile& f) { f.is_patch = true; })},
  };
}

inline std::vector<Alteration> other_alterations() {
  using metadata::Advisory;
  using metadata::Repository;
  const auto on_advisory = [](const std::function<void(Advisory&)>& alter) {
    return [alter](metadata::Catalog& catalog) {
      for (Advisory& advisory : catalog.advisories)
        alter(advisory);
    };
  };
  const auto on_repository = [](const std::function<void(Repository&)>& alter) {
    return [alter](metadata::Catalog& catalog) { alter(catalog.repositories[0]); };
  };
  return {
      {"advisory id", on_advisory([](Advisory& a) { a.id += "x"; })},
      {"advisory type", on_advisory([](Advisory& a) { a.type += "x"; })},
      {"advisory severity", on_advisory([](Advisory& a) { a.severity = "Low"; })},
      {"advisory title", on_advisory([](Advisory& a) { a.title += "x"; }), false},
      {"advisory reference url",
       on_advisory([](Advisory& a) {
         for (metadata::AdvisoryReference& reference : a.references)
           reference.url += "x";
       }),
       false},
      {"advisory issued", on_advisory([](Advisory& a) { a.issued -= 86400; })},
      {"advisory updated", on_advisory([](Advisory& a) { a.updated = 1800000000; })},
      {"advisory url", on_advisory([](Advisory& a) { a.url += "x"; })},
      {"advisory cve", on_advisory([](Advisory& a) {
         if (!a.references.empty()) a.references[0].id = "CVE-2023-9999";
       })},
      {"advisory reference type", on_advisory([](Advisory& a) {
         if (!a.references.empty()) a.references[0].type = "other";
       })},
      {"repository id", on_repository([](Repository& r) { r.id += "x"; })},
      {"repository published", on_repository([](Repository& r) { r.published += "x"; })},
      {"repository sources_published",
       on_repository([](Repository& r) { r.sources_published += "x"; })},
      {"repository revision", on_repository([](Repository& r) { r.revision += "x"; }), false},
      {"repository time", on_repository([](Repository& r) { r.time += 1; }), false},
      {"what a LicenseRef is called",
       [](metadata::Catalog& catalog) {
         metadata::License& license = catalog.licenses.find("ASL 2.0 and BSD")->second;
         license.expression += "-2";
         license.refs[0].id += "-2";
       }},
  };
}

inline std::vector<Alteration> sample_alterations() {
  std::vector<Alteration> all = package_alterations();
  for (const auto& more : {source_alterations(), other_alterations()})
    all.insert(all.end(), more.begin(), more.end());
  return all;
}

}  // namespace reposbom::tests
