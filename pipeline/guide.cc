// SPDX-License-Identifier: Apache-2.0

#include "pipeline/guide.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cstddef>
#include <utility>
#include <vector>

#include "pipeline/disk_texts.h"
#include "pipeline/report_parts.h"
#include "pipeline/terminal_picture.h"

namespace reposbom::pipeline {
namespace {

struct Transcript {
  std::string_view name;
  const std::string_view& text;
};
constexpr std::array kTranscripts = {
    Transcript{"install", kInstallTranscript},
    Transcript{"fetch", kFetchTranscript},
    Transcript{"import", kImportTranscript},
    Transcript{"network", kNetworkTranscript},
    Transcript{"merge", kMergeTranscript},
    Transcript{"verify", kVerifyTranscript},
    Transcript{"uninstall", kUninstallTranscript},
};

std::string_view transcript_named(std::string_view name) {
  const auto found = std::ranges::find(kTranscripts, name, &Transcript::name);
  assert(found != kTranscripts.end());
  return found->text;
}

// The form of a line says what it is:
//   Title              the first one
//   3. Heading
//   @install           a transcript, or its picture
//       code           four blanks
//     term   what it is      two blanks; going on deeper, under the text
//   - item             going on under its text
//   text               a paragraph, up to an empty line
enum class Kind { Blank, Heading, Transcript, Code, Term, Continued, Item, Text };

bool is_heading(std::string_view line) {
  const std::size_t digits = line.find_first_not_of("0123456789");
  return digits != 0 && digits != line.npos && line.substr(digits).starts_with(". ");
}

Kind kind_of(std::string_view line, Kind before) {
  if (line.empty()) return Kind::Blank;
  if (is_heading(line)) return Kind::Heading;
  if (line.starts_with('@')) return Kind::Transcript;
  if (line.starts_with("- ")) return Kind::Item;
  const bool in_entry = before == Kind::Term || before == Kind::Item || before == Kind::Continued;
  if (line.starts_with("  ") && line[2] != ' ' && before != Kind::Item) return Kind::Term;
  if (line.starts_with("  ") && in_entry) return Kind::Continued;
  return line.starts_with("    ") ? Kind::Code : Kind::Text;
}

std::string_view trimmed(std::string_view line) {
  line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
  return line;
}

// Japanese goes on without a blank, but where it meets other words: "この\nSBOM は" is "この SBOM
// は".
std::string joined(std::string before, std::string_view line) {
  const auto is_ascii = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
  const bool is_japanese = !before.empty() && !is_ascii(before.back()) && !is_ascii(line.front());
  const bool is_after_stop = before.ends_with("、") || before.ends_with("。");
  if (!is_japanese && !is_after_stop) before += ' ';
  return before.append(line);
}

// What stands between backquotes is code.
std::string inline_html(std::string_view text) {
  std::string html;
  bool in_code = false;
  while (!text.empty()) {
    const std::size_t end = text.find('`');
    html += escaped(text.substr(0, end));
    if (end == text.npos) break;
    html += in_code ? "</code>" : "<code>";
    in_code = !in_code;
    text.remove_prefix(end + 1);
  }
  return html;
}

class Page {
 public:
  explicit Page(std::string_view language) : language_(language) {}

  void take(std::string_view line) {
    const Kind kind = kind_of(line, before_);
    if (kind == Kind::Continued || (kind == Kind::Text && before_ == Kind::Text)) {
      text_ = joined(std::move(text_), trimmed(line));
    } else if (kind == Kind::Code && before_ == Kind::Code) {
      text_ += "\n" + std::string(line.substr(4));
    } else {
      end_block(kind);
      begin_block(kind, line);
    }
    if (kind == Kind::Continued) return;  // What it belongs to goes on.
    before_ = kind;
  }

  std::string finish() {
    end_block(Kind::Blank);
    end_list(Kind::Blank);
    std::string contents;
    for (std::size_t i = 0; i != headings_.size(); ++i) {
      contents += "<li><a href=\"#s" + std::to_string(i + 1) + "\">" + headings_[i] + "</a></li>\n";
    }
    const bool is_english = language_ == "en";
    return "<!DOCTYPE html>\n<html lang=\"" + std::string(language_) +
           "\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" "
           "content=\"width=device-width, initial-scale=1\">\n<title>" +
           title_ + "</title>\n<style>\n" + std::string(kGuideStyle) +
           "</style>\n</head>\n<body>\n<p class=\"language\"><a href=\"" +
           (is_english ? "ja.html\" lang=\"ja\">日本語" : "index.html\" lang=\"en\">English") +
           "</a></p>\n<h1>" + title_ + "</h1>\n<nav>\n<ol>\n" + contents + "</ol>\n</nav>\n" +
           body_ + "</body>\n</html>\n";
  }

 private:
  void begin_block(Kind kind, std::string_view line) {
    kind_ = kind;
    if (kind == Kind::Heading) line.remove_prefix(line.find(' ') + 1);
    if (kind == Kind::Transcript) line.remove_prefix(1);
    if (kind == Kind::Code) line.remove_prefix(4);
    if (kind == Kind::Item || kind == Kind::Term) line.remove_prefix(2);
    term_.clear();
    if (kind == Kind::Term) {
      const std::size_t end = std::min(line.find("  "), line.size());
      term_ = line.substr(0, end);
      line = trimmed(line.substr(end));
    }
    text_ = line;
  }

  // Terms and items stand in a list, which ends where another block begins.
  void end_list(Kind next) {
    if (list_ != Kind::Blank && list_ != next) {
      body_ += list_ == Kind::Item ? "</ul>\n" : "</dl>\n";
      list_ = Kind::Blank;
    }
  }

  void end_block(Kind next) {
    switch (kind_) {
      case Kind::Text:
        if (title_.empty()) {
          title_ = escaped(text_);
        } else {
          body_ += "<p>" + inline_html(text_) + "</p>\n";
        }
        break;
      case Kind::Heading:
        headings_.push_back(escaped(text_));
        body_ +=
            "<h2 id=\"s" + std::to_string(headings_.size()) + "\">" + escaped(text_) + "</h2>\n";
        break;
      case Kind::Transcript:
        body_ += "<div class=\"terminal\">\n" +
                 terminal_picture(transcript_named(text_), "sbomget: " + text_) + "</div>\n";
        break;
      case Kind::Code:
        body_ += "<pre>" + escaped(text_) + "</pre>\n";
        break;
      case Kind::Item:
        if (list_ != Kind::Item) body_ += "<ul>\n";
        list_ = Kind::Item;
        body_ += "<li>" + inline_html(text_) + "</li>\n";
        break;
      case Kind::Term:
        if (list_ != Kind::Term) body_ += "<dl>\n";
        list_ = Kind::Term;
        body_ += "<dt>" + inline_html(term_) + "</dt><dd>" + inline_html(text_) + "</dd>\n";
        break;
      case Kind::Blank:
      case Kind::Continued:
        break;
    }
    kind_ = Kind::Blank;
    end_list(next);
  }

  std::string_view language_;
  Kind before_ = Kind::Blank;
  Kind kind_ = Kind::Blank;  // Of the block that is being read, with its text.
  Kind list_ = Kind::Blank;
  std::string term_ = {};
  std::string text_ = {};
  std::string title_ = {};
  std::vector<std::string> headings_ = {};
  std::string body_ = {};
};

// Calls `take` with each line.
void for_each_line(std::string_view text, const auto& take) {
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    take(text.substr(0, end));
    text.remove_prefix(end == text.npos ? text.size() : end + 1);
  }
}

}  // namespace

std::string guide_text(std::string_view source) {
  std::string text;
  const auto append_transcript = [&](std::string_view line) {
    if (!line.empty()) text += "    " + std::string(line);
    text += "\n";
  };
  for_each_line(source, [&](std::string_view line) {
    if (kind_of(line, Kind::Blank) == Kind::Transcript) {
      for_each_line(transcript_named(line.substr(1)), append_transcript);
    } else {
      text.append(line).append("\n");
    }
  });
  std::erase(text, '`');
  return text;
}

std::string guide_page(std::string_view source, std::string_view language) {
  Page page(language);
  for_each_line(source, [&](std::string_view line) { page.take(line); });
  return page.finish();
}

std::map<std::string, std::string> guide_files() {
  return {
      {"guide/guide.txt", guide_text(kGuideEnglish)},
      {"guide/guide.ja.txt", guide_text(kGuideJapanese)},
      {"guide/index.html", guide_page(kGuideEnglish, "en")},
      {"guide/ja.html", guide_page(kGuideJapanese, "ja")}};
}

}  // namespace reposbom::pipeline
