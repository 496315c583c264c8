// SPDX-License-Identifier: Apache-2.0
#include "metadata/rpm_header.h"

#include <algorithm>
#include <map>
#include <memory>

#include <rpm/header.h>
#include <rpm/rpmfiles.h>
#include <rpm/rpmio.h>
#include <rpm/rpmlib.h>

#include "metadata/error.h"
#include "metadata/openpgp.h"
#include "metadata/primary.h"
#include "metadata/repomd.h"
#include "metadata/rpm_library.h"

namespace reposbom::metadata {
namespace {

struct CloseFile {
  void operator()(FD_t file) const { (void)Fclose(file); }
};
using File = std::unique_ptr<std::remove_pointer_t<FD_t>, CloseFile>;

// One for each thread.
rpmts transaction() {
  thread_local const Transaction handle = new_transaction();
  return handle.get();
}

std::string refusal_text(rpmRC result) {
  std::string text = last_rpm_message();
  if (!text.empty()) return text;
  return result == RPMRC_NOTFOUND ? "not an RPM" : "its header cannot be read";
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

std::vector<std::string> header_signatures(Header header) {
  std::vector<std::string> packets;
  for (const rpmTagVal tag : {RPMTAG_RSAHEADER, RPMTAG_DSAHEADER}) {
    const Tag packet(header, tag);
    if (!packet.binary().empty()) packets.emplace_back(packet.binary());
  }
  return packets;
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
  clear_rpm_message();
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
  (header.is_source ? header.build_requires : header.package.requires_) = requirements_of(raw);
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
