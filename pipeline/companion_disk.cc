// SPDX-License-Identifier: Apache-2.0

#include "pipeline/companion_disk.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <utility>

#include "generators/document.h"
#include "metadata/digest.h"
#include "metadata/error.h"
#include "metadata/signatures.h"
#include "pipeline/client_repository.h"
#include "pipeline/compressed.h"
#include "pipeline/disk_selection.h"
#include "pipeline/disk_texts.h"
#include "pipeline/guide.h"
#include "pipeline/iso_writer.h"
#include "pipeline/media_document.h"
#include "pipeline/sealed_folder.h"
#include "pipeline/storage.h"
#include "pipeline/tree.h"

namespace reposbom::pipeline {
namespace {

namespace fs = std::filesystem;

// Files of the disk that are made here, by path.
using Files = std::map<std::string, std::string>;

constexpr std::string_view kVerifyName = "verify.sh";
constexpr std::string_view kInstallName = "install.sh";
constexpr std::string_view kSourcesName = "sources.txt";
constexpr std::string_view kClientFolder = "client/";
constexpr std::size_t kLongestVolumeId = 32;
constexpr std::size_t kWidth = 22;  // Of the labels in media.txt.
constexpr std::int64_t kYear10000 = 253402300800;

// --- the name of the disk -----------------------------------------------------------

bool is_volume_character(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// "AlmaLinux-9-4-x86_64-dvd" -> "SBOM_ALMALINUX_9_4_X86_64_DVD": the d-characters of ECMA-119,
// which every system shows as they are.
std::string volume_id_for(const std::string& name) {
  std::string id = "SBOM";
  for (const char c : " " + name) {
    const char upper = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    if (is_volume_character(upper) && upper != '_') {
      id += upper;
    } else if (id.back() != '_') {
      id += '_';
    }
  }
  id.resize(std::min(id.size(), kLongestVolumeId));
  if (id.back() == '_') id.pop_back();
  return id;
}

std::string choose_volume_id(
    const std::string& asked, const Media& media, const std::string& distribution) {
  if (asked.empty()) return volume_id_for(media.label.empty() ? distribution : media.label);
  if (asked.size() <= kLongestVolumeId && std::ranges::all_of(asked, is_volume_character)) {
    return asked;
  }
  throw Error(
      Cause::Usage,
      asked,
      "cannot be a volume id: that is 1 to 32 characters of A to Z, 0 to 9 and _");
}

// --- its keys ------------------------------------------------------------------------

// Earlier sets may be signed by earlier keys, so those of the tree come along.
Files key_files(const fs::path& tree, const Signers& signers) {
  Files files;
  const metadata::TrustedKeys published = metadata::find_keys(tree / "keys");
  for (const metadata::TrustedKeys::KeyFile& key : published.openpgp)
    files.emplace("keys/" + fs::path(key.name).filename().string(), key.bytes);
  for (const fs::path& certificate : published.certificates)
    files.emplace("keys/" + certificate.filename().string(), read_file(certificate));
  for (const PublicKeyFile& key : public_key_files(signers)) {
    std::string& bytes = files["keys/" + key.name];
    // A keyring for gpgv is one key after another: those of a changed key belong in it both.
    const bool is_ring = key.name.ends_with(".gpg");
    if (!is_ring || bytes == key.bytes) bytes.clear();
    bytes += key.bytes;
  }
  return files;
}

metadata::TrustedKeys trusted_keys(const fs::path& tree, const Signers& signers) {
  metadata::TrustedKeys keys = metadata::find_keys(tree / "keys");
  for (const auto& signer : signers) {
    for (PublicKeyFile& key : signer->public_keys()) {
      if (key.name.ends_with(".asc")) {
        keys.openpgp.push_back({std::move(key.name), std::move(key.bytes)});
      }
    }
  }
  return keys;
}

constexpr const char* kKeysReadme =
    "Keys that sign this disk. Compare the fingerprints with those that the publisher tells\n"
    "elsewhere before trusting them. Further keys here have signed earlier sets.\n\n";

// --- what it says of itself ----------------------------------------------------------

std::string line(std::string label, const std::string& value) {
  if (value.empty()) return {};
  label.resize(std::max(kWidth, label.size()), ' ');
  return label + value + "\n";
}

// "1714737600.000000" as a date; as it is if it is no number.
std::string media_time(const std::string& timestamp) {
  std::int64_t seconds = 0;
  const char* const end = timestamp.data() + timestamp.size();
  const auto [at, error] = std::from_chars(timestamp.data(), end, seconds);
  const bool is_number = error == std::errc() && (at == end || *at == '.');
  if (!is_number || seconds < 0 || seconds >= kYear10000) return timestamp;
  return generators::utc_time(seconds);
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words)
    text += (text.empty() ? "" : " ") + word;
  return text;
}

// "releases/NAME.*" for "releases/NAME.spdx.json".
std::string in_any_format(const Files& documents) {
  if (documents.empty()) return {};
  const std::string& name = documents.begin()->first;
  for (const std::string& suffix : document_suffixes()) {
    if (name.ends_with(suffix)) return name.substr(0, name.size() - suffix.size()) + ".*";
  }
  return name;
}

std::string media_text(
    const Media& media,
    const DiskSelection& selection,
    const DiskSummary& summary,
    const Files& documents) {
  const std::string label = media.label.empty() ? "a directory, which has none" : media.label;
  return line("volume id", summary.volume_id) + line("distribution", selection.index.distribution) +
         line("run", selection.index.run) + line("sets", std::to_string(summary.sets)) +
         line("  of other builds", std::to_string(summary.updates)) +
         line("documents", std::to_string(summary.documents)) +
         line("client", joined(summary.client)) + "\n" + line("label of the media", label) +
         line("file", media.file_name) +
         line("SHA-256", media.checksum ? media.checksum->hex : "") +
         line("its document", in_any_format(documents)) + line("release", media.release) +
         line("architecture", media.arch) + line("made", media_time(media.timestamp)) +
         line("repositories", joined(media.repositories)) +
         line("packages", std::to_string(summary.packages + summary.missing.size())) +
         line("  with SBOM here", std::to_string(summary.packages)) +
         line("  without", std::to_string(summary.missing.size()));
}

// Everything but the sets, the document of the media and the seal.
Files texts_of(
    const Media& media,
    const DiskSelection& selection,
    const DiskSummary& summary,
    const Files& documents) {
  Files files;
  files.emplace(kIndex, write_index(selection.index));
  files.emplace(kVerifyName, kVerifyScript);
  files.emplace(kInstallName, kInstallScript);
  files.emplace("LICENSE.txt", kLicenseText);
  files.merge(guide_files());
  files.emplace("README.txt", kReadmeEnglish);
  files.emplace("README.ja.txt", kReadmeJapanese);
  files.emplace("media.txt", media_text(media, selection, summary, documents));
  if (summary.missing.empty()) return files;
  std::string missing;
  for (const std::string& package : summary.missing)
    missing += package + "\n";
  files.emplace("missing.txt", std::move(missing));
  return files;
}

// Before anything is written, as a folder that is not right is the user's mistake.
Files client_files(const DiskRequest& request, DiskSummary& summary) {
  Files files;
  if (!request.url.empty()) files.emplace(kSourcesName, request.url + "\n");
  if (request.client.empty()) return files;
  ClientRepository client = read_client(request.client);
  summary.client = std::move(client.packages);
  for (auto& [path, bytes] : client.files)
    files.emplace(std::string(kClientFolder) + path, std::move(bytes));
  return files;
}

std::string sums_of(const Files& files, const std::vector<DiskSet>& sets) {
  std::vector<metadata::Sum> sums;
  for (const auto& [path, bytes] : files)
    sums.push_back({metadata::sha256(bytes), path});
  for (const DiskSet& set : sets) {
    const std::string& digest = set.folder.digests.at(std::string(metadata::kSums));
    sums.push_back({digest, set.path + "/" + std::string(metadata::kSums)});
  }
  std::ranges::sort(sums, {}, &metadata::Sum::name);
  return metadata::write_sums(sums);
}

std::size_t count_documents(const std::vector<DiskSet>& sets) {
  std::size_t count = 0;
  for (const DiskSet& set : sets) {
    for (const auto& [name, digest] : set.folder.digests)
      count += is_document(name) ? 1 : 0;
  }
  return count;
}

// A set of the run is a link into the store.
std::vector<std::string> names_in_store(const std::vector<DiskSet>& sets) {
  std::vector<std::string> names;
  names.reserve(sets.size());
  for (const DiskSet& set : sets)
    names.push_back(fs::canonical(set.folder.subject).filename().string());
  std::ranges::sort(names);
  return names;
}

DiskSummary summarise(const DiskRequest& request, const Media& media, DiskSelection& selection) {
  return {
      .volume_id = choose_volume_id(request.volume_id, media, selection.index.distribution),
      .run = selection.index.run,
      .packages = selection.packages,
      .sets = selection.sets.size(),
      .updates = selection.updates,
      .documents = count_documents(selection.sets),
      .missing = std::move(selection.missing),
      .stored = names_in_store(selection.sets)};
}

void add_sets(const std::vector<DiskSet>& sets, IsoWriter& iso) {
  for (const DiskSet& set : sets) {
    for (const auto& [name, digest] : set.folder.digests)
      iso.add_file(set.path + "/" + name, fs::path(set.folder.subject) / name, digest);
  }
}

}  // namespace

DiskSummary write_disk(const DiskRequest& request, const Media& media, const Signers& signers) {
  DiskSelection selection = select_sets(request.tree, media, trusted_keys(request.tree, signers));
  DiskSummary summary = summarise(request, media, selection);
  Files client = client_files(request, summary);
  Files documents = render_media(media, selection, request.creation);
  summary.documents += documents.size();
  Files files = texts_of(media, selection, summary, documents);
  files.merge(client);
  files.merge(documents);
  files.merge(key_files(request.tree, signers));
  if (signers.empty()) {
    summary.notes.emplace_back("no signing key is configured: the disk is not signed");
  } else {
    files.emplace("keys/README", keys_readme(kKeysReadme, signers));
  }

  std::string sums = sums_of(files, selection.sets);
  std::vector<std::string> names = signature_names(signers);
  for (std::size_t i = 0; i != names.size(); ++i)
    files.emplace(std::move(names[i]), signers[i]->sign(sums, selection.time));
  files.emplace(metadata::kSums, std::move(sums));

  IsoWriter iso(request.output, summary.volume_id, selection.time);
  add_sets(selection.sets, iso);
  for (const auto& [path, bytes] : files)
    iso.add_bytes(path, bytes, /*executable=*/path == kVerifyName || path == kInstallName);
  summary.bytes = iso.close();
  summary.repeated = iso.repeated().files;
  summary.saved = iso.repeated().bytes;
  return summary;
}

}  // namespace reposbom::pipeline
