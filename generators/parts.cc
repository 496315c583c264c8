// SPDX-License-Identifier: Apache-2.0
#include "generators/parts.h"

#include <algorithm>
#include <cctype>
#include <string>

#include "generators/identifiers.h"
#include "generators/source_files.h"
#include "generators/url.h"
#include "metadata/cve.h"
#include "metadata/purl.h"

namespace reposbom::generators {
namespace {

// BSI TR-03183-2, 5.2.2.
void add_file_kind(Element& element, bool is_archive) {
  add_property(element, PropertyName::Archive, is_archive ? "archive" : "no archive");
  add_property(element, PropertyName::Structured, is_archive ? "structured" : "unstructured");
}

}  // namespace

Element source_file_element(
    const metadata::SourcePackage& source, const metadata::SourceFile& file) {
  const std::string source_nevra = metadata::nevra(source.package);
  const std::string digest = file.checksum ? file.checksum->hex : std::string();
  Element element{.role = file.is_patch ? Role::Patch : Role::Source};
  element.name = file.name;
  element.file_name = file.name;
  add_property(element, PropertyName::FileName, file.name);
  // A source that carries the upstream version in its name is of that version; what the packager
  // added belongs to this release of the source package.
  const metadata::Evr& evr = source.package.evr;
  const bool is_upstream = !file.is_patch && holds_version(file.name, evr.version);
  element.version = is_upstream ? evr.version : evr.version + "-" + evr.release;
  element.spdx_id = spdx_id(
      (file.is_patch ? "Patch-" : "Source-") + file.name + "-" +
      short_digest(source_nevra + "\n" + file.name + "\n" + digest));
  element.purl = "pkg:generic/" + metadata::percent_encode(file.name) + "@" +
                 metadata::percent_encode(element.version);
  if (file.checksum) {
    element.checksums.push_back(*file.checksum);
    std::string algorithm(metadata::to_string(file.checksum->type));
    std::transform(algorithm.begin(), algorithm.end(), algorithm.begin(), [](unsigned char c) {
      return static_cast<char>(std::tolower(c));
    });
    element.purl += "?checksum=" + algorithm + ":" + digest;
  } else {
    add_property(
        element,
        PropertyName::NotIncluded,
        "the source package names this file but does not hold it");
  }
  element.download_location = web_url(file.url);
  element.source_info = element.download_location;
  const bool is_packed = !file.is_patch && is_archive(file.name);
  if (is_packed || file.is_patch) add_property(element, PropertyName::Executable, "non-executable");
  add_file_kind(element, is_packed);
  if (file.number) {
    add_property(
        element,
        PropertyName::SourceNumber,
        (file.is_patch ? "Patch" : "Source") + std::to_string(*file.number));
  }
  // A file can be listed as a source and as a patch.
  element.bom_ref =
      (file.is_patch ? "patch:" : "source:") + short_digest(source_nevra) + ":" + file.name;
  if (file.is_patch) element.resolves = metadata::cve_ids(file.name);
  return element;
}

Element packaged_file_element(
    const metadata::Package& package, const metadata::PackagedFile& file) {
  Element element{.role = Role::File};
  element.name = file.path;
  element.file_name = file.path.substr(file.path.rfind('/') + 1);
  element.version = metadata::to_string(package.evr);
  element.spdx_id = spdx_id(
      "File-" + short_digest(
                    metadata::nevra(package) + package.checksum.hex + "\n" + file.path + "\n" +
                    file.checksum.hex));
  element.bom_ref = "file:" + file.path;
  element.checksums = {{metadata::ChecksumType::Sha1, file.sha1}, file.checksum};
  if (file.is_documentation) element.file_kind = FileKind::Documentation;
  if (file.is_archive) element.file_kind = FileKind::Archive;
  if (file.is_executable) element.file_kind = FileKind::Executable;
  add_property(element, PropertyName::FileName, element.file_name);
  add_property(
      element, PropertyName::Executable, file.is_executable ? "executable" : "non-executable");
  add_file_kind(element, file.is_archive && !file.is_executable);
  return element;
}

Element bundled_element(const metadata::Package& package, const metadata::Bundled& bundled) {
  Element element{.role = Role::Bundled};
  element.name = bundled.name;
  element.version = bundled.version;
  element.purl = bundled.purl;
  element.bom_ref = bundled.purl;
  element.spdx_id = spdx_id(
      "Bundled-" + bundled.name + "-" +
      short_digest(metadata::nevra(package) + package.checksum.hex + "\n" + bundled.purl));
  return element;
}

}  // namespace reposbom::generators
