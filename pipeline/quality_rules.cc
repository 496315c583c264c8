// SPDX-License-Identifier: Apache-2.0
#include "pipeline/quality_rules.h"

#include <array>

#include "pipeline/quality_bsi.h"
#include "pipeline/quality_checks.h"

namespace reposbom::pipeline {
namespace {

constexpr Standard kNtia = Standard::Ntia2021;
constexpr Standard kCisa = Standard::Cisa2026;
constexpr Standard kBsi = Standard::Bsi21;
constexpr RuleLevel kRequired = RuleLevel::Required;
constexpr RuleLevel kAdditional = RuleLevel::Additional;
constexpr RuleLevel kOptional = RuleLevel::Optional;

constexpr std::array kStandards = {
    StandardRow{kNtia, "ntia-2021", "NTIA 2021", true},
    StandardRow{kCisa, "cisa-2026", "CISA 2026", true},
    StandardRow{kBsi, "bsi-tr-03183-2-v2.1", "BSI TR-03183-2 v2.1", false},
};

constexpr QualityRule of_document(
    Standard standard,
    std::string_view id,
    std::string_view name,
    RuleLevel level,
    Answer (*answer)(const DocumentFacts&, const QualityContext&)) {
  return {standard, id, name, level, answer, nullptr};
}

constexpr QualityRule of_component(
    Standard standard,
    std::string_view id,
    std::string_view name,
    RuleLevel level,
    Answer (*answer)(const DocumentFacts&, const ComponentFacts&)) {
  return {standard, id, name, level, nullptr, answer};
}

// clang-format off
constexpr std::array kRules = {
    // NTIA, "The Minimum Elements For a Software Bill of Materials", 2021: data fields.
    of_component(kNtia, "supplier", "supplier name", kRequired, answer_supplier),
    of_component(kNtia, "name", "component name", kRequired, answer_name),
    of_component(kNtia, "version", "component version", kRequired, answer_version),
    of_component(kNtia, "identifier", "other unique identifiers", kRequired, answer_identifier),
    of_document(kNtia, "dependencies", "dependency relationship", kRequired, answer_dependencies),
    of_document(kNtia, "author", "author of SBOM data", kRequired, answer_author),
    of_document(kNtia, "timestamp", "timestamp", kRequired, answer_timestamp),

    // CISA and others, "2026 Minimum Elements for a Software Bill of Materials": data fields.
    of_document(kCisa, "author", "SBOM author", kRequired, answer_author),
    of_document(kCisa, "signature", "author signature", kRequired, answer_signature),
    of_document(kCisa, "format-name", "data format name", kRequired, answer_format_name),
    of_document(kCisa, "format-version", "data format version", kRequired, answer_format_version),
    of_document(kCisa, "context", "generation context", kRequired, answer_generation_context),
    of_document(kCisa, "timestamp", "timestamp", kRequired, answer_timestamp),
    of_document(kCisa, "tool-name", "tool name", kRequired, answer_tool_name),
    of_document(kCisa, "tool-version", "tool version", kRequired, answer_tool_version),
    of_document(kCisa, "sbom-version", "SBOM version", kRequired, answer_revision),
    of_component(kCisa, "producer", "component producer", kRequired, answer_producer),
    of_document(kCisa, "dependencies", "dependency relationship", kRequired, answer_dependencies),
    of_component(kCisa, "hash", "component hash value", kRequired, answer_hash_value),
    of_component(kCisa, "hash-algorithm", "hash algorithm", kRequired, answer_hash_algorithm),
    of_component(kCisa, "identifier", "component identifiers", kRequired, answer_identifier),
    of_component(kCisa, "license", "license", kRequired, answer_license),
    of_component(kCisa, "name", "component name", kRequired, answer_name),
    of_component(kCisa, "version", "component version", kRequired, answer_version),

    // BSI TR-03183-2 v2.1.0, 2025: sections 4 and 5.2.
    of_document(kBsi, "format", "admitted format", kRequired, answer_format_version),
    of_document(kBsi, "no-vulnerabilities", "no vulnerability information", kRequired, answer_no_vulnerabilities),
    of_document(kBsi, "sbom-creator", "SBOM creator, with contact", kRequired, answer_author_contact),
    of_document(kBsi, "timestamp", "timestamp", kRequired, answer_timestamp),
    of_component(kBsi, "creator", "component creator, with contact", kRequired, answer_bsi_creator),
    of_component(kBsi, "name", "component name", kRequired, answer_bsi_name),
    of_component(kBsi, "version", "component version", kRequired, answer_bsi_version),
    of_component(kBsi, "file-name", "file name", kRequired, answer_file_name),
    of_component(kBsi, "dependencies", "dependencies and their completeness", kRequired, answer_completeness),
    of_component(kBsi, "distribution-license", "distribution licences", kRequired, answer_distribution_license),
    of_component(kBsi, "sha-512", "SHA-512 of the deployable", kRequired, answer_deployable_hash),
    of_component(kBsi, "executable", "executable property", kRequired, answer_executable),
    of_component(kBsi, "archive", "archive property", kRequired, answer_archive),
    of_component(kBsi, "structured", "structured property", kRequired, answer_structured),
    of_document(kBsi, "sbom-uri", "SBOM-URI", kAdditional, answer_sbom_uri),
    of_component(kBsi, "source-uri", "source code URI", kAdditional, answer_source_uri),
    of_component(kBsi, "deployable-uri", "URI of the deployable", kAdditional, answer_deployable_uri),
    of_component(kBsi, "identifier", "other unique identifiers", kAdditional, answer_bsi_identifier),
    of_component(kBsi, "original-license", "original licences", kAdditional, answer_original_license),
    of_component(kBsi, "effective-license", "effective licence", kOptional, answer_effective_license),
    of_component(kBsi, "source-hash", "SHA-512 of the source", kOptional, answer_source_hash),
    of_component(kBsi, "security-txt", "URL of security.txt", kOptional, answer_security_txt),
};
// clang-format on

// In the order of Reason.
constexpr std::array kReasons = {
    ReasonRow{Reason::None, "", "", ""},
    ReasonRow{Reason::Absent, "absent", "it is not there", "値がありません"},
    ReasonRow{
        Reason::Malformed,
        "malformed",
        "what is there is not a right value",
        "値が正しくありません"},
    ReasonRow{
        Reason::LeafInSpdx,
        "leaf-in-spdx",
        "of a package that needs no other, SPDX 2.3 has no field for how complete that is; "
        "creationInfo.comment says it",
        "依存先のないパッケージについて、SPDX 2.3 "
        "には完全性を示すフィールドがありません。creationInfo.comment に記載しています"},
    ReasonRow{
        Reason::RevisionInSpdx,
        "revision-in-spdx",
        "SPDX 2.3 numbers no revisions: each has a documentNamespace of its own",
        "SPDX 2.3 には版番号がありません。版ごとに documentNamespace が異なります"},
    ReasonRow{
        Reason::OneExpression,
        "one-expression",
        "CycloneDX 1.6 admits one licence expression, which is the concluded one; the tag as "
        "declared is property package:rpm:license",
        "CycloneDX 1.6 "
        "に書けるライセンス式は一つで、確認後の式を記載しています。宣言されたタグはプロパティ "
        "package:rpm:license にあります"},
    ReasonRow{
        Reason::NoCreator,
        "no-creator",
        "nobody is named who makes the documents: configure creator",
        "文書の作成者が設定されていません: creator を設定してください"},
    ReasonRow{
        Reason::NoCreatorContact,
        "no-creator-contact",
        "configure creator.email, or creator.url",
        "creator.email または creator.url を設定してください"},
    ReasonRow{
        Reason::NotSigned,
        "not-signed",
        "no signature was verified: configure signing",
        "署名が確認されていません: signing を設定してください"},
    ReasonRow{
        Reason::NoSupplierContact,
        "no-supplier-contact",
        "configure supplier.email, or supplier.url",
        "supplier.email または supplier.url を設定してください"},
    ReasonRow{
        Reason::NoDistributionVersion,
        "no-distribution-version",
        "the repository names no release: configure distribution.version",
        "リポジトリにリリース名がありません: distribution.version を設定してください"},
    ReasonRow{
        Reason::NoDistributionCpe,
        "no-distribution-cpe",
        "the repository names no CPE: configure distribution.cpe",
        "リポジトリに CPE がありません: distribution.cpe を設定してください"},
    ReasonRow{
        Reason::NoSourcePackage,
        "no-source-package",
        "the source package is not at hand: configure repositories[].sources",
        "ソースパッケージがありません: repositories[].sources を設定してください"},
    ReasonRow{
        Reason::NotPublished,
        "not-published",
        "where packages are published is not known: configure repositories[].published",
        "パッケージの公開場所が不明です: repositories[].published を設定してください"},
    ReasonRow{
        Reason::SourceNotPublished,
        "source-not-published",
        "where source packages are published is not known: configure repositories[].sources and "
        "sources_published",
        "ソースパッケージの公開場所が不明です: repositories[].sources と sources_published "
        "を設定してください"},
    ReasonRow{
        Reason::NoSha512,
        "no-sha-512",
        "repodata has SHA-256 only: configure digests: [sha512], and have the RPM files in the "
        "repository's directory",
        "repodata には SHA-256 しかありません: digests: [sha512] を設定し、RPM "
        "ファイルをリポジトリのディレクトリに置いてください"},
    ReasonRow{
        Reason::NoSourceSha512,
        "no-source-sha-512",
        "repodata and headers have SHA-256 of sources only",
        "repodata とヘッダーにあるソースのダイジェストは SHA-256 だけです"},
    ReasonRow{
        Reason::BundledWithoutVersion,
        "bundled-without-version",
        "the packager declared no version of what is bundled",
        "同梱物のバージョンがパッケージで宣言されていません"},
    ReasonRow{
        Reason::BundledUnknown,
        "bundled-unknown",
        "of what is bundled, bundled() tells a name and perhaps a version, and nothing else does",
        "同梱物について分かるのは bundled() の名前と、あればバージョンだけです"},
    ReasonRow{
        Reason::UpstreamUnknown,
        "upstream-unknown",
        "who made a source, a patch or a bundled part, no RPM metadata tells",
        "ソース、パッチ、同梱物の作成者は RPM のメタデータからは分かりません"},
    ReasonRow{
        Reason::FileNotIncluded,
        "file-not-included",
        "the source package names the file without holding it",
        "ソースパッケージはそのファイルの名前だけを持ち、中身を含みません"},
    ReasonRow{
        Reason::FileLicense,
        "file-license",
        "RPM metadata has one License tag for all sources and patches together",
        "RPM のメタデータでは、すべてのソースとパッチにライセンスタグが一つだけです"},
    ReasonRow{
        Reason::NoLicenseTag,
        "no-license-tag",
        "the package has no License tag",
        "パッケージにライセンスタグがありません"},
    ReasonRow{
        Reason::UnlistedLicense,
        "unlisted-license",
        "the License tag names something that is on no list, so nothing is concluded: see "
        "'reposbom license TAG'",
        "ライセンスタグに一覧にない名前があるため、結論を出していません: reposbom license TAG "
        "で確認できます"},
    ReasonRow{
        Reason::ReleaseLicense,
        "release-license",
        "no metadata names one licence of a whole release: each package has its own",
        "リリース全体のライセンスを示すメタデータはありません。パッケージごとに異なります"},
    ReasonRow{
        Reason::UpToRecipient,
        "up-to-recipient",
        "which side of a choice is taken is up to whoever uses the package",
        "選択肢のどちらを採るかは利用者が決めます"},
    ReasonRow{
        Reason::NoSecurityTxt,
        "no-security-txt",
        "no RPM metadata names the URL of a security.txt",
        "security.txt の URL は RPM のメタデータにありません"},
};

constexpr bool are_in_order() {
  for (std::size_t i = 0; i != kReasons.size(); ++i) {
    if (kReasons[i].reason != static_cast<Reason>(i)) return false;
  }
  return kReasons.size() == static_cast<std::size_t>(Reason::NoSecurityTxt) + 1;
}
static_assert(are_in_order());

}  // namespace

std::span<const StandardRow> standards() {
  return kStandards;
}

std::span<const QualityRule> quality_rules() {
  return kRules;
}

const ReasonRow& row_of(Reason reason) {
  return kReasons.at(static_cast<std::size_t>(reason));
}

std::string_view to_string(RuleLevel level) {
  switch (level) {
    case RuleLevel::Required:
      return "required";
    case RuleLevel::Additional:
      return "additional";
    case RuleLevel::Optional:
      return "optional";
  }
  return {};
}

std::string_view to_string(AnswerKind kind) {
  switch (kind) {
    case AnswerKind::NotAsked:
      return "not-asked";
    case AnswerKind::Answered:
      return "answered";
    case AnswerKind::Unsayable:
      return "unsayable";
    case AnswerKind::Unanswerable:
      return "unanswerable";
    case AnswerKind::Missing:
      return "missing";
  }
  return {};
}

}  // namespace reposbom::pipeline
