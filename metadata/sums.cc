// SPDX-License-Identifier: Apache-2.0
#include "metadata/sums.h"

#include <algorithm>
#include <cctype>

#include "metadata/error.h"
#include "metadata/text.h"

namespace reposbom::metadata {
namespace {

constexpr std::size_t kHexLength = 64;

}  // namespace

std::string write_sums(const std::vector<Sum>& sums) {
  std::string text;
  for (const Sum& sum : sums)
    text.append(sum.sha256).append("  ").append(sum.name).append("\n");
  return text;
}

bool is_sha256(std::string_view text) {
  return text.size() == kHexLength && std::all_of(text.begin(), text.end(), [](unsigned char c) {
           return std::isdigit(c) != 0 || (c >= 'a' && c <= 'f');
         });
}

std::vector<Sum> parse_sums(std::string_view text, const std::string& subject) {
  std::vector<Sum> sums;
  std::size_t number = 0;
  while (!text.empty()) {
    ++number;
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const bool is_sum = line.size() > kHexLength + 2 && is_sha256(line.substr(0, kHexLength)) &&
                        line.substr(kHexLength, 2) == "  " &&
                        is_safe_relative_path(line.substr(kHexLength + 2));
    if (!is_sum) {
      throw Error(
          Cause::Untrusted,
          subject + ":" + std::to_string(number),
          "not a line of SHA-256 digest, two blanks and a file name below this folder");
    }
    sums.push_back(
        {std::string(line.substr(0, kHexLength)), std::string(line.substr(kHexLength + 2))});
  }
  return sums;
}

std::string signature_name(std::string_view suffix, std::size_t number) {
  std::string name(kSums);
  if (number > 1) name += "." + std::to_string(number);
  return name.append(suffix);
}

bool is_signature_name(std::string_view name, std::string_view suffix) {
  if (suffix.empty()) {
    return is_signature_name(name, kOpenPgpSuffix) || is_signature_name(name, kCmsSuffix);
  }
  if (!name.starts_with(kSums) || !name.ends_with(suffix)) return false;
  name.remove_prefix(kSums.size());
  if (name == suffix) return true;
  return name.size() == suffix.size() + 2 && name[0] == '.' && name[1] >= '2' && name[1] <= '9';
}

std::filesystem::path set_path(std::string_view source_name, std::string_view build_name) {
  // A name is UTF-8, and half a character is no name of a folder.
  std::size_t first = 1;
  while (first < source_name.size() && (static_cast<unsigned char>(source_name[first]) >> 6U) == 2)
    ++first;
  return std::filesystem::path("sets") / source_name.substr(0, first) / source_name / build_name;
}

}  // namespace reposbom::metadata
