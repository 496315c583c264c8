// SPDX-License-Identifier: Apache-2.0
#include <clocale>
#include <cstdio>
#include <exception>
#include <string>

#include <unistd.h>

#include "generators/json.h"
#include "pipeline/commands.h"

namespace {

using namespace reposbom::pipeline;  // NOLINT: the program is made of this layer.

constexpr std::string_view kLevels[] = {"info", "warning", "error"};

void tell(Level level, std::string_view message, bool as_json) {
  const std::string_view name = kLevels[static_cast<std::size_t>(level)];
  std::string line;
  if (as_json) {
    reposbom::generators::JsonEmitter json(line);
    json.begin_document("message");
    json.text("level", name);
    json.text("message", message);
    json.end_document();
    json.finish();
    std::erase(line, '\n');
  } else {
    line = "reposbom: ";
    if (level != Level::Info) line.append(name).append(": ");
    line += message;
  }
  line += '\n';
  std::fwrite(line.data(), 1, line.size(), stderr);
}

void write_to(std::FILE* file, std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), file);
  std::fflush(file);
}

}  // namespace

int main(int argc, char** argv) {
  // Names on a companion disk may be any UTF-8; libarchive converts them by the locale.
  std::setlocale(LC_CTYPE, "C.UTF-8");
  bool as_json = false;
  try {
    const Command command = parse_command_line(argc, argv);
    const auto* build = std::get_if<BuildCommand>(&command);
    as_json = build != nullptr && build->log_format == LogFormat::Json;
    Console console;
    console.print = [](std::string_view text) { write_to(stdout, text); };
    console.tell = [&](Level level, std::string_view text) { tell(level, text, as_json); };
    if (isatty(STDERR_FILENO) != 0) {
      console.draw = [](std::string_view text) { write_to(stderr, text); };
    }
    return run_command(command, console);
  } catch (const reposbom::Error& error) {
    tell(Level::Problem, error.what(), as_json);
    return exit_code(error.cause());
  } catch (const std::exception& error) {
    tell(Level::Problem, std::string("this is a defect of the program: ") + error.what(), as_json);
    return 70;  // EX_SOFTWARE
  }
}
