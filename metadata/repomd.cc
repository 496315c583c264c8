// SPDX-License-Identifier: Apache-2.0
#include "metadata/repomd.h"

#include <algorithm>
#include <utility>

#include "metadata/text.h"
#include "metadata/xml.h"

namespace reposbom::metadata {
namespace {

enum State : int {
  Document,
  Root,
  Revision,
  Tags,
  Distro,
  Data,
  Location,
  PartChecksum,
  OpenChecksum,
  Timestamp,
  Size,
  OpenSize,
};

// <repomd xmlns="http://linux.duke.edu/metadata/repo">
//   <revision>9-stream</revision>
//   <tags><distro cpeid="cpe:/o:centos-stream:centos-stream:9">CentOS Stream 9</distro></tags>
//   <data type="primary">
//     <checksum type="sha256">c03b…</checksum>
//     <open-checksum type="sha256">a1df…</open-checksum>
//     <location href="repodata/c03b…-primary.xml.gz"/>
//     <timestamp>1736761560</timestamp> <size>3597627</size> <open-size>51840420</open-size>
//   </data>
// </repomd>
constexpr XmlRule kRules[] = {
    {Document, "repomd", Root},
    {Root, "revision", Revision, true},
    {Root, "tags", Tags},
    {Tags, "distro", Distro, true},
    {Root, "data", Data},
    {Data, "location", Location},
    {Data, "checksum", PartChecksum, true},
    {Data, "open-checksum", OpenChecksum, true},
    {Data, "timestamp", Timestamp, true},
    {Data, "size", Size, true},
    {Data, "open-size", OpenSize, true},
};

class Reader {
 public:
  void begin(int state, const XmlNode& node) {
    switch (state) {
      case Data:
        part_ = {};
        part_.type = clean_text(node.attribute("type"));
        break;
      case Location:
        part_.href = node.attribute("href");
        if (!is_safe_relative_path(part_.href)) {
          node.fail("path outside the repository: '" + clean_text(part_.href) + "'");
        }
        break;
      case Distro:
        cpe_ = clean_text(node.attribute("cpeid"));
        break;
      case PartChecksum:
      case OpenChecksum:
        checksum_type_ = node.attribute("type");
        break;
      default:
        break;
    }
  }

  void end(int state, const XmlNode& node) {
    switch (state) {
      case Revision:
        repomd.revision = clean_text(node.text());
        break;
      case Distro:
        end_distro(node);
        break;
      case PartChecksum:
        part_.checksum = checksum(node);
        break;
      case OpenChecksum:
        part_.open_checksum = checksum(node);
        break;
      case Timestamp:
        part_.timestamp = number(node);
        break;
      case Size:
        part_.size = static_cast<std::uint64_t>(number(node));
        break;
      case OpenSize:
        part_.open_size = static_cast<std::uint64_t>(number(node));
        break;
      case Data:
        end_data(node);
        break;
      default:
        break;
    }
  }

  Repomd repomd = {};

 private:
  // Several may stand there, some of them without a CPE; the first is the distribution's own.
  void end_distro(const XmlNode& node) {
    if (!repomd.distro_cpe.empty()) return;
    repomd.distro_cpe = cpe_;
    repomd.distro_name = clean_text(node.text());
  }

  void end_data(const XmlNode& node) {
    if (part_.type.empty()) node.fail("a <data> without a type");
    if (part_.href.empty()) node.fail("no <location> for '" + part_.type + "'");
    if (part_.checksum.hex.empty()) node.fail("no <checksum> for '" + part_.type + "'");
    repomd.parts.push_back(std::exchange(part_, {}));
  }

  Checksum checksum(const XmlNode& node) const {
    auto checksum = parse_checksum(checksum_type_, node.text());
    if (!checksum) {
      node.fail(
          "unknown or malformed checksum of '" + part_.type + "': " + clean_text(checksum_type_) +
          " " + clean_text(node.text()));
    }
    return *std::move(checksum);
  }

  static std::int64_t number(const XmlNode& node) {
    const auto number = parse_number(node.text());
    if (!number || *number < 0) node.fail("not a number: '" + clean_text(node.text()) + "'");
    return *number;
  }

  RepomdPart part_ = {};
  std::string checksum_type_ = {};
  std::string cpe_ = {};
};

constexpr std::string_view kSpace = " \t\r\n";

std::size_t digits(ChecksumType type) {
  switch (type) {
    case ChecksumType::Md5:
      return 32;
    case ChecksumType::Sha1:
      return 40;
    case ChecksumType::Sha224:
      return 56;
    case ChecksumType::Sha256:
      return 64;
    case ChecksumType::Sha384:
      return 96;
    case ChecksumType::Sha512:
      return 128;
  }
  return 0;
}

}  // namespace

const RepomdPart* Repomd::find(std::string_view type) const {
  const auto found = std::ranges::find(parts, type, &RepomdPart::type);
  return found == parts.end() ? nullptr : &*found;
}

std::int64_t Repomd::newest_timestamp() const {
  std::int64_t newest = 0;
  for (const RepomdPart& part : parts)
    newest = std::max(newest, part.timestamp);
  return newest != 0 ? newest : std::max<std::int64_t>(parse_number(revision).value_or(0), 0);
}

Repomd parse_repomd(std::string_view xml, const std::string& subject) {
  Reader reader;
  XmlParser parser(
      subject,
      kRules,
      {.begin = [&](int state, const XmlNode& node) { reader.begin(state, node); },
       .end = [&](int state, const XmlNode& node) { reader.end(state, node); }});
  parser.feed(xml);
  parser.finish();
  return std::move(reader.repomd);
}

std::optional<Checksum> parse_checksum(std::string_view type, std::string_view hex) {
  hex.remove_prefix(std::min(hex.find_first_not_of(kSpace), hex.size()));
  hex = hex.substr(0, hex.find_last_not_of(kSpace) + 1);
  const auto known = checksum_type(type);
  if (!known || hex.size() != digits(*known)) return std::nullopt;
  Checksum checksum{.type = *known, .hex = std::string(hex)};
  for (char& c : checksum.hex) {
    if (c >= 'A' && c <= 'F') c = static_cast<char>(c - 'A' + 'a');
    if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'f')) return std::nullopt;
  }
  return checksum;
}

}  // namespace reposbom::metadata
