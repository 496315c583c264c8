// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <array>
#include <ctime>
#include <limits>
#include <mutex>
#include <utility>

#include <rnp/rnp.h>
#include <rnp/rnp_err.h>
#include <string.h>

#include "metadata/destroyer.h"
#include "metadata/error.h"
#include "metadata/keyring.h"
#include "pipeline/secret.h"
#include "pipeline/signer.h"
#include "pipeline/tree.h"

namespace reposbom::pipeline {
namespace {

using Ffi = std::unique_ptr<rnp_ffi_st, Destroyer<rnp_ffi_destroy>>;
using Input = std::unique_ptr<rnp_input_st, Destroyer<rnp_input_destroy>>;
using Output = std::unique_ptr<rnp_output_st, Destroyer<rnp_output_destroy>>;
using Key = std::unique_ptr<rnp_key_handle_st, Destroyer<rnp_key_handle_destroy>>;
using Signing = std::unique_ptr<rnp_op_sign_st, Destroyer<rnp_op_sign_destroy>>;
using Fingerprints =
    std::unique_ptr<rnp_identifier_iterator_st, Destroyer<rnp_identifier_iterator_destroy>>;

void require(rnp_result_t result, const std::string& subject, const std::string& what) {
  if (result == RNP_SUCCESS) return;
  throw Error(Cause::Output, subject, what + " failed: " + rnp_result_to_string(result));
}

bool read_nothing(void*, void*, std::size_t, std::size_t* read) {
  *read = 0;
  return true;
}

// rnp_input_from_memory refuses an empty buffer.
Input input_of(std::string_view bytes, const std::string& subject) {
  rnp_input_t raw = nullptr;
  const auto* data = reinterpret_cast<const std::uint8_t*>(bytes.data());
  require(
      bytes.empty() ? rnp_input_from_callback(&raw, read_nothing, nullptr, nullptr)
                    : rnp_input_from_memory(&raw, data, bytes.size(), /*do_copy=*/false),
      subject,
      "reading from memory");
  return Input(raw);
}

Output memory_output(const std::string& subject) {
  rnp_output_t raw = nullptr;
  require(rnp_output_to_memory(&raw, /*max_alloc=*/0), subject, "writing to memory");
  return Output(raw);
}

std::string bytes_of(const Output& output, const std::string& subject) {
  std::uint8_t* data = nullptr;
  std::size_t size = 0;
  require(
      rnp_output_memory_get_buf(output.get(), &data, &size, /*do_copy=*/false),
      subject,
      "writing to memory");
  return {reinterpret_cast<const char*>(data), size};
}

// librnp ends the lines of armour as mail does; files here end them as Unix does, and every
// reader of OpenPGP takes both.
std::string unix_lines(std::string armour) {
  std::erase(armour, '\r');
  return armour;
}

std::string text_of(rnp_result_t (*get)(rnp_key_handle_t, char**), const Key& key) {
  char* raw = nullptr;
  if (get(key.get(), &raw) != RNP_SUCCESS || raw == nullptr) return {};
  const std::unique_ptr<char, Destroyer<rnp_buffer_destroy>> text(raw);
  return text.get();
}

bool is(rnp_result_t (*ask)(rnp_key_handle_t, bool*), const Key& key) {
  bool answer = false;
  return ask(key.get(), &answer) == RNP_SUCCESS && answer;
}

std::int64_t created(const Key& key) {
  std::uint32_t time = 0;
  return rnp_key_get_creation(key.get(), &time) == RNP_SUCCESS ? time : 0;
}

std::string date(std::int64_t seconds) {
  const std::time_t time = seconds;
  std::tm parts = {};
  std::array<char, 32> text = {};
  if (gmtime_r(&time, &parts) == nullptr) return std::to_string(seconds);
  return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%d", &parts)};
}

std::optional<std::int64_t> end_of(const Key& key) {
  std::uint64_t end = 0;
  if (rnp_key_valid_till64(key.get(), &end) != RNP_SUCCESS) return std::nullopt;
  if (end > std::uint64_t{std::numeric_limits<std::int64_t>::max()}) return std::nullopt;
  return static_cast<std::int64_t>(end);
}

std::string algorithm_of(const Key& key) {
  std::string algorithm = text_of(rnp_key_get_alg, key);
  const std::string curve = text_of(rnp_key_get_curve, key);
  std::uint32_t bits = 0;
  if (!curve.empty()) return algorithm == "EDDSA" ? curve : algorithm + " " + curve;
  if (rnp_key_get_bits(key.get(), &bits) != RNP_SUCCESS) return algorithm;
  return algorithm + "-" + std::to_string(bits);
}

// An rnp_ffi_t of one thread at a time, with the key in it open.
class Session {
 public:
  // `name` is the subject of errors.
  Session(std::string name, std::string_view key_file, const Secret* passphrase);

  std::string sign(std::string_view data, std::int64_t time) const;
  std::string export_public(std::uint32_t flags) const;
  // With the key that signs as it is once opened: what further sessions are made of.
  Secret export_open() const;

  const Key& primary() const { return primary_; }
  const Key& key() const { return key_; }

 private:
  void import_key(std::string_view bytes);
  void choose_primary();
  void choose_key();
  void unlock(const Secret* passphrase);

  std::string name_;
  Ffi ffi_ = {};
  Key primary_ = {};
  Key key_ = {};  // The one that signs: the primary key or a subkey.
};

Session::Session(std::string name, std::string_view key_file, const Secret* passphrase)
    : name_(std::move(name)) {
  rnp_ffi_t raw = nullptr;
  require(rnp_ffi_create(&raw, "GPG", "GPG"), name_, "making an empty keyring");
  ffi_.reset(raw);
  import_key(key_file);
  choose_primary();
  choose_key();
  unlock(passphrase);
}

void Session::import_key(std::string_view bytes) {
  const Input input = input_of(bytes, name_);
  const rnp_result_t result = rnp_import_keys(
      ffi_.get(), input.get(), RNP_LOAD_SAVE_PUBLIC_KEYS | RNP_LOAD_SAVE_SECRET_KEYS, nullptr);
  if (result == RNP_SUCCESS) return;
  throw Error(
      Cause::Usage,
      name_,
      std::string("is not a file of OpenPGP keys: ") + rnp_result_to_string(result));
}

void Session::choose_primary() {
  rnp_identifier_iterator_t raw = nullptr;
  require(
      rnp_identifier_iterator_create(ffi_.get(), &raw, "fingerprint"), name_, "listing the keys");
  const Fingerprints fingerprints(raw);
  const char* fingerprint = nullptr;
  while (rnp_identifier_iterator_next(raw, &fingerprint) == RNP_SUCCESS && fingerprint != nullptr) {
    rnp_key_handle_t handle = nullptr;
    require(
        rnp_locate_key(ffi_.get(), "fingerprint", fingerprint, &handle), name_, "finding a key");
    Key key(handle);
    if (!key || !is(rnp_key_is_primary, key) || !is(rnp_key_have_secret, key)) continue;
    if (primary_) {
      throw Error(Cause::Usage, name_, "holds several secret keys; give a file with one");
    }
    primary_ = std::move(key);
  }
  if (!primary_) throw Error(Cause::Usage, name_, "holds no OpenPGP secret key");
}

void Session::choose_key() {
  const std::string name = "key " + text_of(rnp_key_get_fprint, primary_);
  if (is(rnp_key_is_revoked, primary_)) throw Error(Cause::Output, name_, name + " is revoked");
  if (is(rnp_key_is_expired, primary_)) {
    const auto end = end_of(primary_);
    throw Error(
        Cause::Output, name_, name + " expired" + (end ? " on " + date(*end) : std::string()));
  }
  rnp_key_handle_t raw = nullptr;
  if (rnp_key_get_default_key(primary_.get(), "sign", /*flags=*/0, &raw) != RNP_SUCCESS) {
    throw Error(
        Cause::Output,
        name_,
        name +
            " cannot sign: the key is for other uses, or its signing subkeys are expired, "
            "revoked or not in the file");
  }
  key_.reset(raw);
}

void Session::unlock(const Secret* passphrase) {
  if (!is(rnp_key_is_locked, key_)) return;
  if (passphrase == nullptr) {
    throw Error(Cause::Usage, name_, "the key needs a passphrase; configure a passphrase_file");
  }
  const rnp_result_t result = rnp_key_unlock(key_.get(), passphrase->bytes().c_str());
  if (result == RNP_ERROR_BAD_PASSWORD) {
    throw Error(Cause::Output, name_, "the passphrase is wrong");
  }
  require(result, name_, "opening the secret key");
  require(
      rnp_key_unprotect(key_.get(), passphrase->bytes().c_str()), name_, "opening the secret key");
}

std::string Session::sign(std::string_view data, std::int64_t time) const {
  // A signature older than its key is refused by every verifier.
  const std::int64_t when = std::max({time, created(key_), created(primary_)});
  if (when > std::numeric_limits<std::uint32_t>::max()) {
    throw Error(Cause::Output, name_, "an OpenPGP signature cannot be dated " + date(when));
  }
  const Input input = input_of(data, name_);
  const Output output = memory_output(name_);
  rnp_op_sign_t raw = nullptr;
  require(
      rnp_op_sign_detached_create(&raw, ffi_.get(), input.get(), output.get()), name_, "signing");
  const Signing signing(raw);
  require(rnp_op_sign_add_signature(raw, key_.get(), nullptr), name_, "signing with this key");
  require(rnp_op_sign_set_armor(raw, true), name_, "armouring the signature");
  require(rnp_op_sign_set_hash(raw, "SHA256"), name_, "signing over SHA-256");
  require(rnp_op_sign_set_creation_time(raw, static_cast<std::uint32_t>(when)), name_, "dating");
  require(rnp_op_sign_execute(raw), name_, "signing");
  return unix_lines(bytes_of(output, name_));
}

std::string Session::export_public(std::uint32_t flags) const {
  const Output output = memory_output(name_);
  require(
      rnp_key_export(
          primary_.get(), output.get(), RNP_KEY_EXPORT_PUBLIC | RNP_KEY_EXPORT_SUBKEYS | flags),
      name_,
      "exporting the public key");
  return bytes_of(output, name_);
}

Secret Session::export_open() const {
  const Output output = memory_output(name_);
  require(
      rnp_key_export(primary_.get(), output.get(), RNP_KEY_EXPORT_SECRET | RNP_KEY_EXPORT_SUBKEYS),
      name_,
      "keeping the opened key");
  Secret key(bytes_of(output, name_));
  std::uint8_t* data = nullptr;
  std::size_t size = 0;
  if (rnp_output_memory_get_buf(output.get(), &data, &size, /*do_copy=*/false) == RNP_SUCCESS) {
    ::explicit_bzero(data, size);
  }
  return key;
}

// librnp promises nothing about threads that share an rnp_ffi_t, so each signs with a session of
// its own, taken from those that are idle or opened anew: in the end as many as there were threads
// signing at one time.
class OpenpgpSigner final : public Signer {
 public:
  OpenpgpSigner(
      const std::filesystem::path& key,
      const std::optional<std::filesystem::path>& passphrase_file);

  std::string_view suffix() const override { return metadata::kOpenPgpSuffix; }
  std::string sign(std::string_view data, std::int64_t time) const override;
  std::vector<PublicKeyFile> public_keys() const override { return public_keys_; }
  std::string description() const override { return description_; }
  std::optional<std::int64_t> expires() const override { return expires_; }

 private:
  std::unique_ptr<Session> take_session() const;

  std::string name_;  // Of the key's file.
  // Opened, so that the passphrase need not be kept, and its guessing is not made slow again for
  // each thread. A key that signs is in memory in any case.
  Secret key_;
  std::vector<PublicKeyFile> public_keys_ = {};
  std::string description_ = {};
  std::optional<std::int64_t> expires_ = {};
  mutable std::mutex mutex_ = {};
  mutable std::vector<std::unique_ptr<Session>> idle_ = {};
};

// Signs a message and verifies it with what is about to be published: what can be wrong with a key
// comes out here, before there is any work to lose.
void prove(const Session& session, const std::string& public_key, const std::string& name) {
  constexpr std::string_view message = "reposbom tries its key";
  const std::string signature = session.sign(message, /*time=*/0);
  try {
    metadata::Keyring ring;
    ring.add(public_key, name);
    ring.verify(message, signature, name);
  } catch (const Error& error) {
    // The key is ours, so that this is no untrusted input.
    throw Error(Cause::Output, name, std::string("the key is of no use: ") + error.what());
  }
}

OpenpgpSigner::OpenpgpSigner(
    const std::filesystem::path& key, const std::optional<std::filesystem::path>& passphrase_file)
    : name_(key.string()), key_(read_secret(key, "the signing key")) {
  std::optional<Secret> passphrase;
  if (passphrase_file) passphrase = read_passphrase(*passphrase_file);
  auto session =
      std::make_unique<Session>(name_, key_.bytes(), passphrase ? &*passphrase : nullptr);
  if (passphrase) key_ = session->export_open();
  const std::string fingerprint = text_of(rnp_key_get_fprint, session->primary());
  const std::string armoured = unix_lines(session->export_public(RNP_KEY_EXPORT_ARMORED));
  const std::string binary = session->export_public(/*flags=*/0);
  prove(*session, binary, name_);
  public_keys_ = {
      {.name = fingerprint + ".asc", .bytes = armoured, .fingerprint = fingerprint},
      {.name = "reposbom.gpg", .bytes = binary, .fingerprint = fingerprint}};
  for (const Key* part : {&session->primary(), &session->key()}) {
    const auto end = end_of(*part);
    if (end && (!expires_ || *end < *expires_)) expires_ = end;
  }
  description_ = algorithm_of(session->key()) + " key " + fingerprint +
                 (expires_ ? ", expires " + date(*expires_) : ", does not expire");
  idle_.push_back(std::move(session));
}

std::unique_ptr<Session> OpenpgpSigner::take_session() const {
  {
    const std::scoped_lock lock(mutex_);
    if (!idle_.empty()) {
      auto session = std::move(idle_.back());
      idle_.pop_back();
      return session;
    }
  }
  return std::make_unique<Session>(name_, key_.bytes(), /*passphrase=*/nullptr);
}

std::string OpenpgpSigner::sign(std::string_view data, std::int64_t time) const {
  auto session = take_session();
  std::string signature = session->sign(data, time);
  const std::scoped_lock lock(mutex_);
  idle_.push_back(std::move(session));
  return signature;
}

}  // namespace

std::unique_ptr<Signer> make_openpgp_signer(
    const std::filesystem::path& key, const std::optional<std::filesystem::path>& passphrase_file) {
  return std::make_unique<OpenpgpSigner>(key, passphrase_file);
}

}  // namespace reposbom::pipeline
