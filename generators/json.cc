// SPDX-License-Identifier: Apache-2.0
#include "generators/json.h"

#include <cstddef>

#include <rapidjson/prettywriter.h>

namespace reposbom::generators {
namespace {

// NOLINTBEGIN(readability-identifier-naming): the names are RapidJSON's.

// What RapidJSON writes to. With its own StringBuffer, which copies strings byte by
// byte and then has to be copied itself, a document takes half as long again.
struct Stream {
  using Ch = char;

  void Put(char byte) { output.put(byte); }
  void Flush() {}  // Called at the end of each document; finish() decides instead.

  Output& output;
};

// RapidJSON finds these in place of its own, by the type of the stream. The checks
// stay in Put: room for six bytes a character, as the writer would ask for, is six
// times what is needed.
inline void PutReserve(Stream& /*stream*/, std::size_t /*count*/) {}
inline void PutUnsafe(Stream& stream, char byte) {
  stream.Put(byte);
}
inline void PutN(Stream& stream, char byte, std::size_t count) {
  stream.output.fill(count, byte);
}

// NOLINTEND(readability-identifier-naming)

constexpr ByteSet kEscaped = byte_set(std::string_view(
    "\0\1\2\3\4\5\6\7\10\11\12\13\14\15\16\17"
    "\20\21\22\23\24\25\26\27\30\31\32\33\34\35\36\37\"\\",
    34));

}  // namespace
}  // namespace reposbom::generators

// The place that RapidJSON leaves for a faster scan, as its own SSE2 variants use it:
// copies what needs no escaping in one run. False at the end of the string.
// NOLINTBEGIN(readability-identifier-naming)
template <>
inline bool rapidjson::Writer<reposbom::generators::Stream>::ScanWriteUnescapedString(
    GenericStringStream<UTF8<>>& text, std::size_t length) {
  const char* const begin = text.src_;
  const char* const end = text.head_ + length;
  const char* at = begin;
  while (at != end && !reposbom::generators::kEscaped[static_cast<unsigned char>(*at)])
    ++at;
  os_->output.append(std::string_view(begin, static_cast<std::size_t>(at - begin)));
  text.src_ = at;
  return at != end;
}
// NOLINTEND(readability-identifier-naming)

namespace reposbom::generators {

struct JsonEmitter::Writer {
  explicit Writer(Output& output) : stream{output}, json(stream) { json.SetIndent(' ', 2); }

  void key(std::string_view name) {
    json.Key(name.data(), static_cast<rapidjson::SizeType>(name.size()));
  }
  void string(std::string_view value) {
    json.String(value.data(), static_cast<rapidjson::SizeType>(value.size()));
  }

  Stream stream;
  rapidjson::PrettyWriter<Stream> json;
};

JsonEmitter::JsonEmitter(std::string& out, Sink sink)
    : output_(out, std::move(sink)), writer_(std::make_unique<Writer>(output_)) {}

JsonEmitter::~JsonEmitter() = default;

void JsonEmitter::begin_document(std::string_view /*root*/) {
  writer_->json.Reset(writer_->stream);
  writer_->json.StartObject();
}

void JsonEmitter::end_document() {
  writer_->json.EndObject();
  output_.put('\n');
}

void JsonEmitter::begin_object(std::string_view name) {
  writer_->key(name);
  writer_->json.StartObject();
}

void JsonEmitter::end_object() {
  writer_->json.EndObject();
}

void JsonEmitter::begin_list(std::string_view name) {
  writer_->key(name);
  writer_->json.StartArray();
}

void JsonEmitter::end_list() {
  writer_->json.EndArray();
}

void JsonEmitter::begin_item() {
  writer_->json.StartObject();
}

void JsonEmitter::end_item() {
  writer_->json.EndObject();
}

void JsonEmitter::text_item(std::string_view value) {
  writer_->string(value);
}

void JsonEmitter::text(std::string_view name, std::string_view value) {
  writer_->key(name);
  writer_->string(value);
}

void JsonEmitter::boolean(std::string_view name, bool value) {
  writer_->key(name);
  writer_->json.Bool(value);
}

void JsonEmitter::number(std::string_view name, std::int64_t value) {
  writer_->key(name);
  writer_->json.Int64(value);
}

}  // namespace reposbom::generators
