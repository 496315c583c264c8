// SPDX-License-Identifier: Apache-2.0
//
// What is installed beside the program to tell of it: the man page and the completion
// of bash, both made of the table of commands, as the help is. packaging/write_texts.cc
// writes them when the program is built.
#pragma once

#include <string>

namespace reposbom::pipeline {

// reposbom(1) in roff, with the macros of man(7).
std::string manual();

// A script for bash 4 or later that needs nothing else.
std::string bash_completion();

}  // namespace reposbom::pipeline
