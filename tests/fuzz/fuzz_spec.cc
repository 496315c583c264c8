// SPDX-License-Identifier: Apache-2.0
//
// Spec files: expansion ends, in bounded time (libFuzzer's -timeout watches) and
// in a bounded size; no URL or file name is what a document cannot hold.
#include "metadata/spec_file.h"
#include "tests/fuzz/fuzz.h"

using namespace reposbom;
using fuzz::require;

namespace {

// The work that a spec may make, and the text that it is itself.
constexpr std::size_t kMostText = std::size_t{128} << 20U;

std::size_t check(const std::vector<metadata::SpecSource>& sources) {
  std::size_t text = 0;
  for (const metadata::SpecSource& source : sources) {
    text += source.text.size();
    fuzz::require_clean(source.text);
    fuzz::require_clean(source.file_name);
    fuzz::require_clean(source.url);
    // A macro that was left may have one.
    require(
        !source.is_expanded || source.file_name.find('/') == std::string::npos,
        "a file name has no slash",
        source.file_name);
    require(
        source.url.find_first_of(" \n\t") == std::string::npos, "a URL has no blanks", source.url);
  }
  return text;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const metadata::SpecMacroValues known = {
      {"name", "sslforge"}, {"version", "3.0.7"}, {"release", "27.el9"}, {"dist", ".el9"}};
  metadata::SpecFile spec;
  const auto read = [&] { spec = metadata::parse_spec(fuzz::bytes_of(data, size), "spec", known); };
  if (!fuzz::accepts(read)) return 0;
  require(check(spec.sources) + check(spec.skipped) < kMostText, "a spec expands to little");
  for (const std::string& macro : spec.unexpanded)
    require(macro.starts_with('%'), "what is left is a macro", macro);

  const std::vector<metadata::SourceFile> files = {
      {.name = "sslforge-3.0.7.tar.gz"}, {.name = "0001-fix.patch", .is_patch = true}};
  require(metadata::match_sources(spec, files).size() == files.size(), "each file has an answer");
  return 0;
}
