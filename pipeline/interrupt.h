// SPDX-License-Identifier: Apache-2.0
//
// SIGINT and SIGTERM end a run between two builds, so that what it began can be
// cleared away.
#pragma once

namespace reposbom::pipeline {

// From now on the signals are only noted. A second one ends the program at once.
void catch_interrupts();

// The signal that was caught; 0 if there was none.
int caught_signal();

// Throws Error (Cause::Interrupted) if a signal was caught.
void check_interrupt();

}  // namespace reposbom::pipeline
