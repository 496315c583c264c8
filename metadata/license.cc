// SPDX-License-Identifier: Apache-2.0

#include "metadata/license.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <map>
#include <optional>
#include <utility>

#include "metadata/license_parse.h"
#include "metadata/license_ref.h"
#include "metadata/license_table.h"
#include "metadata/license_term.h"

namespace reposbom::metadata {

namespace {

// Four times the longest real tag; what is longer is no list of licences.
constexpr std::size_t kLongestTag = 20000;

// What an operand may be, in either grammar.
struct Reading {
  std::optional<SpdxTerm> spdx = {};
  std::optional<LegacyName> legacy = {};
};

Reading read_operand(const std::string& operand) {
  return {parse_spdx_term(operand), find_legacy_name(operand)};
}

bool is_spelling_variant(const Reading& reading) {
  return reading.legacy && legacy_confidence(*reading.legacy) == LicenseConfidence::Spelling;
}

using Readings = std::map<std::string, Reading, std::less<>>;

void read_operands(const LicenseNode& node, Readings& readings) {
  if (node.kind == LicenseNodeKind::Operand && !readings.contains(node.text)) {
    readings.emplace(node.text, read_operand(node.text));
  }
  for (const LicenseNode& child : node.children)
    read_operands(child, readings);
}

// Lower-case operators belong to the old list's grammar, upper-case ones to SPDX; but packagers
// upper-case the operators of old tags, so the case alone decides nothing.
bool is_spdx_grammar(const LicenseTree& tree, const Readings& readings) {
  const bool all_spdx = std::ranges::all_of(readings, [](const auto& entry) {
    return entry.second.spdx || is_spelling_variant(entry.second);
  });
  const bool some_only_spdx = std::ranges::any_of(
      readings, [](const auto& entry) { return entry.second.spdx && !entry.second.legacy; });
  if (tree.operators_are_upper) return all_spdx || some_only_spdx;
  return all_spdx && some_only_spdx;
}

// The Perl licence is written "GPL+ or Artistic" in either order, and only there is it known
// which Artistic licence is meant.
bool offers_gpl(const LicenseNode& group) {
  constexpr std::array<std::string_view, 4> partners = {"GPL+", "GPLv2", "GPLv2+", "LGPLv2+"};
  return group.kind == LicenseNodeKind::Or &&
         std::ranges::any_of(group.children, [&](const LicenseNode& child) {
           return child.kind == LicenseNodeKind::Operand &&
                  std::ranges::any_of(partners, [&](std::string_view partner) {
                    return same_but_case(child.text, partner);
                  });
         });
}

std::string legacy_comment(LegacyName row) {
  const std::string_view candidates = legacy_candidates(row);
  if (legacy_confidence(row) == LicenseConfidence::NoSpdxId) {
    if (candidates.empty()) return "The SPDX licence list has no such licence.";
    return "The SPDX licence list has no such licence; it may be " + std::string(candidates) + '.';
  }
  if (candidates.empty()) return "The name does not say which licence it is.";
  return "The name does not say which licence it is; candidates: " + std::string(candidates) + '.';
}

// Turns the operands of one tag into terms of the expression, collecting what there is to say.
class Converter {
 public:
  Converter(License& license, const LicenseTree& tree) : license_(license) {
    read_operands(tree.root, readings_);
    is_spdx_ = is_spdx_grammar(tree, readings_);
    is_single_ = !tree.has_operators;
    explain("read as " + std::string(is_spdx_ ? "SPDX" : "names of Fedora's old list"));
    reserve_written_refs(tree.root);
  }

  void convert(const LicenseTree& tree) {
    license_.expression = print(tree.root, /*perl=*/false);
    license_.ids = listed_ids(tree.root);
    license_.refs = refs_.sorted();
    std::ranges::sort(license_.flags);
    license_.flags.erase(
        std::unique(license_.flags.begin(), license_.flags.end()), license_.flags.end());
    license_.is_concluded = !has_unknown_;
  }

 private:
  // A LicenseRef that the tag itself writes keeps its id, wherever it stands.
  void reserve_written_refs(const LicenseNode& node) {
    if (node.kind == LicenseNodeKind::Operand) {
      const auto& spdx = readings_.find(node.text)->second.spdx;
      if (spdx && spdx->is_ref) written_ref(node.text, *spdx);
    }
    for (const LicenseNode& child : node.children)
      reserve_written_refs(child);
  }

  std::string print(const LicenseNode& node, bool perl) {
    std::string text(static_cast<std::size_t>(node.parentheses), '(');
    if (node.kind == LicenseNodeKind::Operand) {
      text += print_operand(node.text, perl);
    } else {
      text += print_group(node);
    }
    return text.append(static_cast<std::size_t>(node.parentheses), ')');
  }

  std::string print_group(const LicenseNode& group) {
    const std::string_view separator = group.kind == LicenseNodeKind::Or ? " OR " : " AND ";
    const bool perl = offers_gpl(group);
    std::string text;
    for (const LicenseNode& child : group.children) {
      if (!text.empty()) text += separator;
      // Only an AND inside an OR can stand in a group without parentheses. SPDX says how that is
      // to be read, the old list does not.
      if (child.kind == LicenseNodeKind::And && child.parentheses == 0 && !is_spdx_) {
        flag(LicenseFlag::PrecedenceAssumed);
        text += '(' + print(child, perl) + ')';
      } else {
        text += print(child, perl);
      }
    }
    return text;
  }

  std::string print_operand(const std::string& operand, bool perl) {
    const bool is_perl = perl && same_but_case(operand, "Artistic");
    const auto known = terms_.find({operand, is_perl});
    if (known != terms_.end()) return known->second;
    std::string term = is_perl ? perl_term() : term_of(operand);
    explain(operand + " -> " + term + ": " + reason_);
    terms_.emplace(std::pair(operand, is_perl), term);
    return term;
  }

  std::string perl_term() {
    reason_ = "the Artistic licence that is offered beside the GPL";
    return "Artistic-1.0-Perl";
  }

  std::string term_of(const std::string& operand) {
    const Reading& reading = readings_.find(operand)->second;
    if (is_single_ && same_but_case(operand, "MIT")) {
      flag(LicenseFlag::MitMayBeUmbrella);
      reason_ = "an SPDX id as it stands, although the old list used it for a family of licences";
      return "MIT";
    }
    if (reading.spdx && (is_spdx_ || !reading.legacy)) return spdx_term(operand, *reading.spdx);
    if (reading.legacy) return legacy_term(*reading.legacy);
    return unknown_term(operand);
  }

  std::string spdx_term(const std::string& operand, const SpdxTerm& term) {
    if (term.is_ref) return written_ref(operand, term);
    if (term.is_deprecated) {
      flag(LicenseFlag::DeprecatedId);
      reason_ = "a deprecated SPDX id";
    } else {
      reason_ =
          term.text.find(' ') == std::string::npos ? "an SPDX id" : "an SPDX id and exception";
    }
    return term.text;
  }

  // LicenseRef-Callaway-BSD and the like say the same as the name itself.
  std::string written_ref(const std::string& operand, const SpdxTerm& term) {
    const std::size_t end = std::min(term.text.find(' '), term.text.size());
    const std::string id = term.text.substr(0, end);
    std::string text;
    if (const auto row = find_legacy_ref(id)) {
      text = legacy_term(*row);
    } else {
      reason_ = "a reference that the tag itself makes";
      text = refs_.add(
          {.id = id,
           .raw = operand.substr(0, operand.find(' ')),
           .comment = "The tag itself refers to a licence that SPDX does not list."});
    }
    return text.append(term.text.substr(end));
  }

  std::string legacy_term(LegacyName row) {
    std::string expression(legacy_expression(row));
    const LicenseConfidence confidence = legacy_confidence(row);
    if (confidence == LicenseConfidence::Exact || confidence == LicenseConfidence::Spelling) {
      reason_ = "the one licence of that name";
      return expression;
    }
    flag(
        confidence == LicenseConfidence::OneOfSeveral ? LicenseFlag::OneOfSeveral
                                                      : LicenseFlag::NoSpdxId);
    reason_ = legacy_comment(row);
    return refs_.add(
        {.id = std::move(expression),
         .raw = std::string(legacy_spelling(row)),
         .comment = reason_});
  }

  std::string unknown_term(const std::string& operand) {
    flag(LicenseFlag::UnknownOperand);
    flag(LicenseFlag::NoSpdxId);
    has_unknown_ = true;
    reason_ = "Neither an SPDX id nor a licence name of Fedora's old list.";
    return refs_.add(
        {.id = "LicenseRef-RPM-" + license_idstring(operand), .raw = operand, .comment = reason_});
  }

  std::vector<std::string> listed_ids(const LicenseNode& root) const {
    std::vector<std::string> ids;
    if (root.kind == LicenseNodeKind::Or || root.parentheses > 0) return ids;
    const auto add = [&](const LicenseNode& node) {
      if (node.kind != LicenseNodeKind::Operand || node.parentheses > 0) return false;
      const std::string& term = terms_.find({node.text, false})->second;
      if (!find_spdx_id(term, SpdxKind::License)) return false;
      if (std::ranges::find(ids, term) == ids.end()) ids.push_back(term);
      return true;
    };
    if (root.kind == LicenseNodeKind::Operand) {
      add(root);
    } else if (!std::ranges::all_of(root.children, add)) {
      ids.clear();
    }
    return ids;
  }

  void flag(LicenseFlag flag) { license_.flags.push_back(flag); }

  void explain(std::string line) { license_.why.push_back(std::move(line)); }

  License& license_;
  Readings readings_;
  bool is_spdx_ = false;
  bool is_single_ = false;
  bool has_unknown_ = false;
  LicenseRefs refs_;
  std::map<std::pair<std::string, bool>, std::string> terms_;  // {operand, is_perl} -> its term
  std::string reason_;                                         // Of the last term.
};

void keep_whole(License& license) {
  const std::string reason = "The tag is not a list of licences joined by and/or.";
  LicenseRef ref = {
      .id = "LicenseRef-RPM-" + license_idstring(license.tag),
      .raw = license.tag,
      .comment = reason};
  license.expression = ref.id;
  license.why.push_back(license.tag + " -> " + ref.id + ": " + reason);
  license.refs.push_back(std::move(ref));
  license.flags.push_back(LicenseFlag::UnparsedTag);
}

}  // namespace

std::string_view to_string(LicenseFlag flag) {
  switch (flag) {
    case LicenseFlag::MitMayBeUmbrella:
      return "mit-may-be-umbrella";
    case LicenseFlag::OneOfSeveral:
      return "ambiguous";
    case LicenseFlag::NoSpdxId:
      return "no-spdx-id";
    case LicenseFlag::PrecedenceAssumed:
      return "precedence-assumed";
    case LicenseFlag::DeprecatedId:
      return "deprecated-id";
    case LicenseFlag::UnknownOperand:
      return "unknown-operand";
    case LicenseFlag::UnparsedTag:
      return "unparsed-tag";
  }
  return "";
}

License convert_license(std::string_view tag) {
  License license = {};
  license.tag = collapse_blanks(tag);
  if (license.tag.empty()) {
    license.expression = "NOASSERTION";
    license.why.emplace_back("the tag is empty");
    return license;
  }
  const auto tree =
      license.tag.size() > kLongestTag ? std::nullopt : parse_license_tag(license.tag);
  if (!tree) {
    keep_whole(license);
    return license;
  }
  Converter converter(license, *tree);
  converter.convert(*tree);
  return license;
}

std::string_view license_list_version() {
  return "3.28";
}

}  // namespace reposbom::metadata
