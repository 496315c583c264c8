// SPDX-License-Identifier: Apache-2.0
//
// Writes XML: UTF-8, one element a line, indented by two spaces, empty elements as
// <a/>. XmlWriter writes elements and attributes as they come (CycloneDX);
// XmlEmitter is an Emitter on top of it (SPDX). Several times as fast as libxml2's
// xmlTextWriter, which the tests compare it with.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "generators/emitter.h"

namespace reposbom::generators {

// An element holds either text or elements, never both. Names are string literals:
// those of open elements are held on to. Values are as in emitter.h.
class XmlWriter {
 public:
  explicit XmlWriter(std::string& out, Sink sink = {}) : output_(out, std::move(sink)) {
    open_.reserve(16);
  }

  // The XML declaration, before the outermost element.
  void declaration();

  void begin_element(std::string_view name);
  // Requires: begin_element or attribute was the last call.
  void attribute(std::string_view name, std::string_view value);
  void text(std::string_view value);
  // The outermost end_element ends the document, with a newline.
  void end_element();

  // An element with nothing but text in it.
  void element(std::string_view name, std::string_view value);

  void checkpoint() { output_.checkpoint(); }
  void finish() { output_.finish(); }

 private:
  // What the innermost open element has so far.
  enum class Content { Attributes, Text, Elements };

  void open_tag(std::string_view name);
  void end_tag(std::string_view name);
  void append_text(std::string_view value);

  Output output_;
  std::vector<std::string_view> open_;
  Content content_ = Content::Elements;
};

class XmlEmitter {
 public:
  explicit XmlEmitter(std::string& out, Sink sink = {}) : writer_(out, std::move(sink)) {}

  void begin_document(std::string_view root);
  void end_document() { writer_.end_element(); }
  void begin_object(std::string_view name) { writer_.begin_element(name); }
  void end_object() { writer_.end_element(); }
  void begin_list(std::string_view name) { lists_.push_back(name); }
  void end_list() { lists_.pop_back(); }
  void begin_item() { writer_.begin_element(lists_.back()); }
  void end_item() { writer_.end_element(); }
  void text_item(std::string_view value) { writer_.element(lists_.back(), value); }
  void text(std::string_view name, std::string_view value) { writer_.element(name, value); }
  void boolean(std::string_view name, bool value) { text(name, value ? "true" : "false"); }
  void number(std::string_view name, std::int64_t value) { text(name, std::to_string(value)); }
  void checkpoint() { writer_.checkpoint(); }
  void finish() { writer_.finish(); }

 private:
  XmlWriter writer_;
  std::vector<std::string_view> lists_;
};

static_assert(Emitter<XmlEmitter>);

}  // namespace reposbom::generators
