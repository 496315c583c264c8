// SPDX-License-Identifier: Apache-2.0
//
// That all formats of a document say the same: each is read back by a reader that is
// not ours, and the trees are compared.
#include "generators/formats.h"

#include <set>
#include <string>

#include <doctest/doctest.h>

#include "tests/support/document_trees.h"
#include "tests/support/golden.h"
#include "tests/support/samples.h"
#include "tests/support/shown_facts.h"

using namespace reposbom::generators;
using namespace reposbom::tests;
using reposbom::metadata::Catalog;

namespace {

void check_formats(const Catalog& catalog) {
  const Creation creation = sample_creation();
  for (const Document& document : all_documents(catalog, creation)) {
    CAPTURE(document.name);
    const auto bytes = [&](Format format) { return render(document, creation, format); };
    const std::string spdx = bytes(Format::SpdxJson);
    const Tree tree = spdx_tree("Document", parse_json(spdx));
    check_texts(tree);
    check_same(tree, parse_xml(bytes(Format::SpdxXml)));
    check_same(tree, spdx_tree("Document", YAML::Load(bytes(Format::SpdxYaml))));

    const std::string cyclonedx = bytes(Format::CyclonedxJson);
    Tree json = cyclonedx_tree("bom", parse_json(cyclonedx));
    Tree xml = parse_xml(bytes(Format::CyclonedxXml));
    sort_by_name(json);
    sort_by_name(xml);
    check_texts(xml);
    check_same(json, xml);
    check_same_facts(spdx, cyclonedx);
  }
}

}  // namespace

TEST_CASE("formats has a row for every format, in the order of Format") {
  CHECK(formats().size() == 6);
  std::set<std::string_view> suffixes;
  for (std::size_t i = 0; i != formats().size(); ++i) {
    const FormatRow& row = formats()[i];
    CHECK(row.format == static_cast<Format>(i));
    CHECK(&row_of(row.format) == &row);
    CHECK(format_by_name(row.name) == row.format);
    CHECK(suffixes.insert(row.suffix).second);
  }
}

TEST_CASE("formats have the suffixes that their readers look for") {
  CHECK(row_of(Format::SpdxJson).suffix == ".spdx.json");
  CHECK(row_of(Format::SpdxXml).suffix == ".spdx.xml");
  CHECK(row_of(Format::SpdxYaml).suffix == ".spdx.yaml");
  CHECK(row_of(Format::CyclonedxJson).suffix == ".cdx.json");
  CHECK(row_of(Format::CyclonedxXml).suffix == ".cdx.xml");
  CHECK(row_of(Format::Spdx3Json).suffix == ".spdx3.json");
}

TEST_CASE("no suffix of a format ends as another does") {
  for (const FormatRow& row : formats()) {
    for (const FormatRow& other : formats())
      CHECK((&row == &other || !row.suffix.ends_with(other.suffix)));
  }
}

TEST_CASE("formats are written by default, but for SPDX 3") {
  for (const FormatRow& row : formats())
    CHECK(row.by_default == (row.format != Format::Spdx3Json));
}

TEST_CASE("format_by_name knows no other name") {
  CHECK(format_by_name("spdx-json") == Format::SpdxJson);
  CHECK(format_by_name("cyclonedx-xml") == Format::CyclonedxXml);
  CHECK_FALSE(format_by_name(""));
  CHECK_FALSE(format_by_name("SPDX-JSON"));
  CHECK_FALSE(format_by_name("spdx"));
  CHECK_FALSE(format_by_name("cyclonedx-yaml"));
}

TEST_CASE("all formats of a document say the same") {
  check_formats(sample_catalog());
}

TEST_CASE("fixtures: all formats of every document say the same") {
  check_formats(fixture_catalog());
}

TEST_CASE("render_to gives the bytes of render in pieces") {
  auto repositories = sample_repositories();
  for (int i = 0; i != 2000; ++i) {
    const std::string name = "part" + std::to_string(i);
    repositories[0].packages.push_back(
        sample_package(name, {0, "1", "1"}, "noarch", name + "-1-1.src.rpm"));
  }
  const Catalog catalog = reposbom::metadata::join(repositories);
  const Document release = sample_release(catalog, sample_creation());
  for (const FormatRow& row : formats()) {
    CAPTURE(row.name);
    std::string bytes;
    std::size_t pieces = 0;
    render_to(release, sample_creation(), row.format, [&](std::string_view piece) {
      ++pieces;
      CHECK(piece.size() < (std::size_t{2} << 20));
      bytes += piece;
    });
    CHECK(pieces > 1);
    CHECK((bytes == render(release, sample_creation(), row.format)));
  }
}

TEST_CASE("render writes the documents of the sample catalog byte for byte") {
  const Catalog catalog = sample_catalog();
  const Creation creation = sample_creation();
  const auto check = [&](const Document& document, const std::string& name) {
    for (const FormatRow& row : formats())
      check_golden(
          "sample/" + name + std::string(row.suffix), render(document, creation, row.format));
  };
  check(sample_documents(catalog, catalog.builds[0], creation)[0], "build");
  check(sample_documents(catalog, catalog.builds[1], creation)[1], "package");
  check(sample_release(catalog, creation), "release");
}
