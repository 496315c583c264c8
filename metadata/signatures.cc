// SPDX-License-Identifier: Apache-2.0

#include "metadata/signatures.h"

#include <algorithm>
#include <system_error>

#include "metadata/cms_verify.h"
#include "metadata/error.h"
#include "metadata/local_file.h"
#include "metadata/sums.h"

namespace reposbom::metadata {
namespace {

namespace fs = std::filesystem;

bool is_openpgp(const fs::path& file) {
  return file.extension() == ".asc" || file.extension() == ".gpg";
}

std::string name_of(const std::string& folder, std::string_view file) {
  return folder + "/" + std::string(file);
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

TrustedKeys find_keys(const std::string& subject, const std::map<std::string, std::string>& texts) {
  TrustedKeys keys;
  for (const auto& [name, text] : texts) {
    if (name.starts_with("keys/") && is_openpgp(name)) {
      keys.openpgp.push_back({name_of(subject, name), text});
    }
  }
  return keys;
}

SignatureVerifier::SignatureVerifier(const TrustedKeys& keys)
    : has_openpgp_(!keys.openpgp.empty()), certificates_(keys.certificates) {
  for (const TrustedKeys::KeyFile& file : keys.openpgp)
    keyring_.add(file.bytes, file.name);
}

struct SignatureVerifier::Sealed {
  const std::string& subject;
  const std::map<std::string, std::string>& texts;
  const std::string& sums;

  // Calls `take` with the name, for messages, and the text of each signature of that kind.
  template <typename Take>
  void each(std::string_view suffix, const Take& take) const {
    for (const auto& [file, text] : texts) {
      if (is_signature_name(file, suffix)) take(name_of(subject, file), text);
    }
  }
};

Signatures SignatureVerifier::verify(
    const std::string& subject, const std::map<std::string, std::string>& texts) const {
  Signatures found;
  const auto sums = texts.find(std::string(kSums));
  if (sums == texts.end()) return found;
  const Sealed sealed{subject, texts, sums->second};
  if (has_openpgp_) verify_openpgp(sealed, found);
  if (!certificates_.empty()) verify_cms(sealed, found);
  return found;
}

void SignatureVerifier::verify_openpgp(const Sealed& sealed, Signatures& found) const {
  Votes votes;
  sealed.each(kOpenPgpSuffix, [&](const std::string& name, const std::string& signature) {
    const Verdict verdict = keyring_.judge(sealed.sums, signature, InForce::Today);
    // No other signature makes good what was changed.
    if (verdict.kind == Verdict::Kind::Changed || verdict.kind == Verdict::Kind::Unreadable) {
      throw Error(Cause::Untrusted, name, verdict.message);
    }
    votes.add(verdict.kind == Verdict::Kind::Good, name, verdict.message);
    if (verdict.kind != Verdict::Kind::Good) return;
    found.signers.insert("OpenPGP key " + verdict.signature.fingerprint);
    found.time = std::max(found.time, verdict.signature.created);
  });
  found.good += votes.count();
}

void SignatureVerifier::verify_cms(const Sealed& sealed, Signatures& found) const {
  Votes votes;
  sealed.each(kCmsSuffix, [&](const std::string& name, const std::string& signature) {
    std::string doubt;
    // Any of the certificates may vouch for it; if none does, the last one's reason is told.
    for (const fs::path& certificate : certificates_) {
      doubt = doubt_cms(sealed.sums, signature, certificate, name);
      if (!doubt.empty()) continue;
      found.signers.insert("certificate " + certificate.filename().string());
      break;
    }
    votes.add(doubt.empty(), name, doubt);
  });
  found.good += votes.count();
}

}  // namespace reposbom::metadata
