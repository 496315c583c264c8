// SPDX-License-Identifier: Apache-2.0

#include "pipeline/guide.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

#include <doctest/doctest.h>

#include "pipeline/disk_texts.h"
#include "tests/support/published_tree.h"

namespace pipeline = reposbom::pipeline;
using pipeline::guide_files;
using pipeline::guide_page;
using pipeline::guide_text;
using reposbom::tests::has_programs;
using reposbom::tests::quoted;
using reposbom::tests::run_shell;
using reposbom::tests::TemporaryFolder;
using reposbom::tests::write_bytes;

namespace {

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

std::size_t count(std::string_view text, std::string_view part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != text.npos; at = text.find(part, at + 1))
    ++found;
  return found;
}

std::string body_of(std::string_view source) {
  const std::string page = guide_page(source, "en");
  const std::size_t begin = page.find("</nav>\n") + 7;
  return page.substr(begin, page.find("</body>") - begin);
}

}  // namespace

TEST_CASE("guide_page tells by the form of lines what they are") {
  CHECK(
      body_of("T\n\none\ntwo `a < b` three\n\nfour\n") ==
      "<p>one two <code>a &lt; b</code> three</p>\n<p>four</p>\n");
  CHECK(
      body_of("T\n\n12. Head & line\n\ntext\n") ==
      "<h2 id=\"s1\">Head &amp; line</h2>\n<p>text</p>\n");
  CHECK(
      body_of("T\n\ntext:\n\n    one < 2\n      deeper\n\nmore\n") ==
      "<p>text:</p>\n<pre>one &lt; 2\n  deeper</pre>\n<p>more</p>\n");
  CHECK(
      body_of("T\n\n- one\n  goes on\n- two\n\ntext\n") ==
      "<ul>\n<li>one goes on</li>\n<li>two</li>\n</ul>\n<p>text</p>\n");
  CHECK(
      body_of("T\n\n  --key FILE  the key\n              goes on\n  0           done\n") ==
      "<dl>\n<dt>--key FILE</dt><dd>the key goes on</dd>\n<dt>0</dt><dd>done</dd>\n</dl>\n");
  CHECK(contains(body_of("T\n\n@verify\n"), "<div class=\"terminal\">\n<svg "));
}

TEST_CASE("guide_page goes on without a blank where a line of Japanese ends in Japanese") {
  CHECK(contains(
      guide_page("題\n\n一つ\n二つ\nsbomget\nfetch\n三つ、\nsbom\n", "ja"),
      "<p>一つ二つ sbomget fetch 三つ、sbom</p>"));
}

TEST_CASE("guide_text has the transcripts in their place") {
  const std::string text = guide_text("T\n\nuse `it`\n\n@verify\n\nend\n");
  CHECK(text.starts_with("T\n\nuse it\n\n    # sbomget verify\n    "));
  CHECK(text.ends_with("\n\nend\n"));
  CHECK_FALSE(contains(text, "@verify"));
}

TEST_CASE("the guide says the same in both languages, and needs nothing but itself") {
  const auto files = guide_files();
  REQUIRE(files.size() == 4);
  const std::string& english = files.at("guide/index.html");
  const std::string& japanese = files.at("guide/ja.html");
  for (const std::string_view element : {"<h2 ", "<pre>", "<svg ", "<dt>", "<li>", "<dl>"}) {
    CAPTURE(element);
    CHECK(count(english, element) == count(japanese, element));
  }
  CHECK(count(english, "<svg ") == 7);
  CHECK(english.starts_with("<!DOCTYPE html>\n<html lang=\"en\">\n"));
  CHECK(japanese.starts_with("<!DOCTYPE html>\n<html lang=\"ja\">\n"));
  for (const std::string* page : {&english, &japanese}) {
    CHECK_FALSE(contains(*page, "<script"));
    CHECK_FALSE(contains(*page, "<img"));
    CHECK_FALSE(contains(*page, "src="));
    CHECK_FALSE(contains(*page, "url("));
    CHECK_FALSE(contains(*page, "`"));
    CHECK(count(*page, "href=\"http") == 0);
  }
  // A terminal's lines end where it does.
  for (const std::string_view text :
       {pipeline::kInstallTranscript,
        pipeline::kFetchTranscript,
        pipeline::kImportTranscript,
        pipeline::kNetworkTranscript,
        pipeline::kMergeTranscript,
        pipeline::kVerifyTranscript,
        pipeline::kUninstallTranscript}) {
    std::size_t width = 0;
    std::size_t longest = 0;
    for (const char c : text) {
      width = c == '\n' ? 0 : width + 1;
      longest = std::max(longest, width);
      const bool is_plain = c == '\n' || (c >= ' ' && c <= '~');
      CHECK(is_plain);
    }
    CAPTURE(text);
    CHECK(longest <= 80);
  }
}

TEST_CASE("the pages of the guide are well-formed") {
  if (!has_programs("xmllint")) {
    MESSAGE("skipped: no xmllint");
    return;
  }
  const TemporaryFolder folder;
  for (const auto& [path, bytes] : guide_files()) {
    if (!path.ends_with(".html")) continue;
    CAPTURE(path);
    // Nothing in them is left open but what HTML has no end of.
    std::string page = bytes;
    for (std::size_t at = page.find("<meta "); at != page.npos; at = page.find("<meta ", at + 1))
      page.insert(page.find('>', at), "/");
    write_bytes(folder / "page.html", page);
    const auto ran = run_shell("xmllint --noout " + quoted(folder / "page.html"));
    CAPTURE(ran.output);
    CHECK(ran.code == 0);
  }
}
