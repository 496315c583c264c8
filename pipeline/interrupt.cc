// SPDX-License-Identifier: Apache-2.0
#include "pipeline/interrupt.h"

#include <csignal>

#include "metadata/error.h"

namespace reposbom::pipeline {
namespace {

// What a signal handler may write and threads may read.
volatile std::sig_atomic_t caught = 0;

void note(int signal) {
  caught = signal;
}

}  // namespace

void catch_interrupts() {
  struct sigaction action = {};
  action.sa_handler = &note;
  action.sa_flags = SA_RESTART | static_cast<int>(SA_RESETHAND);
  sigemptyset(&action.sa_mask);
  for (const int signal : {SIGINT, SIGTERM})
    sigaction(signal, &action, nullptr);
}

int caught_signal() {
  return caught;
}

void check_interrupt() {
  if (caught == 0) return;
  throw Error(
      Cause::Interrupted,
      caught == SIGINT ? "SIGINT" : "SIGTERM",
      "interrupted; nothing was published");
}

}  // namespace reposbom::pipeline
