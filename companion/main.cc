// SPDX-License-Identifier: Apache-2.0
#include <clocale>
#include <csignal>
#include <cstdio>
#include <exception>
#include <string>

#include <unistd.h>

#include "companion/commands.h"

namespace {

using namespace reposbom::companion;  // NOLINT: the program is made of this layer.

volatile std::sig_atomic_t caught = 0;

void note(int signal) {
  caught = signal;
}

// The first signal is noted, and what was begun is left so that it can be gone on with; a second
// one ends the program at once.
void catch_signals() {
  struct sigaction action = {};
  action.sa_handler = &note;
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  sigemptyset(&action.sa_mask);
  for (const int signal : {SIGINT, SIGTERM})
    sigaction(signal, &action, nullptr);
}

void write_to(std::FILE* file, std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), file);
  std::fflush(file);
}

}  // namespace

int main(int argc, char** argv) {
  // Names on a disk may be any UTF-8; libarchive converts them by the locale.
  std::setlocale(LC_CTYPE, "C.UTF-8");
  catch_signals();
  Console console;
  console.print = [](std::string_view text) { write_to(stdout, text); };
  console.warn = [](std::string_view text) { write_to(stderr, std::string(text) + "\n"); };
  if (isatty(STDERR_FILENO) != 0) {
    console.draw = [](std::string_view text) { write_to(stderr, text); };
  }
  console.is_terminal = isatty(STDOUT_FILENO) != 0;
  console.stop = [] { return caught != 0; };
  try {
    return run_command(parse_command_line(argc, argv), console);
  } catch (const std::exception& error) {
    console.warn(error.what());
    return exit_code(error, caught);
  }
}
