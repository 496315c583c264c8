// SPDX-License-Identifier: Apache-2.0

#include "pipeline/signatures.h"

#include <algorithm>
#include <system_error>

#include "generators/json_reader.h"
#include "metadata/error.h"
#include "pipeline/cms_verify.h"
#include "pipeline/storage.h"
#include "pipeline/tree.h"

namespace reposbom::pipeline {
namespace {

namespace fs = std::filesystem;

bool is_openpgp(const fs::path& file) {
  return file.extension() == ".asc" || file.extension() == ".gpg";
}

std::string name_of(const SealedFolder& folder, std::string_view file) {
  return folder.subject + "/" + std::string(file);
}

}  // namespace

TrustedKeys read_keys(
    const std::vector<fs::path>& openpgp, const std::vector<fs::path>& certificates) {
  TrustedKeys keys{.certificates = certificates};
  for (const fs::path& file : openpgp)
    keys.openpgp.push_back({file.string(), read_file(file)});
  for (const fs::path& file : certificates)
    read_file(file);  // Tells now, and not at the first signature, that it cannot be.
  return keys;
}

TrustedKeys find_keys(const fs::path& folder) {
  std::vector<fs::path> openpgp;
  std::vector<fs::path> certificates;
  std::error_code error;
  fs::directory_iterator at(folder, error);
  for (; !error && at != fs::directory_iterator(); at.increment(error)) {
    if (is_openpgp(at->path())) openpgp.push_back(at->path());
    if (at->path().extension() == ".pem") certificates.push_back(at->path());
  }
  std::ranges::sort(openpgp);
  std::ranges::sort(certificates);
  return read_keys(openpgp, certificates);
}

TrustedKeys find_keys(const SealedFolder& image) {
  TrustedKeys keys;
  for (const auto& [name, text] : image.texts) {
    if (name.starts_with("keys/") && is_openpgp(name)) {
      keys.openpgp.push_back({name_of(image, name), text});
    }
  }
  return keys;
}

void check_signature_count(const SealedFolder& set) {
  const std::string* const json = set.text(kSetIndex);
  if (json == nullptr) return;
  const std::int64_t present =
      (set.text(kOpenPgpSums) != nullptr ? 1 : 0) + (set.text(kCmsSums) != nullptr ? 1 : 0);
  generators::read_json(
      *json, set.subject + "/" + std::string(kSetIndex), [&](const generators::JsonObject& object) {
        const std::int64_t made = object.number("signatures");
        if (made <= present) return;
        throw Error(
            Cause::Untrusted,
            set.subject,
            "has " + std::to_string(present) + " of its " + std::to_string(made) +
                " signatures: SHA256SUMS.asc or SHA256SUMS.p7s is missing");
      });
}

SignatureVerifier::SignatureVerifier(const TrustedKeys& keys)
    : has_openpgp_(!keys.openpgp.empty()), certificates_(keys.certificates) {
  for (const TrustedKeys::KeyFile& file : keys.openpgp)
    keyring_.add(file.bytes, file.name);
}

Signatures SignatureVerifier::verify(const SealedFolder& folder) const {
  Signatures found;
  const std::string* const sums = folder.text(kSums);
  const std::string* const signature = folder.text(kOpenPgpSums);
  if (sums == nullptr) return found;
  if (has_openpgp_ && signature != nullptr) {
    const metadata::Signature good =
        keyring_.verify(*sums, *signature, name_of(folder, kOpenPgpSums));
    found.signers.insert("OpenPGP key " + good.fingerprint);
    ++found.good;
  }
  verify_cms(folder, found);
  return found;
}

void SignatureVerifier::verify_cms(const SealedFolder& folder, Signatures& found) const {
  const std::string* const signature = folder.text(kCmsSums);
  if (signature == nullptr || certificates_.empty()) return;
  const std::string& sums = *folder.text(kSums);
  for (const fs::path& certificate : certificates_) {
    try {
      pipeline::verify_cms(sums, *signature, certificate, name_of(folder, kCmsSums));
      found.signers.insert("certificate " + certificate.filename().string());
      ++found.good;
      return;
    } catch (const Error&) {
      // Another certificate may vouch for it; if none does, the last one's reason is told.
      if (&certificate == &certificates_.back()) throw;
    }
  }
}

}  // namespace reposbom::pipeline
