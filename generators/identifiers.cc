// SPDX-License-Identifier: Apache-2.0
#include "generators/identifiers.h"

#include <cctype>

#include "metadata/digest.h"

namespace reposbom::generators {

std::string short_digest(std::string_view content) {
  return metadata::sha256(content).substr(0, kIdDigits);
}

std::string spdx_id(std::string_view name) {
  std::string id = "SPDXRef-";
  for (const char c : name) {
    const bool allowed = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.' || c == '-';
    id += allowed ? c : '-';
  }
  return id;
}

}  // namespace reposbom::generators
