// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <limits>
#include <memory>
#include <mutex>
#include <utility>

#include <rnp/rnp.h>
#include <rnp/rnp_err.h>

#include "generators/document.h"
#include "metadata/digest.h"
#include "metadata/error.h"
#include "metadata/keyring.h"
#include "pipeline/gpg_agent.h"
#include "pipeline/signer.h"
#include "pipeline/tree.h"

namespace reposbom::pipeline {
namespace {

// RFC 4880, 5.2.1, 9.1 and 9.4.
constexpr char kBinaryDocument = 0;
constexpr int kRsa = 1;
constexpr int kEddsa = 22;
constexpr char kSha256 = 8;

std::string big_endian(std::uint64_t number, std::size_t size) {
  std::string bytes(size, '\0');
  for (std::size_t i = 0; i != size; ++i)
    bytes[size - 1 - i] = static_cast<char>(number >> (8 * i) & 0xFF);
  return bytes;
}

std::string from_hex(std::string_view hex) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
    bytes += static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, /*base=*/16));
  return bytes;
}

// RFC 4880, 3.2: the number of bits, then the bytes without leading zeros.
std::string mpi(std::string_view number) {
  number.remove_prefix(std::min(number.find_first_not_of('\0'), number.size()));
  std::size_t bits = 8 * number.size();
  if (!number.empty()) {
    for (unsigned int top = static_cast<unsigned char>(number[0]); top < 0x80; top <<= 1)
      --bits;
  }
  return big_endian(bits, 2).append(number);
}

std::string subpacket(char type, const std::string& body) {
  return big_endian(body.size() + 1, 1) + type + body;
}

// RFC 4880, 5.2.3 (version 4), with the fingerprint of the issuer (RFC 9580, 5.2.3.35).
std::string hashed_part(const GpgKey& key, std::int64_t time) {
  const std::string subpackets = subpacket(33, "\x04" + from_hex(key.fingerprint)) +
                                 subpacket(2, big_endian(static_cast<std::uint64_t>(time), 4));
  return std::string("\x04") + kBinaryDocument + static_cast<char>(key.algorithm) + kSha256 +
         big_endian(subpackets.size(), 2) + subpackets;
}

// RFC 4880, 5.2.4: the data, what is hashed of the signature itself, and how much that is.
std::string digest_of(std::string_view data, const std::string& hashed) {
  metadata::Hasher hasher(metadata::ChecksumType::Sha256);
  hasher.update(data);
  hasher.update(hashed);
  hasher.update("\x04\xFF" + big_endian(hashed.size(), 4));
  return hasher.hex();
}

// `what` it is, as librnp calls it.
std::string armoured(const std::string& packets, const char* what) {
  rnp_input_t input = nullptr;
  rnp_output_t output = nullptr;
  std::uint8_t* data = nullptr;
  std::size_t size = 0;
  std::string text;
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(packets.data());
  if (rnp_input_from_memory(&input, bytes, packets.size(), /*do_copy=*/false) == RNP_SUCCESS &&
      rnp_output_to_memory(&output, /*max_alloc=*/0) == RNP_SUCCESS &&
      rnp_enarmor(input, output, what) == RNP_SUCCESS &&
      rnp_output_memory_get_buf(output, &data, &size, /*do_copy=*/false) == RNP_SUCCESS) {
    text.assign(reinterpret_cast<const char*>(data), size);
    std::erase(text, '\r');  // Files here end their lines as Unix does.
  }
  rnp_input_destroy(input);
  rnp_output_destroy(output);
  if (text.empty()) throw Error(Cause::Output, "librnp", std::string("cannot armour a ") + what);
  return text;
}

// Each thread has a connection of its own while it signs.
class GpgSigner final : public Signer {
 public:
  GpgSigner(const std::string& fingerprint, const std::filesystem::path& homedir);

  std::string_view suffix() const override { return metadata::kOpenPgpSuffix; }
  std::string sign(std::string_view data, std::int64_t time) const override;
  std::vector<PublicKeyFile> public_keys() const override { return public_keys_; }
  std::string description() const override;
  std::optional<std::int64_t> expires() const override { return key_.expires; }

 private:
  std::unique_ptr<GpgAgent> take_agent() const;
  void prove() const;

  GpgKey key_;
  std::string name_;  // In messages.
  std::vector<PublicKeyFile> public_keys_ = {};
  mutable std::mutex mutex_ = {};
  mutable std::vector<std::unique_ptr<GpgAgent>> idle_ = {};
};

GpgSigner::GpgSigner(const std::string& fingerprint, const std::filesystem::path& homedir)
    : key_(find_gpg_key(fingerprint, homedir)), name_("gpg key " + key_.primary) {
  if (key_.algorithm != kRsa && (key_.algorithm != kEddsa || key_.curve != "ed25519")) {
    throw Error(
        Cause::Output,
        name_,
        "would not sign with RSA or Ed25519, and no other algorithm signs the same each time");
  }
  public_keys_ = {
      {.name = key_.primary + ".asc",
       .bytes = armoured(key_.public_key, "public key"),
       .fingerprint = key_.primary},
      {.name = "reposbom.gpg", .bytes = key_.public_key, .fingerprint = key_.primary}};
  prove();
}

void GpgSigner::prove() const {
  constexpr std::string_view message = "reposbom tries its key";
  const std::string signature = sign(message, /*time=*/0);
  try {
    metadata::Keyring ring;
    ring.add(key_.public_key, name_);
    ring.verify(message, signature, name_);
  } catch (const Error& error) {
    throw Error(Cause::Output, name_, std::string("the key is of no use: ") + error.what());
  }
}

std::unique_ptr<GpgAgent> GpgSigner::take_agent() const {
  {
    const std::scoped_lock lock(mutex_);
    if (!idle_.empty()) {
      auto agent = std::move(idle_.back());
      idle_.pop_back();
      return agent;
    }
  }
  return std::make_unique<GpgAgent>(key_);
}

std::string GpgSigner::sign(std::string_view data, std::int64_t time) const {
  const std::int64_t when = std::max(time, key_.created);
  if (when > std::numeric_limits<std::uint32_t>::max()) {
    throw Error(
        Cause::Output,
        name_,
        "an OpenPGP signature cannot be dated " + generators::utc_time(when).substr(0, 10));
  }
  const std::string hashed = hashed_part(key_, when);
  const std::string digest = digest_of(data, hashed);
  auto agent = take_agent();
  const std::vector<std::string> numbers = agent->sign(digest);
  {
    const std::scoped_lock lock(mutex_);
    idle_.push_back(std::move(agent));
  }
  const std::string unhashed = subpacket(16, from_hex(key_.fingerprint).substr(12));
  std::string body =
      hashed + big_endian(unhashed.size(), 2) + unhashed + from_hex(digest).substr(0, 2);
  for (const std::string& number : numbers)
    body += mpi(number);
  return armoured("\xC2\xFF" + big_endian(body.size(), 4) + body, "signature");
}

std::string GpgSigner::description() const {
  const std::string algorithm = key_.algorithm == kRsa ? "RSA-" + key_.bits : "Ed25519";
  return algorithm + " key " + key_.primary +
         (key_.expires ? ", expires " + generators::utc_time(*key_.expires).substr(0, 10)
                       : ", does not expire");
}

}  // namespace

std::unique_ptr<Signer> make_gpg_signer(
    const std::string& fingerprint, const std::filesystem::path& homedir) {
  return std::make_unique<GpgSigner>(fingerprint, homedir);
}

}  // namespace reposbom::pipeline
