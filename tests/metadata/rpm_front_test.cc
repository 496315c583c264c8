// SPDX-License-Identifier: Apache-2.0
#include "metadata/rpm_front.h"

#include <cstdint>
#include <string>

#include <doctest/doctest.h>

#include "metadata/rpm_header.h"
#include "tests/support/published_tree.h"
#include "tests/support/shared_data.h"

using namespace reposbom::metadata;
using namespace reposbom::tests;

namespace {

std::string big_endian(std::uint32_t number) {
  std::string bytes;
  for (const unsigned shift : {24U, 16U, 8U, 0U})
    bytes += static_cast<char>(number >> shift & 0xFFU);
  return bytes;
}

std::string intro(std::uint32_t entries, std::uint32_t data) {
  return "\x8E\xAD\xE8\x01" + std::string(4, '\0') + big_endian(entries) + big_endian(data);
}

// Lead, signatures of 1 entry and 5 bytes, padding, header of 2 entries and 3 bytes.
const std::string kLead = "\xED\xAB\xEE\xDB" + std::string(92, '\0');
const std::string kSignatures = intro(1, 5) + std::string(16 + 5, 'e');
const std::string kPadding(3, '\0');
const std::string kHeader = intro(2, 3) + std::string(32 + 3, 'h');

}  // namespace

TEST_CASE("parse_rpm_front asks for as much as it needs, step by step") {
  const std::string rpm = kLead + kSignatures + kPadding + kHeader + "payload";
  CHECK(parse_rpm_front("")->needed == 112);
  CHECK(parse_rpm_front(rpm.substr(0, 111))->needed == 112);
  auto front = parse_rpm_front(rpm.substr(0, 112));
  CHECK(front->end == 0);
  CHECK(front->needed == 96 + 16 + 16 + 5 + 3 + 16);
  front = parse_rpm_front(rpm.substr(0, front->needed));
  REQUIRE(front);
  CHECK(front->signatures_begin == 96);
  CHECK(front->header_begin == 136);
  CHECK(front->end == 136 + 16 + 32 + 3);
  CHECK(front->needed == front->end);
  CHECK(rpm.substr(front->end) == "payload");
}

TEST_CASE("parse_rpm_front refuses what is no RPM") {
  CHECK(!parse_rpm_front("<html>"));
  CHECK(!parse_rpm_front(kLead + std::string(100, 'x')));
  CHECK(!parse_rpm_front(kLead + kSignatures + kPadding + std::string(100, 'x')));
}

TEST_CASE("parse_rpm_front refuses a front larger than any real one") {
  CHECK(!parse_rpm_front(kLead + intro(0xFFFFFFFF, 0xFFFFFFFF)));
  CHECK(!parse_rpm_front(kLead + intro(0, 0xFFFFFFFF)));
  CHECK(parse_rpm_front(kLead + intro(0, 1U << 20U)));
  CHECK(!parse_rpm_front(kLead + kSignatures + kPadding + intro(1U << 24U, 0)));
}

TEST_CASE("parse_rpm_front ends where librpm does, in every real package") {
  const auto data = shared_data();
  if (!data) {
    MESSAGE("skipped: no shared data");
    return;
  }
  std::size_t count = 0;
  for (const auto& entry : fs::recursive_directory_iterator(*data / "rpms")) {
    if (entry.path().extension() != ".rpm") continue;
    CAPTURE(entry.path());
    const auto front = parse_rpm_front(read_bytes(entry.path()));
    REQUIRE(front);
    CHECK(front->end == read_rpm_header(entry.path()).header_end);
    ++count;
  }
  CHECK(count > 10);
}
