// SPDX-License-Identifier: Apache-2.0
#include "pipeline/log_line.h"

#include <algorithm>
#include <array>
#include <cstdlib>

#include <sys/stat.h>

#include "generators/document.h"
#include "generators/json.h"

namespace reposbom::pipeline {
namespace {

struct LevelRow {
  std::string_view name;
  std::string_view priority;  // Of sd-daemon(3).
};
constexpr std::array kLevels = {
    LevelRow{"info", "<6>"},
    LevelRow{"warning", "<4>"},
    LevelRow{"error", "<3>"},
};

std::string json_line(const LogEntry& entry, std::string_view level) {
  std::string text;
  generators::JsonEmitter json(text);
  json.begin_document("message");
  json.text("time", generators::utc_time(entry.time));
  json.text("level", level);
  if (!entry.subject.empty()) json.text("subject", entry.subject);
  json.text("message", entry.message);
  if (entry.exit_code) json.number("exitCode", *entry.exit_code);
  json.end_document();
  json.finish();
  // The emitter breaks lines between fields alone: those of a text are escaped.
  std::erase(text, '\n');
  return text;
}

std::string text_line(const LogEntry& entry, std::string_view level) {
  std::string text = "reposbom: ";
  if (entry.level != Level::Info) text.append(level).append(": ");
  if (!entry.subject.empty()) text.append(entry.subject).append(": ");
  text += entry.message;
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

}  // namespace

std::string log_line(const LogEntry& entry, const LogStyle& style) {
  const LevelRow& level = kLevels[static_cast<std::size_t>(entry.level)];
  std::string line(style.is_for_journal ? level.priority : "");
  line +=
      style.format == LogFormat::Json ? json_line(entry, level.name) : text_line(entry, level.name);
  return line += '\n';
}

bool is_journal(int descriptor) {
  const char* const stream = std::getenv("JOURNAL_STREAM");
  struct stat status = {};
  if (stream == nullptr || ::fstat(descriptor, &status) != 0) return false;
  return stream == std::to_string(status.st_dev) + ":" + std::to_string(status.st_ino);
}

}  // namespace reposbom::pipeline
