# SPDX-License-Identifier: Apache-2.0
#
# Turns a file into a C++ source that defines its content as a string constant, so that the program
# carries it. Any bytes will do.
# Usage: cmake -D INPUT=verify.sh -D OUTPUT=verify_script.cc -D NAME=kVerifyScript -P embed_text.cmake
# Declare the constant in a header as: extern const std::string_view kVerifyScript;

cmake_minimum_required(VERSION 3.20)

foreach(argument IN ITEMS INPUT OUTPUT NAME)
  if(NOT DEFINED ${argument})
    message(FATAL_ERROR "embed_text.cmake: ${argument} is not set")
  endif()
endforeach()

# Every byte as \xHH, one line of the file to a line: no byte has a meaning of its own, and no digit
# can follow an escape.
file(READ "${INPUT}" text HEX)
string(LENGTH "${text}" size)
math(EXPR size "${size} / 2")
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "\\\\x\\1" text "${text}")
string(REPLACE "\\x0a" "\\x0a\"\n    \"" text "${text}")

get_filename_component(source "${INPUT}" NAME)
file(WRITE "${OUTPUT}" "// Made from ${source} by embed_text.cmake.
#include <string_view>

namespace reposbom::pipeline {

extern const std::string_view ${NAME};
constinit const std::string_view ${NAME}(
    \"${text}\",
    ${size});

}  // namespace reposbom::pipeline
")
