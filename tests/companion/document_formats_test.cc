// SPDX-License-Identifier: Apache-2.0
#include "companion/document_formats.h"

#include <doctest/doctest.h>

#include "generators/formats.h"
#include "tests/support/published_tree.h"

using namespace reposbom::companion;
using reposbom::Cause;
using reposbom::tests::thrown_by;

TEST_CASE("document_formats are those that documents are published in") {
  const auto published = reposbom::generators::formats();
  REQUIRE(document_formats().size() == published.size());
  for (std::size_t i = 0; i != published.size(); ++i) {
    CHECK(document_formats()[i].name == published[i].name);
    CHECK(document_formats()[i].suffix == published[i].suffix);
  }
}

TEST_CASE("suffixes_of names what is no format, and what is") {
  CHECK(
      suffixes_of({"cyclonedx-xml", "spdx-json"}, "x") ==
      std::vector<std::string>{".cdx.xml", ".spdx.json"});
  const auto thrown = thrown_by([] { suffixes_of({"spdx"}, "/etc/sbomget.conf"); });
  CHECK(thrown.cause == Cause::Usage);
  CHECK(thrown.says("/etc/sbomget.conf: 'spdx' is no format; there are spdx-json, spdx-xml,"));
}

TEST_CASE("is_document_file knows compressed files, and no others") {
  const std::string stem = "a-1-1.noarch";
  CHECK(is_document_file("a-1-1.noarch.spdx.json", stem, ".spdx.json"));
  CHECK(is_document_file("a-1-1.noarch.spdx.json.gz", stem, ".spdx.json"));
  CHECK(is_document_file("a-1-1.noarch.spdx.json.zst", stem, ".spdx.json"));
  for (const char* name :
       {"a-1-1.noarch.spdx.json.asc",
        "a-1-1.noarch.spdx.json.gz.gz",
        "a-1-1.noarch.spdx.jso",
        "a-1-1.noarch.cdx.json",
        "aa-1-1.noarch.spdx.json",
        "a-1-1.noarchx.spdx.json"}) {
    CAPTURE(name);
    CHECK_FALSE(is_document_file(name, stem, ".spdx.json"));
  }
}
