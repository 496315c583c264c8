// SPDX-License-Identifier: Apache-2.0
//
// Signer: makes detached signatures. One of the two seams of the program (the
// other is Storage): tests put their own in its place. A signer has proved
// when it is made that its key works, so that no run fails at its end for a
// wrong passphrase. sign() may be called from several threads.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace reposbom::pipeline {

// A file that lets others check the signatures; it is published in keys/.
struct PublicKeyFile {
  std::string name = {};
  std::string bytes = {};
  std::string fingerprint = {};
};

// What is to be known of a signer once it has signed.
struct SigningKey {
  std::string fingerprint = {};
  std::string description = {};
  std::optional<std::int64_t> expires = {};  // Seconds since 1970.
};

class Signer {
 public:
  Signer() = default;
  virtual ~Signer() = default;
  Signer(const Signer&) = delete;
  Signer& operator=(const Signer&) = delete;

  // What is put behind the name of the signed file: ".asc" or ".p7s".
  virtual std::string_view suffix() const = 0;

  // A detached signature over `data`, dated `time` (seconds since 1970), or the key's creation if
  // that is later. Same data and time, same bytes, but for ECDSA in CMS. A time in the future is
  // signed as told, and refused by verifiers until then. Throws Error (Cause::Output).
  virtual std::string sign(std::string_view data, std::int64_t time) const = 0;

  // Whether the same data and time give the same bytes. Only CMS by ECDSA does not.
  virtual bool is_reproducible() const { return true; }

  // Whether `signature` is one over `data` by this key. Requires: !is_reproducible(), for else
  // there is nothing to do but to sign again and compare.
  virtual bool is_good(std::string_view /*data*/, std::string_view /*signature*/) const {
    return false;
  }

  virtual std::vector<PublicKeyFile> public_keys() const = 0;

  // For people: "Ed25519 key 0123…, expires 2027-01-31".
  virtual std::string description() const = 0;

  // When the key or certificate ends, in seconds since 1970.
  virtual std::optional<std::int64_t> expires() const = 0;
};

// Signs with the one secret key in `key` (OpenPGP, armoured or binary); its signatures are
// armoured. The public keys are `<fingerprint>.asc` and, for gpgv's --keyring, `reposbom.gpg`. A
// passphrase is the first line of its file. Throws Error: Cause::Usage if a file cannot be read,
// has no secret key or several, or if a passphrase is needed and none configured; Cause::Output if
// the key is expired or revoked, may not sign, or the passphrase is wrong.
std::unique_ptr<Signer> make_openpgp_signer(
    const std::filesystem::path& key, const std::optional<std::filesystem::path>& passphrase_file);

// Signs with a key of GnuPG (RSA or Ed25519) by its fingerprint, through its agent: the secret is
// never here, and nobody is asked for a passphrase. The agent of `homedir`, or of the user if that
// is empty, must know it. Signatures and public keys as above. Errors too; Cause::Output also if
// the agent does not sign.
std::unique_ptr<Signer> make_gpg_signer(
    const std::string& fingerprint, const std::filesystem::path& homedir);

// Signs with a private key (RSA or EC): `key` is a file in PEM, or the URI of a key in a token,
// which pkcs11_key.h tells of, and `passphrase_file` then has its PIN. Its signatures are CMS
// (PKCS#7) in DER, hold the certificates of the file and no time. RSA signatures are reproducible;
// ECDSA ones are good but differ each time. `certificate` is PEM and may hold intermediate
// certificates as well. The public key is `<SHA-256 of the certificate>.crt.pem`. Errors as above,
// and Cause::Output if key and certificate do not belong together or the certificate is not valid
// today.
std::unique_ptr<Signer> make_cms_signer(
    const std::filesystem::path& key,
    const std::filesystem::path& certificate,
    const std::optional<std::filesystem::path>& passphrase_file = {});

}  // namespace reposbom::pipeline
