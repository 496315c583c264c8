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

// The signatures of one kind in a folder. Of several, one by a trusted key is enough: the others
// may be by a key that takes its place, or whose place it has taken.
class Votes {
 public:
  void add(bool is_good, const std::string& subject, const std::string& doubt) {
    if (is_good) ++good_;
    if (!is_good && doubt_.empty()) {
      subject_ = subject;
      doubt_ = doubt;
    }
  }

  // Throws Error if there are signatures and none is good.
  std::size_t count() const {
    if (good_ == 0 && !doubt_.empty()) throw Error(Cause::Untrusted, subject_, doubt_);
    return good_;
  }

 private:
  std::size_t good_ = 0;
  std::string subject_ = {};
  std::string doubt_ = {};  // The first.
};

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
  const auto present = static_cast<std::int64_t>(set.signatures().size());
  generators::read_json(
      *json, set.subject + "/" + std::string(kSetIndex), [&](const generators::JsonObject& object) {
        const std::int64_t made = object.number("signatures");
        if (made <= present) return;
        throw Error(
            Cause::Untrusted,
            set.subject,
            "has " + std::to_string(present) + " of its " + std::to_string(made) +
                " signatures: a SHA256SUMS.asc or SHA256SUMS.p7s is missing");
      });
}

SignatureVerifier::SignatureVerifier(const TrustedKeys& keys)
    : has_openpgp_(!keys.openpgp.empty()), certificates_(keys.certificates) {
  for (const TrustedKeys::KeyFile& file : keys.openpgp)
    keyring_.add(file.bytes, file.name);
}

Signatures SignatureVerifier::verify(const SealedFolder& folder) const {
  Signatures found;
  if (folder.text(kSums) == nullptr) return found;
  if (has_openpgp_) verify_openpgp(folder, found);
  if (!certificates_.empty()) verify_cms(folder, found);
  return found;
}

void SignatureVerifier::verify_openpgp(const SealedFolder& folder, Signatures& found) const {
  using Kind = metadata::Verdict::Kind;
  Votes votes;
  for (const std::string& file : folder.signatures(kOpenPgpSuffix)) {
    const std::string name = name_of(folder, file);
    const metadata::Verdict verdict =
        keyring_.judge(*folder.text(kSums), *folder.text(file), metadata::InForce::Today);
    // No other signature makes good what was changed.
    if (verdict.kind == Kind::Changed || verdict.kind == Kind::Unreadable) {
      throw Error(Cause::Untrusted, name, verdict.message);
    }
    votes.add(verdict.kind == Kind::Good, name, verdict.message);
    if (verdict.kind == Kind::Good)
      found.signers.insert("OpenPGP key " + verdict.signature.fingerprint);
  }
  found.good += votes.count();
}

void SignatureVerifier::verify_cms(const SealedFolder& folder, Signatures& found) const {
  Votes votes;
  for (const std::string& file : folder.signatures(kCmsSuffix)) {
    std::string doubt;
    // Any of the certificates may vouch for it; if none does, the last one's reason is told.
    for (const fs::path& certificate : certificates_) {
      doubt =
          doubt_cms(*folder.text(kSums), *folder.text(file), certificate, name_of(folder, file));
      if (!doubt.empty()) continue;
      found.signers.insert("certificate " + certificate.filename().string());
      break;
    }
    votes.add(doubt.empty(), name_of(folder, file), doubt);
  }
  found.good += votes.count();
}

}  // namespace reposbom::pipeline
