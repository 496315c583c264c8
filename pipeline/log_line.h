// SPDX-License-Identifier: Apache-2.0
//
// What a run tells on standard error, as a line: for people, for a collector (one JSON
// object a line), and for the journal of systemd, which takes the priority from the
// beginning of a line (sd-daemon(3)).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "pipeline/commands.h"

namespace reposbom::pipeline {

struct LogEntry {
  Level level = Level::Info;
  std::string_view subject = {};  // What it is about: a package, a file; may be empty.
  std::string_view message = {};
  std::optional<int> exit_code = {};  // On the last line of a run.
  std::int64_t time = 0;              // Only a collector is told.
};

struct LogStyle {
  LogFormat format = LogFormat::Text;
  bool is_for_journal = false;
};

// One line with its end, whatever stands in the message.
std::string log_line(const LogEntry& entry, const LogStyle& style);

// Whether what is written to this descriptor goes to the journal: JOURNAL_STREAM names it.
bool is_journal(int descriptor);

}  // namespace reposbom::pipeline
