// SPDX-License-Identifier: Apache-2.0
//
// gpg with keys made for one test, its agent, and gpgv.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>
#include <system_error>

#include <doctest/doctest.h>

#include "metadata/keyring.h"
#include "pipeline/signer.h"
#include "tests/support/published_tree.h"

namespace reposbom::tests {

// A folder of its own for gpg, with only the keys made here; gone at the end, as is gpg's agent.
class GpgHome {
 public:
  GpgHome() {
    std::string name = (fs::temp_directory_path() / "openpgp-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    folder_ = name;
  }
  ~GpgHome() {
    run("gpgconf --kill all");
    // gpg's agent removes its sockets at the same time: what is gone then is no failure.
    std::error_code ignored;
    for (int tries = 0; tries != 10 && fs::exists(folder_, ignored); ++tries)
      fs::remove_all(folder_, ignored);
  }
  GpgHome(const GpgHome&) = delete;
  GpgHome& operator=(const GpgHome&) = delete;

  static bool available() {
    return std::system("gpg --version >/dev/null 2>&1 && gpgv --version >/dev/null 2>&1") == 0;
  }

  const fs::path& path() const { return folder_; }
  fs::path operator/(const std::string& name) const { return folder_ / name; }

  bool run(const std::string& command) const {
    const std::string folder = folder_.string();
    const std::string line = "cd '" + folder + "' && GNUPGHOME='" + folder + "' " + command +
                             " >>'" + folder + "/log' 2>&1";
    return std::system(line.c_str()) == 0;
  }

  bool gpg(const std::string& arguments, const std::string& passphrase = "") const {
    return run(
        "gpg --batch --yes --pinentry-mode loopback --passphrase '" + passphrase + "' " +
        arguments);
  }

  bool make_key(const std::string& name, const std::string& how = "ed25519 sign never") const {
    return gpg("--quick-gen-key '" + name + "' " + how);
  }

  std::string public_key(const std::string& name) const {
    return read_bytes(exported(name, "--export"));
  }

  // A detached signature over `data`; `options` choose key, hash and time.
  std::string sign(const std::string& data, const std::string& options) const {
    write_bytes(folder_ / "data", data);
    REQUIRE(gpg(options + " --output data.sig --detach-sign data"));
    return read_bytes(folder_ / "data.sig");
  }

  // A new key, exported with its secret.
  fs::path secret_key(
      const std::string& name, const std::string& how, const std::string& passphrase = "") const {
    REQUIRE(gpg("--quick-gen-key '" + name + "' " + how, passphrase));
    return exported(name, "--export-secret-keys", passphrase);
  }

  fs::path exported(
      const std::string& name, const std::string& what, const std::string& passphrase = "") const {
    fs::path file = folder_ / (name + ".key");
    REQUIRE(
        gpg("--armor --output '" + file.string() + "' " + what + " '" + name + "'", passphrase));
    return file;
  }

  // What gpg tells in its listing of the primary key: its "fpr" or "grp".
  std::string listed(const std::string& name, const std::string& what) const {
    const Ran ran = run_shell(
        "GNUPGHOME=" + quoted(folder_) + " gpg --with-colons --with-keygrip --list-keys '" + name +
        "' 2>/dev/null | sed -n 's/^" + what + ":*\\([^:]*\\):$/\\1/p' | head -n 1");
    return ran.output.substr(0, ran.output.find('\n'));
  }

  // Whether the real gpgv takes the signature, with the published keyring alone.
  bool gpgv(
      const pipeline::Signer& signer, const std::string& data, const std::string& signature) const {
    for (const pipeline::PublicKeyFile& key : signer.public_keys())
      write_bytes(folder_ / key.name, key.bytes);
    write_bytes(folder_ / "data", data);
    write_bytes(folder_ / "data.asc", signature);
    return run("gpgv --keyring ./reposbom.gpg data.asc data");
  }

  // Each of its public keys is that key, without its secret.
  void check_published(const pipeline::Signer& signer) const {
    for (const pipeline::PublicKeyFile& key : signer.public_keys()) {
      write_bytes(folder_ / "published", key.bytes);
      CHECK(run("sh -c '! gpg --list-packets published | grep -q secret'"));
      metadata::Keyring ring;
      ring.add(key.bytes, key.name);
      REQUIRE(ring.keys().size() == 1);
      CHECK(ring.keys()[0].fingerprint == key.fingerprint);
      CHECK(ring.keys()[0].expires == signer.expires());
    }
  }

 private:
  fs::path folder_ = {};
};

}  // namespace reposbom::tests
