// SPDX-License-Identifier: Apache-2.0
#include "metadata/spec_file.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <set>
#include <utility>

#include "metadata/error.h"
#include "metadata/spec_condition.h"
#include "metadata/spec_macros.h"
#include "metadata/spec_tags.h"
#include "metadata/spec_text.h"
#include "metadata/text.h"

namespace reposbom::metadata {
namespace {

constexpr std::size_t kLongestSpec = std::size_t{16} << 20U;  // Texlive's is some MiB.

constexpr std::size_t kMostSources = 100'000;  // Texlive has some 10,000.

// Tags of which rpm makes macros.
constexpr std::array<std::string_view, 9> kMacroTags = {
    "name", "version", "release", "epoch", "url", "summary", "license", "group", "vendor"};

struct Found {
  SpecSource source = {};
  Branch branch = Branch::Taken;
};

// "%if %{a} \", newline, "|| %{b}" is one line for a condition.
std::string unwrapped(std::string_view logical) {
  std::string line(logical);
  if (!parse_condition(line)) return line;
  for (std::size_t at = line.find("\\\n"); at != std::string::npos; at = line.find("\\\n", at))
    line.replace(at, 2, " ");
  return line;
}

// Gives the numbers of those that have none: one more than the last.
class Numbering {
 public:
  std::optional<unsigned> take(std::string_view digits, Branch branch) {
    const bool is_given = !digits.empty();
    std::optional<unsigned> number = is_given ? parse_source_number(digits) : next_;
    if (branch == Branch::Skipped) return is_given ? number : std::nullopt;
    if (branch == Branch::Maybe) {
      next_.reset();
      return is_given ? number : std::nullopt;
    }
    next_ = number;
    if (next_) ++*next_;
    return number;
  }

 private:
  std::optional<unsigned> next_ = 0;  // Nothing while it hangs on a condition.
};

class SpecReader {
 public:
  SpecReader(const std::string& subject, const SpecMacroValues& known)
      : subject_(subject), macros_(subject), known_(known) {
    for (const auto& [name, value] : known)
      macros_.define(name, value);
  }

  void read(std::string_view logical) {
    macros_.enter(branches_.state());
    if (logical.find('%') == std::string_view::npos) return read_lines(logical);
    const std::string line = unwrapped(logical);
    read_lines(branches_.state() == Branch::Skipped ? line : macros_.expand(line));
  }

  std::vector<Found> take_found() { return std::move(found_); }
  std::set<std::string> take_left() { return std::move(left_); }

 private:
  void read_lines(std::string_view text) {
    while (!text.empty()) {
      const std::size_t end = std::min(text.find('\n'), text.size());
      read_line(text.substr(0, end));
      text.remove_prefix(std::min(end + 1, text.size()));
    }
  }

  void read_line(std::string_view line) {
    if (const auto condition = parse_condition(line)) return branch(*condition);
    macros_.enter(branches_.state());
    if (const auto section = parse_section(line)) {
      if (branches_.state() != Branch::Skipped) is_main_ = false;
      section_ = *section;
      return;
    }
    const std::string_view content = trim(line);
    if (content.empty() || content[0] == '#') return;
    if (section_ == SpecSection::Tags) read_tag(content);
    if (section_ == SpecSection::Sources) add(false, "", content);
    if (section_ == SpecSection::Patches) add(true, "", content);
  }

  void read_tag(std::string_view line) {
    const auto tag = parse_tag(line);
    if (!tag) {
      if (branches_.state() != Branch::Skipped) note_left(line);
    } else if (tag->is_source()) {
      add(tag->name == "patch", tag->digits, tag->value);
    } else if (std::find(kMacroTags.begin(), kMacroTags.end(), tag->name) != kMacroTags.end()) {
      if (!is_main_ || !known_.contains(tag->name)) macros_.define(tag->name, tag->value);
    }
  }

  void add(bool is_patch, std::string_view digits, std::string_view value) {
    if (value.empty()) return;
    if (found_.size() == kMostSources) {
      throw Error(
          Cause::Untrusted,
          subject_,
          "has more than " + std::to_string(kMostSources) + " sources and patches");
    }
    const Branch branch = branches_.state();
    Found found{.branch = branch};
    const bool is_raw = branch == Branch::Skipped;
    found.source = parse_source(is_patch, is_raw ? macros_.expand(value) : std::string(value));
    found.source.number = (is_patch ? patches_ : sources_).take(digits, branch);
    if (!is_raw) note_left(found.source.text);
    found_.push_back(std::move(found));
  }

  void note_left(std::string_view text) {
    for (const std::string& label : macros_left(text))
      left_.insert(clean_text(label));
  }

  // What a line in a branch that is skipped begins ends with the branch: the section of the lines
  // behind it is that of the lines before.
  void branch(const SpecDirective& directive) {
    const bool was_skipped = branches_.state() == Branch::Skipped;
    if (directive.name.starts_with("if")) {
      sections_.push_back(section_);
      branches_.begin(condition(directive));
      return;
    }
    if (was_skipped && !sections_.empty()) section_ = sections_.back();
    if (directive.name == "endif") {
      branches_.end();
      if (!sections_.empty()) sections_.pop_back();
    } else {
      branches_.next(condition(directive));
      if (!was_skipped && !sections_.empty()) sections_.back() = section_;
    }
  }

  // Which processor a source package was made on, it does not say.
  std::optional<bool> condition(const SpecDirective& directive) {
    if (directive.name == "else") return true;
    if (directive.name == "if" || directive.name == "elif") {
      const bool is_raw = branches_.state() == Branch::Skipped;  // It was not expanded on the way.
      return is_true(is_raw ? macros_.expand(directive.arguments) : directive.arguments);
    }
    if (directive.name.ends_with("arch")) return std::nullopt;
    const bool is_linux = directive.arguments.find("linux") != std::string::npos;
    return is_linux == (directive.name != "ifnos");
  }

  const std::string& subject_;
  SpecMacros macros_;
  const SpecMacroValues& known_;
  Branches branches_ = {};
  SpecSection section_ = SpecSection::Tags;
  std::vector<SpecSection> sections_ = {};  // At the beginning of each branch that is open.
  bool is_main_ = true;                     // These are still the tags of the main package.
  Numbering sources_ = {};
  Numbering patches_ = {};
  std::vector<Found> found_ = {};
  std::set<std::string> left_ = {};
};

// Leaves in `kept` only what `other`, of the same file, says as well.
void merge(SpecSource& kept, const SpecSource& other) {
  if (kept.number != other.number) kept.number.reset();
  if (kept.url != other.url) kept.url.clear();
}

// Of the entries of one file, which are those at `entries`, drops all but what counts: a branch
// that was skipped gives way to any other, and where branches may have been taken, they become one.
void settle(
    const std::vector<std::size_t>& entries,
    std::vector<Found>& found,
    std::vector<bool>& dropped) {
  const auto branch = [&](std::size_t i) { return found[i].branch; };
  const std::size_t best = *std::min_element(
      entries.begin(), entries.end(), [&](auto a, auto b) { return branch(a) < branch(b); });
  const bool are_sure =
      branch(best) == Branch::Taken && std::none_of(entries.begin(), entries.end(), [&](auto i) {
        return branch(i) == Branch::Maybe;
      });
  for (const std::size_t i : entries) {
    const bool gives_way = branch(i) == Branch::Skipped && branch(best) != Branch::Skipped;
    const bool is_merged = !gives_way && !are_sure && i != best;
    if (is_merged) merge(found[best].source, found[i].source);
    dropped[i] = gives_way || is_merged;
  }
}

SpecFile sorted_out(std::vector<Found> found) {
  std::map<std::pair<bool, std::string>, std::vector<std::size_t>> of_file;
  for (std::size_t i = 0; i < found.size(); ++i)
    of_file[{found[i].source.is_patch, found[i].source.file_name}].push_back(i);
  std::vector<bool> dropped(found.size());
  for (const auto& [file, entries] : of_file)
    settle(entries, found, dropped);
  SpecFile spec;
  for (std::size_t i = 0; i < found.size(); ++i) {
    auto& list = found[i].branch == Branch::Skipped ? spec.skipped : spec.sources;
    if (!dropped[i]) list.push_back(std::move(found[i].source));
  }
  return spec;
}

}  // namespace

SpecFile parse_spec(
    std::string_view text, const std::string& subject, const SpecMacroValues& known) {
  if (text.size() > kLongestSpec) {
    throw Error(
        Cause::Untrusted, subject, "is longer than " + std::to_string(kLongestSpec) + " bytes");
  }
  SpecReader reader(subject, known);
  read_logical_lines(text, [&](std::string_view line) { reader.read(line); });
  SpecFile spec = sorted_out(reader.take_found());
  for (const std::string& label : reader.take_left())
    spec.unexpanded.push_back(label);
  return spec;
}

}  // namespace reposbom::metadata
