// SPDX-License-Identifier: Apache-2.0
#include "metadata/cve.h"

#include <string>
#include <vector>

#include <doctest/doctest.h>

using reposbom::metadata::cve_ids;
using Ids = std::vector<std::string>;

TEST_CASE("cve_ids finds every id once, in the order of the text") {
  CHECK(
      cve_ids("- Fix CVE-2024-0002 and CVE-2023-123456\n- Resolves: CVE-2024-0002") ==
      Ids{"CVE-2024-0002", "CVE-2023-123456"});
}

TEST_CASE("cve_ids writes ids in upper case") {
  CHECK(
      cve_ids("cve-2021-44228-log4j.patch, Cve-2021-3156") ==
      Ids{"CVE-2021-44228", "CVE-2021-3156"});
}

TEST_CASE("cve_ids wants a year of four digits and a number of at least four") {
  CHECK(cve_ids("CVE-24-0001 CVE-20240-0001 CVE-2024-001 CVE-2024 CVE- CVE-2024-") == Ids{});
  CHECK(cve_ids("") == Ids{});
}

TEST_CASE("cve_ids finds an id that stands at either end or beside others") {
  CHECK(cve_ids("CVE-2020-0001CVE-2020-0002") == Ids{"CVE-2020-0001", "CVE-2020-0002"});
  CHECK(cve_ids("CVE-CVE-2020-0003") == Ids{"CVE-2020-0003"});
}
