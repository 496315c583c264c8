// SPDX-License-Identifier: Apache-2.0
#include "pipeline/signers.h"

#include <algorithm>
#include <map>
#include <utility>

#include "generators/document.h"
#include "metadata/error.h"
#include "pipeline/tree.h"

namespace reposbom::pipeline {
namespace {

// What would be read as two signers vouching for a set would be one.
void check_distinct(const Signers& signers) {
  std::map<std::string, const Signer*> by_fingerprint;
  for (const auto& signer : signers) {
    const std::string fingerprint = signer->public_keys().front().fingerprint;
    if (by_fingerprint.emplace(fingerprint, signer.get()).second) continue;
    throw Error(Cause::Usage, "signing", "names one key twice: " + signer->description());
  }
}

// Long enough for those who verify to be given another key.
constexpr std::int64_t kNotice = std::int64_t{30} * 86400;

}  // namespace

Signers make_signers(const Signing& signing) {
  Signers signers;
  for (const OpenPgpSettings& one : signing.openpgp)
    signers.push_back(
        one.gpg.empty() ? make_openpgp_signer(one.key, one.passphrase_file)
                        : make_gpg_signer(one.gpg, one.homedir));
  for (const X509Settings& one : signing.x509)
    signers.push_back(make_cms_signer(one.key, one.certificate, one.passphrase_file));
  check_distinct(signers);
  return signers;
}

std::vector<std::string> signature_names(const Signers& signers) {
  std::vector<std::string> names;
  std::map<std::string_view, std::size_t> counts;
  for (const auto& signer : signers)
    names.push_back(metadata::signature_name(signer->suffix(), ++counts[signer->suffix()]));
  return names;
}

std::vector<PublicKeyFile> public_key_files(const Signers& signers) {
  std::vector<PublicKeyFile> files;
  for (const auto& signer : signers) {
    for (PublicKeyFile& key : signer->public_keys()) {
      const auto ring = std::ranges::find(files, key.name, &PublicKeyFile::name);
      if (ring == files.end()) {
        files.push_back(std::move(key));
      } else {
        ring->bytes += key.bytes;  // A keyring for gpgv is one key after another.
      }
    }
  }
  return files;
}

std::vector<SigningKey> signing_keys(const Signers& signers) {
  std::vector<SigningKey> keys;
  for (const auto& signer : signers) {
    keys.push_back(
        {.fingerprint = signer->public_keys().front().fingerprint,
         .description = signer->description(),
         .expires = signer->expires()});
  }
  return keys;
}

std::vector<metadata::Remark> remarks_on_expiry(
    const std::vector<SigningKey>& keys, std::int64_t time) {
  std::vector<metadata::Remark> remarks;
  for (const SigningKey& key : keys) {
    if (!key.expires || *key.expires - kNotice > time) continue;
    remarks.push_back(
        {"signing key " + key.fingerprint,
         "expires on " + generators::utc_time(*key.expires).substr(0, 10) +
             "; nothing can be signed with it then: let another key sign beside it in time, or "
             "prolong it"});
  }
  return remarks;
}

std::string keys_readme(std::string text, const Signers& signers) {
  for (const auto& signer : signers) {
    text += signer->description() + "\n";
    for (const PublicKeyFile& key : signer->public_keys())
      text += "  " + key.name + "  " + key.fingerprint + "\n";
  }
  return text;
}

}  // namespace reposbom::pipeline
