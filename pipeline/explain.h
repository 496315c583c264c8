// SPDX-License-Identifier: Apache-2.0
//
// Every fact of a package's document with where it came from: repodata, header,
// modules, updateinfo, a row of the licence table, the configuration.
#pragma once

#include <string>

#include "pipeline/command_line.h"

namespace reposbom::pipeline {

// One line for each fact: what it is, its value, its origin. Throws Error (Cause::Usage) if there
// is no such package.
std::string explain_package(const ExplainCommand& command);

}  // namespace reposbom::pipeline
