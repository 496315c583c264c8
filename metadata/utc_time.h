// SPDX-License-Identifier: Apache-2.0
//
// Times as documents and messages write them.
#pragma once

#include <cstdint>
#include <string>

namespace reposbom::metadata {

// Seconds since 1970 as "YYYY-MM-DDThh:mm:ssZ"; times that this cannot say are the nearest it can.
std::string utc_time(std::int64_t seconds);

}  // namespace reposbom::metadata
