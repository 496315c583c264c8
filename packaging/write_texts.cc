// SPDX-License-Identifier: Apache-2.0
//
// Writes the man page and the completion of bash: write_texts MANUAL COMPLETION. Run
// when the program is built; it is not installed.
#include <cstdio>
#include <exception>
#include <string>

#include "pipeline/manual.h"

namespace {

bool write(const char* file, const std::string& text) {
  std::FILE* const stream = std::fopen(file, "wb");
  if (stream == nullptr) return false;
  const bool is_written = std::fwrite(text.data(), 1, text.size(), stream) == text.size();
  return std::fclose(stream) == 0 && is_written;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    if (argc == 3 && write(argv[1], reposbom::pipeline::manual()) &&
        write(argv[2], reposbom::pipeline::bash_completion())) {
      return 0;
    }
  } catch (const std::exception&) {  // NOLINT(bugprone-empty-catch): it ends as below.
  }
  std::fputs("usage: write_texts MANUAL COMPLETION\n", stderr);
  return 1;
}
