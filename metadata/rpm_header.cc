// SPDX-License-Identifier: Apache-2.0
#include "metadata/rpm_header.h"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <memory>
#include <mutex>

#include <rpm/header.h>
#include <rpm/rpmcrypto.h>
#include <rpm/rpmfiles.h>
#include <rpm/rpmio.h>
#include <rpm/rpmkeyring.h>
#include <rpm/rpmlib.h>
#include <rpm/rpmlog.h>
#include <rpm/rpmtd.h>
#include <rpm/rpmts.h>

#include "metadata/error.h"
#include "metadata/openpgp.h"
#include "metadata/primary.h"
#include "metadata/repomd.h"
#include "metadata/text.h"

namespace reposbom::metadata {
namespace {

struct CloseFile {
  void operator()(FD_t file) const { (void)Fclose(file); }
};
using File = std::unique_ptr<std::remove_pointer_t<FD_t>, CloseFile>;

struct FreeHeader {
  void operator()(Header header) const { headerFree(header); }
};
using HeaderHandle = std::unique_ptr<std::remove_pointer_t<Header>, FreeHeader>;

struct FreeTransaction {
  void operator()(rpmts transaction) const { rpmtsFree(transaction); }
};
using Transaction = std::unique_ptr<std::remove_pointer_t<rpmts>, FreeTransaction>;

struct FreeKeyring {
  void operator()(rpmKeyring keyring) const { rpmKeyringFree(keyring); }
};

// librpm says why it refuses a file only to its log, which is one for the process but written to
// by the thread that is reading.
std::string& last_message() {
  thread_local std::string message;
  return message;
}

int keep_message(rpmlogRec record, rpmlogCallbackData /*unused*/) {
  const char* text = rpmlogRecMessage(record);
  last_message() = text != nullptr ? text : "";
  return 0;  // Not to stderr as well.
}

// One for each thread; its empty keyring keeps librpm from looking for a database of keys.
rpmts transaction() {
  static std::once_flag once;
  std::call_once(once, [] {
    (void)rpmInitCrypto();
    (void)rpmlogSetCallback(keep_message, nullptr);
  });
  thread_local const Transaction handle = [] {
    Transaction made(rpmtsCreate());
    const std::unique_ptr<std::remove_pointer_t<rpmKeyring>, FreeKeyring> keyring(rpmKeyringNew());
    if (rpmtsSetKeyring(made.get(), keyring.get()) != 0) {
      throw Error(Cause::Untrusted, "librpm", "cannot set a keyring");
    }
    rpmtsSetVSFlags(made.get(), RPMVSF_MASK_NOSIGNATURES);
    return made;
  }();
  return handle.get();
}

std::string refusal_text(rpmRC result) {
  std::string text = clean_text(last_message());
  text.erase(text.find_last_not_of(" \n") + 1);
  if (!text.empty()) return text;
  return result == RPMRC_NOTFOUND ? "not an RPM" : "its header cannot be read";
}

// One tag's data. Raw: translated texts come as they stand, the untranslated one first, whatever
// the language of this machine is.
class Tag {
 public:
  Tag(Header header, rpmTagVal tag) : data_(rpmtdNew()) {
    if (headerGet(header, tag, data_.get(), HEADERGET_MINMEM | HEADERGET_RAW) != 1) {
      rpmtdReset(data_.get());
    }
  }

  std::size_t count() const { return rpmtdCount(data_.get()); }

  std::string text(std::size_t index = 0) const {
    if (!seek(index)) return "";
    const char* text = rpmtdGetString(data_.get());
    return text != nullptr ? clean_text(text) : "";
  }

  std::uint64_t number(std::size_t index = 0) const {
    return seek(index) ? rpmtdGetNumber(data_.get()) : 0;
  }

  // Binary data in hexadecimal digits.
  std::string hex() const {
    if (rpmtdType(data_.get()) != RPM_BIN_TYPE) return "";
    const std::unique_ptr<char, decltype(&std::free)> text(
        rpmtdFormat(data_.get(), RPMTD_FORMAT_STRING, nullptr), &std::free);
    return text != nullptr ? text.get() : "";
  }

  std::string_view binary() const {
    if (rpmtdType(data_.get()) != RPM_BIN_TYPE || data_->data == nullptr) return {};
    return {static_cast<const char*>(data_->data), data_->count};
  }

 private:
  struct FreeData {
    void operator()(rpmtd data) const {
      rpmtdFreeData(data);
      rpmtdFree(data);
    }
  };

  bool seek(std::size_t index) const {
    return index < count() && rpmtdSetIndex(data_.get(), static_cast<int>(index)) >= 0;
  }

  std::unique_ptr<std::remove_pointer_t<rpmtd>, FreeData> data_;
};

std::string text(Header header, rpmTagVal tag) {
  return Tag(header, tag).text();
}

// Sizes of 4 GiB and more have a tag of their own.
std::uint64_t long_number(Header header, rpmTagVal tag, rpmTagVal long_tag) {
  const Tag large(header, long_tag);
  return large.count() > 0 ? large.number() : Tag(header, tag).number();
}

Comparison comparison(std::uint64_t flags) {
  const bool equal = (flags & RPMSENSE_EQUAL) != 0;
  if ((flags & RPMSENSE_LESS) != 0) return equal ? Comparison::LessOrEqual : Comparison::Less;
  if ((flags & RPMSENSE_GREATER) != 0) {
    return equal ? Comparison::GreaterOrEqual : Comparison::Greater;
  }
  return equal ? Comparison::Equal : Comparison::None;
}

// Requires or Provides, written as primary.cc writes them: without rpmlib(…), an epoch of 0 being
// none.
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

// Sources, then patches, with the digests that the package has for files of those names. What
// NoSource or NoPatch name is not inside, so it has none.
std::vector<SourceFile> source_files(Header header) {
  const Tag algorithm(header, RPMTAG_FILEDIGESTALGO);
  const std::string type = algorithm.count() == 0 ? "MD5" : hash_name(algorithm.number());
  const Tag names(header, RPMTAG_BASENAMES);
  const Tag digests(header, RPMTAG_FILEDIGESTS);
  std::map<std::string, std::optional<Checksum>> inside;
  for (std::size_t i = 0; i < names.count(); ++i) {
    inside.emplace(names.text(i), parse_checksum(type, digests.text(i)));
  }
  std::vector<SourceFile> files;
  for (const rpmTagVal tag : {RPMTAG_SOURCE, RPMTAG_PATCH}) {
    const Tag listed(header, tag);
    for (std::size_t i = 0; i < listed.count(); ++i) {
      SourceFile file{.name = listed.text(i), .is_patch = tag == RPMTAG_PATCH};
      const auto found = inside.find(file.name);
      if (found != inside.end()) file.checksum = found->second;
      files.push_back(std::move(file));
    }
  }
  return files;
}

// The header's own signature is preferred to the older one over header and payload.
std::string signature(Header header) {
  for (const rpmTagVal tag : {RPMTAG_RSAHEADER, RPMTAG_DSAHEADER, RPMTAG_SIGPGP, RPMTAG_SIGGPG}) {
    const Tag packet(header, tag);
    if (!packet.binary().empty()) return describe_signature(packet.binary());
  }
  return "";
}

std::vector<std::string> header_signatures(Header header) {
  std::vector<std::string> packets;
  for (const rpmTagVal tag : {RPMTAG_RSAHEADER, RPMTAG_DSAHEADER}) {
    const Tag packet(header, tag);
    if (!packet.binary().empty()) packets.emplace_back(packet.binary());
  }
  return packets;
}

std::string sha256_or_empty(const std::string& hex) {
  const auto checksum = parse_checksum("sha256", hex);
  return checksum ? checksum->hex : "";
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

std::vector<std::pair<std::int64_t, std::string>> changelog_of(Header header) {
  const Tag times(header, RPMTAG_CHANGELOGTIME);
  const Tag texts(header, RPMTAG_CHANGELOGTEXT);
  std::vector<std::pair<std::int64_t, std::string>> changelog;
  for (std::size_t i = 0; i < times.count() && i < texts.count(); ++i) {
    changelog.emplace_back(static_cast<std::int64_t>(times.number(i)), texts.text(i));
  }
  return changelog;
}

// `end` becomes where in the file the payload begins.
HeaderHandle open_header(const LocalFile& rpm, std::uint64_t& end) {
  std::error_code error;
  const auto status = std::filesystem::status(rpm.path, error);
  if (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status)) {
    throw Error(Cause::Untrusted, rpm.name, "is not a file");  // Opening a pipe would not end.
  }
  const File file(Fopen(rpm.path.c_str(), "r.ufdio"));
  if (file == nullptr || Ferror(file.get()) != 0) {
    throw Error(Cause::Untrusted, rpm.name, "cannot open: " + std::string(Fstrerror(file.get())));
  }
  last_message().clear();
  Header raw = nullptr;
  const rpmRC result = rpmReadPackageFile(transaction(), file.get(), rpm.path.c_str(), &raw);
  HeaderHandle handle(raw);
  const bool read = result == RPMRC_OK || result == RPMRC_NOTTRUSTED || result == RPMRC_NOKEY;
  if (!read || raw == nullptr) throw Error(Cause::Untrusted, rpm.name, refusal_text(result));
  end = static_cast<std::uint64_t>(std::max<off_t>(Ftell(file.get()), 0));
  return handle;
}

// What libmagic said of a file when the package was built: "ELF 64-bit LSB pie executable, …".
bool is_program(std::string_view kind) {
  return kind.starts_with("ELF ") || kind.find("script") != std::string_view::npos;
}

// Files of source packages have no folder.
void check_path(const std::string& path, bool is_source, const LocalFile& rpm) {
  const bool is_absolute = is_source || path.starts_with('/');
  if (is_absolute && ("/" + path + "/").find("/../") == std::string::npos) return;
  throw Error(
      Cause::Untrusted,
      rpm.name,
      "its header has a file '" + path + "', which is no absolute path: sync it again");
}

}  // namespace

RpmHeader read_rpm_header(const std::filesystem::path& rpm) {
  return read_rpm_header(LocalFile{rpm, rpm.string()});
}

RpmHeader read_rpm_header(const LocalFile& rpm) {
  std::uint64_t end = 0;
  const HeaderHandle handle = open_header(rpm, end);
  const Header raw = handle.get();
  RpmHeader header;
  header.is_source = headerIsSource(raw) != 0;
  header.package = package_of(raw);
  if (const std::string reason = refusal(header.package); !reason.empty()) {
    throw Error(Cause::Untrusted, rpm.name, nevra(header.package) + ": " + reason);
  }
  auto requirements =
      dependencies(raw, RPMTAG_REQUIRENAME, RPMTAG_REQUIREFLAGS, RPMTAG_REQUIREVERSION);
  (header.is_source ? header.build_requires : header.package.requires_) = std::move(requirements);
  if (header.is_source) header.files = source_files(raw);
  header.package.package_size = std::filesystem::file_size(rpm.path);
  header.package.header = facts_of(raw);
  header.changelog = changelog_of(raw);
  header.header_end = end;
  header.signatures = header_signatures(raw);
  return header;
}

RpmFileList read_rpm_file_list(const LocalFile& rpm) {
  std::uint64_t end = 0;
  const HeaderHandle handle = open_header(rpm, end);
  const Header raw = handle.get();
  const Tag algorithm(raw, RPMTAG_FILEDIGESTALGO);
  const std::string type = algorithm.count() == 0 ? "MD5" : hash_name(algorithm.number());
  const Tag names(raw, RPMTAG_BASENAMES);
  const Tag folders(raw, RPMTAG_DIRNAMES);
  const Tag places(raw, RPMTAG_DIRINDEXES);
  const Tag digests(raw, RPMTAG_FILEDIGESTS);
  const Tag flags(raw, RPMTAG_FILEFLAGS);
  const Tag kinds(raw, RPMTAG_CLASSDICT);
  const Tag kind_of(raw, RPMTAG_FILECLASS);
  RpmFileList list;
  list.payload_size = long_number(raw, RPMTAG_SIZE, RPMTAG_LONGSIZE);
  list.sha256_header = sha256_or_empty(text(raw, RPMTAG_SHA256HEADER));
  for (std::size_t i = 0; i < names.count(); ++i) {
    // Directories and links have no digest; %ghost files have no content in the package.
    const auto checksum = parse_checksum(type, digests.text(i));
    if (!checksum || (flags.number(i) & RPMFILE_GHOST) != 0) continue;
    const std::string path = folders.text(places.number(i)) + names.text(i);
    check_path(path, headerIsSource(raw) != 0, rpm);
    const std::string kind = kinds.text(kind_of.number(i));
    list.files.push_back(
        {.path = path,
         .checksum = *checksum,
         .is_executable = is_program(kind),
         .is_archive = kind.find("archive") != std::string::npos,
         .is_documentation = (flags.number(i) & RPMFILE_DOC) != 0});
  }
  return list;
}

}  // namespace reposbom::metadata
