// SPDX-License-Identifier: Apache-2.0
#include "metadata/distribution.h"

#include <string>

#include <doctest/doctest.h>

using reposbom::metadata::Distribution;
using reposbom::metadata::distribution_from_tag;

namespace {

struct Row {
  const char* cpe;
  const char* name;
  const char* expected;  // "id|name|version|namespace|distro"
};

constexpr Row kRows[] = {
    {"cpe:/o:almalinux:almalinux:9::baseos",
     "AlmaLinux 9 - BaseOS",
     "almalinux|AlmaLinux|9|almalinux|almalinux-9"},
    {"cpe:/o:almalinux:almalinux:9.4", "", "almalinux|AlmaLinux|9.4|almalinux|almalinux-9"},
    {"cpe:2.3:o:almalinux:almalinux:9.4:*:*:*:*:*:*:*",
     "",
     "almalinux|AlmaLinux|9.4|almalinux|almalinux-9"},
    {"cpe:/o:centos-stream:centos-stream:9",
     "CentOS Stream 9",
     "centos|CentOS Stream|9|centos|centos-9"},
    {"cpe:/o:centos:centos_stream:9", "", "centos|CentOS Stream|9|centos|centos-9"},
    {"cpe:/o:centos:centos:8", "CentOS 8", "centos|CentOS|8|centos|centos-8"},
    {"cpe:/o:redhat:enterprise_linux:9.2", "", "rhel|Red Hat Enterprise Linux|9.2|redhat|rhel-9"},
    {"cpe:/o:rocky:rocky:8.10", "", "rocky|Rocky Linux|8.10|rocky|rocky-8"},
    {"cpe:/o:fedoraproject:fedora:40", "Fedora 40", "fedora|Fedora|40|fedora|fedora-40"},
    {"cpe:/o:oracle:linux:9", "", "ol|Oracle Linux|9|oracle|ol-9"},
    // One that is not known goes by its product.
    {"cpe:/o:example:exampleos:3.1",
     "Example OS 3",
     "exampleos|Example OS 3|3.1|exampleos|exampleos-3"},
    {"cpe:/o:example:exampleos", "", "exampleos|exampleos||exampleos|exampleos"},
    {"cpe:2.3:o:example:exampleos:*:*:*:*:*:*:*:*", "", "exampleos|exampleos||exampleos|exampleos"},
    // The same product by another vendor is another distribution.
    {"cpe:/o:example:almalinux:9", "", "almalinux|almalinux|9|almalinux|almalinux-9"},
    // No tag, and tags that name no operating system.
    {"", "", "linux|linux||linux|linux"},
    {"", "Some Linux", "linux|Some Linux||linux|linux"},
    {"cpe:/a:almalinux:almalinux:9", "", "linux|linux||linux|linux"},
    {"cpe:/o", "", "linux|linux||linux|linux"},
    {"cpe:/o:almalinux", "", "linux|linux||linux|linux"},
    {"::::", "", "linux|linux||linux|linux"},
};

}  // namespace

TEST_CASE("distribution_from_tag knows the distributions whose CPE names them otherwise") {
  for (const Row& row : kRows) {
    CAPTURE(row.cpe);
    const Distribution made = distribution_from_tag(row.cpe, row.name);
    CHECK(
        made.id + "|" + made.name + "|" + made.version + "|" + made.purl.name_space + "|" +
            made.purl.distro ==
        row.expected);
    CHECK(made.cpe == row.cpe);
    CHECK(made.documents == "");
  }
}

TEST_CASE("major is what stands before the first dot of the version") {
  CHECK(Distribution{.version = "9.4"}.major() == "9");
  CHECK(Distribution{.version = "9.10.1"}.major() == "9");
  CHECK(Distribution{.version = "40"}.major() == "40");
  CHECK(Distribution{}.major() == "");
}

TEST_CASE("distribution_from_id knows names and purl namespaces that are other words") {
  CHECK(reposbom::metadata::distribution_from_id("almalinux").name == "AlmaLinux");
  CHECK(reposbom::metadata::distribution_from_id("ol").purl.name_space == "oracle");
  CHECK(reposbom::metadata::distribution_from_id("rhel").purl.name_space == "redhat");
  const auto unknown = reposbom::metadata::distribution_from_id("example");
  CHECK(unknown.name == "example");
  CHECK(unknown.purl.name_space == "example");
  CHECK(unknown.purl.distro == "example");
}
