// SPDX-License-Identifier: Apache-2.0
#include "pipeline/quality_sample.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "generators/formats.h"
#include "pipeline/compressed.h"
#include "pipeline/parallel.h"
#include "pipeline/quality_documents.h"
#include "pipeline/storage.h"
#include "pipeline/tree.h"

namespace reposbom::pipeline {
namespace {

namespace fs = std::filesystem;

std::vector<const SetSummary*> sampled(const std::vector<SetSummary>& sets) {
  std::vector<const SetSummary*> described;
  for (const SetSummary& set : sets) {
    if (!set.packages.empty()) described.push_back(&set);
  }
  const std::size_t count = std::min(kSampledBuilds, described.size());
  std::vector<const SetSummary*> sample;
  for (std::size_t i = 0; i != count; ++i)
    sample.push_back(described[i * described.size() / count]);
  return sample;
}

std::vector<PublishedDocument> read_first_package(const fs::path& tree, const SetSummary& set) {
  const bool is_moved = is_stored(tree, set.digest);
  const fs::path folder = tree / (is_moved ? store_path(set.digest) : staged_set_path(set.digest));
  std::vector<PublishedDocument> documents;
  for (const generators::Format format : kJudgedFormats) {
    for (const CompressionRow& row : compressions()) {
      const fs::path file =
          folder / (set.packages.front().stem + document_suffix(format, row.compression));
      std::error_code ignored;
      if (fs::exists(file, ignored)) documents.push_back({file.string(), read_file(file)});
    }
  }
  return documents;
}

std::string id_of(std::size_t rule) {
  const QualityRule& row = quality_rules()[rule];
  return std::string(standards()[static_cast<std::size_t>(row.standard)].id) + "/" +
         std::string(row.id);
}

// By kind and reason, elements and the most documents.
class Gaps {
 public:
  void add(AnswerKind kind, Reason reason, std::size_t rule, std::size_t documents) {
    auto& [most, elements] = gaps_[{kind, reason}];
    most = std::max(most, documents);
    elements.insert(id_of(rule));
  }

  std::vector<QualityGap> take() {
    std::vector<QualityGap> list;
    for (auto& [key, value] : gaps_) {
      list.push_back(
          {key.first, key.second, value.first, {value.second.begin(), value.second.end()}});
    }
    std::stable_sort(list.begin(), list.end(), [](const QualityGap& a, const QualityGap& b) {
      return std::tuple(b.kind == AnswerKind::Missing, b.documents) <
             std::tuple(a.kind == AnswerKind::Missing, a.documents);
    });
    return list;
  }

 private:
  std::map<std::pair<AnswerKind, Reason>, std::pair<std::size_t, std::set<std::string>>> gaps_ = {};
};

void number(generators::JsonEmitter& json, std::string_view key, std::size_t value) {
  json.number(key, static_cast<std::int64_t>(value));
}

}  // namespace

QualityTotals judge_sample(
    const fs::path& tree, const std::vector<SetSummary>& sets, const QualityContext& context) {
  const std::vector<const SetSummary*> sample = sampled(sets);
  std::vector<std::vector<DocumentQuality>> judged(sample.size());
  parallel_for(sample.size(), [&](std::size_t i) {
    for (PublishedDocument& document : read_first_package(tree, *sample[i])) {
      const std::string json = unpack(std::move(document.bytes), document.path);
      judged[i].push_back(check_quality(json, document.path, context));
    }
  });
  QualityTotals totals;
  for (const std::vector<DocumentQuality>& documents : judged) {
    for (const DocumentQuality& document : documents)
      totals.add(document);
  }
  return totals;
}

std::vector<QualityGap> gaps_of(const QualityTotals& totals) {
  Gaps gaps;
  for (const auto& [element, named] : totals.missing) {
    const auto& [rule, format] = element;
    const std::size_t documents = totals.elements[static_cast<std::size_t>(format)][rule]
                                      .documents[static_cast<std::size_t>(AnswerKind::Missing)];
    for (const MissingElement& missing : named)
      gaps.add(AnswerKind::Missing, missing.reason, rule, documents);
  }
  for (const auto& [gap, documents] : totals.gaps) {
    const auto& [kind, reason, rule, format] = gap;
    gaps.add(kind, reason, rule, documents);
  }
  return gaps.take();
}

void write_quality(generators::JsonEmitter& json, const QualityTotals& totals) {
  json.begin_object("quality");
  number(json, "documents", totals.documents());
  json.begin_list("standards");
  for (const StandardRow& row : standards()) {
    for (const QualityFormat format : kQualityFormats) {
      const StandardTotal& total =
          totals
              .standards[static_cast<std::size_t>(format)][static_cast<std::size_t>(row.standard)];
      if (total.documents == 0) continue;
      json.begin_item();
      json.text("standard", row.id);
      json.text("format", to_string(format));
      number(json, "documents", total.documents);
      number(json, "full", total.full);
      number(json, "lackingNothing", total.lacking_nothing);
      number(json, "answered", total.answered);
      number(json, "asked", total.asked);
      json.end_item();
    }
  }
  json.end_list();
  json.begin_list("gaps");
  for (const QualityGap& gap : gaps_of(totals)) {
    json.begin_item();
    json.text("kind", to_string(gap.kind));
    json.text("reason", row_of(gap.reason).id);
    json.text("text", row_of(gap.reason).text);
    number(json, "documents", gap.documents);
    json.begin_list("elements");
    for (const std::string& element : gap.elements)
      json.text_item(element);
    json.end_list();
    json.end_item();
  }
  json.end_list();
  json.end_object();
}

}  // namespace reposbom::pipeline
