// SPDX-License-Identifier: Apache-2.0
//
// A private key that stays in its token, such as a smart card or a hardware security
// module: the token signs. It is reached through the engine "pkcs11" of OpenSSL,
// a package of its own that nothing else needs, and that is loaded only here.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

struct evp_pkey_st;  // OpenSSL calls it EVP_PKEY.

namespace reposbom::pipeline {

// Open as long as it lives, with one login however often it signs. Several threads may use it. The
// keys of a process have one module, and all a PIN or none: the engine remembers both, as it does
// who has logged in. Whoever reads the settings sees to that.
class Pkcs11Key {
 public:
  // `uri` is one of pkcs11_uri.h; the PIN is the first line of its file. A wrong one is tried
  // once. Throws Error: Cause::Usage if the engine, the module, the token or the key is not there,
  // if the PIN cannot be read, or if one is needed and none configured; Cause::Output if the PIN
  // is wrong or the token fails.
  Pkcs11Key(const std::string& uri, const std::optional<std::filesystem::path>& pin_file);
  ~Pkcs11Key();

  evp_pkey_st* get() const;

 private:
  struct Opened;
  std::unique_ptr<Opened> opened_;
};

}  // namespace reposbom::pipeline
