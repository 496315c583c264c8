// SPDX-License-Identifier: Apache-2.0
#include <string>

#include <doctest/doctest.h>

#include "metadata/xml.h"
#include "pipeline/report.h"

using reposbom::pipeline::Report;
using reposbom::pipeline::write_report_html;

namespace {

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

Report hostile() {
  const std::string text = R"(<script>alert("x & y")</script>)";
  Report report;
  report.run = report.version = report.distribution = text;
  report.repositories = {{text, text, "", 0, 1'234'567}};
  report.license_flags[text] = 999;
  report.unknown_licenses[text] = 1000;
  report.failures = {{text, text, text}};
  report.remarks = {{text, text}};
  report.signers = {text};
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
  // Title and line of the run; repository; flag; licence; failure; remark; signer.
  CHECK(count == 4 + 2 + 1 + 1 + 2 + 2 + 1);
}

TEST_CASE("report.html groups digits and says none where nothing failed") {
  CHECK(has(write_report_html(hostile()), ">1,234,567<"));
  CHECK(has(write_report_html(hostile()), ">1,000<"));
  CHECK(has(write_report_html(hostile()), ">999<"));
  CHECK(has(
      write_report_html({}), R"(<p class="good">None<span class="ja" lang="ja">なし</span></p>)"));
}

TEST_CASE("report.html closes every element it opens") {
  // But for the elements that HTML leaves open, it is XML.
  std::string html = write_report_html(hostile());
  html.erase(0, html.find("<html"));
  for (const std::string open : {"<meta charset=\"utf-8\">", "initial-scale=1\">"}) {
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
