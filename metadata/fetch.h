// SPDX-License-Identifier: Apache-2.0
//
// One file of an HTTP or HTTPS server, whole or a range of its bytes, asked for
// once: who asks again, or elsewhere, is remote.h. Only these two protocols are
// spoken, also where a redirect leads to another; every transfer ends at the size
// that its caller allows and when it is told to stop.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "metadata/error.h"

namespace reposbom::metadata {

// What the settings are called, for messages; a program that has no such setting says nothing of
// it.
struct SettingNames {
  std::string user_file = "network.user_file";
  std::string proxy_user_file = "network.proxy_user_file";
  std::string client_certificate = "network.client_certificate";
};

struct NetworkOptions {
  std::string user_agent = "reposbom";
  // "": none, whatever the environment says. Nothing: as the environment says (https_proxy …).
  std::optional<std::string> proxy = {};
  std::string proxy_user = {};  // "USER:PASSWORD"; none if empty, as are all below.
  std::string user = {};        // The same, for the server of the repository itself.
  std::filesystem::path ca_file = {};
  std::filesystem::path client_certificate = {};
  std::filesystem::path client_key = {};  // In the certificate's file if empty.
  std::string client_passphrase = {};
  unsigned retries = 4;
  std::chrono::seconds timeout{30};    // To connect, and without a byte worth mentioning.
  std::function<bool()> stop = {};     // Asked all the while; true ends the transfer.
  std::chrono::milliseconds tick{50};  // How often at least.
  SettingNames names = {};
};

struct FetchRequest {
  std::string url = {};
  std::string user = {};    // "USER:PASSWORD" for this server; never sent to another.
  std::uint64_t first = 0;  // Of the file's bytes.
  std::uint64_t most = 0;   // That are handed on.
  bool is_range = false;    // Bytes beyond `most` are left there; else they are an error.
  bool is_fresh = false;    // No cache on the way may answer by itself.
};

struct FetchResult {
  enum class State {
    Done,
    Absent,   // The server says that there is no such file.
    Failed,   // It may go well another time.
    Refused,  // It will not.
  };
  State state = State::Done;
  Cause cause = Cause::TryAgain;  // Of the Error that this is if nobody else can do better.
  std::string message = {};
  std::chrono::seconds retry_after{0};
  bool is_about_us = false;  // Refused: another certificate or password may do.
};

class Fetcher {
 public:
  explicit Fetcher(NetworkOptions options);
  ~Fetcher();

  // Takes the next bytes; false if it has no use for them, which ends the transfer.
  using Take = std::function<bool(std::string_view)>;

  // May be called from several threads; connections are kept and used again. Throws Error
  // (Cause::Interrupted) if told to stop.
  FetchResult fetch(const FetchRequest& request, const Take& take);

  const NetworkOptions& options() const { return options_; }

 private:
  struct Connections;

  NetworkOptions options_;
  std::unique_ptr<Connections> connections_;
};

}  // namespace reposbom::metadata
