// SPDX-License-Identifier: Apache-2.0
#include "pipeline/report_parts.h"

#include <algorithm>

namespace reposbom::pipeline {
namespace {

constexpr std::size_t kOpen = 20;
constexpr std::size_t kMost = 1000;

std::string_view entity(char c) {
  switch (c) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '"':
      return "&quot;";
    default:
      return {};
  }
}

std::string attribute(std::string_view kind) {
  return kind.empty() ? "" : " class=\"" + std::string(kind) + "\"";
}

// What `part` makes of the first rows, then of the next ones behind a handle.
template <class Part>
std::string in_parts(std::size_t size, std::string_view file, const Part& part) {
  std::string html = part(0, std::min(size, kOpen));
  if (size <= kOpen) return html;
  const std::string more = grouped(size - kOpen);
  html += "<details><summary>" + both({more + " more", "残り " + more + " 件"}) + "</summary>\n" +
          part(kOpen, std::min(size, kMost));
  if (size > kMost) {
    const std::string name(file);
    html += note({name + " lists all of them.", "全件は " + name + " にあります。"});
  }
  return html + "</details>\n";
}

}  // namespace

std::string escaped(std::string_view text) {
  std::string html;
  for (const char c : text) {
    const std::string_view name = entity(c);
    html += name.empty() ? std::string_view(&c, 1) : name;
  }
  return html;
}

std::string foreign(std::string_view text) {
  return "<bdi>" + escaped(text) + "</bdi>";
}

// The blank between them is for readers without styles.
std::string both(const Phrase& phrase) {
  return "<span lang=\"en\">" + escaped(phrase.english) + "</span> <span lang=\"ja\">" +
         escaped(phrase.japanese) + "</span>";
}

std::string heading(const Phrase& phrase) {
  return "<h2>" + both(phrase) + "</h2>\n";
}

std::string note(const Phrase& phrase) {
  return "<p class=\"note\">" + both(phrase) + "</p>\n";
}

std::string grouped(std::uint64_t number) {
  std::string text = std::to_string(number);
  for (std::size_t at = text.size(); at > 3;) {
    at -= 3;
    text.insert(at, 1, ',');
  }
  return text;
}

std::string table(
    const std::vector<Column>& columns, const std::vector<Cells>& rows, std::string_view file) {
  return in_parts(rows.size(), file, [&](std::size_t from, std::size_t to) {
    std::string html = "<table>\n<thead><tr>";
    for (const Column& column : columns) {
      html += "<th scope=\"col\"" + attribute(column.kind) + ">" + both(column.title) + "</th>";
    }
    html += "</tr></thead>\n<tbody>\n";
    for (std::size_t i = from; i != to; ++i) {
      html += "<tr><th scope=\"row\">" + rows[i].front() + "</th>";
      for (std::size_t c = 1; c < columns.size(); ++c) {
        html += "<td" + attribute(columns[c].kind) + ">" + rows[i][c] + "</td>";
      }
      html += "</tr>\n";
    }
    return html + "</tbody>\n</table>\n";
  });
}

std::string name_list(const std::vector<std::string>& names, std::string_view file) {
  return in_parts(names.size(), file, [&](std::size_t from, std::size_t to) {
    std::string html = "<ul class=\"names\">\n";
    for (std::size_t i = from; i != to; ++i)
      html += "<li>" + foreign(names[i]) + "</li>\n";
    return html + "</ul>\n";
  });
}

std::vector<Counted> by_frequency(const std::map<std::string, std::size_t>& counts) {
  std::vector<Counted> sorted;
  for (const auto& [name, count] : counts)
    sorted.push_back({name, count});
  std::stable_sort(sorted.begin(), sorted.end(), [](const Counted& a, const Counted& b) {
    return a.count > b.count;
  });
  return sorted;
}

std::string bar(std::uint64_t part, std::uint64_t whole) {
  const std::uint64_t width = whole == 0 ? 0 : std::min<std::uint64_t>(1000, part * 1000 / whole);
  return "<svg viewBox=\"0 0 1000 10\" width=\"200\" height=\"12\" preserveAspectRatio=\"none\" "
         "aria-hidden=\"true\"><rect width=\"" +
         std::to_string(width) + "\" height=\"10\"/></svg>";
}

}  // namespace reposbom::pipeline
