// SPDX-License-Identifier: Apache-2.0
//
// A tree that a server has, over HTTPS or HTTP, as companion/server/ configures it.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "companion/configuration.h"
#include "companion/pace.h"
#include "companion/source.h"

namespace reposbom::companion {

// Nothing is asked before open(). Throws Error (Cause::Usage) if the URL or the proxy cannot be
// used, and so does open() if the file of the proxy's password cannot. `stop` ends everything once
// true.
std::unique_ptr<Source> https_source(
    std::string url,
    const Configuration& configuration,
    const std::function<bool()>& stop,
    const Pace& pace = {});

}  // namespace reposbom::companion
