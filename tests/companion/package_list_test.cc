// SPDX-License-Identifier: Apache-2.0
#include "companion/package_list.h"

#include <doctest/doctest.h>

#include "tests/support/published_tree.h"

using namespace reposbom::companion;
using reposbom::Cause;
using reposbom::tests::Thrown;
using reposbom::tests::thrown_by;

TEST_CASE("parse_package_list reads what rpm prints, sorted and each package once") {
  const PackageList list = parse_package_list(
      "# of web1\n"
      "\n"
      "zlib-1.2.11-40.el9.x86_64 zlib-1.2.11-40.el9.src.rpm\r\n"
      "  openssl-libs-1:3.0.7-27.el9.x86_64\topenssl-3.0.7-27.el9.src.rpm  # pinned\n"
      "zlib-1.2.11-40.el9.x86_64 zlib-1.2.11-40.el9.src.rpm\n"
      "bash-(none):5.1.8-9.el9.x86_64 bash-5.1.8-9.el9.src.rpm\n"
      "local-tool-1-1.noarch (none)\n"
      "gpg-pubkey-8483c65d-5ccc5b19 (none)\n"
      "local-other-1-1.noarch",
      "list");
  REQUIRE(list.packages.size() == 5);
  CHECK(reposbom::metadata::nevra(list.packages[0]) == "bash-5.1.8-9.el9.x86_64");
  CHECK(list.packages[0].source_rpm == "bash-5.1.8-9.el9.src.rpm");
  CHECK(list.packages[1].name == "local-other");
  CHECK(list.packages[1].source_rpm.empty());
  CHECK(list.packages[2].source_rpm.empty());
  CHECK(list.packages[3].evr.epoch == 1);
  CHECK(list.packages[3].source_rpm == "openssl-3.0.7-27.el9.src.rpm");
  CHECK(list.packages[4].name == "zlib");
  CHECK(list.keys == 1);
}

TEST_CASE("parse_package_list names the line of what is wrong") {
  const auto message = [](const std::string& text) {
    const auto thrown = thrown_by([&] { parse_package_list(text, "list"); });
    CHECK(thrown.cause == Cause::Usage);
    return thrown.message;
  };
  CHECK(
      message("a-1-1.noarch\n\nbash\n") ==
      "list:3: 'bash' is not name-[epoch:]version-release.arch");
  CHECK(
      message("a-1-1.noarch a-1-1.rpm\n") ==
      "list:1: 'a-1-1.rpm' is not name-version-release.src.rpm");
  CHECK(
      message("a-1-1.noarch a-1-1.src.rpm b-1-1.noarch\n") ==
      "list:1: 'b-1-1.noarch' is too much: a line is a NEVRA and a source RPM");
  CHECK(message(std::string(300, 'a') + "-1-1.noarch\n").starts_with("list:1: aaa"));
  CHECK(message("# nothing\n") == "list: lists no package");
}
