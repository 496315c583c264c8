// SPDX-License-Identifier: Apache-2.0
#include "generators/spdx_terms.h"

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

}  // namespace reposbom::generators
