// SPDX-License-Identifier: Apache-2.0

#include "metadata/license.h"

#include <algorithm>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include "tests/metadata/real_primary.h"
#include "tests/support/shared_data.h"

using reposbom::metadata::convert_license;
using reposbom::metadata::License;
using reposbom::metadata::LicenseFlag;

namespace {

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts(1);
  for (const char c : text) {
    if (c == separator) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

// The rows of a table, without comments and empty lines.
std::vector<std::vector<std::string>> read_rows(const std::string& path, std::size_t columns) {
  std::ifstream file(REPOSBOM_SOURCE_DIR "/" + path);
  REQUIRE(file);
  std::vector<std::vector<std::string>> rows;
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line.front() == '#') continue;
    rows.push_back(split(line, '\t'));
    REQUIRE(rows.back().size() <= columns);
    rows.back().resize(columns);
  }
  return rows;
}

// Checks expressions against annex D of SPDX 2.3 and spdx_ids.tsv, and nothing else of the program.
class Validator {
 public:
  Validator() {
    for (const auto& row : read_rows("metadata/spdx_ids.tsv", 4)) {
      (row[1] == "license" ? licenses_ : exceptions_).insert(row[0]);
      if (row[2] == "deprecated") deprecated_.insert(row[0]);
    }
  }

  bool is_valid(const std::string& expression) {
    words_.clear();
    refs_.clear();
    for (const char c : expression) {
      const bool is_mark = c == ' ' || c == '(' || c == ')';
      if (words_.empty() || is_mark || words_.back() == " " || words_.back() == "(" ||
          words_.back() == ")") {
        words_.emplace_back();
      }
      words_.back() += c;
    }
    std::erase(words_, " ");
    at_ = 0;
    return is_list() && at_ == words_.size();
  }

  const std::set<std::string>& refs() const { return refs_; }
  const std::set<std::string>& licenses() const { return licenses_; }
  const std::set<std::string>& exceptions() const { return exceptions_; }
  const std::set<std::string>& deprecated() const { return deprecated_; }

 private:
  bool take(std::string_view word) {
    if (at_ == words_.size() || words_[at_] != word) return false;
    ++at_;
    return true;
  }

  bool is_list() {
    do {
      if (!is_item()) return false;
    } while (take("AND") || take("OR"));
    return true;
  }

  bool is_item() {
    if (take("(")) return is_list() && take(")");
    if (at_ == words_.size() || !is_simple(words_[at_])) return false;
    ++at_;
    if (!take("WITH")) return true;
    return at_ < words_.size() && exceptions_.contains(words_[at_++]);
  }

  bool is_simple(const std::string& word) {
    if (licenses_.contains(word)) return true;
    if (word.ends_with('+') && licenses_.contains(word.substr(0, word.size() - 1))) return true;
    const std::string prefix = "LicenseRef-";
    if (!word.starts_with(prefix) || word.size() == prefix.size()) return false;
    refs_.insert(word);
    return std::ranges::all_of(word.substr(prefix.size()), [](char c) {
      return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
             c == '.' || c == '-';
    });
  }

  std::set<std::string> licenses_;
  std::set<std::string> exceptions_;
  std::set<std::string> deprecated_;
  std::set<std::string> refs_;
  std::vector<std::string> words_;
  std::size_t at_ = 0;
};

std::string flags_of(const License& license) {
  std::string text;
  for (const LicenseFlag flag : license.flags) {
    if (!text.empty()) text += ' ';
    text += to_string(flag);
  }
  return text;
}

bool has(const License& license, LicenseFlag flag) {
  return std::ranges::find(license.flags, flag) != license.flags.end();
}

std::set<std::string> ref_ids(const License& license) {
  std::set<std::string> ids;
  for (const auto& ref : license.refs)
    ids.insert(ref.id);
  return ids;
}

using Strings = std::vector<std::string>;

}  // namespace

TEST_CASE("the validator of these tests refuses what annex D does not allow") {
  Validator validator;
  CHECK(validator.is_valid("(MIT OR GPL-2.0-only WITH Linux-syscall-note) AND LicenseRef-a.b-1"));
  CHECK(validator.is_valid("MPL-2.0+"));
  for (const std::string bad :
       {"",
        "MIT and ISC",
        "MIT ISC",
        "(MIT",
        "MIT)",
        "mit",
        "LicenseRef-a_b",
        "LicenseRef-a+",
        "LicenseRef-",
        "MIT WITH MIT",
        "MIT AND",
        "GPLv2+",
        "NOASSERTION"}) {
    CHECK_MESSAGE(!validator.is_valid(bad), bad);
  }
}

TEST_CASE("convert_license gives the expressions and flags of fixtures/licenses.tsv") {
  Validator validator;
  const auto rows = read_rows("fixtures/licenses.tsv", 3);
  REQUIRE(rows.size() > 100);
  for (const auto& row : rows) {
    const License license = convert_license(row[0]);
    CAPTURE(row[0]);
    CHECK(license.expression == row[1]);
    CHECK(flags_of(license) == row[2]);
    if (row[1] == "NOASSERTION") continue;
    CHECK(validator.is_valid(license.expression));
    CHECK(validator.refs() == ref_ids(license));
    CHECK(license.refs.size() == ref_ids(license).size());
    CHECK(!license.why.empty());
  }
}

TEST_CASE("convert_license collapses the white space of the tag it keeps") {
  CHECK(convert_license(" GPLv2+\n\tand  MIT ").tag == "GPLv2+ and MIT");
  CHECK(convert_license(" \n").tag.empty());
  CHECK(convert_license(" \n").expression == "NOASSERTION");
}

TEST_CASE("convert_license lists ids of one id and of a plain AND alone") {
  CHECK(convert_license("GPLv2+").ids == Strings{"GPL-2.0-or-later"});
  CHECK(
      convert_license("GPLv2+ and ASL 2.0 and GPLv2+").ids ==
      Strings{"GPL-2.0-or-later", "Apache-2.0"});
  for (const char* tag :
       {"GPLv2+ or ISC",
        "(GPLv2+ and ISC)",
        "(ISC)",
        "ISC and (GPLv2+)",
        "BSD",
        "GPLv2+ and BSD",
        "GPL-2.0-only WITH Linux-syscall-note",
        "MPL-2.0+",
        "",
        "eCos and ISC"}) {
    CAPTURE(tag);
    CHECK(convert_license(tag).ids.empty());
  }
}

TEST_CASE("convert_license concludes nothing from an empty, unparsed or partly unknown tag") {
  CHECK(convert_license("BSD and MIT").is_concluded);
  CHECK(convert_license("LicenseRef-Fedora-Public-Domain").is_concluded);
  CHECK(!convert_license("").is_concluded);
  CHECK(!convert_license("MIT and").is_concluded);
  CHECK(!convert_license("MIT and Something else").is_concluded);
}

TEST_CASE("convert_license names the candidates of an umbrella name") {
  const License license = convert_license("zlib and public domain and lgplV2+");
  REQUIRE(license.refs.size() == 2);
  CHECK(license.refs[0].id == "LicenseRef-Callaway-LGPLv2-plus");
  CHECK(license.refs[0].raw == "LGPLv2+");
  CHECK(
      license.refs[0].comment ==
      "The name does not say which licence it is; candidates: LGPL-2.0-or-later, "
      "LGPL-2.1-or-later.");
  CHECK(license.refs[1].raw == "Public Domain");
  CHECK(license.refs[1].comment == "The SPDX licence list has no such licence.");
}

TEST_CASE("convert_license keeps the raw text of an unknown operand and of an unparsed tag") {
  CHECK(convert_license("MIT and Foo  Bar").refs.back().raw == "Foo Bar");
  CHECK(convert_license("BSD (3 clause)").refs.front().raw == "BSD (3 clause)");
}

TEST_CASE("convert_license explains the grammar and each operand once") {
  const License license = convert_license("GPLv2+ and BSD and GPLv2+");
  REQUIRE(license.why.size() == 3);
  CHECK(license.why[0] == "read as names of Fedora's old list");
  CHECK(license.why[1] == "GPLv2+ -> GPL-2.0-or-later: the one licence of that name");
  CHECK(license.why[2].starts_with("BSD -> LicenseRef-Callaway-BSD: The name does not say"));
  CHECK(convert_license("(GPL+ or Artistic) and Artistic").why.size() == 4);
}

TEST_CASE("convert_license answers for tags made to exhaust it") {
  Validator validator;
  const std::string deep = std::string(40, '(') + "MIT" + std::string(40, ')');
  CHECK(convert_license(deep).expression == deep);
  const std::string too_deep = std::string(9000, '(') + "MIT" + std::string(9000, ')');
  CHECK(convert_license(too_deep).expression == "LicenseRef-RPM-MIT");

  std::string many = "a b";
  for (int i = 0; many.size() < 19900; ++i)
    many += " or a" + std::string(1 + i % 7, '/') + "b";
  CHECK(validator.is_valid(convert_license(many).expression));

  const License free_text = convert_license(std::string(5000000, 'x'));
  CHECK(validator.is_valid(free_text.expression));
  CHECK(free_text.expression.size() < 300);
  CHECK(has(free_text, LicenseFlag::UnparsedTag));

  std::string every_byte;
  for (int i = 1; i < 256; ++i)
    every_byte += static_cast<char>(i);
  CHECK(validator.is_valid(convert_license(every_byte).expression));
}

TEST_CASE("make_refs_distinct numbers an id that two licences use for different texts") {
  std::vector<License> licenses = {
      convert_license("Foo bar and MIT"),
      convert_license("(foo/bar) or BSD"),
      convert_license("Foo bar or BSD")};
  make_refs_distinct(licenses);
  CHECK(licenses[0].expression == "LicenseRef-RPM-Foo-bar AND LicenseRef-Callaway-MIT");
  CHECK(licenses[1].expression == "(LicenseRef-RPM-foo-bar-2) OR LicenseRef-Callaway-BSD");
  CHECK(
      ref_ids(licenses[1]) ==
      std::set<std::string>{"LicenseRef-Callaway-BSD", "LicenseRef-RPM-foo-bar-2"});
  CHECK(licenses[2].expression == "LicenseRef-RPM-Foo-bar OR LicenseRef-Callaway-BSD");
  const auto again = licenses;
  make_refs_distinct(licenses);
  CHECK(licenses[1].expression == again[1].expression);
}

TEST_CASE("licenses.tsv holds valid expressions and candidates, each LicenseRef once") {
  Validator validator;
  const std::set<std::string> confidences = {"exact", "spelling", "one-of-several", "no-spdx-id"};
  std::set<std::string> refs;
  for (const auto& row : read_rows("metadata/licenses.tsv", 4)) {
    CAPTURE(row[0]);
    REQUIRE(confidences.contains(row[2]));
    CHECK(validator.is_valid(row[1]));
    const bool is_listed = row[2] == "exact" || row[2] == "spelling";
    CHECK(validator.refs().empty() == is_listed);
    if (!is_listed) CHECK(refs.insert(row[1]).second);
    std::string candidates = row[3];
    for (std::size_t at = candidates.find(", "); at != std::string::npos;
         at = candidates.find(", ")) {
      candidates.replace(at, 2, " OR ");
    }
    if (!candidates.empty()) CHECK(validator.is_valid(candidates));
  }
}

TEST_CASE("spdx_ids.tsv replaces deprecated ids by valid expressions of current ones") {
  Validator validator;
  CHECK(validator.licenses().size() == 727);
  CHECK(validator.exceptions().size() == 84);
  CHECK(validator.deprecated().size() == 33);
  for (const auto& row : read_rows("metadata/spdx_ids.tsv", 4)) {
    if (row[3].empty()) continue;
    CAPTURE(row[0]);
    REQUIRE(row[2] == "deprecated");
    CHECK(
        (row[1] == "exception" ? validator.exceptions().contains(row[3])
                               : validator.is_valid(row[3])));
    for (const std::string& word : split(row[3], ' '))
      CHECK(!validator.deprecated().contains(word));
  }
}

TEST_CASE("spdx_ids.tsv has the ids that CycloneDX's schema allows") {
  const auto shared = reposbom::tests::shared_folder();
  if (!shared || !std::filesystem::exists(*shared / "schemas" / "spdx.schema.json")) {
    MESSAGE("skipped: no shared data");
    return;
  }
  std::ifstream file(*shared / "schemas" / "spdx.schema.json");
  const std::string schema((std::istreambuf_iterator<char>(file)), {});
  CHECK(
      schema.find("-" + std::string(reposbom::metadata::license_list_version()) + ".") !=
      std::string::npos);
  std::set<std::string> listed;
  reposbom::tests::for_each_between(schema, "\"enum\": [", "]", [&](std::string_view ids) {
    const auto parts = split(std::string(ids), '"');
    for (std::size_t i = 1; i < parts.size(); i += 2)
      listed.insert(parts[i]);
  });
  Validator validator;
  std::set<std::string> ours = validator.licenses();
  ours.insert(validator.exceptions().begin(), validator.exceptions().end());
  CHECK(ours == listed);
}

TEST_CASE("convert_license reads every tag of two real repositories") {
  const auto data = reposbom::tests::shared_data();
  if (!data) {
    MESSAGE("skipped: no shared data");
    return;
  }
  std::map<std::string, int> tags;
  int packages = 0;
  reposbom::tests::for_each_between(
      reposbom::tests::read_real_primaries(*data),
      "<rpm:license>",
      "</rpm:license>",
      [&](std::string_view tag) {
        ++tags[reposbom::tests::without_entities(tag)];
        ++packages;
      });
  REQUIRE(packages == 18774);
  REQUIRE(tags.size() == 537);

  Validator validator;
  std::map<LicenseFlag, std::pair<int, int>> counts;
  std::set<std::string> refs;
  int listed_only = 0;
  for (const auto& entry : tags) {
    const int count = entry.second;
    const License license = convert_license(entry.first);
    CAPTURE(entry.first);
    CHECK(validator.is_valid(license.expression));
    CHECK(validator.refs() == ref_ids(license));
    CHECK(license.is_concluded == !has(license, LicenseFlag::UnknownOperand));
    for (const LicenseFlag flag : license.flags) {
      counts[flag].first += count;
      counts[flag].second += 1;
    }
    if (license.refs.empty()) listed_only += count;
    for (const auto& ref : license.refs)
      refs.insert(ref.id);
  }
  using Count = std::pair<int, int>;  // packages, tags
  CHECK(counts[LicenseFlag::OneOfSeveral] == Count{9524, 300});
  CHECK(counts[LicenseFlag::NoSpdxId] == Count{1998, 77});
  CHECK(counts[LicenseFlag::PrecedenceAssumed] == Count{55, 5});
  CHECK(counts[LicenseFlag::DeprecatedId] == Count{4, 2});
  CHECK(counts[LicenseFlag::UnknownOperand] == Count{22, 5});
  CHECK(counts[LicenseFlag::MitMayBeUmbrella] == Count{1149, 1});
  CHECK(counts[LicenseFlag::UnparsedTag] == Count{0, 0});
  CHECK(refs.size() == 56);
  CHECK(listed_only == 8686);  // 46.3 % of the packages.
}
