// SPDX-License-Identifier: Apache-2.0
//
// Reads JSON that is too large to be held as a tree: a release document has tens of
// megabytes. Its items go by one at a time, each as the JsonObject of json_reader.h.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "generators/json_reader.h"

namespace reposbom::generators {

// Gives every object that is a member of the outermost one, or an item of a list that is, to
// `take_item` with the key of that member, in the order of the text; at last the outermost object,
// with its texts and numbers only, to `take_rest`. Throws Error (Cause::Untrusted) as read_json()
// does; some items may have been given by then.
void read_json_items(
    std::string_view json,
    const std::string& subject,
    const std::function<void(const std::string& key, const JsonObject& item)>& take_item,
    const std::function<void(const JsonObject& rest)>& take_rest);

}  // namespace reposbom::generators
