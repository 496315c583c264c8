// SPDX-License-Identifier: Apache-2.0
#include "metadata/primary.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "metadata/archive.h"
#include "metadata/repomd.h"
#include "metadata/text.h"
#include "metadata/xml.h"

namespace reposbom::metadata {
namespace {

// Fedora's whole x86_64 tree unpacks to some 200 MB and holds some 70,000 packages. What is taken
// and what is refused stays in memory, and takes more there than in the file.
constexpr std::uint64_t kMaxUnpacked = std::uint64_t{1} << 30;
constexpr std::size_t kMaxRecords = 1'000'000;
constexpr std::size_t kMaxRefused = 10'000;
// Provides, requires and files of one package together; kernels come to some 10,000.
constexpr std::size_t kMaxEntries = 1'000'000;

enum State : int {
  Document,
  Root,
  Record,
  Name,
  Arch,
  Version,
  FileChecksum,
  Summary,
  Description,
  Packager,
  Url,
  Time,
  Size,
  Location,
  Format,
  License,
  Vendor,
  BuildHost,
  SourceRpm,
  HeaderRange,
  Provides,
  ProvidesEntry,
  Requires,
  RequiresEntry,
  File,
};

// <metadata xmlns="http://linux.duke.edu/metadata/common" packages="17649">
// <package type="rpm">
//   <name>bash</name> <arch>x86_64</arch> <version epoch="0" ver="5.1.8" rel="9.el9"/>
//   <checksum type="sha256" pkgid="YES">d906…</checksum>
//   <summary>…</summary> <description>…</description> <packager>…</packager> <url>…</url>
//   <time file="1716330110" build="1715287144"/>
//   <size package="2922140" installed="11556907" archive="11596752"/>
//   <location href="Packages/bash-5.1.8-9.el9.x86_64.rpm"/>
//   <format>
//     <rpm:license>GPLv3+</rpm:license> <rpm:vendor>CentOS</rpm:vendor>
//     <rpm:buildhost>…</rpm:buildhost> <rpm:sourcerpm>bash-5.1.8-9.el9.src.rpm</rpm:sourcerpm>
//     <rpm:header-range start="4504" end="45873"/>
//     <rpm:provides><rpm:entry name="bash" flags="EQ" epoch="0" ver="5.1.8" rel="9.el9"/>…
//     <rpm:requires><rpm:entry name="filesystem" flags="GE" epoch="0" ver="3"/>…
//     <file>/etc/skel/.bashrc</file> <file type="dir">/etc/skel</file>
//   </format>
// </package>
constexpr XmlRule kRules[] = {
    {Document, "metadata", Root},
    {Root, "package", Record},
    {Record, "name", Name, true},
    {Record, "arch", Arch, true},
    {Record, "version", Version},
    {Record, "checksum", FileChecksum, true},
    {Record, "summary", Summary, true},
    {Record, "description", Description, true},
    {Record, "packager", Packager, true},
    {Record, "url", Url, true},
    {Record, "time", Time},
    {Record, "size", Size},
    {Record, "location", Location},
    {Record, "format", Format},
    {Format, "license", License, true},
    {Format, "vendor", Vendor, true},
    {Format, "buildhost", BuildHost, true},
    {Format, "sourcerpm", SourceRpm, true},
    {Format, "header-range", HeaderRange},
    {Format, "provides", Provides},
    {Provides, "entry", ProvidesEntry},
    {Format, "requires", Requires},
    {Requires, "entry", RequiresEntry},
    {Format, "file", File, true},
};

struct TextField {
  int state;
  std::string Package::*field;
};

constexpr std::array kTextFields = {
    TextField{Name, &Package::name},
    TextField{Arch, &Package::arch},
    TextField{Summary, &Package::summary},
    TextField{Description, &Package::description},
    TextField{Packager, &Package::packager},
    TextField{Url, &Package::url},
    TextField{License, &Package::license},
    TextField{Vendor, &Package::vendor},
    TextField{BuildHost, &Package::build_host},
    TextField{SourceRpm, &Package::source_rpm},
};

struct Flag {
  std::string_view text;  // Points to literals alone.
  Comparison comparison;
};

constexpr std::array kFlags = {
    Flag{"EQ", Comparison::Equal},
    Flag{"GE", Comparison::GreaterOrEqual},
    Flag{"LE", Comparison::LessOrEqual},
    Flag{"LT", Comparison::Less},
    Flag{"GT", Comparison::Greater},
    Flag{"", Comparison::None},
};

// "[epoch:]version[-release]", an epoch of 0 being none.
std::string entry_evr(const XmlNode& node) {
  std::string evr;
  const std::string_view epoch = node.attribute("epoch");
  if (!epoch.empty() && epoch != "0") evr.append(epoch).append(":");
  evr.append(node.attribute("ver"));
  const std::string_view release = node.attribute("rel");
  if (!release.empty()) evr.append("-").append(release);
  return clean_text(evr);
}

// The elements in a vector of exactly their number, as they stay in memory for the whole run;
// `collected` is left empty but keeps its capacity for the next package.
template <typename Element>
std::vector<Element> move_out(std::vector<Element>& collected) {
  std::vector<Element> exact(
      std::make_move_iterator(collected.begin()), std::make_move_iterator(collected.end()));
  collected.clear();
  return exact;
}

class Reader {
 public:
  Reader(const std::function<void(Package&&)>& take, const Refuse& refuse)
      : take_(take), refuse_(refuse) {}

  void begin(int state, const XmlNode& node) {
    switch (state) {
      case Record:
        begin_record(node);
        break;
      case Version:
        read_version(node);
        break;
      case FileChecksum:
        checksum_type_ = node.attribute("type");
        break;
      case Time:
        package_.file_time = number(node, "file");
        package_.build_time = number(node, "build");
        break;
      case Size:
        package_.package_size = static_cast<std::uint64_t>(number(node, "package"));
        package_.installed_size = static_cast<std::uint64_t>(number(node, "installed"));
        break;
      // An xml:base, where the files of another place are listed, is not followed.
      case Location:
        package_.origins = {{.href = std::string(node.attribute("href"))}};
        break;
      case HeaderRange:
        package_.header_end = static_cast<std::uint64_t>(number(node, "end"));
        break;
      case ProvidesEntry:
        read_entry(node, provides_);
        break;
      case RequiresEntry:
        if (!node.attribute("name").starts_with("rpmlib(")) read_entry(node, requires_);
        break;
      default:
        break;
    }
  }

  void end(int state, const XmlNode& node) {
    if (state == Record) {
      end_record();
    } else if (state == FileChecksum) {
      read_checksum(node);
    } else if (state == File) {
      if (count_entry()) files_.push_back(clean_text(node.text()));
    } else if (const auto found = std::ranges::find(kTextFields, state, &TextField::state);
               found != kTextFields.end()) {
      package_.*found->field = clean_text(node.text());
    }
  }

  std::size_t taken() const { return taken_; }

 private:
  // The first problem of a record is the one that is told.
  void note(const std::string& problem) {
    if (problem_.empty()) problem_ = problem;
  }

  void begin_record(const XmlNode& node) {
    if (taken_ == kMaxRecords) node.fail("more than a million packages");
    if (refused_ == kMaxRefused) node.fail("more than 10,000 packages that cannot be used");
    package_ = {};
    problem_.clear();
    entries_ = 0;
    const std::string_view type = node.attribute("type");
    if (!type.empty() && type != "rpm") note("not an RPM but of type '" + clean_text(type) + "'");
  }

  void end_record() {
    // createrepo calls every source package "src"; others also say "nosrc".
    if (package_.arch == "nosrc") package_.arch = "src";
    if (problem_.empty()) problem_ = refusal(package_);
    if (problem_.empty() && package_.checksum.hex.empty()) note("it has no checksum");
    if (problem_.empty() && package_.origins.empty()) note("it has no location");
    if (problem_.empty() && !is_safe_relative_path(package_.origins[0].href)) {
      note("path outside the repository: '" + clean_text(package_.origins[0].href) + "'");
    }
    package_.provides = move_out(provides_);
    package_.requires_ = move_out(requires_);
    package_.files = move_out(files_);
    if (problem_.empty()) {
      ++taken_;
      take_(std::move(package_));
    } else {
      ++refused_;
      refuse_(nevra(package_), problem_);
    }
  }

  void read_version(const XmlNode& node) {
    package_.evr = {
        .version = clean_text(node.attribute("ver")), .release = clean_text(node.attribute("rel"))};
    const std::int64_t epoch = number(node, "epoch");
    package_.evr.epoch = static_cast<std::uint32_t>(epoch);
    if (std::cmp_not_equal(package_.evr.epoch, epoch)) {
      note("epoch is too large: " + std::to_string(epoch));
    }
  }

  void read_checksum(const XmlNode& node) {
    auto checksum = parse_checksum(checksum_type_, node.text());
    if (!checksum) {
      note(
          "unknown or malformed checksum: " + clean_text(checksum_type_) + " " +
          clean_text(node.text()));
    }
    package_.checksum = std::move(checksum).value_or(Checksum{});
  }

  void read_entry(const XmlNode& node, std::vector<Dependency>& entries) {
    const std::string_view flags = node.attribute("flags");
    const auto flag = std::ranges::find(kFlags, flags, &Flag::text);
    if (flag == kFlags.end()) return note("unknown comparison '" + clean_text(flags) + "'");
    if (!count_entry()) return;
    Dependency& entry = entries.emplace_back();
    entry.name = clean_text(node.attribute("name"));
    if (flag->comparison == Comparison::None) return;
    entry.evr = entry_evr(node);
    if (!entry.evr.empty()) entry.comparison = flag->comparison;
  }

  bool count_entry() {
    if (++entries_ > kMaxEntries) note("more than a million provides, requires and files");
    return entries_ <= kMaxEntries;
  }

  // The attribute's number; 0 if it is absent.
  std::int64_t number(const XmlNode& node, const char* attribute) {
    const std::string_view text = node.attribute(attribute);
    if (text.empty()) return 0;
    const auto number = parse_number(text);
    if (!number || *number < 0) {
      note(std::string(attribute) + " is not a number: '" + clean_text(text) + "'");
      return 0;
    }
    return *number;
  }

  const std::function<void(Package&&)>& take_;
  const Refuse& refuse_;
  Package package_ = {};
  std::string problem_ = {};
  std::string checksum_type_ = {};
  std::size_t entries_ = 0;
  std::vector<Dependency> provides_ = {};
  std::vector<Dependency> requires_ = {};
  std::vector<std::string> files_ = {};
  std::size_t taken_ = 0;
  std::size_t refused_ = 0;
};

}  // namespace

std::size_t read_primary(
    std::string_view file_bytes,
    const std::string& subject,
    const std::function<void(Package&&)>& take,
    const Refuse& refuse,
    Hasher* content) {
  Reader reader(take, refuse);
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
  return reader.taken();
}

std::string refusal(const Package& package) {
  if (package.name.empty()) return "it has no name";
  if (package.arch.empty()) return "it has no architecture";
  if (package.evr.version.empty()) return "it has no version";
  if (package.evr.release.empty()) return "it has no release";
  const auto parsed = parse_nevra(nevra(package));
  if (!parsed || parsed->name != package.name || parsed->evr != package.evr ||
      parsed->arch != package.arch) {
    return "its name, version, release or architecture holds what none may hold";
  }
  if (!is_safe_file_name(nvra(package))) return "its name is not safe as that of a file";
  if (!package.source_rpm.empty() && !is_safe_file_name(package.source_rpm)) {
    return "its source package is not safe as the name of a file: '" + package.source_rpm + "'";
  }
  return "";
}

}  // namespace reposbom::metadata
