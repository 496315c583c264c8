// SPDX-License-Identifier: Apache-2.0
#include "generators/spdx_terms.h"

#include <algorithm>
#include <utility>

#include "metadata/digest.h"

namespace reposbom::generators {

std::string organization(std::string_view name, std::string_view email) {
  std::string text = "Organization: ";
  text += name;
  if (!email.empty()) return text.append(" (").append(email).append(")");
  if (!name.empty() && name.back() == ')') text += " ()";
  return text;
}

std::string_view spdx_purpose(Role role) {
  switch (role) {
    case Role::Package:
      return "INSTALL";
    case Role::SourcePackage:
    case Role::Source:
      return "SOURCE";
    case Role::Patch:
    case Role::File:
      return "FILE";
    case Role::Bundled:
      return "LIBRARY";
    case Role::OperatingSystem:
      return "OPERATING_SYSTEM";
  }
  return {};
}

std::string_view spdx_file_type(FileKind kind) {
  switch (kind) {
    case FileKind::Other:
      return "OTHER";
    case FileKind::Executable:
      return "APPLICATION";
    case FileKind::Archive:
      return "ARCHIVE";
    case FileKind::Documentation:
      return "DOCUMENTATION";
  }
  return {};
}

std::string_view spdx_name(RelationshipType type) {
  switch (type) {
    case RelationshipType::Contains:
      return "CONTAINS";
    case RelationshipType::DependsOn:
      return "DEPENDS_ON";
    case RelationshipType::GeneratedFrom:
      return "GENERATED_FROM";
    case RelationshipType::PackageOf:
      return "PACKAGE_OF";
    case RelationshipType::PatchFor:
      return "PATCH_FOR";
    case RelationshipType::BuildDependencyOf:
      return "BUILD_DEPENDENCY_OF";
  }
  return {};
}

std::string license_comment(const metadata::License& license) {
  if (license.tag.empty()) return {};
  std::string comment = "RPM License tag: " + license.tag;
  std::string separator = "; flags: ";
  for (const metadata::LicenseFlag flag : license.flags) {
    comment += separator;
    comment += metadata::to_string(flag);
    separator = ", ";
  }
  return comment;
}

std::string license_text(const metadata::LicenseRef& ref) {
  return "RPM License tag operand '" + ref.raw +
         "'. The licence text is not part of the repository metadata.";
}

std::vector<std::string> annotations_of(const Element& element) {
  std::vector<std::string> annotations;
  for (const Property& property : element.properties) {
    const std::string_view prefix = property_names(property.name).annotation;
    if (!prefix.empty()) annotations.push_back(std::string(prefix) + property.value);
  }
  for (const AdvisoryRef& advisory : element.advisories) {
    if (advisory.url.empty()) annotations.push_back("advisory: " + advisory.comment);
  }
  if (element.resolves.empty()) return annotations;
  // A kernel's changelog names thousands: one annotation for all of them.
  std::string resolves = "resolves:";
  for (const std::string& id : element.resolves)
    resolves += " " + id;
  annotations.push_back(std::move(resolves));
  return annotations;
}

std::string package_verification_code(const Document& document) {
  std::vector<std::string_view> sums;
  for (const Element& element : document.elements) {
    if (element.role == Role::File) sums.push_back(element.checksums.front().hex);
  }
  std::sort(sums.begin(), sums.end());
  metadata::Hasher hasher(metadata::ChecksumType::Sha1);
  for (const std::string_view sum : sums)
    hasher.update(sum);
  return hasher.hex();
}

}  // namespace reposbom::generators
