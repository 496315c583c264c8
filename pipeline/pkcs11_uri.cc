// SPDX-License-Identifier: Apache-2.0
#include "pipeline/pkcs11_uri.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

namespace reposbom::pipeline {
namespace {

constexpr std::string_view kScheme = "pkcs11:";
constexpr std::string_view kModule = "module-path";

struct Attribute {
  std::string_view name = {};
  std::string_view value = {};
};

// Before the question mark, divided by ";", and behind it, by "&".
std::vector<Attribute> attributes_of(std::string_view text, char divider) {
  std::vector<Attribute> attributes;
  if (text.empty()) return attributes;
  for (std::size_t start = 0; start <= text.size();) {
    const std::size_t end = std::min(text.find(divider, start), text.size());
    const std::string_view part = text.substr(start, end - start);
    const std::size_t sign = std::min(part.find('='), part.size());
    attributes.push_back(
        {.name = part.substr(0, sign), .value = part.substr(std::min(sign + 1, part.size()))});
    start = end + 1;
  }
  return attributes;
}

struct Parts {
  std::vector<Attribute> path = {};
  std::vector<Attribute> query = {};
};

Parts parts_of(std::string_view uri) {
  uri.remove_prefix(kScheme.size());
  const std::size_t mark = std::min(uri.find('?'), uri.size());
  return {
      .path = attributes_of(uri.substr(0, mark), ';'),
      .query = attributes_of(uri.substr(std::min(mark + 1, uri.size())), '&')};
}

const Attribute* find(const std::vector<Attribute>& attributes, std::string_view name) {
  const auto found = std::ranges::find(attributes, name, &Attribute::name);
  return found == attributes.end() ? nullptr : &*found;
}

std::optional<unsigned char> escaped(std::string_view digits) {
  unsigned char byte = 0;
  const char* const end = digits.data() + digits.size();
  const auto [at, error] = std::from_chars(digits.data(), end, byte, /*base=*/16);
  if (digits.size() != 2 || error != std::errc() || at != end) return std::nullopt;
  return byte;
}

bool is_escaped_well(std::string_view value) {
  for (std::size_t at = value.find('%'); at != std::string_view::npos; at = value.find('%', at + 1))
    if (!escaped(value.substr(at + 1, 2))) return false;
  return true;
}

// Requires: is_escaped_well(value).
std::string unescaped(std::string_view value) {
  std::string text;
  for (std::size_t at = 0; at < value.size(); ++at) {
    const auto byte = value[at] == '%' ? escaped(value.substr(at + 1, 2)) : std::nullopt;
    text += byte ? static_cast<char>(*byte) : value[at];
    if (byte) at += 2;
  }
  return text;
}

// One of the attributes, taken for itself.
std::optional<std::string> problem_of(const Attribute& attribute, bool in_query) {
  if (attribute.name == "type" && attribute.value != "private") {
    return "has another 'type' than 'private': what signs is a private key";
  }
  if (!is_escaped_well(attribute.value)) {
    return "has a '%' without two hexadecimal digits behind it";
  }
  if (in_query && !unescaped(attribute.value).starts_with('/')) {
    return "has a 'module-path' that is not absolute";
  }
  return std::nullopt;
}

std::optional<std::string> problem_of(const std::vector<Attribute>& attributes, bool in_query) {
  constexpr std::array<std::string_view, 7> of_path = {
      "token", "serial", "manufacturer", "model", "object", "id", "type"};
  for (const Attribute& attribute : attributes) {
    const std::string_view name = attribute.name;
    if (name == "pin-value" || name == "pin-source") {
      return "has a '" + std::string(name) +
             "': put the PIN into a file, and name that as 'passphrase_file'";
    }
    const bool is_known =
        in_query ? name == kModule : std::ranges::find(of_path, name) != of_path.end();
    if (!is_known || attribute.value.empty() ||
        std::ranges::count(attributes, name, &Attribute::name) > 1) {
      return "must have the attributes 'token' or 'serial', and 'object' or 'id', perhaps "
             "'manufacturer', 'model' and 'type', and behind a question mark 'module-path', each "
             "once with a value";
    }
    if (auto problem = problem_of(attribute, in_query)) return problem;
  }
  return std::nullopt;
}

}  // namespace

bool is_pkcs11_uri(std::string_view text) {
  return text.starts_with(kScheme);
}

std::optional<std::string> problem_of_pkcs11_uri(std::string_view uri) {
  const Parts parts = parts_of(uri);
  if (auto problem = problem_of(parts.path, /*in_query=*/false)) return problem;
  if (auto problem = problem_of(parts.query, /*in_query=*/true)) return problem;
  const auto has = [&](std::string_view name) { return find(parts.path, name) != nullptr; };
  if (!has("token") && !has("serial")) return "names no 'token', and a PIN is tried on one alone";
  if (!has("object") && !has("id")) return "names no 'object' or 'id' of a key";
  return std::nullopt;
}

Pkcs11Uri split_pkcs11_uri(std::string_view uri) {
  const Parts parts = parts_of(uri);
  const Attribute* const module = find(parts.query, kModule);
  return {
      .object = std::string(uri.substr(0, uri.find('?'))),
      .module = module == nullptr ? "" : unescaped(module->value)};
}

}  // namespace reposbom::pipeline
