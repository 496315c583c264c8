// SPDX-License-Identifier: Apache-2.0
//
// Two files that belong together, a certificate and its key, put in the place of two
// others: both or none.
#pragma once

#include <filesystem>
#include <string_view>

namespace reposbom::companion {

// Into the same folder, which is made if it is not there. The key is for its owner alone. Written
// by root they belong to whom the folder belongs to. Throws Error (Cause::Output); what was there
// before then still is.
void write_pair(
    const std::filesystem::path& certificate,
    std::string_view certificate_text,
    const std::filesystem::path& key,
    std::string_view key_text);

}  // namespace reposbom::companion
