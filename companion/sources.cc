// SPDX-License-Identifier: Apache-2.0
#include "companion/sources.h"

#include <filesystem>
#include <system_error>

#include "companion/https_source.h"
#include "companion/local_sources.h"

namespace reposbom::companion {

std::unique_ptr<Source> make_source(
    const std::string& name,
    const Configuration& configuration,
    const std::function<bool()>& stop) {
  if (name.starts_with("https://") || name.starts_with("http://")) {
    return https_source(name, configuration, stop);
  }
  const std::filesystem::path path(name);
  std::error_code ignored;
  if (std::filesystem::is_regular_file(path, ignored) || path.extension() == ".iso") {
    return image_source(path);
  }
  return folder_source(path);
}

}  // namespace reposbom::companion
