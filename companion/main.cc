// SPDX-License-Identifier: Apache-2.0
#include <cerrno>
#include <clocale>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <exception>
#include <string>

#include <unistd.h>

#include "companion/commands.h"
#include "metadata/error.h"

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
  // A server that goes away is an error like others.
  std::signal(SIGPIPE, SIG_IGN);
}

bool write_to(std::FILE* file, std::string_view text) {
  return std::fwrite(text.data(), 1, text.size(), file) == text.size() && std::fflush(file) == 0;
}

}  // namespace

int main(int argc, char** argv) {
  // Names on a disk may be any UTF-8; libarchive converts them by the locale.
  std::setlocale(LC_CTYPE, "C.UTF-8");
  Console console;
  console.print = [](std::string_view text) {
    if (!write_to(stdout, text)) {
      throw reposbom::Error(reposbom::Cause::Output, "standard output", std::strerror(errno));
    }
  };
  console.warn = [](std::string_view text) { (void)write_to(stderr, std::string(text) + "\n"); };
  if (isatty(STDERR_FILENO) != 0) {
    console.draw = [](std::string_view text) { (void)write_to(stderr, text); };
  }
  console.is_terminal = isatty(STDOUT_FILENO) != 0;
  console.stop = [] { return caught != 0; };
  try {
    const CommandLine line = parse_command_line(argc, argv);
    // The others keep nothing half-done that a signal could spoil.
    if (line.action == Action::Fetch || line.action == Action::Import) catch_signals();
    return run_command(line, console);
  } catch (const std::exception& error) {
    console.warn(error.what());
    return exit_code(error, caught);
  }
}
