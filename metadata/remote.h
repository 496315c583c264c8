// SPDX-License-Identifier: Apache-2.0
//
// The files of a repository on a server and on its mirrors. Each is asked for at
// the server first, then at every mirror, and all of them again after a while,
// until one gives the bytes that are wanted; the one that did is asked first from
// then on. May be used by several threads.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "metadata/cache.h"
#include "metadata/fetch.h"
#include "metadata/package.h"

namespace reposbom::metadata {

struct RemotePlace {
  std::string url = {};
  std::vector<std::string> mirrors = {};  // Base URLs of the same.
  std::string mirrorlist = {};            // A file or URL that names more; read if all else fails.
  NetworkOptions network = {};
  std::optional<std::filesystem::path> cache = {};
};

// Of which mirror: any; any, and it is remembered; the remembered one, for what belongs together or
// must be of this moment. The last two ask servers alone, no cache on the way.
enum class Copy { Any, First, Same };

// A file below a repository, and what is known of it.
struct Wanted {
  std::string href = {};
  std::optional<Checksum> checksum = {};
  std::uint64_t size = 0;              // Bytes; 0 if unknown.
  std::uint64_t limit = 0;             // More bytes than that are refused.
  std::string witness = "repomd.xml";  // Which says so.
  Copy copy = Copy::Any;
};

// What is wrong with a file of that size and checksum (empty if not computed): "has 12 bytes,
// repomd.xml says 13 …"; empty if nothing is.
std::string complaint(const Wanted& wanted, std::uint64_t size, const std::string& checksum);

class Remote {
 public:
  explicit Remote(RemotePlace place);

  // The file, verified as far as anything is known of it; nothing if no server has it. Throws
  // Error: Untrusted if it is not as wanted anywhere, TryAgain if no server can be reached, Usage
  // if it takes other settings to reach one.
  std::optional<std::string> read(const Wanted& wanted) const;

  // So many bytes from `first` on, fewer where the file ends. Nothing vouches for them.
  std::optional<std::string> read_range(
      const std::string& href, std::uint64_t first, std::uint64_t count) const;

  // As read(), into a file that is open for writing and empty; false if no server has it.
  bool download(const Wanted& wanted, int file) const;

  // For messages: without secrets.
  std::string name_of(const std::string& href) const;

  // Whether every server has to prove who it is: then all URLs are https.
  bool is_proven() const;

  // Null if there is none.
  const Cache* cache() const { return cache_ ? &*cache_ : nullptr; }

 private:
  struct Transfer;
  struct Search;

  // One that has what arrives in `bytes`.
  static Transfer collect(const std::string& href, const FetchRequest& request, std::string& bytes);
  bool get(Transfer& transfer) const;
  void try_all(Transfer& transfer, Search& search) const;
  FetchResult try_one(Transfer& transfer, const std::string& base) const;
  std::vector<std::string> bases(Copy copy) const;
  std::vector<std::string> more_bases() const;
  std::string read_mirrorlist() const;
  void prefer(const std::string& base, Copy copy) const;
  void wait(std::chrono::milliseconds time) const;

  RemotePlace place_;
  std::optional<Cache> cache_ = {};
  mutable Fetcher fetcher_;
  mutable std::mutex mutex_ = {};
  mutable std::vector<std::string> bases_;  // The one to be asked first stands first.
  mutable std::string remembered_ = {};
  mutable bool has_all_bases_;
};

}  // namespace reposbom::metadata
