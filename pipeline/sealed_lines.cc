// SPDX-License-Identifier: Apache-2.0
#include "pipeline/sealed_lines.h"

#include <algorithm>
#include <utility>

#include "metadata/digest.h"

namespace reposbom::pipeline {
namespace {

constexpr std::size_t kSealLength = 65;  // With the end of its line.

}  // namespace

SealedLines::SealedLines(std::string_view title) {
  text_.append(title).append("\n");
}

bool SealedLines::add(std::span<const std::string_view> fields) {
  const bool fits = std::ranges::none_of(fields, [](std::string_view field) {
    return field.find_first_of("\t\n") != std::string_view::npos;
  });
  if (!fits) return false;
  for (const std::string_view field : fields)
    text_.append(field).append("\t");
  text_.back() = '\n';
  return true;
}

std::string SealedLines::seal() && {
  text_.append(metadata::sha256(text_)).append("\n");
  return std::move(text_);
}

std::optional<std::string_view> unsealed(std::string_view text, std::string_view title) {
  if (!text.starts_with(title) || text.size() < title.size() + 1 + kSealLength) return {};
  if (text[title.size()] != '\n') return {};
  const std::string_view seal = text.substr(text.size() - kSealLength);
  text.remove_suffix(kSealLength);
  if (seal != metadata::sha256(text) + "\n") return {};
  text.remove_prefix(title.size() + 1);
  return text;
}

bool take_fields(std::string_view& lines, std::span<std::string_view> fields) {
  std::string_view line = lines.substr(0, lines.find('\n'));
  lines.remove_prefix(std::min(line.size() + 1, lines.size()));
  for (std::size_t i = 0; i != fields.size(); ++i) {
    const std::size_t end = line.find('\t');
    if ((end == std::string_view::npos) != (i + 1 == fields.size())) return false;
    fields[i] = line.substr(0, end);
    line.remove_prefix(std::min(line.size(), fields[i].size() + 1));
  }
  return true;
}

}  // namespace reposbom::pipeline
