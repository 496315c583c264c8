// SPDX-License-Identifier: Apache-2.0
#include "generators/json_items.h"

#include <cstddef>
#include <utility>
#include <vector>

#include <rapidjson/document.h>
#include <rapidjson/error/en.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include "metadata/error.h"

namespace reposbom::generators {
namespace {

using rapidjson::SizeType;
using rapidjson::Value;
using Pool = rapidjson::MemoryPoolAllocator<>;

// Where an item begins: right below the outermost object, or below a list that is a member of it.
constexpr std::size_t kInObject = 1;
constexpr std::size_t kInList = 2;

// NOLINTBEGIN(readability-identifier-naming): the names are RapidJSON's.

// Takes the events of RapidJSON's reader and builds a tree of each item, which is forgotten when it
// has been given away.
class ItemHandler {
 public:
  using Ch = char;

  explicit ItemHandler(const std::function<void(const std::string&, const JsonObject&)>& take)
      : take_(take) {}

  bool Null() { return scalar(Value()); }
  bool Bool(bool value) { return scalar(Value(value)); }
  bool Int(int value) { return scalar(Value(value)); }
  bool Uint(unsigned value) { return scalar(Value(value)); }
  bool Int64(std::int64_t value) { return scalar(Value(value)); }
  bool Uint64(std::uint64_t value) { return scalar(Value(value)); }
  bool Double(double value) { return scalar(Value(value)); }
  bool RawNumber(const char* text, SizeType size, bool copy) { return String(text, size, copy); }
  bool String(const char* text, SizeType size, bool /*copy*/) {
    return scalar(Value(text, size, is_in_item() ? pool_ : rest_pool_));
  }

  bool Key(const char* text, SizeType size, bool /*copy*/) {
    if (is_in_item()) {
      stack_.emplace_back(text, size, pool_);
    } else {
      key_.assign(text, size);
    }
    return true;
  }

  bool StartObject() { return start(/*is_object=*/true); }
  bool StartArray() { return start(/*is_object=*/false); }

  bool EndObject(SizeType members) {
    if (is_in_item()) {
      Value object(rapidjson::kObjectType);
      const std::size_t first = stack_.size() - std::size_t{2} * members;
      for (std::size_t i = first; i != stack_.size(); i += 2)
        object.AddMember(stack_[i], stack_[i + 1], pool_);
      end(first, std::move(object));
    }
    --depth_;
    return true;
  }

  bool EndArray(SizeType items) {
    if (is_in_item()) {
      Value list(rapidjson::kArrayType);
      list.Reserve(items, pool_);
      const std::size_t first = stack_.size() - items;
      for (std::size_t i = first; i != stack_.size(); ++i)
        list.PushBack(stack_[i], pool_);
      end(first, std::move(list));
    }
    --depth_;
    return true;
  }

  // NOLINTEND(readability-identifier-naming)

  JsonObject rest() const { return JsonObject(&rest_); }

 private:
  bool is_in_item() const { return item_depth_ != 0; }

  bool scalar(Value value) {
    if (is_in_item()) {
      stack_.push_back(std::move(value));
    } else if (depth_ == kInObject) {
      rest_.AddMember(
          Value(key_.data(), static_cast<SizeType>(key_.size()), rest_pool_), value, rest_pool_);
    }
    return depth_ != 0;  // The outermost value must be an object.
  }

  bool start(bool is_object) {
    if (depth_ == 0 && !is_object) return false;
    const bool can_begin = depth_ == kInObject ? is_object : depth_ == kInList;
    ++depth_;
    if (!is_in_item() && can_begin) item_depth_ = depth_;
    return true;
  }

  // A container is done, whose parts stand on the stack from `first` on.
  void end(std::size_t first, Value container) {
    stack_.resize(first);
    if (depth_ != item_depth_) {
      stack_.push_back(std::move(container));
      return;
    }
    item_depth_ = 0;
    if (container.IsObject()) take_(key_, JsonObject(&container));
    pool_.Clear();
  }

  const std::function<void(const std::string&, const JsonObject&)>& take_;
  std::size_t depth_ = 0;       // Of open objects and lists.
  std::size_t item_depth_ = 0;  // Of the item being read; 0: none is.
  std::string key_ = {};        // Of the member of the outermost object.
  Pool pool_ = {};              // Of the item.
  std::vector<Value> stack_ = {};
  Pool rest_pool_ = {};
  Value rest_{rapidjson::kObjectType};
};

}  // namespace

void read_json_items(
    std::string_view json,
    const std::string& subject,
    const std::function<void(const std::string& key, const JsonObject& item)>& take_item,
    const std::function<void(const JsonObject& rest)>& take_rest) {
  rapidjson::MemoryStream bytes(json.data(), json.size());
  rapidjson::EncodedInputStream<rapidjson::UTF8<>, rapidjson::MemoryStream> stream(bytes);
  rapidjson::Reader reader;
  ItemHandler handler(take_item);
  // Iterative, so that deep nesting cannot exhaust the stack.
  reader.Parse<rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag>(
      stream, handler);
  if (reader.GetParseErrorCode() == rapidjson::kParseErrorTermination) {
    throw Error(Cause::Untrusted, subject, "not a JSON object");
  }
  if (reader.HasParseError()) {
    throw Error(
        Cause::Untrusted,
        subject,
        "not JSON at byte " + std::to_string(reader.GetErrorOffset()) + ": " +
            rapidjson::GetParseError_En(reader.GetParseErrorCode()));
  }
  take_rest(handler.rest());
}

}  // namespace reposbom::generators
