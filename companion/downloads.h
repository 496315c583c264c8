// SPDX-License-Identifier: Apache-2.0
//
// Many files of one server, as many at a time as are good for it and for us: over
// one connection of HTTP/2, or several of HTTP/1.1. What fails for now is asked for
// again after a while, which doubles each time.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "companion/download.h"
#include "companion/pace.h"

namespace reposbom::companion {

class Downloads {
 public:
  // `name` of the server is for messages.
  Downloads(std::string name, metadata::NetworkOptions options, std::size_t connections, Pace pace);
  ~Downloads();

  // Hands what came of each to `take`, with its index, in whatever order they end. Throws Error:
  // Refused, Untrusted or Usage if the server is of no use to us, TryAgain if it does not answer
  // any more, Interrupted.
  using Choose = std::function<Wish(std::size_t index)>;
  using Take = std::function<void(std::size_t index, Delivery&& delivery)>;
  void run(std::size_t count, const Choose& choose, const Take& take);

  const metadata::NetworkOptions& options() const { return options_; }

 private:
  struct Slot;
  class Flight;

  std::string name_;
  metadata::NetworkOptions options_;
  Pace pace_;
  metadata::Multi multi_;
  std::vector<std::unique_ptr<Slot>> slots_;  // Their handles are used again.
  std::minstd_rand random_;
};

}  // namespace reposbom::companion
