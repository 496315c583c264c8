// SPDX-License-Identifier: Apache-2.0
#include <string>

#include <doctest/doctest.h>

#include "metadata/xml.h"
#include "pipeline/report.h"
#include "pipeline/report_parts.h"

using reposbom::pipeline::Report;
using reposbom::pipeline::write_report_html;

namespace {

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

const std::string kHostile = R"(<script>alert("x & y")</script>)";

Report hostile() {
  const std::string& text = kHostile;
  Report report;
  report.run = report.version = report.distribution = text;
  report.packages = 2000;
  report.repositories = {{text, text, "", 0, 1'234'567}};
  report.changes = {text, {text}, {text}, {text}};
  report.licenses[text] = 1000;
  report.license_flags[text] = 999;
  report.unknown_licenses[text] = 1000;
  report.builds_without_source = {text};
  report.unresolved[text] = 1;
  report.failures = {{text, text, text}};
  report.remarks = {{text, text}};
  report.signers = {{.description = text}};
  return report;
}

}  // namespace

TEST_CASE("report.html escapes everything that comes from outside") {
  const std::string html = write_report_html(hostile());
  CHECK(!has(html, "<script"));
  CHECK(!has(html, "x & y"));
  std::size_t count = 0;
  const std::string escaped = "&lt;script&gt;alert(&quot;x &amp; y&quot;)&lt;/script&gt;";
  for (std::size_t at = html.find(escaped); at != std::string::npos;
       at = html.find(escaped, at + 1))
    ++count;
  // Title, line of the run, failure, changes (two runs, three lists), licence, tag, flag, build,
  // requirement, repository, remark, signer.
  CHECK(count == 1 + 3 + 2 + 5 + 1 + 1 + 1 + 1 + 1 + 2 + 2 + 1);
}

TEST_CASE("report.html may load and run nothing") {
  const std::string html = write_report_html(hostile());
  CHECK(has(html, "content=\"default-src 'none'; style-src 'unsafe-inline'\""));
  for (const char* part : {"<script", "<link", "<img", "src=", "http://", "https://", "url("}) {
    CAPTURE(part);
    CHECK(!has(html, part));
  }
}

TEST_CASE("report.html says how a run went, and whether it was signed") {
  CHECK(has(write_report_html({}), "<p class=\"good\">"));
  CHECK(has(write_report_html({}), "Not signed."));
  CHECK(!has(write_report_html({}), "Failures"));
  CHECK(has(write_report_html(hostile()), "Could not be described: 1<"));
  CHECK(!has(write_report_html(hostile()), "Not signed."));
}

TEST_CASE("report.html tells what changed since the run before") {
  Report report;
  CHECK(has(write_report_html(report), "This is the first run of the tree."));
  report.changes.from = "20240101T000000Z";
  CHECK(has(write_report_html(report), "No package changed."));
  report.changes.removed = {"bash-1-1.x86_64", "zlib-1-1.x86_64"};
  const std::string html = write_report_html(report);
  CHECK(has(html, "Packages removed</span>"));
  CHECK(has(html, "</span> (2)</h3>"));
  CHECK(has(html, "<li><bdi>zlib-1-1.x86_64</bdi></li>"));
  CHECK(!has(html, "Packages added"));
}

TEST_CASE("report.html shows the most frequent licences first, each with its share") {
  Report report;
  report.packages = 1000;
  report.licenses = {{"Apache-2.0", 250}, {"MIT", 500}, {"Zlib", 250}};
  const std::string html = write_report_html(report);
  const std::size_t mit = html.find(">MIT<");
  REQUIRE(mit != std::string::npos);
  CHECK(mit < html.find(">Apache-2.0<"));
  CHECK(html.find(">Apache-2.0<") < html.find(">Zlib<"));
  CHECK(html.find("<rect width=\"500\"") < html.find("<rect width=\"250\""));
}

TEST_CASE("report.html has every heading in both languages") {
  const std::string html = write_report_html(hostile());
  std::size_t headings = 0;
  for (std::size_t at = html.find("<h2>"); at != std::string::npos;
       at = html.find("<h2>", at + 1)) {
    const std::string heading = html.substr(at, html.find("</h2>", at) - at);
    CHECK(has(heading, "<span lang=\"en\">"));
    CHECK(has(heading, "<span lang=\"ja\">"));
    ++headings;
  }
  CHECK(headings == 10);
}

TEST_CASE("report.html closes every element it opens") {
  // But for the elements that HTML leaves open, it is XML.
  std::string html = write_report_html(hostile());
  html.erase(0, html.find("<html"));
  for (const std::string open :
       {"<meta charset=\"utf-8\">", "initial-scale=1\">", "'unsafe-inline'\">"}) {
    const std::size_t at = html.find(open);
    REQUIRE(at != std::string::npos);
    html.insert(at + open.size() - 1, "/");
  }
  using namespace reposbom::metadata;
  static constexpr XmlRule kRules[] = {{0, "html", 1}};
  int elements = 0;
  XmlParser parser("report.html", kRules, {.begin = [&](int, const XmlNode&) { ++elements; }});
  parser.feed(html);
  parser.finish();
  CHECK(elements == 1);
}
