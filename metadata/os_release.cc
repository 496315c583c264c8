// SPDX-License-Identifier: Apache-2.0
#include "metadata/os_release.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "metadata/text.h"

namespace reposbom::metadata {
namespace {

// The value of an assignment, without its quotes; a backslash stands before what a shell would
// otherwise take for something else.
std::string unquoted(std::string_view value) {
  if (value.size() >= 2 && (value.front() == '"' || value.front() == '\'') &&
      value.back() == value.front()) {
    value = value.substr(1, value.size() - 2);
  }
  std::string text;
  for (std::size_t i = 0; i != value.size(); ++i) {
    if (value[i] == '\\' && i + 1 != value.size()) ++i;
    text += value[i];
  }
  return text;
}

// NAME="AlmaLinux"
// VERSION_ID="9.4"
// CPE_NAME="cpe:/o:almalinux:almalinux:9::baseos"
std::map<std::string, std::string> assignments(std::string_view text) {
  std::map<std::string, std::string> values;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string line = trimmed(clean_text(text.substr(0, end)));
    text.remove_prefix(std::min(end + 1, text.size()));
    const std::size_t equals = line.find('=');
    if (equals == std::string::npos || line.front() == '#') continue;
    values[line.substr(0, equals)] = unquoted(std::string_view(line).substr(equals + 1));
  }
  return values;
}

}  // namespace

std::optional<Distribution> parse_os_release(std::string_view text) {
  std::map<std::string, std::string> values = assignments(text);
  const std::string& id = values["ID"];
  if (id.empty()) return std::nullopt;
  Distribution distribution = distribution_from_id(id);
  distribution.cpe = values["CPE_NAME"];
  if (!values["NAME"].empty()) distribution.name = values["NAME"];
  distribution.version = values["VERSION_ID"];
  if (!distribution.version.empty()) distribution.purl.distro += "-" + distribution.major();
  return distribution;
}

}  // namespace reposbom::metadata
