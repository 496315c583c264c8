// SPDX-License-Identifier: Apache-2.0

#include "pipeline/terminal_picture.h"

#include <cstddef>
#include <vector>

#include "pipeline/report_parts.h"

namespace reposbom::pipeline {
namespace {

// In hundredths of a pixel, so that nothing depends on how numbers with a fraction are printed.
constexpr std::size_t kColumns = 80;
constexpr std::size_t kColumn = 840;
constexpr std::size_t kLine = 1900;
constexpr std::size_t kMargin = 1600;
constexpr std::size_t kBar = 2800;  // The bar of the window's title.

std::string pixels(std::size_t hundredths) {
  const std::size_t rest = hundredths % 100;
  std::string text = std::to_string(hundredths / 100);
  if (rest != 0) text += (rest < 10 ? ".0" : ".") + std::to_string(rest);
  return text;
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end == text.npos ? text.size() : end + 1);
  }
  return lines;
}

std::string dot(std::size_t index, std::string_view colour) {
  return "<circle cx=\"" + pixels(kMargin + index * 1800) + "\" cy=\"14\" r=\"5\" fill=\"" +
         std::string(colour) + "\"/>";
}

// Its length is told, so that a font that is wider or narrower fits the window all the same.
// Browsers give each text the white space of a paragraph, whatever is said around it.
std::string line_of(std::string_view line, std::size_t number) {
  if (line.empty()) return {};
  const bool is_typed = line.starts_with("# ") || line.starts_with("$ ");
  return "<text x=\"" + pixels(kMargin) + "\" y=\"" +
         pixels(kBar + kMargin + number * kLine + kLine / 2) + "\" textLength=\"" +
         pixels(line.size() * kColumn) +
         "\" lengthAdjust=\"spacingAndGlyphs\" style=\"white-space:pre\"" +
         (is_typed ? " fill=\"#9ece6a\"" : "") + ">" + escaped(line) + "</text>\n";
}

}  // namespace

std::string terminal_picture(std::string_view transcript, std::string_view label) {
  const std::vector<std::string_view> lines = lines_of(transcript);
  const std::string width = pixels(2 * kMargin + kColumns * kColumn);
  const std::string height = pixels(kBar + 2 * kMargin + lines.size() * kLine);
  std::string svg = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + width + " " +
                    height + "\" role=\"img\" aria-label=\"" + escaped(label) +
                    "\" font-family=\"monospace\" font-size=\"14\" fill=\"#e4e6ef\">"
                    "\n<rect width=\"" +
                    width + "\" height=\"" + height +
                    "\" rx=\"8\" fill=\"#1a1b26\"/>\n<path d=\"M0 28V8a8 8 0 0 1 8-8H" +
                    pixels(kMargin + kColumns * kColumn + kMargin - 800) +
                    "a8 8 0 0 1 8 8V28z\" fill=\"#3b3e52\"/>\n" + dot(0, "#f7768e") +
                    dot(1, "#e0af68") + dot(2, "#9ece6a") + "\n";
  for (std::size_t i = 0; i != lines.size(); ++i)
    svg += line_of(lines[i], i);
  return svg + "</svg>\n";
}

}  // namespace reposbom::pipeline
