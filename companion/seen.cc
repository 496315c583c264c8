// SPDX-License-Identifier: Apache-2.0
#include "companion/seen.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "metadata/error.h"
#include "metadata/sums.h"
#include "metadata/text.h"

namespace reposbom::companion {
namespace {

constexpr std::string_view kTitle = "sbomget state 1\n";

// An ETag or a URL with a tab or the end of a line in it is none that is worth keeping.
bool is_field(std::string_view text) {
  return text.find_first_of("\t\n\r") == std::string_view::npos;
}

bool take_fields(std::string_view line, std::array<std::string_view, 5>& fields) {
  for (std::size_t i = 0; i + 1 != fields.size(); ++i) {
    const std::size_t end = line.find('\t');
    if (end == std::string_view::npos) return false;
    fields[i] = line.substr(0, end);
    line.remove_prefix(end + 1);
  }
  fields.back() = line;
  return is_field(line);
}

}  // namespace

std::string write_seen(const Seen& seen) {
  std::string text(kTitle);
  for (const auto& [source, run] : seen) {
    if (!is_field(source) || !is_field(run.run)) continue;
    text += source + "\t" + std::to_string(run.time) + "\t" + run.sums + "\t" + run.run + "\t" +
            (is_field(run.etag) ? run.etag : "") + "\n";
  }
  return text;
}

Seen parse_seen(std::string_view text, const std::string& subject) {
  const auto fail = [&]() {
    throw Error(
        Cause::Usage,
        subject,
        "is damaged: remove it, and what is newest will be learnt anew from the sources");
  };
  if (!text.starts_with(kTitle) || !text.ends_with('\n')) fail();
  text.remove_prefix(kTitle.size());
  Seen seen;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(line.size() + 1);
    std::array<std::string_view, 5> fields;
    if (!take_fields(line, fields)) fail();
    const auto& [source, time, sums, run, etag] = fields;
    SeenRun one{.sums = std::string(sums), .run = std::string(run), .etag = std::string(etag)};
    const auto [end, error] = std::from_chars(time.data(), time.data() + time.size(), one.time);
    const bool is_good = error == std::errc() && end == time.data() + time.size() &&
                         metadata::is_sha256(sums) &&
                         (run.empty() || metadata::is_safe_file_name(run));
    if (!is_good || !seen.emplace(source, std::move(one)).second) fail();
  }
  return seen;
}

}  // namespace reposbom::companion
