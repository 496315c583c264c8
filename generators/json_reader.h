// SPDX-License-Identifier: Apache-2.0
//
// Reads the JSON that this program wrote: indexes and reports. Beside json.h and
// json_items.h the only place that includes RapidJSON.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace reposbom::generators {

// An object while read_json() or each() runs. What is absent, or of another kind, is empty or 0.
class JsonObject {
 public:
  explicit JsonObject(const void* value) : value_(value) {}

  std::string text(const char* key) const;
  std::int64_t number(const char* key) const;
  std::vector<std::string> texts(const char* key) const;  // A list of strings.
  void object(const char* key, const std::function<void(const JsonObject&)>& take) const;
  void each(const char* key, const std::function<void(const JsonObject&)>& take) const;

 private:
  const void* value_;  // Of RapidJSON, which stays in the .cc file.
};

// Gives the outermost object to `take`. Throws Error (Cause::Untrusted) with the offset of what is
// wrong if `json` is not one whole JSON object.
void read_json(
    std::string_view json,
    const std::string& subject,
    const std::function<void(const JsonObject&)>& take);

}  // namespace reposbom::generators
