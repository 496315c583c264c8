// SPDX-License-Identifier: Apache-2.0

#include "metadata/text.h"

#include <string>
#include <string_view>

#include <doctest/doctest.h>

using reposbom::metadata::clean_text;
using reposbom::metadata::is_clean_text;
using reposbom::metadata::is_safe_file_name;
using reposbom::metadata::is_safe_relative_path;

namespace {

// clean_text(), with what must hold for every input.
std::string cleaned(std::string_view bytes) {
  std::string text = clean_text(bytes);
  CHECK(is_clean_text(text));
  CHECK(clean_text(text) == text);
  CHECK(is_clean_text(bytes) == (text == bytes));
  return text;
}

std::string repeated(std::size_t count, std::string_view text) {
  std::string all;
  for (std::size_t i = 0; i < count; ++i)
    all += text;
  return all;
}

}  // namespace

TEST_CASE("clean_text keeps UTF-8 that XML can carry") {
  for (const char* text :
       {"",
        "plain text, long enough for several words",
        "tab\tand\nline feed",
        "naïve — 日本語 😀",
        "\x7f",
        "\xC2\x80 \xC2\x85 \xE2\x80\xA8",
        "\xEF\xBF\xBD",
        "\xF0\x9F\xBF\xBE",
        "\xED\x9F\xBF\xEE\x80\x80",
        "\xF4\x8F\xBF\xBF"}) {
    CHECK(cleaned(text) == text);
  }
}

TEST_CASE("clean_text drops control characters wherever they stand") {
  for (std::size_t before = 0; before < 20; ++before) {
    for (int control = 0; control < 0x20; ++control) {
      if (control == '\t' || control == '\n' || control == '\r') continue;
      const std::string start(before, 'a');
      CHECK(cleaned(start + static_cast<char>(control) + "bcdefghijk") == start + "bcdefghijk");
    }
  }
}

TEST_CASE("clean_text makes one line feed of every line end") {
  CHECK(cleaned("a\r\nb\rc\nd\r") == "a\nb\nc\nd\n");
  CHECK(cleaned("a\n\r\n\r\rb") == "a\n\n\n\nb");
}

TEST_CASE("clean_text drops surrogates and the non-characters that XML forbids") {
  CHECK(cleaned("a\xED\xA0\x80z\xED\xBF\xBF") == "az");
  CHECK(cleaned("é\xED\xA0\xBD\xED\xB8\x80") == "é");
  CHECK(cleaned("\xEF\xBF\xBE\xEF\xBF\xBFx") == "x");
}

TEST_CASE("clean_text reads text that is not UTF-8 as Latin-1 without 0x80 to 0xBF") {
  CHECK(cleaned("M\xFCller & S\xF6hne") == "Müller & Söhne");
  CHECK(cleaned("\xC0\xFF") == "Àÿ");
  CHECK(cleaned("it\x92s \xA9") == "its ");
  // One malformed byte makes all of it Latin-1, also what would have been UTF-8.
  CHECK(cleaned("\xC3\xA9\xFF\r\n\x01") == "Ãÿ\n");
}

TEST_CASE("clean_text takes malformed sequences for Latin-1") {
  CHECK(cleaned("\xC3") == "Ã");  // cut off
  CHECK(cleaned("abcdefgh\xE2\x82") == "abcdefghâ");
  CHECK(cleaned("\xC0\x80") == "À");  // over-long
  CHECK(cleaned("\xE0\x9F\xBF") == "à");
  CHECK(cleaned("\xF0\x8F\xBF\xBF") == "ð");
  CHECK(cleaned("\xF4\x90\x80\x80") == "ô");  // above U+10FFFF
  CHECK(cleaned("\xF8\x88\x80\x80\x80") == "ø");
  CHECK(cleaned("\x80") == "");  // a continuation alone
  CHECK(cleaned("\xC3(") == "Ã(");
}

TEST_CASE("clean_text finds what is wrong at every place of a word") {
  for (std::size_t at = 0; at < 24; ++at) {
    std::string text(24, 'x');
    text[at] = '\xE9';
    std::string expected(24, 'x');
    expected.replace(at, 1, "é");
    CHECK(cleaned(text) == expected);
  }
}

TEST_CASE("is_safe_file_name takes the names of packages") {
  for (const char* name :
       {"bash-5.1.8-9.el9.x86_64.rpm",
        "libstdc++-11.5.0-5.el9_5.i686.rpm",
        "a",
        "...",
        ".hidden",
        "foo-1.0~rc1^20240101git-2.el9",
        "ünïcode",
        "with blank",
        "back\\slash",
        "-rf"}) {
    CHECK_MESSAGE(is_safe_file_name(name), name);
  }
}

TEST_CASE("is_safe_file_name refuses what could leave a directory or hide") {
  using namespace std::string_view_literals;
  for (const std::string_view name :
       {""sv,
        "."sv,
        ".."sv,
        "/"sv,
        "a/b"sv,
        "/etc"sv,
        "a/"sv,
        "a\0b"sv,
        "a\nb"sv,
        "a\x1b[2J"sv,
        "a\x7f"sv,
        "a\xC2\x9B"sv,
        "a\xFF"sv,
        "a\xC0\xAF"sv,
        "a\xEF\xBF\xBF"sv,
        "a\xED\xA0\x80"sv}) {
    CHECK_MESSAGE(!is_safe_file_name(name), std::string(name));
  }
}

TEST_CASE("is_safe_file_name refuses a name of more than 200 bytes") {
  CHECK(is_safe_file_name(std::string(200, 'a')));
  CHECK(!is_safe_file_name(std::string(201, 'a')));
  CHECK(is_safe_file_name(repeated(100, "é")));
  CHECK(!is_safe_file_name(repeated(101, "é")));
}

TEST_CASE("is_safe_relative_path wants every component safe") {
  CHECK(is_safe_relative_path("Packages/b/bash-5.1.8-9.el9.x86_64.rpm"));
  CHECK(is_safe_relative_path("bash.rpm"));
  for (const char* path :
       {"",
        "/",
        "/etc/passwd",
        "a//b",
        "a/",
        "../a",
        "a/../b",
        "a/./b",
        "./a",
        "a/b/..",
        "a/\nb"}) {
    CHECK_MESSAGE(!is_safe_relative_path(path), path);
  }
}
