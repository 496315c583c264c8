// SPDX-License-Identifier: Apache-2.0
//
// Writes a tree of fields as JSON: indented by two spaces, raw UTF-8, a newline at
// the end. An Emitter (emitter.h says what may be called when), of SPDX and, since
// objects and lists nest in any way, of CycloneDX too.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "generators/emitter.h"

namespace reposbom::generators {

class JsonEmitter {
 public:
  explicit JsonEmitter(std::string& out, Sink sink = {});
  ~JsonEmitter();
  JsonEmitter(const JsonEmitter&) = delete;
  JsonEmitter& operator=(const JsonEmitter&) = delete;

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
  struct Writer;

  Output output_;
  std::unique_ptr<Writer> writer_;
};

static_assert(Emitter<JsonEmitter>);

}  // namespace reposbom::generators
