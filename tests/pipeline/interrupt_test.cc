// SPDX-License-Identifier: Apache-2.0
#include "pipeline/interrupt.h"

#include <csignal>

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "metadata/error.h"

using namespace reposbom::pipeline;

namespace {

// What a child process that catches interrupts and then signals itself ends with.
int status_of_child(int signal, int times) {
  const pid_t child = fork();
  if (child != 0) {
    int status = 0;
    waitpid(child, &status, 0);
    return status;
  }
  catch_interrupts();
  for (int i = 0; i != times; ++i)
    raise(signal);
  int code = 0;
  try {
    check_interrupt();
  } catch (const reposbom::Error& error) {
    code = error.cause() == reposbom::Cause::Interrupted ? caught_signal() : 99;
  }
  _exit(code);
}

}  // namespace

TEST_CASE("check_interrupt throws after SIGINT and SIGTERM, and the signal is known") {
  for (const int signal : {SIGINT, SIGTERM}) {
    const int status = status_of_child(signal, 1);
    REQUIRE(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == signal);
  }
}

TEST_CASE("check_interrupt does nothing without a signal") {
  const int status = status_of_child(SIGTERM, 0);
  REQUIRE(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
}

TEST_CASE("a second signal ends the program at once") {
  const int status = status_of_child(SIGTERM, 2);
  REQUIRE(WIFSIGNALED(status));
  CHECK(WTERMSIG(status) == SIGTERM);
}
