// SPDX-License-Identifier: Apache-2.0
//
// One file on its way from a server, over as many attempts as it takes: what one has
// brought is kept, and the next asks for the rest. For implementations alone, as it
// includes libcurl.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "metadata/fetch.h"
#include "metadata/transfer.h"

namespace reposbom::companion {

struct Wish {
  std::string url = {};
  std::uint64_t limit = 0;      // More bytes than that are an error.
  std::string known_etag = {};  // Is not sent again if it still has that one.
};

struct Delivery {
  // Failed too if it may go well another time, Refused if it will not.
  metadata::FetchResult::State state = metadata::FetchResult::State::Done;
  bool is_unchanged = false;
  std::string bytes = {};
  std::string etag = {};
  std::string run = {};      // Of the field Sbom-Run.
  std::string message = {};  // Why not.
};

class Download {
 public:
  Download();

  void begin(Wish wish);
  const Wish& wish() const { return wish_; }

  // The handle of the next attempt, for a multi handle. This object has to stay where it is.
  CURL* prepare(const metadata::NetworkOptions& options);

  // What the attempt came to.
  metadata::FetchResult judge(CURLcode code, const metadata::NetworkOptions& options);

  // What the attempt was answered with; 0 if with nothing.
  long status() const { return metadata::status_of(easy_.get()); }

  // After the last attempt.
  Delivery deliver(const metadata::FetchResult& result);

 private:
  static std::size_t write(char* bytes, std::size_t size, std::size_t count, void* self);
  static std::size_t header(char* bytes, std::size_t size, std::size_t count, void* self);
  bool accept(std::string_view chunk);
  bool begin_body();
  void read_header(std::string_view line);
  bool can_resume() const;
  void ask_for_the_rest();
  void explain_answer(metadata::FetchResult& result, const std::string& proxy) const;
  void explain_code(metadata::FetchResult& result, CURLcode code, const std::string& proxy) const;

  // What the server said with the answer that comes in.
  struct Fields {
    std::string etag = {};
    std::string run = {};
    std::optional<std::uint64_t> first = {};  // Byte of the file that the body begins with.
  };

  metadata::Easy easy_;
  metadata::CurlText text_ = {};
  metadata::HeaderList headers_ = {};
  Wish wish_ = {};
  Fields fields_ = {};
  std::string bytes_ = {};
  std::string etag_ = {};       // Of these bytes.
  std::string complaint_ = {};  // The text of an answer that is an error.
  std::string trouble_ = {};    // What was wrong with the body.
  bool is_begun_ = false;
  bool is_too_large_ = false;
};

}  // namespace reposbom::companion
