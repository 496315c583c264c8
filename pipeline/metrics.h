// SPDX-License-Identifier: Apache-2.0
//
// What monitoring is told of a run, however it ended: a file in the text format of
// Prometheus, which the textfile collector of node_exporter reads. It tells how the
// last run ended, and what is published, which need not be the same run.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/settings.h"
#include "pipeline/signer.h"
#include "pipeline/storage.h"

namespace reposbom::pipeline {

struct RunEnd {
  int exit_code = 0;
  std::int64_t time = 0;  // Of its end.
  double seconds = 0;     // That it took.
  // That it would sign with; none if it ended before that was known.
  std::vector<SigningKey> keys = {};
};

// `report` is the report.json of what is published, empty if nothing is; `before` is this file as
// the run before left it, which alone knows when a run last went well, and when the keys end if
// this run did not get so far. Throws Error (Cause::Untrusted) if the report is damaged.
std::string write_metrics(
    const RunEnd& end, const Settings& settings, std::string_view report, std::string_view before);

// Writes settings.metrics anew, in one step. Throws Error.
void update_metrics(const RunEnd& end, const Settings& settings, Storage& storage);

}  // namespace reposbom::pipeline
