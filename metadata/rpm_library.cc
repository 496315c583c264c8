// SPDX-License-Identifier: Apache-2.0
#include "metadata/rpm_library.h"

#include <cstdlib>
#include <mutex>
#include <utility>

#include <rpm/rpmcrypto.h>
#include <rpm/rpmds.h>
#include <rpm/rpmkeyring.h>
#include <rpm/rpmlib.h>
#include <rpm/rpmlog.h>

#include "metadata/error.h"
#include "metadata/openpgp.h"
#include "metadata/repomd.h"
#include "metadata/text.h"

namespace reposbom::metadata {
namespace {

using Keyring = std::unique_ptr<std::remove_pointer_t<rpmKeyring>, Destroyer<rpmKeyringFree>>;

std::string& kept_message() {
  thread_local std::string message;
  return message;
}

int keep_message(rpmlogRec record, rpmlogCallbackData /*unused*/) {
  const char* text = rpmlogRecMessage(record);
  kept_message() = text != nullptr ? text : "";
  return 0;  // Not to stderr as well.
}

Comparison comparison(std::uint64_t flags) {
  const bool equal = (flags & RPMSENSE_EQUAL) != 0;
  if ((flags & RPMSENSE_LESS) != 0) return equal ? Comparison::LessOrEqual : Comparison::Less;
  if ((flags & RPMSENSE_GREATER) != 0) {
    return equal ? Comparison::GreaterOrEqual : Comparison::Greater;
  }
  return equal ? Comparison::Equal : Comparison::None;
}

std::vector<Dependency> dependencies(
    Header header, rpmTagVal name_tag, rpmTagVal flags_tag, rpmTagVal evr_tag) {
  const Tag names(header, name_tag);
  const Tag flags(header, flags_tag);
  const Tag evrs(header, evr_tag);
  std::vector<Dependency> found;
  for (std::size_t i = 0; i < names.count(); ++i) {
    Dependency entry{.name = names.text(i)};
    if (entry.name.starts_with("rpmlib(")) continue;
    entry.comparison = comparison(flags.number(i));
    if (entry.comparison != Comparison::None) entry.evr = evrs.text(i);
    if (entry.evr.starts_with("0:")) entry.evr.erase(0, 2);
    if (entry.evr.empty()) entry.comparison = Comparison::None;
    found.push_back(std::move(entry));
  }
  return found;
}

// The header's own signature is preferred to the older one over header and payload.
std::string signature(Header header) {
  for (const rpmTagVal tag : {RPMTAG_RSAHEADER, RPMTAG_DSAHEADER, RPMTAG_SIGPGP, RPMTAG_SIGGPG}) {
    const Tag packet(header, tag);
    if (!packet.binary().empty()) return describe_signature(packet.binary());
  }
  return "";
}

}  // namespace

Transaction new_transaction() {
  static std::once_flag once;
  std::call_once(once, [] {
    (void)rpmInitCrypto();
    (void)rpmlogSetCallback(keep_message, nullptr);
  });
  Transaction made(rpmtsCreate());
  // An empty one keeps librpm from looking for a database of keys.
  const Keyring keyring(rpmKeyringNew());
  if (rpmtsSetKeyring(made.get(), keyring.get()) != 0) {
    throw Error(Cause::Untrusted, "librpm", "cannot set a keyring");
  }
  rpmtsSetVSFlags(made.get(), RPMVSF_MASK_NOSIGNATURES);
  return made;
}

std::string last_rpm_message() {
  return trimmed(clean_text(kept_message()));
}

void clear_rpm_message() {
  kept_message().clear();
}

Tag::Tag(Header header, rpmTagVal tag) : data_(rpmtdNew()) {
  if (headerGet(header, tag, data_.get(), HEADERGET_MINMEM | HEADERGET_RAW) != 1) {
    rpmtdReset(data_.get());
  }
}

void Tag::FreeData::operator()(rpmtd data) const {
  rpmtdFreeData(data);
  rpmtdFree(data);
}

bool Tag::seek(std::size_t index) const {
  return index < count() && rpmtdSetIndex(data_.get(), static_cast<int>(index)) >= 0;
}

std::string Tag::text(std::size_t index) const {
  if (!seek(index)) return "";
  const char* text = rpmtdGetString(data_.get());
  return text != nullptr ? clean_text(text) : "";
}

std::uint64_t Tag::number(std::size_t index) const {
  return seek(index) ? rpmtdGetNumber(data_.get()) : 0;
}

std::string Tag::hex() const {
  if (rpmtdType(data_.get()) != RPM_BIN_TYPE) return "";
  const std::unique_ptr<char, decltype(&std::free)> text(
      rpmtdFormat(data_.get(), RPMTD_FORMAT_STRING, nullptr), &std::free);
  return text != nullptr ? text.get() : "";
}

std::string_view Tag::binary() const {
  if (rpmtdType(data_.get()) != RPM_BIN_TYPE || data_->data == nullptr) return {};
  return {static_cast<const char*>(data_->data), data_->count};
}

std::string text(Header header, rpmTagVal tag) {
  return Tag(header, tag).text();
}

std::uint64_t long_number(Header header, rpmTagVal tag, rpmTagVal long_tag) {
  const Tag large(header, long_tag);
  return large.count() > 0 ? large.number() : Tag(header, tag).number();
}

std::string sha256_or_empty(const std::string& hex) {
  const auto checksum = parse_checksum("sha256", hex);
  return checksum ? checksum->hex : "";
}

std::vector<Dependency> requirements_of(Header header) {
  return dependencies(header, RPMTAG_REQUIRENAME, RPMTAG_REQUIREFLAGS, RPMTAG_REQUIREVERSION);
}

Package package_of(Header header) {
  Package package;
  package.name = text(header, RPMTAG_NAME);
  package.evr = {
      .epoch = static_cast<std::uint32_t>(Tag(header, RPMTAG_EPOCH).number()),
      .version = text(header, RPMTAG_VERSION),
      .release = text(header, RPMTAG_RELEASE)};
  package.arch = headerIsSource(header) ? "src" : text(header, RPMTAG_ARCH);
  package.summary = text(header, RPMTAG_SUMMARY);
  package.description = text(header, RPMTAG_DESCRIPTION);
  package.packager = text(header, RPMTAG_PACKAGER);
  package.url = text(header, RPMTAG_URL);
  package.license = text(header, RPMTAG_LICENSE);
  package.vendor = text(header, RPMTAG_VENDOR);
  package.build_host = text(header, RPMTAG_BUILDHOST);
  package.source_rpm = text(header, RPMTAG_SOURCERPM);
  package.module = text(header, RPMTAG_MODULARITYLABEL);
  package.build_time = static_cast<std::int64_t>(Tag(header, RPMTAG_BUILDTIME).number());
  package.installed_size = long_number(header, RPMTAG_SIZE, RPMTAG_LONGSIZE);
  package.provides =
      dependencies(header, RPMTAG_PROVIDENAME, RPMTAG_PROVIDEFLAGS, RPMTAG_PROVIDEVERSION);
  return package;
}

HeaderFacts facts_of(Header header) {
  HeaderFacts facts;
  facts.sig_md5 = Tag(header, RPMTAG_SIGMD5).hex();
  facts.sha256_header = sha256_or_empty(text(header, RPMTAG_SHA256HEADER));
  if (hash_name(Tag(header, RPMTAG_PAYLOADDIGESTALGO).number()) == "SHA256") {
    facts.payload_sha256 = sha256_or_empty(text(header, RPMTAG_PAYLOADDIGEST));
  }
  facts.signature = signature(header);
  facts.vcs = text(header, RPMTAG_VCS);
  return facts;
}

}  // namespace reposbom::metadata
