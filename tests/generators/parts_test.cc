// SPDX-License-Identifier: Apache-2.0
#include "generators/parts.h"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "metadata/purl.h"
#include "tests/support/samples.h"

using namespace reposbom::generators;
using namespace reposbom::tests;
using reposbom::metadata::Catalog;

namespace {

std::string value_of(const Element& element, PropertyName name) {
  std::string value;
  for (const Property& property : element.properties) {
    if (property.name != name) continue;
    CHECK(value.empty());  // Once.
    value = property.value;
  }
  return value;
}

Element file_element(const std::string& name, bool is_patch = false) {
  auto source = sample_source();
  return source_file_element(
      source, {.name = name, .checksum = sample_checksum("x"), .is_patch = is_patch});
}

}  // namespace

TEST_CASE(
    "source_file_element is of the upstream version that its name says, else of the build's") {
  CHECK(file_element("sslforge-3.0.7.tar.gz").version == "3.0.7");
  CHECK(file_element("helper.sh").version == "3.0.7-27.el9");
  CHECK(file_element("sslforge-3.0.7-fix.patch", /*is_patch=*/true).version == "3.0.7-27.el9");
}

TEST_CASE("source_file_element has a purl with the file's digest that reads back") {
  const Element element = file_element("round+oval #1.txt");
  CHECK(
      element.purl == "pkg:generic/round%2Boval%20%231.txt@3.0.7-27.el9?checksum=sha256:" +
                          sample_checksum("x").hex);
  const auto parts = reposbom::metadata::parse_purl(element.purl);
  REQUIRE(parts);
  CHECK(parts->name == "round+oval #1.txt");
  CHECK(to_string(*parts) == element.purl);
}

TEST_CASE("source_file_element says where a file is not inside the source package") {
  const Element element = source_file_element(sample_source(), {.name = "secret.bin"});
  CHECK(element.checksums.empty());
  CHECK(element.purl == "pkg:generic/secret.bin@3.0.7-27.el9");
  CHECK(value_of(element, PropertyName::NotIncluded) != "");
}

TEST_CASE("source_file_element says where the spec file has it from, if that is a public URL") {
  const auto source = sample_source();
  const auto location = [&](const std::string& url) {
    return source_file_element(source, {.name = "x.tgz", .url = url}).download_location;
  };
  CHECK(location("https://example.org/x.tgz") == "https://example.org/x.tgz");
  CHECK(location("https://example.org/v1.tgz#/x.tgz") == "https://example.org/v1.tgz#/x.tgz");
  CHECK(location("http://127.0.0.1/x.tgz") == "");
  CHECK(location("x.tgz") == "");
  CHECK(location("") == "");
}

TEST_CASE("source_file_element says which source or patch of the spec file it is") {
  const auto number = [](const reposbom::metadata::SourceFile& file) {
    return value_of(source_file_element(sample_source(), file), PropertyName::SourceNumber);
  };
  CHECK(number({.name = "x", .number = 0}) == "Source0");
  CHECK(number({.name = "x", .is_patch = true, .number = 100}) == "Patch100");
  CHECK(number({.name = "x"}) == "");
}

TEST_CASE("source_file_element tells a source and a patch of one name apart") {
  const Element source = file_element("x.patch");
  const Element patch = file_element("x.patch", /*is_patch=*/true);
  CHECK(source.role == Role::Source);
  CHECK(patch.role == Role::Patch);
  CHECK(source.spdx_id != patch.spdx_id);
  CHECK(source.bom_ref != patch.bom_ref);
}

TEST_CASE("source_file_element takes CVE ids from the name of a patch") {
  using Ids = std::vector<std::string>;
  const auto resolves = [](const std::string& name) { return file_element(name, true).resolves; };
  CHECK(resolves("CVE-2024-0001.patch") == Ids{"CVE-2024-0001"});
  CHECK(resolves("x-cve-2024-123456-fix.patch") == Ids{"CVE-2024-123456"});
  CHECK(
      resolves("CVE-2024-0002_CVE-2023-0001-CVE-2024-0002.diff") ==
      Ids{"CVE-2024-0002", "CVE-2023-0001"});
  CHECK(resolves("CVE-2024-001.patch") == Ids{});
  CHECK(resolves("CVE-24-0001.patch") == Ids{});
  CHECK(resolves("CVE-2024.patch") == Ids{});
  CHECK(resolves("CVE-") == Ids{});
  CHECK(resolves("rh1234567.patch") == Ids{});
  CHECK(file_element("CVE-2024-0001.txt").resolves.empty());  // No patch, no fix.
}

TEST_CASE("bundled_element is a part of one package") {
  const auto bundled = reposbom::metadata::parse_bundled(
      {.name = "bundled(npm(@quarry/tool))",
       .comparison = reposbom::metadata::Comparison::Equal,
       .evr = "7.5.4"});
  REQUIRE(bundled);
  const Catalog catalog = sample_catalog();
  const Element one = bundled_element(catalog.builds[0].packages[0], *bundled);
  const Element two = bundled_element(catalog.builds[0].packages[1], *bundled);
  CHECK(one.name == "@quarry/tool");
  CHECK(one.version == "7.5.4");
  CHECK(one.purl == "pkg:npm/%40quarry/tool@7.5.4");
  CHECK(one.bom_ref == one.purl);
  CHECK(one.spdx_id.rfind("SPDXRef-Bundled--quarry-tool-", 0) == 0);
  CHECK(one.spdx_id != two.spdx_id);
}

TEST_CASE("source_file_element tells what kind of file it is, and no more than is known") {
  const Element archive = file_element("sslforge-3.0.7.tar.gz");
  CHECK(value_of(archive, PropertyName::Executable) == "non-executable");
  CHECK(value_of(archive, PropertyName::Archive) == "archive");
  CHECK(value_of(archive, PropertyName::Structured) == "structured");
  const Element patch = file_element("fix.patch", /*is_patch=*/true);
  CHECK(value_of(patch, PropertyName::Executable) == "non-executable");
  CHECK(value_of(patch, PropertyName::Archive) == "no archive");
  CHECK(value_of(patch, PropertyName::Structured) == "unstructured");
  const Element other = file_element("hobble-sslforge");
  CHECK(value_of(other, PropertyName::Executable) == "");
  CHECK(value_of(other, PropertyName::Archive) == "no archive");
}
