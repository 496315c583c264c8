// SPDX-License-Identifier: Apache-2.0
#include "metadata/os_release.h"

#include <doctest/doctest.h>

using reposbom::metadata::parse_os_release;

TEST_CASE("parse_os_release reads that of AlmaLinux 9.4") {
  const auto read = parse_os_release(
      "NAME=\"AlmaLinux\"\n"
      "VERSION=\"9.4 (Seafoam Ocelot)\"\n"
      "ID=\"almalinux\"\n"
      "ID_LIKE=\"rhel centos fedora\"\n"
      "VERSION_ID=\"9.4\"\n"
      "PLATFORM_ID=\"platform:el9\"\n"
      "PRETTY_NAME=\"AlmaLinux 9.4 (Seafoam Ocelot)\"\n"
      "ANSI_COLOR=\"0;34\"\n"
      "CPE_NAME=\"cpe:/o:almalinux:almalinux:9::baseos\"\n");
  REQUIRE(read);
  CHECK(read->id == "almalinux");
  CHECK(read->name == "AlmaLinux");
  CHECK(read->version == "9.4");
  CHECK(read->cpe == "cpe:/o:almalinux:almalinux:9::baseos");
  CHECK(read->purl.name_space == "almalinux");
  CHECK(read->purl.distro == "almalinux-9");
}

TEST_CASE("parse_os_release takes the purl namespace of what it knows, and unquotes values") {
  const auto read =
      parse_os_release("# made by hand\r\nID=rhel\nNAME='A \\\"B\\\" $C'\nnonsense\n");
  REQUIRE(read);
  CHECK(read->purl.name_space == "redhat");
  CHECK(read->purl.distro == "rhel");
  CHECK(read->name == "A \"B\" $C");
  CHECK(read->version.empty());
  CHECK(read->cpe.empty());
}

TEST_CASE("parse_os_release wants an ID") {
  CHECK_FALSE(parse_os_release(""));
  CHECK_FALSE(parse_os_release("NAME=AlmaLinux\nVERSION_ID=9.4\nID=\n"));
}
