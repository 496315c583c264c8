// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <utility>

#include "pipeline/quality_sample.h"
#include "pipeline/report.h"
#include "pipeline/report_parts.h"

namespace reposbom::pipeline {
namespace {

// Nothing may be loaded or run, whatever a name has brought in.
constexpr std::string_view kHead = R"(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<style>
)";

constexpr Column kPackages = {{"Packages", "パッケージ数"}, "number"};

// The two targets stand before all that they choose the language of (report.css).
std::string header(const Report& report) {
  return "<span id=\"en\"></span><span id=\"ja\"></span>\n<header>\n"
         "<nav><a href=\"#en\" lang=\"en\">English</a> <a href=\"#ja\" "
         "lang=\"ja\">日本語</a></nav>\n"
         "<h1>" +
         both({"SBOM report", "SBOM レポート"}) + "</h1>\n<p class=\"run\">" +
         foreign(report.distribution) + " · " + foreign(report.run) + " · reposbom " +
         foreign(report.version) + "</p>\n</header>\n";
}

std::string outcome(const Report& report) {
  if (report.failures.empty()) {
    return "<p class=\"good\">" +
           both({"Every package is described.", "すべてのパッケージの SBOM を作成しました。"}) +
           "</p>\n";
  }
  const std::string count = grouped(report.failures.size());
  return "<p class=\"bad\">" +
         both(
             {"Could not be described: " + count,
              "SBOM を作成できなかったもの: " + count + " 件"}) +
         "</p>\n";
}

std::string totals(const Report& report) {
  const std::array<std::pair<Phrase, std::uint64_t>, 8> numbers = {{
      {{"Packages", "パッケージ"}, report.packages},
      {{"Builds", "ビルド"}, report.builds},
      {{"Documents in sets", "セット内の文書"}, report.documents},
      {{"Release documents", "リリース文書"}, report.release_documents},
      {{"Signatures", "署名"}, report.signatures},
      {{"Sets new in this run", "今回作成したセット"}, report.sets_written},
      {{"Sets reused", "再利用したセット"}, report.sets_reused},
      {{"Licences named", "ライセンスの種類"}, report.licenses.size()},
  }};
  std::string html = "<dl>\n";
  for (const auto& [name, number] : numbers) {
    html += "<div><dt>" + both(name) + "</dt><dd>" + grouped(number) + "</dd></div>\n";
  }
  return html + "</dl>\n";
}

std::string failures(const Report& report) {
  if (report.failures.empty()) return {};
  std::vector<Cells> rows;
  for (const Failure& failure : report.failures)
    rows.push_back({foreign(failure.subject), foreign(failure.message)});
  return heading({"Failures", "失敗"}) +
         table({{{"Subject", "対象"}}, {{"Reason", "理由"}}}, rows, kReport);
}

std::string changed_names(const Phrase& title, const std::vector<std::string>& names) {
  if (names.empty()) return {};
  return "<h3>" + both(title) + " (" + grouped(names.size()) + ")</h3>\n" +
         name_list(names, "diff.json");
}

std::string changes(const Report& report) {
  const Changes& changes = report.changes;
  std::string html = heading({"Changes since the run before", "前回からの変更"});
  if (changes.from.empty()) {
    return html + note({"This is the first run of the tree.", "このツリーの最初の実行です。"});
  }
  html += "<p class=\"run\">" + foreign(changes.from) + " → " + foreign(report.run) + "</p>\n";
  const std::string names =
      changed_names({"Packages added", "追加されたパッケージ"}, changes.added) +
      changed_names(
          {"Packages updated, or with other documents", "更新されたパッケージと文書"},
          changes.changed) +
      changed_names({"Packages removed", "なくなったパッケージ"}, changes.removed);
  if (!names.empty()) return html + names;
  return html + note({"No package changed.", "パッケージの変更はありません。"});
}

std::string repositories(const Report& report) {
  std::vector<Cells> rows;
  for (const RepositoryReport& repository : report.repositories) {
    rows.push_back(
        {foreign(repository.id), foreign(repository.revision), grouped(repository.records)});
  }
  return heading({"Repositories", "リポジトリ"}) +
         table({{{"Id", "ID"}}, {{"Revision", "リビジョン"}}, kPackages}, rows, kReport);
}

// Of repositories without keys there is nothing to say.
std::string header_signatures(const Report& report) {
  std::vector<Cells> rows;
  for (const RepositoryReport& repository : report.repositories) {
    const HeaderCounts& headers = repository.headers;
    if (headers == HeaderCounts{}) continue;
    rows.push_back(
        {foreign(repository.id),
         grouped(headers.signed_headers),
         grouped(headers.unsigned_headers),
         grouped(headers.refused)});
  }
  if (rows.empty()) return {};
  return heading({"Signatures of packages", "パッケージの署名"}) +
         note(
             {"Where keys are given, the signature of every RPM and SRPM header read is verified. "
              "Of one without a signature the digest of the whole file is.",
              "鍵を指定したリポジトリでは、読み込んだ RPM・SRPM ヘッダーの署名を検証します。"
              "署名のないものはファイル全体のダイジェストで検証します。"}) +
         table(
             {{{"Repository", "リポジトリ"}},
              {{"Good", "正当"}, "number"},
              {{"Not signed", "署名なし"}, "number"},
              {{"Refused", "拒否"}, "number"}},
             rows,
             kReport);
}

std::string licenses(const Report& report) {
  std::vector<Cells> rows;
  for (const Counted& license : by_frequency(report.licenses)) {
    rows.push_back(
        {foreign(license.name), bar(license.count, report.packages), grouped(license.count)});
  }
  return heading({"Licences", "ライセンス"}) +
         note(
             {"How many packages name each licence in their SPDX expression. A package can name "
              "several.",
              "各ライセンスを SPDX "
              "式に含むパッケージの数。一つのパッケージが複数を含むことがあります。"}) +
         table({{{"Licence", "ライセンス"}}, {{"Share", "割合"}, "bar"}, kPackages}, rows, kReport);
}

std::string named_counts(
    const Phrase& title,
    const Phrase& explanation,
    const Phrase& name,
    const std::map<std::string, std::size_t>& counts) {
  if (counts.empty()) return {};
  std::vector<Cells> rows;
  for (const Counted& counted : by_frequency(counts))
    rows.push_back({foreign(counted.name), grouped(counted.count)});
  return heading(title) + note(explanation) + table({{name}, kPackages}, rows, kReport);
}

std::string license_tags(const Report& report) {
  return named_counts(
             {"License tags without an SPDX expression", "SPDX 式に変換できなかったライセンスタグ"},
             {"Their packages have no concluded licence.",
              "該当パッケージの licenseConcluded は NOASSERTION です。"},
             {"License tag", "ライセンスタグ"},
             report.unknown_licenses) +
         named_counts(
             {"Flags of licence expressions", "ライセンス式の注意点"},
             {"What a reader of these expressions should know; 'reposbom license TAG' tells it of "
              "a tag.",
              "式を読む際の注意点です。タグごとの内容は reposbom license TAG で確認できます。"},
             {"Flag", "項目"},
             report.license_flags);
}

std::string without_source(const Report& report) {
  if (report.builds_without_source.empty()) return {};
  return heading({"Builds without their source package", "ソースパッケージがないビルド"}) +
         note(
             {"No source repository has these source packages: their sources and patches are "
              "unknown. Packages of these builds: " +
                  grouped(report.packages_without_source),
              "ソースリポジトリに該当する SRPM "
              "がないため、ソースとパッチが不明です。該当パッケージ: " +
                  grouped(report.packages_without_source)}) +
         name_list(report.builds_without_source, kReport);
}

std::string quality_scores(const QualityTotals& totals) {
  std::vector<Cells> rows;
  for (const StandardRow& row : standards()) {
    for (const QualityFormat format : kQualityFormats) {
      const auto& of_format = totals.standards[static_cast<std::size_t>(format)];
      const StandardTotal& total = of_format[static_cast<std::size_t>(row.standard)];
      if (total.documents == 0) continue;
      rows.push_back(
          {foreign(std::string(row.name) + ", " + std::string(to_string(format))),
           percent(total.lacking_nothing, total.documents),
           one_decimal(total.mean_answered()) + " / " + one_decimal(total.mean_asked())});
    }
  }
  return table(
      {{{"Standard, format", "基準・形式"}},
       {{"Tell all that can be told", "可能な項目をすべて記載"}, "number"},
       {{"Elements, mean", "平均項目数"}, "number"}},
      rows,
      kReport);
}

std::string quality_gaps(const QualityTotals& totals) {
  std::vector<Cells> rows;
  for (const QualityGap& gap : gaps_of(totals)) {
    const ReasonRow& reason = row_of(gap.reason);
    std::string elements;
    for (const std::string& element : gap.elements)
      elements += (elements.empty() ? "" : ", ") + element;
    rows.push_back(
        {both({reason.text, reason.japanese}), foreign(elements), grouped(gap.documents)});
  }
  if (rows.empty()) return {};
  return "<h3>" + both({"What is not answered, and why", "記載されない項目とその理由"}) +
         "</h3>\n" +
         table(
             {{{"Reason", "理由"}, "wide"},
              {{"Elements", "項目"}},
              {{"Documents, at most", "文書数（最大）"}, "number"}},
             rows,
             kReport);
}

std::string quality(const Report& report) {
  const std::size_t documents = report.quality.documents();
  if (documents == 0) return {};
  return heading({"Quality", "品質"}) +
         note(
             {"What NTIA, CISA and BSI ask of an SBOM, judged by package documents that are spread "
              "evenly over the builds: " +
                  grouped(documents) + ". 'reposbom verify --quality' judges every document.",
              "NTIA、CISA、BSI が SBOM に求める項目を、ビルド全体から均等に選んだパッケージ文書で"
              "評価しました。文書数: " +
                  grouped(documents) +
                  "。すべての文書の評価は reposbom verify --quality で行えます。"}) +
         quality_scores(report.quality) + quality_gaps(report.quality);
}

std::string unresolved(const Report& report) {
  return named_counts(
      {"Unresolved dependencies", "未解決の依存関係"},
      {"No package of the repositories provides these.",
       "リポジトリ内のどのパッケージも提供していない依存関係です。"},
      {"Requirement", "依存関係"},
      report.unresolved);
}

std::string remarks(const Report& report) {
  if (report.remarks.empty()) return {};
  std::vector<Cells> rows;
  for (const metadata::Remark& remark : report.remarks)
    rows.push_back({foreign(remark.subject), foreign(remark.message)});
  return heading({"Remarks", "注記"}) +
         table({{{"Subject", "対象"}}, {{"Remark", "注記"}}}, rows, kReport);
}

std::string signers(const Report& report) {
  std::vector<std::string> descriptions;
  for (const SigningKey& key : report.signers)
    descriptions.push_back(key.description);
  return heading({"Signed by", "署名者"}) +
         (report.signers.empty()
              ? "<p class=\"bad\">" + both({"Not signed.", "署名されていません。"}) + "</p>\n"
              : name_list(descriptions, kReport));
}

// In the order of the page. What has nothing to say is empty.
constexpr std::array kSections = {
    outcome,
    totals,
    failures,
    changes,
    licenses,
    license_tags,
    without_source,
    unresolved,
    quality,
    repositories,
    header_signatures,
    remarks,
    signers,
};

}  // namespace

std::string write_report_html(const Report& report) {
  std::string html(kHead);
  html.append(kReportStyle).append("</style>\n<title>SBOM report ");
  html +=
      escaped(report.distribution) + "</title>\n</head>\n<body>\n" + header(report) + "<main>\n";
  for (const auto& section : kSections)
    html += section(report);
  return html + "</main>\n</body>\n</html>\n";
}

}  // namespace reposbom::pipeline
