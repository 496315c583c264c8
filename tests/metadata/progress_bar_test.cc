// SPDX-License-Identifier: Apache-2.0
#include "metadata/progress_bar.h"

#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

using reposbom::metadata::progress_line;
using reposbom::metadata::ProgressBar;

TEST_CASE("progress_line draws how much of how much") {
  CHECK(
      progress_line("writing", 2346, 4692) ==
      "writing    [####################--------------------]  2346/4692");
  CHECK(
      progress_line("writing", 0, 9) ==
      "writing    [----------------------------------------]  0/9");
  CHECK(
      progress_line("writing", 9, 9) ==
      "writing    [########################################]  9/9");
}

TEST_CASE("progress_line of one thing alone has no bar") {
  CHECK(progress_line("reading", 0, 1) == "reading    …");
  CHECK(progress_line("reading", 0, 0) == "reading    …");
}

TEST_CASE("progress_line never draws more than all") {
  CHECK(
      progress_line("writing", 11, 10) ==
      "writing    [########################################]  11/10");
}

TEST_CASE("ProgressBar draws seldom, each new stage, and wipes its line at the end") {
  std::vector<std::string> drawn;
  {
    ProgressBar bar([&](std::string_view text) { drawn.emplace_back(text); });
    bar.show("reading", 0, 1);
    for (std::size_t i = 0; i != 1000; ++i)
      bar.show("writing", i, 1000);
    // Up to here well under a second has passed, so most were left out.
    CHECK(drawn.size() >= 2);
    CHECK(drawn.size() < 20);
    CHECK(drawn[0] == "\r\x1b[K" + progress_line("reading", 0, 1));
    CHECK(drawn[1] == "\r\x1b[K" + progress_line("writing", 0, 1000));
    const std::size_t before = drawn.size();
    std::this_thread::sleep_for(std::chrono::milliseconds(110));
    bar.show("writing", 1000, 1000);
    CHECK(drawn.size() == before + 1);
  }
  CHECK(drawn.back() == "\r\x1b[K");
}

TEST_CASE("a ProgressBar that never drew wipes nothing") {
  std::vector<std::string> drawn;
  {
    const ProgressBar bar([&](std::string_view text) { drawn.emplace_back(text); });
  }
  CHECK(drawn.empty());
}
