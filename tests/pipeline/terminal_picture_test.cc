// SPDX-License-Identifier: Apache-2.0

#include "pipeline/terminal_picture.h"

#include <string>

#include <doctest/doctest.h>

using reposbom::pipeline::terminal_picture;

namespace {

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("terminal_picture shows each line, as wide as it is, and what was typed in colour") {
  const std::string svg = terminal_picture("# sbomget verify\n\n  <2> & \"more\"\n", "a \"label\"");
  CHECK(svg.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 704 117\" "));
  CHECK(svg.ends_with("</svg>\n"));
  CHECK(contains(svg, "aria-label=\"a &quot;label&quot;\""));
  CHECK(contains(
      svg,
      "<text x=\"16\" y=\"53.50\" textLength=\"134.40\" lengthAdjust=\"spacingAndGlyphs\" "
      "style=\"white-space:pre\" "
      "fill=\"#9ece6a\"># sbomget verify</text>"));
  CHECK(contains(
      svg,
      "<text x=\"16\" y=\"91.50\" textLength=\"117.60\" lengthAdjust=\"spacingAndGlyphs\" "
      "style=\"white-space:pre\">"
      "  &lt;2&gt; &amp; &quot;more&quot;</text>"));
}

TEST_CASE("terminal_picture of the same is the same, also without a newline at the end") {
  CHECK(terminal_picture("$ true\n", "") == terminal_picture("$ true", ""));
}
