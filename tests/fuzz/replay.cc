// SPDX-License-Identifier: Apache-2.0
//
// Runs a fuzz target over the files of a folder, without libFuzzer and by any
// compiler: what is hostile, or was found once, is tried by every test run. A
// folder that is not there or empty is a failure.
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

#include "tests/fuzz/fuzz.h"

namespace {

void replay(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(stream), {}};
  std::cout << file.filename().string() << ": " << bytes.size() << " bytes" << std::endl;
  (void)LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
}

}  // namespace

int main(int argc, char** argv) {
  int files = 0;
  for (int i = 1; i < argc; ++i) {
    for (const auto& entry : std::filesystem::directory_iterator(argv[i])) {
      replay(entry.path());
      ++files;
    }
  }
  std::cout << files << " inputs, no finding" << std::endl;
  return files > 0 ? 0 : 1;
}
