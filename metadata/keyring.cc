// SPDX-License-Identifier: Apache-2.0

#include "metadata/keyring.h"

#include <algorithm>
#include <array>
#include <ctime>
#include <fstream>
#include <limits>
#include <mutex>
#include <optional>
#include <utility>

#include <rnp/rnp.h>
#include <rnp/rnp_err.h>

#include "metadata/destroyer.h"
#include "metadata/digest.h"
#include "metadata/error.h"

namespace reposbom::metadata {
namespace {

// Some builds of librnp (Debian's) remark on bad input on stderr, each time, beside what is thrown
// here; nothing in librnp's interface, and nothing in the environment, stops them.

using Ffi = std::unique_ptr<rnp_ffi_st, Destroyer<rnp_ffi_destroy>>;
using Input = std::unique_ptr<rnp_input_st, Destroyer<rnp_input_destroy>>;
using Key = std::unique_ptr<rnp_key_handle_st, Destroyer<rnp_key_handle_destroy>>;
using Verification = std::unique_ptr<rnp_op_verify_st, Destroyer<rnp_op_verify_destroy>>;
using Packet = std::unique_ptr<rnp_signature_handle_st, Destroyer<rnp_signature_handle_destroy>>;
using Fingerprints =
    std::unique_ptr<rnp_identifier_iterator_st, Destroyer<rnp_identifier_iterator_destroy>>;

void require(rnp_result_t result, const std::string& subject, const std::string& what) {
  if (result == RNP_SUCCESS) return;
  throw Error(Cause::Untrusted, subject, what + " failed: " + rnp_result_to_string(result));
}

bool read_nothing(void*, void*, std::size_t, std::size_t* read) {
  *read = 0;
  return true;
}

// rnp_input_from_memory refuses an empty buffer; yet an empty file can be signed like any other.
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

// What one of the many librnp functions that hand out a text says; empty if it says nothing.
template <typename Handle>
std::string text_of(rnp_result_t (*get)(Handle, char**), Handle handle) {
  char* raw = nullptr;
  if (get(handle, &raw) != RNP_SUCCESS || raw == nullptr) return {};
  const std::unique_ptr<char, Destroyer<rnp_buffer_destroy>> text(raw);
  return text.get();
}

bool is(rnp_result_t (*ask)(rnp_key_handle_t, bool*), const Key& key) {
  bool answer = false;
  return ask(key.get(), &answer) == RNP_SUCCESS && answer;
}

std::int64_t number_of(rnp_result_t (*get)(rnp_key_handle_t, std::uint32_t*), const Key& key) {
  std::uint32_t number = 0;
  return get(key.get(), &number) == RNP_SUCCESS ? number : 0;
}

bool may_sign(const Key& key) {
  bool answer = false;
  return rnp_key_allows_usage(key.get(), "sign", &answer) == RNP_SUCCESS && answer;
}

Key locate(const Ffi& ffi, const std::string& fingerprint) {
  rnp_key_handle_t raw = nullptr;
  if (rnp_locate_key(ffi.get(), "fingerprint", fingerprint.c_str(), &raw) != RNP_SUCCESS) return {};
  return Key(raw);
}

// The key itself if it is a primary key.
Key primary_of(const Ffi& ffi, const Key& key) {
  const bool sub = is(rnp_key_is_sub, key);
  return locate(
      ffi,
      sub ? text_of(rnp_key_get_primary_fprint, key.get())
          : text_of(rnp_key_get_fprint, key.get()));
}

KeyInfo info_of(const Key& key) {
  KeyInfo info;
  info.fingerprint = text_of(rnp_key_get_fprint, key.get());
  info.user_id = text_of(rnp_key_get_primary_uid, key.get());
  info.created = number_of(rnp_key_get_creation, key);
  const std::int64_t lifetime = number_of(rnp_key_get_expiration, key);
  info.expires = lifetime == 0 ? 0 : info.created + lifetime;
  info.revoked = is(rnp_key_is_revoked, key);
  info.expired = is(rnp_key_is_expired, key);
  return info;
}

// The armoured blocks of a key file, or the whole of it if it is binary. Blocks are imported one
// by one so that a key too new for librnp does not hide those after it.
std::vector<std::string_view> blocks_of(std::string_view bytes) {
  constexpr std::string_view begin_line = "-----BEGIN PGP ";
  std::vector<std::string_view> blocks;
  std::size_t begin = bytes.find(begin_line);
  if (begin == std::string_view::npos) return {bytes};
  while (begin != std::string_view::npos) {
    const std::size_t next = bytes.find(begin_line, begin + begin_line.size());
    blocks.push_back(bytes.substr(begin, next == std::string_view::npos ? next : next - begin));
    begin = next;
  }
  return blocks;
}

// Key by key, because a whole block is refused for one bad packet: the key of CentOS 5 is followed
// by something that librnp does not read.
std::size_t import_block(const Ffi& ffi, std::string_view block, const std::string& subject) {
  const Input input = input_of(block, subject);
  constexpr std::uint32_t flags = RNP_LOAD_SAVE_PUBLIC_KEYS | RNP_LOAD_SAVE_SINGLE;
  std::size_t count = 0;
  while (rnp_import_keys(ffi.get(), input.get(), flags, nullptr) == RNP_SUCCESS)
    ++count;
  return count;
}

// Whether the keys have ever been in force, by signatures that are valid, and for this use.
bool is_for_signing(const Key& key, const Key& primary) {
  for (const Key* one : {&primary, &key}) {
    std::uint64_t till = 0;
    if (rnp_key_valid_till64(one->get(), &till) != RNP_SUCCESS || till == 0) return false;
  }
  return may_sign(key);
}

Match match_of(rnp_result_t status) {
  switch (status) {
    case RNP_SUCCESS:
      return Match::Yes;
    case RNP_ERROR_SIGNATURE_INVALID:
      return Match::No;
    case RNP_ERROR_SIGNATURE_EXPIRED:
      return Match::OutOfTime;
    default:
      return Match::Unreadable;
  }
}

FoundSignature find_signature(const Ffi& ffi, rnp_op_verify_signature_t entry) {
  FoundSignature found;
  rnp_signature_handle_t raw_packet = nullptr;
  if (rnp_op_verify_signature_get_handle(entry, &raw_packet) != RNP_SUCCESS) return found;
  const Packet packet(raw_packet);
  found.key_id = text_of(rnp_signature_get_keyid, packet.get());
  const rnp_result_t status = rnp_op_verify_signature_get_status(entry);
  found.match = match_of(status);
  found.trouble += std::string(": ") + rnp_result_to_string(status);
  if (status == RNP_ERROR_SIGNATURE_UNKNOWN) return found;
  rnp_key_handle_t raw_key = nullptr;
  if (rnp_op_verify_signature_get_key(entry, &raw_key) != RNP_SUCCESS || raw_key == nullptr) {
    found.match = Match::UnknownKey;
    return found;
  }
  const Key key(raw_key);
  found.key = info_of(key);
  const Key primary = primary_of(ffi, key);
  if (!primary) {
    found.match = Match::Unreadable;
    found.trouble = "signed by subkey " + found.key_id + " without its primary key";
    return found;
  }
  found.primary = info_of(primary);
  found.may_sign = is_for_signing(key, primary);
  found.hash = text_of(rnp_op_verify_signature_get_hash, entry);
  std::uint32_t created = 0;
  rnp_op_verify_signature_get_times(entry, &created, nullptr);
  found.created = created;
  return found;
}

// librnp promises nothing about threads that share an rnp_ffi_t, so each borrows one for itself:
// one that nobody has, or a new one with the same keys.
class Rings {
 public:
  class Loan {
   public:
    explicit Loan(Rings& rings) : rings_(rings), ffi_(rings.take()) {}
    ~Loan() { rings_.give_back(std::move(ffi_)); }
    Loan(const Loan&) = delete;
    Loan& operator=(const Loan&) = delete;

    const Ffi& ffi() const { return ffi_; }

   private:
    Rings& rings_;
    Ffi ffi_;
  };

  // Returns how many of them librnp understands. Requires: nothing is on loan.
  std::size_t add(std::string_view keys, const std::string& subject) {
    Ffi ffi = take();
    std::size_t count = 0;
    for (const std::string_view block : blocks_of(keys))
      count += import_block(ffi, block, subject);
    added_.emplace_back(keys);
    digest_ = sha256(digest_ + sha256(keys));
    idle_.clear();
    give_back(std::move(ffi));
    return count;
  }

  const std::string& digest() const { return digest_; }

 private:
  Ffi take() {
    {
      const std::scoped_lock turn(turn_);
      if (!idle_.empty()) {
        Ffi ffi = std::move(idle_.back());
        idle_.pop_back();
        return ffi;
      }
    }
    rnp_ffi_t raw = nullptr;
    require(rnp_ffi_create(&raw, "GPG", "GPG"), "librnp", "making an empty keyring");
    Ffi ffi(raw);
    for (const std::string& keys : added_) {
      for (const std::string_view block : blocks_of(keys))
        import_block(ffi, block, "librnp");
    }
    return ffi;
  }

  void give_back(Ffi ffi) {
    const std::scoped_lock turn(turn_);
    idle_.push_back(std::move(ffi));
  }

  std::vector<std::string> added_ = {};
  std::string digest_ = {};
  std::mutex turn_ = {};  // For `idle_`.
  std::vector<Ffi> idle_ = {};
};

}  // namespace

struct Keyring::Store {
  Rings rings = {};
};

Keyring::Keyring() : store_(std::make_unique<Store>()) {}

Keyring::~Keyring() = default;
Keyring::Keyring(Keyring&&) noexcept = default;
Keyring& Keyring::operator=(Keyring&&) noexcept = default;

void Keyring::add_file(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::string bytes;
  std::array<char, 8192> buffer = {};
  while (stream.read(buffer.data(), buffer.size()) || stream.gcount() > 0) {
    bytes.append(buffer.data(), static_cast<std::size_t>(stream.gcount()));
  }
  if (!stream.is_open() || stream.bad()) {
    throw Error(Cause::Usage, file.string(), "cannot read this file of OpenPGP keys");
  }
  add(bytes, file.string());
}

void Keyring::add(std::string_view key_bytes, const std::string& subject) {
  if (store_->rings.add(key_bytes, subject) == 0) {
    throw Error(Cause::Usage, subject, "holds no OpenPGP public key");
  }
}

std::string Keyring::digest() const {
  return store_->rings.digest();
}

std::vector<KeyInfo> Keyring::keys() const {
  const Rings::Loan loan(store_->rings);
  rnp_identifier_iterator_t raw = nullptr;
  require(
      rnp_identifier_iterator_create(loan.ffi().get(), &raw, "fingerprint"),
      "librnp",
      "listing keys");
  const Fingerprints fingerprints(raw);
  std::vector<KeyInfo> keys;
  const char* fingerprint = nullptr;
  while (rnp_identifier_iterator_next(raw, &fingerprint) == RNP_SUCCESS && fingerprint != nullptr) {
    const Key key = locate(loan.ffi(), fingerprint);
    if (key && is(rnp_key_is_primary, key)) keys.push_back(info_of(key));
  }
  std::ranges::sort(keys, {}, &KeyInfo::fingerprint);
  return keys;
}

Verdict Keyring::judge(std::string_view data, std::string_view signature, InForce in_force) const {
  if (signature.empty()) return {.message = "the signature is empty"};
  const std::string subject = "librnp";
  const Rings::Loan loan(store_->rings);
  const Input data_input = input_of(data, subject);
  const Input signature_input = input_of(signature, subject);
  rnp_op_verify_t raw = nullptr;
  require(
      rnp_op_verify_detached_create(
          &raw, loan.ffi().get(), data_input.get(), signature_input.get()),
      subject,
      "verification");
  const Verification verification(raw);
  // Its result mixes up what matters here; the states of the single signatures tell it all.
  const rnp_result_t result = rnp_op_verify_execute(raw);

  std::size_t count = 0;
  require(rnp_op_verify_get_signature_count(raw, &count), subject, "counting signatures");
  Verdict best = {.message = "there is no OpenPGP signature in it"};
  if (result != RNP_SUCCESS) best.message += std::string(" (") + rnp_result_to_string(result) + ")";
  for (std::size_t i = 0; i < count; ++i) {
    rnp_op_verify_signature_t entry = nullptr;
    require(rnp_op_verify_get_signature_at(raw, i, &entry), subject, "reading a signature");
    Verdict verdict =
        judge_signature(find_signature(loan.ffi(), entry), in_force, std::time(nullptr));
    if (verdict.kind == Verdict::Kind::Good) return verdict;
    if (i == 0 || verdict.kind < best.kind) best = std::move(verdict);
  }
  return best;
}

Signature Keyring::verify(
    std::string_view data, std::string_view signature, const std::string& subject) const {
  const Verdict verdict = judge(data, signature, InForce::Today);
  if (verdict.kind == Verdict::Kind::Good) return verdict.signature;
  throw Error(Cause::Untrusted, subject, verdict.message);
}

}  // namespace reposbom::metadata
