// SPDX-License-Identifier: Apache-2.0
#include "generators/spdx_terms.h"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "metadata/digest.h"

using namespace reposbom::generators;
using reposbom::metadata::ChecksumType;
using reposbom::metadata::LicenseFlag;

TEST_CASE("organization tells brackets of a name from an e-mail address") {
  CHECK(organization("Example", "") == "Organization: Example");
  CHECK(organization("Example", "e@example.com") == "Organization: Example (e@example.com)");
  CHECK(organization("Example (Web)", "") == "Organization: Example (Web) ()");
}

TEST_CASE("license_comment says the tag and its flags") {
  CHECK(license_comment({}).empty());
  CHECK(license_comment({.tag = "MIT"}) == "RPM License tag: MIT");
  CHECK(
      license_comment(
          {.tag = "x", .flags = {LicenseFlag::NoSpdxId, LicenseFlag::UnknownOperand}}) ==
      "RPM License tag: x; flags: no-spdx-id, unknown-operand");
}

TEST_CASE("license_text names the operand") {
  CHECK(
      license_text({.id = "LicenseRef-Odd", .raw = "Odd"}) ==
      "RPM License tag operand 'Odd'. The licence text is not part of the repository metadata.");
}

TEST_CASE("annotations_of gives what has no field: properties, advisories without a URL, CVEs") {
  Element element;
  element.properties = {{PropertyName::Arch, "noarch"}, {PropertyName::Packager, "p"}};
  element.advisories = {{.url = "https://e.org/1", .comment = "one"}, {.comment = "two"}};
  element.resolves = {"CVE-1", "CVE-2"};
  CHECK(
      annotations_of(element) ==
      std::vector<std::string>{"packager: p", "advisory: two", "resolves: CVE-1 CVE-2"});
  CHECK(annotations_of({}).empty());
}

TEST_CASE("package_verification_code does not depend on the order of the files") {
  const auto file = [](char digit) {
    Element element{.role = Role::File};
    element.checksums = {{ChecksumType::Sha1, std::string(40, digit)}};
    return element;
  };
  Document document;
  document.elements = {Element{}, file('b'), file('a')};
  CHECK(
      package_verification_code(document) ==
      reposbom::metadata::digest(ChecksumType::Sha1, std::string(40, 'a') + std::string(40, 'b')));
}
