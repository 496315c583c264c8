// SPDX-License-Identifier: Apache-2.0
//
// Passphrases, PINs and keys on their way to the libraries that use them. They are
// read here alone, are in no message, and are overwritten once they are not needed
// any more. From the first one on, the process leaves no memory in core dumps.
#pragma once

#include <filesystem>
#include <string>

namespace reposbom::pipeline {

class Secret {
 public:
  explicit Secret(std::string bytes);
  ~Secret();
  Secret(Secret&& other) noexcept;
  Secret& operator=(Secret&& other) noexcept;

  const std::string& bytes() const { return bytes_; }

 private:
  void wipe() noexcept;

  std::string bytes_;
};

// The whole file. `what` it is goes into messages: "the signing key". Throws Error (Cause::Usage)
// if it cannot be read; a credential that systemd did not give is told as that.
Secret read_secret(const std::filesystem::path& file, const std::string& what);

// The first line, without its end. Errors as above.
Secret read_passphrase(const std::filesystem::path& file);

// The file of a credential that systemd gives to a service (LoadCredential=). Where there is no
// $CREDENTIALS_DIRECTORY, a path that says so: the configuration is read by other commands too.
std::filesystem::path credential_file(const std::string& name);

// Asks for no core, and for none of the memory in one that a core handler is given all the same.
// Debuggers can still be attached.
void keep_memory_out_of_cores();

}  // namespace reposbom::pipeline
