// SPDX-License-Identifier: Apache-2.0
//
// What was probably meant by a word that nobody knows: for unknown keys, options,
// commands and formats.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace reposbom::pipeline {

// The known word that is a typing error or two away.
std::optional<std::string_view> nearest(
    std::string_view word, const std::vector<std::string_view>& known);

// "did you mean 'supplier'?"; if no word is near, "known are name, url, email".
std::string suggestion(std::string_view word, const std::vector<std::string_view>& known);

// In single quotes, cut if it is too long for a line.
std::string in_quotes(std::string_view text);

}  // namespace reposbom::pipeline
