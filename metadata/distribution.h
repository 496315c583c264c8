// SPDX-License-Identifier: Apache-2.0
//
// The distribution whose repositories are described: what names it in package
// URLs, CPEs and the operating-system element of every document.
#pragma once

#include <string>
#include <string_view>

#include "metadata/purl.h"

namespace reposbom::metadata {

struct Distribution {
  std::string id = {};       // As ID of os-release: "almalinux".
  std::string name = {};     // For people: "AlmaLinux".
  std::string version = {};  // "9.4"; what the release document describes.
  std::string cpe = {};      // "cpe:/o:almalinux:almalinux:9"; empty if unknown.
  PurlScheme purl = {};      // {"almalinux", "almalinux-9"}.
  std::string documents =
      {};  // Base of document namespaces and published URLs; no slash at the end.

  // The release without its minor number, as scanners compare it: "9".
  std::string major() const;
};

// The distribution that the <distro cpeid="CPE">NAME</distro> tag of repomd.xml tells, with what
// the CPE does not say filled in from it. An empty CPE gives a distribution called "linux".
Distribution distribution_from_tag(std::string_view cpe, std::string_view name);

// What is known of a distribution by its os-release ID alone: its name and purl namespace, which
// are the ID where it is not known.
Distribution distribution_from_id(std::string_view id);

}  // namespace reposbom::metadata
