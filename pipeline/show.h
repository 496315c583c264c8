// SPDX-License-Identifier: Apache-2.0
//
// One document on demand: of a package or build of the configured repositories, or
// of an RPM file that stands alone.
#pragma once

#include <string>

#include "pipeline/command_line.h"

namespace reposbom::pipeline {

// The subject is a NEVRA (epoch optional), the NVR of a source package with ".src", or a file that
// ends in ".rpm". Throws Error (Cause::Usage) if there is no such package.
std::string show_document(const ShowCommand& command);

}  // namespace reposbom::pipeline
