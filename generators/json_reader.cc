// SPDX-License-Identifier: Apache-2.0
#include "generators/json_reader.h"

#include <rapidjson/document.h>
#include <rapidjson/error/en.h>

#include "metadata/error.h"

namespace reposbom::generators {
namespace {

using Value = rapidjson::Value;

const Value& value_of(const void* value) {
  return *static_cast<const Value*>(value);
}

const Value* member(const void* object, const char* key) {
  const Value& value = value_of(object);
  const auto found = value.FindMember(key);
  return found == value.MemberEnd() ? nullptr : &found->value;
}

std::string string_of(const Value& value) {
  return {value.GetString(), value.GetStringLength()};
}

}  // namespace

std::string JsonObject::text(const char* key) const {
  const Value* value = member(value_, key);
  return value != nullptr && value->IsString() ? string_of(*value) : std::string();
}

std::int64_t JsonObject::number(const char* key) const {
  const Value* value = member(value_, key);
  return value != nullptr && value->IsInt64() ? value->GetInt64() : 0;
}

std::vector<std::string> JsonObject::texts(const char* key) const {
  std::vector<std::string> texts;
  const Value* value = member(value_, key);
  if (value == nullptr || !value->IsArray()) return texts;
  for (const Value& each : value->GetArray()) {
    if (each.IsString()) texts.push_back(string_of(each));
  }
  return texts;
}

void JsonObject::object(const char* key, const std::function<void(const JsonObject&)>& take) const {
  const Value* value = member(value_, key);
  if (value != nullptr && value->IsObject()) take(JsonObject(value));
}

void JsonObject::each(const char* key, const std::function<void(const JsonObject&)>& take) const {
  const Value* value = member(value_, key);
  if (value == nullptr || !value->IsArray()) return;
  for (const Value& each : value->GetArray()) {
    if (each.IsObject()) take(JsonObject(&each));
  }
}

void read_json(
    std::string_view json,
    const std::string& subject,
    const std::function<void(const JsonObject&)>& take) {
  rapidjson::Document document;
  // Iterative, so that deep nesting cannot exhaust the stack.
  document.Parse<rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag>(
      json.data(), json.size());
  if (document.HasParseError()) {
    throw Error(
        Cause::Untrusted,
        subject,
        "not JSON at byte " + std::to_string(document.GetErrorOffset()) + ": " +
            rapidjson::GetParseError_En(document.GetParseError()));
  }
  if (!document.IsObject()) throw Error(Cause::Untrusted, subject, "not a JSON object");
  take(JsonObject(&document));
}

}  // namespace reposbom::generators
