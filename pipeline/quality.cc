// SPDX-License-Identifier: Apache-2.0
#include "pipeline/quality.h"

#include <algorithm>
#include <utility>

namespace reposbom::pipeline {
namespace {

class Judge {
 public:
  Judge(const DocumentFacts& facts, const QualityContext& context)
      : facts_(facts), context_(context) {}

  DocumentQuality run(std::string subject) {
    quality_.subject = std::move(subject);
    quality_.format = facts_.format;
    const ComponentFacts* const root = facts_.described();
    if (root != nullptr) quality_.kind = root->kind;
    quality_.has_dependencies = facts_.root_relations != 0;
    quality_.elements.resize(quality_rules().size());
    for (std::size_t i = 0; i != quality_rules().size(); ++i)
      judge(i);
    return std::move(quality_);
  }

 private:
  void judge(std::size_t number) {
    const QualityRule& rule = quality_rules()[number];
    if (!admits(rule.standard, facts_.format)) return;
    if (rule.document != nullptr) {
      add(number, rule.document(facts_, context_), nullptr);
      return;
    }
    for (const ComponentFacts& component : facts_.components)
      add(number, rule.component(facts_, component), &component);
    // A document without components has none of what is asked of them.
    if (facts_.components.empty()) add(number, kAbsent, nullptr);
  }

  void add(std::size_t rule, const Answer& answer, const ComponentFacts* component) {
    if (answer == kNotAsked) return;
    ElementQuality& element = quality_.elements[rule];
    ++element.asked;
    element.worst = std::max(element.worst, answer.kind);
    if (answer == kAnswered) {
      ++element.answered;
      return;
    }
    std::vector<QualityFinding>& findings = quality_.findings;
    auto finding = std::find_if(findings.begin(), findings.end(), [&](const QualityFinding& each) {
      return each.rule == rule && each.answer == answer;
    });
    if (finding == findings.end()) finding = findings.insert(finding, {rule, answer, {}});
    if (component != nullptr) finding->components.push_back(component->id);
  }

  const DocumentFacts& facts_;
  const QualityContext& context_;
  DocumentQuality quality_ = {};
};

}  // namespace

bool admits(Standard standard, QualityFormat format) {
  return format == QualityFormat::Cyclonedx ||
         standards()[static_cast<std::size_t>(standard)].admits_spdx_2_3;
}

DocumentQuality check_quality(
    std::string_view json, const std::string& subject, const QualityContext& context) {
  const DocumentFacts facts = read_quality_facts(json, subject);
  return Judge(facts, context).run(subject);
}

QualityScore score_of(const DocumentQuality& document, Standard standard) {
  QualityScore score;
  for (std::size_t i = 0; i != document.elements.size(); ++i) {
    const QualityRule& rule = quality_rules()[i];
    const AnswerKind kind = document.elements[i].worst;
    if (rule.standard != standard || rule.level == RuleLevel::Optional) continue;
    if (kind == AnswerKind::NotAsked || kind == AnswerKind::Unsayable) continue;
    ++score.asked;
    if (kind == AnswerKind::Answered) ++score.answered;
    if (kind == AnswerKind::Missing) ++score.missing;
  }
  return score;
}

}  // namespace reposbom::pipeline
