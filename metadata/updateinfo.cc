// SPDX-License-Identifier: Apache-2.0
#include "metadata/updateinfo.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <utility>

#include "metadata/archive.h"
#include "metadata/primary.h"
#include "metadata/text.h"
#include "metadata/xml.h"

namespace reposbom::metadata {
namespace {

// Red Hat's largest unpacks to some 100 MB.
constexpr std::uint64_t kMaxUnpacked = std::uint64_t{1} << 30;
// Advisories, references and packages together, which take more memory than bytes of the file; Red
// Hat's largest has some 500,000.
constexpr std::size_t kMaxEntries = 2'000'000;

enum State : int {
  Document,
  Root,
  Update,
  Id,
  Title,
  Severity,
  Issued,
  Updated,
  References,
  Reference,
  PackageList,
  Collection,
  Entry,
};

// <updates>
// <update from="packager@almalinux.org" status="final" type="security" version="1">
//   <id>ALSA-2023:7549</id> <title>Moderate: nodejs security update</title>
//   <issued date="2023-11-28 00:00:00"/> <updated date="2023-11-28 00:00:00"/>
//   <severity>Moderate</severity> <description>…</description>
//   <references>
//     <reference href="https://…/CVE-2023-44487" id="CVE-2023-44487" type="cve" title="…"/>
//     <reference href="https://errata.almalinux.org/…" id="ALSA-2023:7549" type="self"/>
//   </references>
//   <pkglist><collection short="…">
//     <package name="nodejs" version="18.18.2" release="1.el9" epoch="1" arch="x86_64" src="…">…
//   </collection></pkglist>
// </update>
constexpr XmlRule kRules[] = {
    {Document, "updates", Root},
    {Root, "update", Update},
    {Update, "id", Id, true},
    {Update, "title", Title, true},
    {Update, "severity", Severity, true},
    {Update, "issued", Issued},
    {Update, "updated", Updated},
    {Update, "references", References},
    {References, "reference", Reference},
    {Update, "pkglist", PackageList},
    {PackageList, "collection", Collection},
    {Collection, "package", Entry},
};

class Reader {
 public:
  void begin(int state, const XmlNode& node) {
    if (state == Update || state == Reference || state == Entry) count_entry(node);
    switch (state) {
      case Update:
        advisory_ = {};
        advisory_.type = clean_text(node.attribute("type"));
        break;
      case Issued:
        advisory_.issued = parse_time(node.attribute("date"));
        break;
      case Updated:
        advisory_.updated = parse_time(node.attribute("date"));
        break;
      case Reference:
        read_reference(node);
        break;
      case Entry:
        read_package(node);
        break;
      default:
        break;
    }
  }

  void end(int state, const XmlNode& node) {
    switch (state) {
      case Id:
        advisory_.id = clean_text(node.text());
        break;
      case Title:
        advisory_.title = clean_text(node.text());
        break;
      case Severity:
        advisory_.severity = clean_text(node.text());
        break;
      case Update:
        if (!advisory_.id.empty()) advisories.push_back(std::exchange(advisory_, {}));
        break;
      default:
        break;
    }
  }

  std::vector<Advisory> advisories = {};

 private:
  void count_entry(const XmlNode& node) {
    if (++entries_ > kMaxEntries) node.fail("more than two million advisories and what they name");
  }

  void read_reference(const XmlNode& node) {
    AdvisoryReference reference{
        .type = clean_text(node.attribute("type")),
        .id = clean_text(node.attribute("id")),
        .url = clean_text(node.attribute("href"))};
    if (reference.type == "self" && advisory_.url.empty()) advisory_.url = reference.url;
    advisory_.references.push_back(std::move(reference));
  }

  void read_package(const XmlNode& node) {
    const std::int64_t epoch = parse_number(node.attribute("epoch")).value_or(0);
    Package package;
    package.name = clean_text(node.attribute("name"));
    package.arch = clean_text(node.attribute("arch"));
    package.evr = {
        .epoch = static_cast<std::uint32_t>(epoch),
        .version = clean_text(node.attribute("version")),
        .release = clean_text(node.attribute("release"))};
    if (std::cmp_not_equal(package.evr.epoch, epoch) || !refusal(package).empty()) return;
    advisory_.packages.push_back(std::move(package));
  }

  Advisory advisory_ = {};
  std::size_t entries_ = 0;
};

// The number of exactly `digits` digits that `text` begins with, which are removed, with one of
// `separators` before them; -1 if there is no such number.
int cut_number(std::string_view& text, std::size_t digits, std::string_view separators) {
  const std::size_t skip = separators.empty() ? 0 : 1;
  if (text.size() < skip + digits) return -1;
  if (skip == 1 && separators.find(text.front()) == std::string_view::npos) return -1;
  int number = 0;
  const char* begin = text.data() + skip;
  const auto [stop, error] = std::from_chars(begin, begin + digits, number);
  if (error != std::errc() || stop != begin + digits || *begin == '-') return -1;
  text.remove_prefix(skip + digits);
  return number;
}

// " 09:19" or "T09:19:42" with anything behind it, taken as UTC; zero if it is neither.
std::chrono::seconds time_of_day(std::string_view text) {
  const int hour = cut_number(text, 2, " T");
  const int minute = cut_number(text, 2, ":");
  const int second = cut_number(text, 2, ":");
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59) return {};
  return std::chrono::hours(hour) + std::chrono::minutes(minute) +
         std::chrono::seconds(second >= 0 && second <= 60 ? second : 0);
}

}  // namespace

std::vector<Advisory> read_updateinfo(
    std::string_view file_bytes, const std::string& subject, Hasher* content) {
  Reader reader;
  XmlParser parser(
      subject,
      kRules,
      {.begin = [&](int state, const XmlNode& node) { reader.begin(state, node); },
       .end = [&](int state, const XmlNode& node) { reader.end(state, node); }});
  decompress(
      file_bytes,
      subject,
      kMaxUnpacked,
      [&](std::string_view part) { parser.feed(part); },
      content);
  parser.finish();
  return std::move(reader.advisories);
}

std::int64_t parse_time(std::string_view text) {
  if (const auto seconds = parse_number(text)) return *seconds > 0 ? *seconds : 0;
  text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
  const std::chrono::year year(cut_number(text, 4, ""));
  const int month = cut_number(text, 2, "-");
  const int day = cut_number(text, 2, "-");
  if (static_cast<int>(year) < 1970 || month < 1 || day < 1) return 0;
  const std::chrono::year_month_day date(
      year,
      std::chrono::month(static_cast<unsigned>(month)),
      std::chrono::day(static_cast<unsigned>(day)));
  if (!date.ok()) return 0;
  const auto midnight = std::chrono::sys_days(date).time_since_epoch();
  return (std::chrono::duration_cast<std::chrono::seconds>(midnight) + time_of_day(text)).count();
}

}  // namespace reposbom::metadata
