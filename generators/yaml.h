// SPDX-License-Identifier: Apache-2.0
//
// Writes a tree of fields as YAML: the tree that JsonEmitter writes, in block style,
// laid out as libyaml and PyYAML do, every string double-quoted on one line so that
// no reader takes it for a number, a date or a boolean. An Emitter (emitter.h). Many
// times as fast as yaml-cpp's and libyaml's writers, which the tests compare it with.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "generators/emitter.h"

namespace reposbom::generators {

class YamlEmitter {
 public:
  explicit YamlEmitter(std::string& out, Sink sink = {}) : output_(out, std::move(sink)) {}

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
  void key(std::string_view name);
  void dash();
  void begin_line();
  void string(std::string_view value);

  // Where the next key or dash goes, and what an object or list has that ends now.
  enum class At {
    Start,  // Right here: nothing stands on this line, or a dash.
    Colon,  // On a new line; what the colon introduced is empty so far.
    Value,  // On a new line.
  };

  Output output_;
  std::size_t indent_ = 0;
  At at_ = At::Start;
};

static_assert(Emitter<YamlEmitter>);

}  // namespace reposbom::generators
