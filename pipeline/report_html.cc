// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "pipeline/report.h"

namespace reposbom::pipeline {
namespace {

constexpr std::string_view kHead = R"(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
body { font: 16px/1.5 system-ui, sans-serif; color: #1b1f24; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; }
h1 { font-size: 1.6rem; margin-bottom: 0; }
h2 { font-size: 1.15rem; margin-top: 2rem; border-bottom: 1px solid #d0d7de; }
p.run { color: #57606a; margin-top: .2rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .3rem .6rem; border-bottom: 1px solid #eaeef2; vertical-align: top; overflow-wrap: anywhere; }
td.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
span.ja { color: #57606a; margin-left: .5rem; }
.good { color: #1a7f37; } .bad { color: #b42318; }
@media (prefers-color-scheme: dark) {
body { background: #0d1117; color: #e6edf3; } h2, th, td { border-color: #30363d; } span.ja, p.run { color: #9aa4af; }
}
</style>
)";

std::string escaped(std::string_view text) {
  std::string html;
  for (const char c : text) {
    switch (c) {
      case '&':
        html += "&amp;";
        break;
      case '<':
        html += "&lt;";
        break;
      case '>':
        html += "&gt;";
        break;
      case '"':
        html += "&quot;";
        break;
      default:
        html += c;
    }
  }
  return html;
}

// 94870 as "94,870".
std::string grouped(std::uint64_t number) {
  std::string text = std::to_string(number);
  for (std::size_t at = text.size(); at > 3;) {
    at -= 3;
    text.insert(at, 1, ',');
  }
  return text;
}

std::string bilingual(std::string_view english, std::string_view japanese) {
  std::string html = escaped(english);
  return html.append("<span class=\"ja\" lang=\"ja\">").append(escaped(japanese)).append("</span>");
}

std::string heading(std::string_view english, std::string_view japanese) {
  return "<h2>" + bilingual(english, japanese) + "</h2>\n";
}

struct Count {
  std::string_view english;
  std::string_view japanese;
  std::uint64_t number;
};

std::string counts(const Report& report) {
  const std::array rows = {
      Count{"Packages", "パッケージ", report.packages},
      Count{"Builds", "ビルド", report.builds},
      Count{"Documents in sets", "セット内の文書", report.documents},
      Count{"Release documents", "リリース文書", report.release_documents},
      Count{"Signatures", "署名", report.signatures},
      Count{"Sets written", "新規に作成したセット", report.sets_written},
      Count{"Sets reused", "再利用したセット", report.sets_reused},
      Count{
          "Packages without source package header",
          "ソースパッケージのヘッダーがないパッケージ",
          report.packages_without_source},
      Count{
          "Packages with unresolved requirements",
          "依存関係が未解決のパッケージ",
          report.packages_with_unresolved},
      Count{"Unresolved requirements", "未解決の依存関係", report.unresolved_requirements}};
  std::string html = "<table>\n";
  for (const Count& row : rows) {
    html += "<tr><td>" + bilingual(row.english, row.japanese) + "</td><td class=\"number\">" +
            grouped(row.number) + "</td></tr>\n";
  }
  return html + "</table>\n";
}

std::string repositories(const Report& report) {
  std::string html = heading("Repositories", "リポジトリ") + "<table>\n";
  for (const RepositoryReport& repository : report.repositories) {
    html += "<tr><td>" + escaped(repository.id) + "</td><td>" + escaped(repository.revision) +
            "</td><td class=\"number\">" + grouped(repository.records) + "</td></tr>\n";
  }
  return html + "</table>\n";
}

std::string named_counts(const std::map<std::string, std::size_t>& counts) {
  std::string html = "<table>\n";
  for (const auto& [name, count] : counts) {
    html +=
        "<tr><td>" + escaped(name) + "</td><td class=\"number\">" + grouped(count) + "</td></tr>\n";
  }
  return html + "</table>\n";
}

std::string problems(const Report& report) {
  std::string html = heading("Failures", "失敗");
  if (report.failures.empty()) {
    return html + "<p class=\"good\">" + bilingual("None", "なし") + "</p>\n";
  }
  html += "<table class=\"bad\">\n";
  for (const Failure& failure : report.failures) {
    html += "<tr><td>" + escaped(failure.subject) + "</td><td>" + escaped(failure.message) +
            "</td></tr>\n";
  }
  return html + "</table>\n";
}

std::string remarks(const Report& report) {
  if (report.remarks.empty()) return {};
  std::string html = heading("Remarks", "注記") + "<table>\n";
  for (const metadata::Remark& remark : report.remarks) {
    html += "<tr><td>" + escaped(remark.subject) + "</td><td>" + escaped(remark.message) +
            "</td></tr>\n";
  }
  return html + "</table>\n";
}

}  // namespace

std::string write_report_html(const Report& report) {
  std::string html(kHead);
  html += "<title>SBOM report " + escaped(report.distribution) + "</title>\n</head>\n<body>\n";
  html += "<h1>" + bilingual("SBOM report", "SBOM レポート") + "</h1>\n<p class=\"run\">" +
          escaped(report.distribution) + " · " + escaped(report.run) + " · reposbom " +
          escaped(report.version) + "</p>\n";
  html += counts(report) + repositories(report);
  html += heading("Licence tags by flag", "ライセンスタグの分類（パッケージ数）") +
          named_counts(report.license_flags);
  if (!report.unknown_licenses.empty()) {
    html += heading("Licence tags without a known meaning", "意味が不明なライセンスタグ") +
            named_counts(report.unknown_licenses);
  }
  html += problems(report) + remarks(report);
  if (!report.signers.empty()) {
    html += heading("Signed by", "署名者") + "<ul>\n";
    for (const std::string& signer : report.signers)
      html += "<li>" + escaped(signer) + "</li>\n";
    html += "</ul>\n";
  }
  return html + "</body>\n</html>\n";
}

}  // namespace reposbom::pipeline
