// SPDX-License-Identifier: Apache-2.0
#include "generators/url.h"

#include <string>

#include <doctest/doctest.h>

using reposbom::generators::url_below;
using reposbom::generators::vcs_url;
using reposbom::generators::web_url;

namespace {

struct Row {
  const char* text;
  const char* expected;
};

constexpr Row kTaken[] = {
    {"https://www.example.org/", "https://www.example.org/"},
    {"http://example.org", "http://example.org"},
    {"ftp://ftp.example.org/pub/x", "ftp://ftp.example.org/pub/x"},
    {"git://git.example.org/x.git", "git://git.example.org/x.git"},
    {"https://example.org:8080/x", "https://example.org:8080/x"},
    {"https://example.org?q=1#top", "https://example.org?q=1#top"},
    {"https://user@example.org/x", "https://user@example.org/x"},
    {"https://xn--strae-oqa.example/", "https://xn--strae-oqa.example/"},
    // Validators know schemes and hosts in lower case alone; paths have a case.
    {"HTTPS://WWW.Example.ORG/Path", "https://www.example.org/Path"},
    // What no URL may carry.
    {"https://example.org/Straße", "https://example.org/Stra%C3%9Fe"},
    {"https://example.org/焙煎", "https://example.org/%E7%84%99%E7%85%8E"},
    {"https://example.org/a b", "https://example.org/a%20b"},
    {"https://example.org/<a>|\"^`{}\\", "https://example.org/%3Ca%3E%7C%22%5E%60%7B%7D%5C"},
    {"https://example.org/?a[1]=2", "https://example.org/?a%5B1%5D=2"},
    {"https://example.org/\x7F\t", "https://example.org/%7F%09"},
    // Escapes stay, and what only looks like one becomes one.
    {"https://example.org/a%20b%2Fc", "https://example.org/a%20b%2Fc"},
    {"https://example.org/100%", "https://example.org/100%25"},
    {"https://example.org/%zz%4", "https://example.org/%25zz%254"},
};

constexpr const char* kRefused[] = {
    "",
    "(none)",
    "none",
    "example.org",
    "www.example.org/x",
    "//example.org/x",
    "/usr/share/doc",
    "file:///usr/share/doc",
    "mailto:who@example.org",
    "javascript:alert(1)",
    "https://",
    "https:///x",
    "https://localhost/",
    "https://localhost:8080/x",
    "http://127.0.0.1/",
    "http://192.168.1.1:80/x",
    "http://[::1]/x",
    "http://[2001:db8::1]:80/",
    "https://example.org:port/",
    "https://.org/",
    "https://example./",
    "https://example..org/",
    "https://example.1/",
    "https://example.o/",
    "https://exa mple.org/",
    "https://exa_mple.org/",
    "https://straße.example/",
    "https://example.org and https://example.com",
    " https://example.org",
};

}  // namespace

TEST_CASE("web_url takes absolute URLs and encodes what no URL may carry") {
  for (const Row& row : kTaken) {
    CAPTURE(row.text);
    CHECK(web_url(row.text) == row.expected);
    CHECK(web_url(row.expected) == row.expected);
  }
}

TEST_CASE("web_url refuses what validators of the standards refuse") {
  for (const char* text : kRefused) {
    CAPTURE(text);
    CHECK(web_url(text) == "");
  }
}

TEST_CASE("url_below puts one slash between and encodes the path") {
  CHECK(url_below("https://e.org/os", "Packages/a-1.rpm") == "https://e.org/os/Packages/a-1.rpm");
  CHECK(url_below("https://e.org/os/", "a.rpm") == "https://e.org/os/a.rpm");
  CHECK(url_below("https://e.org", "a~b^c+d.rpm") == "https://e.org/a~b%5Ec+d.rpm");
  CHECK(url_below("https://e.org", "a b#c?d.rpm") == "https://e.org/a%20b%23c%3Fd.rpm");
  CHECK(url_below("https://e.org", "é.rpm") == "https://e.org/%C3%A9.rpm");
}

TEST_CASE("url_below is empty without a base") {
  CHECK(url_below("", "Packages/a-1.rpm") == "");
}

TEST_CASE("vcs_url takes a repository's URL with its kind, and nothing that leads nowhere") {
  CHECK(
      vcs_url("git+https://git.example.org/rpms/x.git@abc") ==
      "git+https://git.example.org/rpms/x.git@abc");
  CHECK(vcs_url(" https://git.example.org/x ") == "https://git.example.org/x");
  CHECK(vcs_url("GIT+HTTPS://Git.example.org/x") == "git+https://git.example.org/x");
  CHECK(vcs_url("git+file:///srv/x") == "");
  CHECK(vcs_url("git") == "");
  CHECK(vcs_url("") == "");
}
