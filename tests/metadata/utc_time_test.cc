// SPDX-License-Identifier: Apache-2.0
#include "metadata/utc_time.h"

#include <limits>

#include <doctest/doctest.h>

using namespace reposbom::metadata;

TEST_CASE("utc_time writes whole seconds of UTC as SPDX wants them") {
  CHECK(utc_time(0) == "1970-01-01T00:00:00Z");
  CHECK(utc_time(1) == "1970-01-01T00:00:01Z");
  CHECK(utc_time(86399) == "1970-01-01T23:59:59Z");
  CHECK(utc_time(951782400) == "2000-02-29T00:00:00Z");
  CHECK(utc_time(1700000000) == "2023-11-14T22:13:20Z");
  CHECK(utc_time(4102444799) == "2099-12-31T23:59:59Z");
  CHECK(utc_time(253402300799) == "9999-12-31T23:59:59Z");
}

TEST_CASE("utc_time of what has no four digits for a year is the nearest that has") {
  CHECK(utc_time(-1) == "1970-01-01T00:00:00Z");
  CHECK(utc_time(253402300800) == "9999-12-31T23:59:59Z");
  CHECK(utc_time(std::numeric_limits<std::int64_t>::max()) == "9999-12-31T23:59:59Z");
  CHECK(utc_time(std::numeric_limits<std::int64_t>::min()) == "1970-01-01T00:00:00Z");
}
