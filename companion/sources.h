// SPDX-License-Identifier: Apache-2.0
//
// What the configuration or a person calls a source -> the source.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "companion/configuration.h"
#include "companion/source.h"

namespace reposbom::companion {

// A URL is a server, a file an image, anything else a folder, which may not be mounted. `stop` is
// asked all the while; true ends a transfer.
std::unique_ptr<Source> make_source(
    const std::string& name, const Configuration& configuration, const std::function<bool()>& stop);

}  // namespace reposbom::companion
