// SPDX-License-Identifier: Apache-2.0
#include "generators/canonical.h"

namespace reposbom::generators {

// Every call is one marker byte, then its name and value. A string is its length and
// its bytes, a number two's complement, both as LEB128: seven bits a byte, the lowest
// first, the top bit set on all but the last. So `text("ab", "c")` is t 2 a b 1 c.

void CanonicalEmitter::begin_document(std::string_view root) {
  output_.put('(');
  string(root);
}

void CanonicalEmitter::end_document() {
  output_.put(')');
}

void CanonicalEmitter::begin_object(std::string_view name) {
  output_.put('{');
  string(name);
}

void CanonicalEmitter::end_object() {
  output_.put('}');
}

void CanonicalEmitter::begin_list(std::string_view name) {
  output_.put('[');
  string(name);
}

void CanonicalEmitter::end_list() {
  output_.put(']');
}

void CanonicalEmitter::begin_item() {
  output_.put('<');
}

void CanonicalEmitter::end_item() {
  output_.put('>');
}

void CanonicalEmitter::text_item(std::string_view value) {
  output_.put('i');
  string(value);
}

void CanonicalEmitter::text(std::string_view name, std::string_view value) {
  output_.put('t');
  string(name);
  string(value);
}

void CanonicalEmitter::boolean(std::string_view name, bool value) {
  output_.put(value ? 'y' : 'n');
  string(name);
}

void CanonicalEmitter::number(std::string_view name, std::int64_t value) {
  output_.put('#');
  string(name);
  varint(static_cast<std::uint64_t>(value));
}

void CanonicalEmitter::string(std::string_view value) {
  varint(value.size());
  output_.append(value);
}

void CanonicalEmitter::varint(std::uint64_t value) {
  while (value >= 0x80) {
    output_.put(static_cast<char>((value & 0x7F) | 0x80));
    value >>= 7;
  }
  output_.put(static_cast<char>(value));
}

}  // namespace reposbom::generators
