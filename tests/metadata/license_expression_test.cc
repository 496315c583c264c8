// SPDX-License-Identifier: Apache-2.0
#include "metadata/license_expression.h"

#include <string>

#include <doctest/doctest.h>

using reposbom::metadata::is_license_expression;

TEST_CASE("is_license_expression takes what SPDX 2.3 annex D allows") {
  for (const std::string text :
       {"MIT",
        "GPL-2.0-or-later AND MIT",
        "(MIT OR Apache-2.0) AND LicenseRef-Callaway-BSD",
        "GPL-3.0-or-later WITH GCC-exception-3.1",
        "Apache-1.0+"}) {
    CAPTURE(text);
    CHECK(is_license_expression(text));
  }
}

TEST_CASE("is_license_expression refuses what only looks like one") {
  for (const std::string text :
       {"",
        "NOASSERTION",
        "NONE",
        "GPLv2+",
        "GPL-2.0",  // Withdrawn.
        "MIT and Apache-2.0",
        "MIT AND",
        "(MIT",
        "MIT Apache-2.0",
        "GPL-3.0-or-later WITH MIT",
        "LicenseRef-",
        "LicenseRef-a_b",
        "LicenseRef-a+"}) {
    CAPTURE(text);
    CHECK_FALSE(is_license_expression(text));
  }
}
