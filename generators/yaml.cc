// SPDX-License-Identifier: Apache-2.0
#include "generators/yaml.h"

#include <string>

namespace reposbom::generators {
namespace {

// Bytes that are escaped, or that begin a character that may be: DEL, the C1 controls
// (C2 80 to C2 9F, NEL among them), the separators U+2028 and U+2029 (E2 80 A8, A9) and
// the byte order mark (EF BB BF). YAML 1.1 forbids some of these raw, takes others for
// line breaks, and readers differ on the rest.
constexpr ByteSet kSpecial = byte_set(std::string_view(
    "\0\1\2\3\4\5\6\7\10\11\12\13\14\15\16\17"
    "\20\21\22\23\24\25\26\27\30\31\32\33\34\35\36\37\"\\\x7F\xC2\xE2\xEF",
    38));

constexpr std::string_view kHex = "0123456789ABCDEF";

// \u, as JSON writes it: the one escape that yaml-cpp, libyaml and PyYAML all read alike
// (yaml-cpp turns \N, the short form for NEL, into a byte that is no UTF-8).
void append_code_point(Output& output, unsigned code_point) {
  output.append("\\u");
  for (int shift = 12; shift >= 0; shift -= 4)
    output.put(kHex[(code_point >> shift) & 0xF]);
}

struct Escaped {
  unsigned code_point = 0;
  std::size_t length = 0;  // In bytes; none if the character needs no escape.
};

// The character of more than one byte that begins the text.
Escaped wide_escape(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  if (text.size() >= 2 && byte(0) == 0xC2 && byte(1) < 0xA0) return {byte(1), 2};
  if (text.starts_with("\u2028")) return {0x2028, 3};
  if (text.starts_with("\u2029")) return {0x2029, 3};
  if (text.starts_with("\uFEFF")) return {0xFEFF, 3};
  return {};
}

std::size_t append_special(Output& output, std::string_view text) {
  const auto first = static_cast<unsigned char>(text.front());
  if (first >= 0x80) {
    const Escaped escaped = wide_escape(text);
    if (escaped.length == 0) {
      output.put(text.front());
      return 1;
    }
    append_code_point(output, escaped.code_point);
    return escaped.length;
  }
  switch (first) {
    case '\n':
      output.append("\\n");
      break;
    case '\t':
      output.append("\\t");
      break;
    case '"':
    case '\\':
      output.put('\\');
      output.put(text.front());
      break;
    default:
      append_code_point(output, first);
  }
  return 1;
}

}  // namespace

void YamlEmitter::begin_document(std::string_view /*root*/) {
  at_ = At::Start;
}

void YamlEmitter::end_document() {
  output_.append(at_ == At::Start ? "{}\n" : "\n");
}

void YamlEmitter::begin_object(std::string_view name) {
  key(name);
  at_ = At::Colon;
  indent_ += 2;
}

void YamlEmitter::end_object() {
  if (at_ == At::Colon) output_.append(" {}");
  at_ = At::Value;
  indent_ -= 2;
}

// The dashes stand below the key's first letter.
void YamlEmitter::begin_list(std::string_view name) {
  key(name);
  at_ = At::Colon;
}

void YamlEmitter::end_list() {
  if (at_ == At::Colon) output_.append(" []");
  at_ = At::Value;
}

void YamlEmitter::begin_item() {
  dash();
  at_ = At::Start;
  indent_ += 2;
}

void YamlEmitter::end_item() {
  if (at_ == At::Start) output_.append("{}");
  at_ = At::Value;
  indent_ -= 2;
}

void YamlEmitter::text_item(std::string_view value) {
  dash();
  string(value);
}

void YamlEmitter::text(std::string_view name, std::string_view value) {
  key(name);
  output_.put(' ');
  string(value);
}

void YamlEmitter::boolean(std::string_view name, bool value) {
  key(name);
  output_.append(value ? " true" : " false");
}

void YamlEmitter::number(std::string_view name, std::int64_t value) {
  key(name);
  output_.put(' ');
  output_.append_number(value);
}

void YamlEmitter::key(std::string_view name) {
  if (at_ != At::Start) begin_line();
  at_ = At::Value;
  output_.append(name);
  output_.put(':');
}

void YamlEmitter::dash() {
  begin_line();
  at_ = At::Value;
  output_.append("- ");
}

// A line is begun by what stands on it, so that an item's first key can follow its dash.
void YamlEmitter::begin_line() {
  output_.put('\n');
  output_.fill(indent_, ' ');
}

void YamlEmitter::string(std::string_view value) {
  output_.put('"');
  output_.append_escaped(
      value, kSpecial, [&](std::string_view rest) { return append_special(output_, rest); });
  output_.put('"');
}

}  // namespace reposbom::generators
