// SPDX-License-Identifier: Apache-2.0
//
// A YAML file (or JSON, which YAML covers) as a tree in which every value knows
// its line and column, and sections of it read by tables of keys, so that every
// error says where. Aliases, explicit tags, deep nesting and very large files
// are refused: a configuration needs none of them.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace reposbom::pipeline {

// Counted from 1.
struct YamlPlace {
  std::size_t line = 1;
  std::size_t column = 1;
};

struct YamlNode {
  enum class Kind { Null, Scalar, Sequence, Map };

  Kind kind = Kind::Null;
  YamlPlace place = {};
  std::string text = {};  // Of a scalar: UTF-8 without control characters.
  std::string key = {};   // In a mapping; of an item, that of the list. The root has none.
  YamlPlace key_place = {};
  bool is_item = false;  // Of a list.
  std::vector<YamlNode> children = {};
};

// The file that a node is from.
struct YamlSource {
  std::string name = {};
  std::filesystem::path folder = {};  // Paths in the file are relative to it.

  // Throws Error (Cause::Usage) about "FILE:LINE:COLUMN".
  [[noreturn]] void fail(YamlPlace place, const std::string& message) const;
};

YamlNode parse_yaml(const std::string& text, const YamlSource& source);

// What a value is called in messages: "'keys'", "an entry of 'keys'".
std::string name_of(const YamlNode& node);

// The value as what its reader wants, else an error: text that is not empty, a whole number, the
// items of a list that is not empty, a path made absolute.
const std::string& text_of(const YamlNode& node, const YamlSource& source);
bool flag_of(const YamlNode& node, const YamlSource& source);  // true or false.
std::size_t count_of(const YamlNode& node, const YamlSource& source);
const std::vector<YamlNode>& items_of(const YamlNode& node, const YamlSource& source);
std::filesystem::path path_of(const YamlNode& node, const YamlSource& source);
// Of a file that is secret: also "credential: NAME" of systemd.
std::filesystem::path secret_path_of(const YamlNode& node, const YamlSource& source);

// "'runs' must be WANTED, not 'TEXT'", for a reader that cannot use a text.
[[noreturn]] void fail_value(
    const YamlNode& node, const YamlSource& source, const std::string& wanted);

// One key of a section that becomes a T.
template <class T>
struct YamlKey {
  std::string_view name;
  void (*read)(T& section, const YamlNode& value, const YamlSource& source);
  bool required = false;
};
constexpr bool kRequired = true;

// For YamlKey::read: what `Read` makes of the value goes to `Member`.
template <auto Member, auto Read, class T>
void into(T& section, const YamlNode& value, const YamlSource& source) {
  section.*Member = Read(value, source);
}

// Throws Error if the node is no mapping, or has a key that is not among `known`.
void check_keys(
    const YamlNode& node, const YamlSource& source, const std::vector<std::string_view>& known);
[[noreturn]] void fail_missing(
    const YamlNode& node, const YamlSource& source, std::string_view key);

template <class T, std::size_t N>
T read_section(
    const YamlNode& node, const YamlSource& source, const std::array<YamlKey<T>, N>& keys) {
  std::vector<std::string_view> names;
  names.reserve(N);
  for (const YamlKey<T>& key : keys)
    names.push_back(key.name);
  check_keys(node, source, names);
  T section;
  for (const YamlKey<T>& key : keys) {
    const auto value =
        std::find_if(node.children.begin(), node.children.end(), [&](const YamlNode& child) {
          return child.key == key.name;
        });
    if (value != node.children.end()) {
      key.read(section, *value, source);
    } else if (key.required) {
      fail_missing(node, source, key.name);
    }
  }
  return section;
}

}  // namespace reposbom::pipeline
