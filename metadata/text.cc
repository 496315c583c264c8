// SPDX-License-Identifier: Apache-2.0

#include "metadata/text.h"

#include <cstdint>
#include <cstring>

namespace reposbom::metadata {

namespace {

// Most text is plain ASCII, so eight bytes are looked at together.
constexpr std::uint64_t kHighBits = 0x8080808080808080;
constexpr std::uint64_t kBlanks = 0x2020202020202020;

// Whether no byte is above 0x7F or below 0x20. The subtraction sets the high bit of every byte
// below 0x20; a borrow can set more of them, but only after such a byte.
bool is_plain_word(const char* bytes) {
  std::uint64_t word = 0;
  std::memcpy(&word, bytes, sizeof word);
  return ((word | (word - kBlanks)) & kHighBits) == 0;
}

std::size_t skip_plain(std::string_view text, std::size_t at) {
  while (at + 8 <= text.size() && is_plain_word(text.data() + at))
    at += 8;
  return at;
}

unsigned char byte_at(std::string_view text, std::size_t at) {
  return static_cast<unsigned char>(text[at]);
}

// One character of UTF-8; `length` is 0 if it is malformed. Surrogates count as well-formed: they
// are dropped, and do not turn the rest of the text into Latin-1.
struct Character {
  std::uint32_t code = 0;
  std::size_t length = 0;
};

std::size_t sequence_length(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return 2;
  if (lead >= 0xE0 && lead <= 0xEF) return 3;
  if (lead >= 0xF0 && lead <= 0xF4) return 4;
  return 0;  // A continuation, or the lead of what is over-long or above U+10FFFF.
}

Character decode(std::string_view text, std::size_t at) {
  const unsigned char lead = byte_at(text, at);
  const std::size_t length = sequence_length(lead);
  if (length == 0 || at + length > text.size()) return {};
  if (length == 1) return {lead, 1};
  std::uint32_t code = lead & (0x7FU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    const unsigned char next = byte_at(text, at + i);
    if ((next & 0xC0U) != 0x80) return {};
    code = (code << 6U) | (next & 0x3FU);
  }
  const bool over_long = (length == 3 && code < 0x800) || (length == 4 && code < 0x10000);
  if (over_long || code > 0x10FFFF) return {};
  return {code, length};
}

// The Char production of XML 1.0, less the carriage return, which its readers never see.
bool is_allowed(std::uint32_t code) {
  if (code < 0x20) return code == '\t' || code == '\n';
  if (code >= 0xD800 && code <= 0xDFFF) return false;
  return code != 0xFFFE && code != 0xFFFF;
}

// The end of the longest clean beginning.
std::size_t clean_prefix(std::string_view bytes) {
  std::size_t at = 0;
  while (true) {
    at = skip_plain(bytes, at);
    if (at == bytes.size()) return at;
    const Character character = decode(bytes, at);
    if (character.length == 0 || !is_allowed(character.code)) return at;
    at += character.length;
  }
}

bool is_utf8(std::string_view bytes, std::size_t at) {
  while (at < bytes.size()) {
    const Character character = decode(bytes, at);
    if (character.length == 0) return false;
    at += character.length;
  }
  return true;
}

// CR LF and a lone CR are one line feed.
bool is_line_end(std::string_view bytes, std::size_t at) {
  return bytes[at] == '\r' && (at + 1 == bytes.size() || bytes[at + 1] != '\n');
}

std::string clean_utf8(std::string_view bytes, std::size_t clean) {
  std::string text(bytes.substr(0, clean));
  text.reserve(bytes.size());
  for (std::size_t at = clean; at < bytes.size();) {
    const Character character = decode(bytes, at);
    if (is_allowed(character.code)) {
      text += bytes.substr(at, character.length);
    } else if (is_line_end(bytes, at)) {
      text += '\n';
    }
    at += character.length;
  }
  return text;
}

std::string clean_latin1(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size() * 2);
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    const unsigned char byte = byte_at(bytes, at);
    if (byte >= 0xC0) {  // U+00C0 to U+00FF.
      text += '\xC3';
      text += static_cast<char>(byte - 0x40);
    } else if (byte < 0x80 && is_allowed(byte)) {
      text += bytes[at];
    } else if (is_line_end(bytes, at)) {
      text += '\n';
    }
  }
  return text;
}

// C0, DEL and C1.
bool is_control(std::uint32_t code) {
  return code < 0x20 || (code >= 0x7F && code <= 0x9F);
}

}  // namespace

bool is_clean_text(std::string_view bytes) {
  return clean_prefix(bytes) == bytes.size();
}

std::string clean_text(std::string_view bytes) {
  const std::size_t clean = clean_prefix(bytes);
  if (clean == bytes.size()) return std::string(bytes);
  return is_utf8(bytes, clean) ? clean_utf8(bytes, clean) : clean_latin1(bytes);
}

std::string ascii_lower(std::string_view text) {
  std::string folded(text);
  for (char& c : folded) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  }
  return folded;
}

std::string trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\n";
  const std::size_t first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return std::string(text.substr(first, text.find_last_not_of(blanks) - first + 1));
}

bool is_safe_file_name(std::string_view name) {
  if (name.empty() || name.size() > kLongestFileName || name == "." || name == "..") return false;
  for (std::size_t at = 0; at < name.size();) {
    const Character character = decode(name, at);
    if (character.length == 0 || character.code == '/' || is_control(character.code) ||
        !is_allowed(character.code)) {
      return false;
    }
    at += character.length;
  }
  return true;
}

bool is_safe_relative_path(std::string_view path) {
  while (true) {
    const std::size_t slash = path.find('/');
    if (!is_safe_file_name(path.substr(0, slash))) return false;
    if (slash == std::string_view::npos) return true;
    path.remove_prefix(slash + 1);
  }
}

}  // namespace reposbom::metadata
