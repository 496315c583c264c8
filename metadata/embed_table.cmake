# SPDX-License-Identifier: Apache-2.0
#
# Turns a table of tab-separated text into a C++ array of rows, so that the program carries it.
# Usage: cmake -D INPUT=licenses.tsv -D OUTPUT=licenses.inc -D NAME=kLicenses -D COLUMNS=4 -P embed_table.cmake
# Lines that begin with # and empty lines are left out; columns that a line leaves out at its end
# are empty. The output is one definition: constexpr std::string_view NAME[][COLUMNS].

cmake_minimum_required(VERSION 3.20)

foreach(argument IN ITEMS INPUT OUTPUT NAME COLUMNS)
  if(NOT DEFINED ${argument})
    message(FATAL_ERROR "embed_table.cmake: ${argument} is not set")
  endif()
endforeach()

# Lists would trip over ; and brackets in the text, so everything is done on one string in which
# STX and ETX stand around each line.
string(ASCII 2 begin)
string(ASCII 3 end)
file(READ "${INPUT}" text)
string(REPLACE "\r" "" text "${text}")
string(REPLACE "\n" "${end}${begin}" text "${begin}${text}${end}")
string(REGEX REPLACE "${begin}#[^${end}]*${end}" "" text "${text}")
string(REPLACE "${begin}${end}" "" text "${text}")

set(cell "[^\t${begin}${end}]*")
set(more "")
foreach(column RANGE 2 ${COLUMNS})
  set(more "(\t${cell}${more})?")
endforeach()
string(REGEX REPLACE "${begin}${cell}${more}${end}" "" bad "${text}")
if(NOT bad STREQUAL "")
  string(REGEX REPLACE "[${begin}${end}]" "\n" bad "${bad}")
  message(FATAL_ERROR "${INPUT}: lines with more than ${COLUMNS} columns:${bad}")
endif()

string(REPLACE "\\" "\\\\" text "${text}")
string(REPLACE "\"" "\\\"" text "${text}")
string(REPLACE "\t" "\", \"" text "${text}")
string(REPLACE "${begin}" "    {\"" text "${text}")
string(REPLACE "${end}" "\"},\n" text "${text}")
get_filename_component(source "${INPUT}" NAME)
file(WRITE "${OUTPUT}" "// Made from ${source} by embed_table.cmake.\nconstexpr std::string_view ${NAME}[][${COLUMNS}] = {\n${text}};\n")
