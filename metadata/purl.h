// SPDX-License-Identifier: Apache-2.0
//
// Package URLs (purl-spec): written for RPM packages, and for anything from its
// parts. What is written is canonical: everything but letters, digits and .-_~:
// is percent-encoded, qualifiers are sorted and never empty.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "metadata/package.h"

namespace reposbom::metadata {

// The parts of a package URL, decoded.
struct PurlParts {
  std::string type = {};
  std::string name_space = {};  // Segments joined by '/'; empty if there is none.
  std::string name = {};
  std::string version = {};
  std::vector<std::pair<std::string, std::string>> qualifiers = {};  // Sorted by key.
  std::string subpath = {};

  bool operator==(const PurlParts&) const = default;
};

// Every byte but letters, digits and .-_~: as %XX.
std::string percent_encode(std::string_view text);

// Segments of namespace and subpath are encoded one by one; qualifiers with an empty value are left
// out, the others sorted. Requires: type and keys are in lower case.
std::string to_string(const PurlParts& parts);

// Nothing if it is not a package URL. Type and keys come back in lower case; what else the types
// demand (names in lower case, a namespace) is not looked at.
std::optional<PurlParts> parse_purl(std::string_view purl);

// What is the same in all package URLs of one distribution.
struct PurlScheme {
  std::string name_space = {};  // "almalinux"
  std::string distro = {};      // "almalinux-9"

  bool operator==(const PurlScheme&) const = default;
};

// "pkg:rpm/almalinux/bash@5.1.8-9.el9?arch=x86_64&distro=almalinux-9&upstream=bash-5.1.8-9.el9.src.rpm"
// with `epoch` if it is not 0 and `rpmmod` in modules; without `upstream` on source packages. Given
// a `repository_id`, the URL of the package as that repository has it.
std::string rpm_purl(
    const Package& package, const PurlScheme& scheme, std::string_view repository_id = {});

}  // namespace reposbom::metadata
