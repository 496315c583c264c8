// SPDX-License-Identifier: Apache-2.0

#include "metadata/cpe.h"

#include <regex>
#include <string>

#include <doctest/doctest.h>

using reposbom::metadata::Package;
using reposbom::metadata::rpm_cpe;

namespace {

// The pattern of CycloneDX 1.6 and of SPDX 2.3 for CPE 2.3 names.
bool is_cpe(const std::string& text) {
  static const std::regex pattern(
      R"re(cpe:2\.3:[aho*\-](:(((\?*|\*?)([a-zA-Z0-9\-._]|(\\[\\*?!"#$%&'()+,/:;<=>@\[\]^`{|}~]))+(\?*|\*?))|[*\-])){5})re"
      R"re((:(([a-zA-Z]{2,3}(-([a-zA-Z]{2}|[0-9]{3}))?)|[*\-])))re"
      R"re((:(((\?*|\*?)([a-zA-Z0-9\-._]|(\\[\\*?!"#$%&'()+,/:;<=>@\[\]^`{|}~]))+(\?*|\*?))|[*\-])){4})re");
  return std::regex_match(text, pattern);
}

std::string cpe(const Package& package) {
  std::string text = rpm_cpe(package, "almalinux");
  CHECK_MESSAGE(is_cpe(text), text);
  return text;
}

}  // namespace

TEST_CASE("rpm_cpe names vendor, package and version-release") {
  CHECK(
      cpe({.name = "bash", .evr = {.version = "5.1.8", .release = "9.el9"}}) ==
      "cpe:2.3:a:almalinux:bash:5.1.8-9.el9:*:*:*:*:*:*:*");
}

TEST_CASE("rpm_cpe puts an epoch that is not 0 before the version") {
  CHECK(
      cpe({.name = "openssl", .evr = {.epoch = 1, .version = "3.0.7", .release = "18.el9_2"}}) ==
      R"(cpe:2.3:a:almalinux:openssl:1\:3.0.7-18.el9_2:*:*:*:*:*:*:*)");
}

TEST_CASE("rpm_cpe quotes what CPE gives a meaning") {
  CHECK(
      cpe({.name = "libstdc++", .evr = {.version = "1.0~rc1^git(2)", .release = "1"}}) ==
      R"(cpe:2.3:a:almalinux:libstdc\+\+:1.0\~rc1\^git\(2\)-1:*:*:*:*:*:*:*)");
  std::string printable;
  for (char c = '!'; c <= '~'; ++c)
    printable += c;
  cpe({.name = printable, .evr = {.version = printable, .release = printable}});
}

TEST_CASE("rpm_cpe has an underscore for blanks and for what is not ASCII") {
  CHECK(
      cpe({.name = "a b\n\xC3\xA9", .evr = {.version = "1", .release = ""}}) ==
      "cpe:2.3:a:almalinux:a_b___:1:*:*:*:*:*:*:*");
}

TEST_CASE("rpm_cpe leaves open what is not known") {
  CHECK(rpm_cpe({.name = "a"}, "") == "cpe:2.3:a:*:a:*:*:*:*:*:*:*:*");
}
