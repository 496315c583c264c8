// SPDX-License-Identifier: Apache-2.0
//
// The form of the caches in a tree: a title, lines of fields between tabs, and the SHA-256 of all
// that. What was cut, changed, or written by a program that had another form is none.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace reposbom::pipeline {

class SealedLines {
 public:
  // `title` tells one form from another: "reposbom files 2".
  explicit SealedLines(std::string_view title);

  // False, and nothing is added, if a field has a tab or the end of a line in it.
  bool add(std::span<const std::string_view> fields);

  // Takes back what was added since size() was `size`.
  std::size_t size() const { return text_.size(); }
  void cut(std::size_t size) { text_.resize(size); }

  // Called once, at the end.
  std::string seal() &&;

 private:
  std::string text_ = {};
};

// The lines between title and seal; nothing if `text` is not what seal() of that title gave.
std::optional<std::string_view> unsealed(std::string_view text, std::string_view title);

// Takes the first line off `lines`, which are not empty, and fills `fields` with what it has.
// False if that are more or fewer.
bool take_fields(std::string_view& lines, std::span<std::string_view> fields);

}  // namespace reposbom::pipeline
