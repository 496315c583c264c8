// SPDX-License-Identifier: Apache-2.0
//
// What a document's tree of fields is written to. A document is described once, as
// calls on an Emitter; JSON (json.h), XML (xml.h) and YAML (yaml.h) implement it, chosen
// at compile time, and append to one Output. Same calls, same bytes; one to a thread.
#pragma once

#include <algorithm>
#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace reposbom::generators {

// Takes the bytes of a document too large for memory, piece by piece, in order.
using Sink = std::function<void(std::string_view)>;

// 256 flags, one for each byte value.
using ByteSet = std::array<bool, 256>;

constexpr ByteSet byte_set(std::string_view bytes) {
  ByteSet set = {};
  for (const char byte : bytes)
    set[static_cast<unsigned char>(byte)] = true;
  return set;
}

// The end of a string that writers append to. While writing, the string is longer
// than what was written, so that each append is a bounds check and a copy; it has
// its true length, and may be read, moved from or cleared, before the first write,
// after finish(), and once the Output is gone. Requires: the string outlives it.
class Output {
 public:
  // Without a sink everything stays in the string, and checkpoint() does nothing.
  explicit Output(std::string& out, Sink sink = {}) : out_(out), sink_(std::move(sink)) {}
  ~Output() { trim(); }
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  void put(char byte) {
    if (cursor_ == end_) grow(1);
    *cursor_++ = byte;
  }

  void append(std::string_view bytes) {
    make_room(bytes.size());
    cursor_ = std::copy(bytes.begin(), bytes.end(), cursor_);
  }

  void fill(std::size_t count, char byte) {
    make_room(count);
    cursor_ = std::fill_n(cursor_, count, byte);
  }

  void append_number(std::int64_t number) { append(std::to_string(number)); }

  // Appends text as it is, but for the bytes in `special`: at each of them
  // `escape(text)` appends what stands for it and returns how many bytes of the
  // text that was; the text it is given begins with the special byte.
  template <class Escape>
  void append_escaped(std::string_view text, const ByteSet& special, Escape escape) {
    const char* at = text.data();
    const char* const end = at + text.size();
    while (true) {
      const char* const run = at;
      while (at != end && !special[static_cast<unsigned char>(*at)])
        ++at;
      append(std::string_view(run, static_cast<std::size_t>(at - run)));
      if (at == end) return;
      at += escape(std::string_view(at, static_cast<std::size_t>(end - at)));
    }
  }

  // Hands the string to the sink and empties it, if it has grown over 1 MiB.
  void checkpoint() {
    if (sink_ && written() > kPiece) flush();
  }

  // Gives the string its true length, and hands it to the sink if there is one.
  void finish() {
    trim();
    if (sink_ && !out_.empty()) flush();
  }

 private:
  static constexpr std::size_t kPiece = std::size_t{1} << 20;
  static constexpr std::size_t kFirstSize = std::size_t{1} << 14;

  std::size_t written() const {
    return cursor_ == nullptr ? out_.size() : static_cast<std::size_t>(cursor_ - out_.data());
  }

  void make_room(std::size_t bytes) {
    if (static_cast<std::size_t>(end_ - cursor_) < bytes) grow(bytes);
  }

  void grow(std::size_t bytes) {
    const std::size_t used = written();
    // Not to its capacity: what it gains is filled with zeros, and a string used before is large.
    out_.resize(std::max({used + bytes, 2 * used, kFirstSize}));
    cursor_ = out_.data() + used;
    end_ = out_.data() + out_.size();
  }

  void trim() {
    out_.resize(written());  // Never longer than it is, so this cannot throw.
    cursor_ = end_ = nullptr;
  }

  void flush() {
    trim();
    sink_(out_);
    out_.clear();
  }

  std::string& out_;
  Sink sink_;
  char* cursor_ = nullptr;  // Null while the string has its true length.
  char* end_ = nullptr;
};

// A document is begin_document … end_document, which stand for its outermost
// object. In an object stand fields (text, boolean, number), objects and lists; in
// a list stand items, which are objects (begin_item … end_item) or strings
// (text_item). The caller omits empty lists and objects: XML has nothing to show for an
// empty list, and SPDX readers make null of an empty element.
//
// Names are string literals, which XmlEmitter holds on to; they are plain ASCII
// words that need no escaping anywhere. Values are UTF-8 that XML 1.0 can carry,
// with line feeds only. One emitter may write document after document: after
// finish() its string holds what was written (or the sink has had it), and may be
// emptied or moved from.
template <class E>
concept Emitter = requires(
    E emitter, std::string_view name, std::string_view value, bool flag, std::int64_t number) {
  // `name` is the tag of the outermost element in XML; other formats have no place for it.
  { emitter.begin_document(name) } -> std::same_as<void>;
  { emitter.end_document() } -> std::same_as<void>;

  { emitter.begin_object(name) } -> std::same_as<void>;
  { emitter.end_object() } -> std::same_as<void>;

  // XML has no element for the list itself: its name is the tag of each item.
  { emitter.begin_list(name) } -> std::same_as<void>;
  { emitter.end_list() } -> std::same_as<void>;
  { emitter.begin_item() } -> std::same_as<void>;
  { emitter.end_item() } -> std::same_as<void>;
  { emitter.text_item(value) } -> std::same_as<void>;

  { emitter.text(name, value) } -> std::same_as<void>;
  { emitter.boolean(name, flag) } -> std::same_as<void>;
  { emitter.number(name, number) } -> std::same_as<void>;

  // Where the caller can bear that what is ready goes to the sink: see Output.
  { emitter.checkpoint() } -> std::same_as<void>;
  { emitter.finish() } -> std::same_as<void>;
};

}  // namespace reposbom::generators
