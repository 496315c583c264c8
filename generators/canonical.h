// SPDX-License-Identifier: Apache-2.0
//
// Writes a tree of fields as bytes to be hashed, for ids that come from content: two
// trees give the same bytes only if they are equal. An Emitter (emitter.h). The form
// is written nowhere but into hashes, and changing it changes every id.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "generators/emitter.h"

namespace reposbom::generators {

class CanonicalEmitter {
 public:
  explicit CanonicalEmitter(std::string& out, Sink sink = {}) : output_(out, std::move(sink)) {}

  void begin_document(std::string_view root);
  void end_document();
  void begin_object(std::string_view name);
  void end_object();
  void begin_list(std::string_view name);
  void end_list();
  void begin_item();
  void end_item();
  void text_item(std::string_view value);
  void text(std::string_view name, std::string_view value);
  void boolean(std::string_view name, bool value);
  void number(std::string_view name, std::int64_t value);
  void checkpoint() { output_.checkpoint(); }
  void finish() { output_.finish(); }

 private:
  void string(std::string_view value);
  void varint(std::uint64_t value);

  Output output_;
};

static_assert(Emitter<CanonicalEmitter>);

}  // namespace reposbom::generators
