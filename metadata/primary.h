// SPDX-License-Identifier: Apache-2.0
//
// primary.xml -> Packages, one at a time and in the order of the file, so that
// memory does not grow with it. A record that cannot be used is refused and the
// rest goes on; a file that is no XML ends in an Error.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "metadata/package.h"

namespace reposbom::metadata {

class Hasher;

// Told of each record left out: its NEVRA, or as much as there is of it, and why.
using Refuse = std::function<void(std::string subject, std::string reason)>;

// Reads the file as it is stored, compressed or not; `subject` names it in errors. Packages have
// one origin, in repository 0. Requirements of rpm itself ("rpmlib(…)") are left out. Refused is
// what lacks a name, version, architecture, checksum or path, or whose parts are not safe in paths
// or do not form a NEVRA that reads back as the same parts. Throws Error if more are taken or
// refused than any real file has. Returns how many packages were taken. `content`, if given, takes
// the uncompressed bytes.
std::size_t read_primary(
    std::string_view file_bytes,
    const std::string& subject,
    const std::function<void(Package&&)>& take,
    const Refuse& refuse,
    Hasher* content = nullptr);

// Why a package cannot be used, judged by its NEVRA and the name of its source package; empty if
// it can.
std::string refusal(const Package& package);

}  // namespace reposbom::metadata
