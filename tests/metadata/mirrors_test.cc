// SPDX-License-Identifier: Apache-2.0
#include "metadata/mirrors.h"

#include <chrono>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "metadata/error.h"
#include "tests/support/published_tree.h"

using namespace reposbom::metadata;
using namespace reposbom::tests;
using namespace std::chrono_literals;

TEST_CASE("is_url knows http and https with a host") {
  CHECK(is_url("http://a"));
  CHECK(is_url("https://user:word@a:8443/b?c#d"));
  for (const char* other :
       {"",
        "a",
        "/a",
        "ftp://a",
        "file:///a",
        "http://",
        "https:///a",
        "http://:80",
        "https://a b",
        "https://a\"b",
        "HTTP//a"}) {
    CAPTURE(other);
    CHECK(!is_url(other));
  }
}

TEST_CASE("join_url puts a path below the base") {
  CHECK(join_url("https://a/b", "repodata/repomd.xml") == "https://a/b/repodata/repomd.xml");
  CHECK(join_url("https://a/b/", "c") == "https://a/b/c");
  CHECK(join_url("https://a", "c") == "https://a/c");
  CHECK(join_url("https://u:p@a:8443/b", "c") == "https://u:p@a:8443/b/c");
}

TEST_CASE("join_url keeps the query of the base behind the path, and drops a fragment") {
  CHECK(join_url("https://a/b?token=1/2", "c") == "https://a/b/c?token=1/2");
  CHECK(join_url("https://a?t=1#f", "c") == "https://a/c?t=1");
}

TEST_CASE("join_url encodes what a path cannot have") {
  CHECK(
      join_url("https://a", "libstdc++-1~rc1^git.rpm") ==
      "https://a/libstdc%2B%2B-1~rc1%5Egit.rpm");
  CHECK(join_url("https://a", "b c?d#e%f") == "https://a/b%20c%3Fd%23e%25f");
  CHECK(join_url("https://a", "\xC3\xA4") == "https://a/%C3%A4");
}

TEST_CASE("shown_url has no secret in it") {
  CHECK(shown_url("https://user:word@a:8443/b/c?token=x#y") == "https://a:8443/b/c");
  CHECK(shown_url("https://a/b@c") == "https://a/b@c");
  CHECK(shown_url("mirrors.txt") == "mirrors.txt");
}

TEST_CASE("is_same_server compares scheme, host and port") {
  CHECK(is_same_server("https://a/b", "https://u:p@A:443/c"));
  CHECK(is_same_server("http://a:80", "http://a/x"));
  CHECK(!is_same_server("https://a", "http://a"));
  CHECK(!is_same_server("https://a:8443", "https://a"));
  CHECK(!is_same_server("https://a.example", "https://b.example"));
  // A password before '@' is no host.
  CHECK(!is_same_server("https://a@b/", "https://a/"));
}

TEST_CASE("parse_mirrorlist takes URLs in their order, each once") {
  CHECK(
      parse_mirrorlist(
          "# mirrors\r\nhttps://a/os/\n\n  http://b/os \nrsync://c/os\nftp://d\nhttps://a/os\n",
          "list") == std::vector<std::string>{"https://a/os", "http://b/os"});
}

TEST_CASE("parse_mirrorlist says what a list that names no mirror is") {
  CHECK(thrown_by([] { parse_mirrorlist("", "list"); }).says("names no mirror"));
  CHECK(thrown_by([] { parse_mirrorlist("# none\nrsync://a\n", "list"); }).says("names no mirror"));
  const Thrown html =
      thrown_by([] { parse_mirrorlist("<?xml version=\"1.0\"?>\nhttps://a\n", "list"); });
  CHECK(html.cause == reposbom::Cause::Untrusted);
  CHECK(html.says("list: is XML or HTML"));
}

TEST_CASE("retry_delay doubles up to half a minute") {
  CHECK(retry_delay(1, 0s) == 500ms);
  CHECK(retry_delay(2, 0s) == 1s);
  CHECK(retry_delay(4, 0s) == 4s);
  CHECK(retry_delay(7, 0s) == 30s);
  CHECK(retry_delay(1000, 0s) == 30s);
}

TEST_CASE("retry_delay waits as long as the server says, up to a minute") {
  CHECK(retry_delay(1, 7s) == 7s);
  CHECK(retry_delay(5, 1s) == 8s);
  CHECK(retry_delay(1, 86400s) == 60s);
}
