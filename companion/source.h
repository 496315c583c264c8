// SPDX-License-Identifier: Apache-2.0
//
// Where SBOMs are fetched from: a server, a mounted companion disk or a published
// tree, an ISO image. Nothing that comes out of one is believed: trust.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "metadata/error.h"

namespace reposbom::companion {

// A server that will not serve us, whatever we ask for: it does not accept the client certificate,
// or it or the proxy wants a password. Has an exit code of its own.
class Refused : public Error {
 public:
  Refused(std::string subject, const std::string& message)
      : Error(Cause::Usage, std::move(subject), message) {}
};

// A file that is wanted, by its path below the run or the disk: "sets/b/bash/bash-5.1.8-9.el9/…".
struct Request {
  std::string path = {};
  std::uint64_t limit = 0;  // More bytes than that are an error.
};

struct Answer {
  enum class State {
    Done,
    Absent,  // The source says that there is no such file.
    Failed,  // `message` says why: too large, unreadable, not to be had after every attempt.
  };
  State state = State::Done;
  std::string bytes = {};
  std::string message = {};
};

// What seals everything else that a source has.
struct Front {
  std::string run = {};       // Its name, where the source tells: "20261123T032000Z".
  std::string etag = {};      // Of SHA256SUMS; empty if there is none.
  bool is_unchanged = false;  // SHA256SUMS has the ETag that was known; nothing else is filled in.

  // SHA256SUMS and the signatures over it, by name.
  std::map<std::string, std::string> texts = {};
};

class Source {
 public:
  virtual ~Source() = default;

  // The URL or path, for messages.
  virtual const std::string& name() const = 0;

  // Called once, first. What read() gives afterwards is of that same run, also if another is
  // published meanwhile. Throws Error: TryAgain if nothing can be reached, Untrusted if there is no
  // SHA256SUMS, Refused.
  virtual Front open(const std::string& known_etag) = 0;

  // Hands the answer to each request to `take`, with its index, in whatever order they come, on
  // this thread. Throws Error if the source as a whole is lost; what `take` throws goes through.
  using Take = std::function<void(std::size_t index, Answer&& answer)>;
  virtual void read(std::span<const Request> requests, const Take& take) = 0;
};

}  // namespace reposbom::companion
