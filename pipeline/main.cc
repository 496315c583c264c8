// SPDX-License-Identifier: Apache-2.0
#include <clocale>
#include <cstdio>
#include <ctime>
#include <exception>
#include <string>

#include <unistd.h>

#include "pipeline/commands.h"
#include "pipeline/log_line.h"

namespace {

using namespace reposbom::pipeline;  // NOLINT: the program is made of this layer.

void write_to(std::FILE* file, std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), file);
  std::fflush(file);
}

void log(LogEntry entry, const LogStyle& style) {
  entry.time = std::time(nullptr);
  write_to(stderr, log_line(entry, style));
}

int run(const Command& command, const LogStyle& style) {
  Console console;
  console.print = [](std::string_view text) { write_to(stdout, text); };
  console.tell = [&](Level level, std::string_view text) {
    log({.level = level, .message = text}, style);
  };
  console.tell_about = [&](Level level, std::string_view subject, std::string_view text) {
    log({.level = level, .subject = subject, .message = text}, style);
  };
  if (isatty(STDERR_FILENO) != 0) {
    console.draw = [](std::string_view text) { write_to(stderr, text); };
  }
  return run_command(command, console);
}

// How a run ended, where a collector asks; an error says it itself.
void log_end(int code, const LogStyle& style) {
  if (style.format != LogFormat::Json) return;
  const Level level = code == 0 ? Level::Info : Level::Warning;
  const std::string message = "ended with exit code " + std::to_string(code);
  log({.level = level, .message = message, .exit_code = code}, style);
}

}  // namespace

int main(int argc, char** argv) {
  // Names on a companion disk may be any UTF-8; libarchive converts them by the locale.
  std::setlocale(LC_CTYPE, "C.UTF-8");
  LogStyle style{.is_for_journal = is_journal(STDERR_FILENO)};
  try {
    const Command command = parse_command_line(argc, argv);
    if (const auto* build = std::get_if<BuildCommand>(&command)) style.format = build->log_format;
    const int code = run(command, style);
    log_end(code, style);
    return code;
  } catch (const reposbom::Error& error) {
    const int code = exit_code(error.cause());
    const auto message = std::string_view(error.what()).substr(error.subject().size() + 2);
    log({Level::Problem, error.subject(), message, code}, style);
    return code;
  } catch (const std::exception& error) {
    log({Level::Problem, "this is a defect of the program", error.what(), kDefect}, style);
    return kDefect;
  }
}
