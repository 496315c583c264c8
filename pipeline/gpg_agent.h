// SPDX-License-Identifier: Apache-2.0
//
// Keys that GnuPG keeps: which of them signs, and signatures by its agent, which
// alone has the secret. gpg is run a few times to find the key, and never again: a
// process for each signature would take minutes where this takes seconds. Nobody is
// ever asked for a passphrase.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace reposbom::pipeline {

// What has to be known of the key to sign with it.
struct GpgKey {
  std::string primary = {};      // Fingerprint of the primary key, upper-case hexadecimal.
  std::string fingerprint = {};  // Of the one that signs: the primary key or a subkey.
  std::string keygrip = {};      // What the agent calls it.
  int algorithm = 0;             // As OpenPGP numbers them.
  std::string curve = {};        // Of an elliptic key.
  std::string bits = {};         // How many.
  std::int64_t created = 0;      // The later time of the two.
  std::optional<std::int64_t> expires = {};  // The earlier time of the two.
  std::string public_key = {};               // As OpenPGP packets.
  std::string socket = {};                   // Where its agent listens.
};

// The key of that fingerprint, of which the agent has the secret; `homedir` is that of gpg, empty
// for the user's own. Throws Error: Cause::Usage if gpg cannot be run or has no such secret key,
// Cause::Output if the key is expired or revoked, or cannot sign.
GpgKey find_gpg_key(const std::string& fingerprint, const std::filesystem::path& homedir);

// What find_gpg_key makes of the colon-separated lines of gpg --list-secret-keys.
GpgKey parse_gpg_key(const std::string& listing, const std::string& fingerprint);

// A connection to the agent, of one thread at a time.
class GpgAgent {
 public:
  // Throws Error (Cause::Output) if no agent listens there.
  explicit GpgAgent(const GpgKey& key);
  ~GpgAgent();

  // The numbers of a signature over a SHA-256 digest (in hexadecimal): one for RSA, two for EdDSA.
  // Throws Error (Cause::Output) with what the agent says, also if it would ask for a passphrase.
  std::vector<std::string> sign(const std::string& sha256);

 private:
  struct Connection;
  std::unique_ptr<Connection> connection_;
};

// The numbers in the canonical S-expression of a signature: "(7:sig-val(3:rsa(1:s3:abc)))". Throws
// Error (Cause::Output) if it is none.
std::vector<std::string> parse_agent_signature(std::string_view expression);

}  // namespace reposbom::pipeline
