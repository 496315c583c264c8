// SPDX-License-Identifier: Apache-2.0
//
// What a run cannot do without, each part done barely and timed by itself: read the same repodata,
// write as many files with as many bytes in as many folders as a finished tree has, hash these
// bytes, sign as often. `run` beside this file sets reposbom's time against the sum.
//
//   reposbom_floor THREADS TREE NEW_FOLDER REPO...
//
// prints one JSON object. TREE was made by `reposbom build`; NEW_FOLDER must not exist and is left.
#include "tests/bench/floor.h"

#include <charconv>
#include <exception>
#include <iostream>
#include <string_view>

#include "metadata/error.h"

namespace {

using reposbom::Cause;
using reposbom::Error;
using reposbom::bench::Model;
using reposbom::bench::Part;

void print(const std::vector<Part>& parts, unsigned threads) {
  std::cout << "{\"threads\": " << threads;
  for (const Part& part : parts) {
    std::cout << ",\n \"" << part.name << "\": {";
    for (const auto& [name, count] : part.counts)
      std::cout << '"' << name << "\": " << count << ", ";
    std::cout << "\"wall\": " << part.wall << ", \"user\": " << part.user
              << ", \"system\": " << part.system << '}';
  }
  std::cout << "}\n";
}

unsigned parse_threads(std::string_view text) {
  unsigned threads = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), threads);
  if (error != std::errc() || end != text.data() + text.size() || threads == 0 || threads > 1024) {
    throw Error(Cause::Usage, "'" + std::string(text) + "'", "not a number from 1 to 1024");
  }
  return threads;
}

void run(const std::vector<std::string>& arguments) {
  if (arguments.size() < 4) {
    throw Error(Cause::Usage, "usage", "reposbom_floor THREADS TREE NEW_FOLDER REPO...");
  }
  const unsigned threads = parse_threads(arguments[0]);
  const std::filesystem::path folder = arguments[2];
  const Model model = reposbom::bench::scan_tree(arguments[1]);
  if (!std::filesystem::create_directory(folder)) {
    throw Error(Cause::Output, folder.string(), "is there already");
  }
  std::vector<Part> parts;
  parts.push_back(reposbom::bench::read_floor({arguments.begin() + 3, arguments.end()}));
  parts.push_back(reposbom::bench::hash_floor(model, threads));
  parts.push_back(reposbom::bench::sign_floor(model, threads));
  parts.push_back(reposbom::bench::write_floor(model, folder, threads));
  parts.push_back(reposbom::bench::sync_floor(folder));
  print(parts, threads);
}

}  // namespace

int main(int count, char** arguments) {
  try {
    run({arguments + 1, arguments + count});
    return 0;
  } catch (const std::exception& error) {
    std::cerr << "reposbom_floor: " << error.what() << '\n';
    return 1;
  }
}
