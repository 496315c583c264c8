// SPDX-License-Identifier: Apache-2.0
//
// libarchive stamps an ISO image with the moment and the time zone of its making, in a dozen kinds
// of places, and has no option for either. To put other dates in afterwards means to parse the
// image; to change the time zone in the environment is unsafe as soon as there are threads. So the
// three functions it asks stand here: the dynamic linker gives a library the program's own function
// before that of the C library. Everywhere but under a FixedClock they do what they always did.

#include "pipeline/iso_clock.h"

#include <ctime>

#include <dlfcn.h>

namespace {

// Of trivial types, since these functions may be called before and after everything else.
thread_local bool is_fixed = false;
thread_local std::time_t fixed_time = 0;

using LocalTime = std::tm* (*)(const std::time_t*, std::tm*);

LocalTime real_local_time() {
  static const auto real = reinterpret_cast<LocalTime>(dlsym(RTLD_NEXT, "localtime_r"));
  return real != nullptr ? real : &gmtime_r;
}

}  // namespace

// NOLINTBEGIN(readability-inconsistent-declaration-parameter-name): those of the C library begin
// with underscores.
extern "C" {

std::time_t time(std::time_t* result) noexcept {
  std::time_t now = fixed_time;
  if (!is_fixed) {
    std::timespec clock = {};
    now = clock_gettime(CLOCK_REALTIME, &clock) == 0 ? clock.tv_sec : -1;
  }
  if (result != nullptr) *result = now;
  return now;
}

std::tm* localtime_r(const std::time_t* time, std::tm* result) noexcept {
  return is_fixed ? gmtime_r(time, result) : real_local_time()(time, result);
}

// Inside the C library this one does not come by localtime_r().
char* ctime_r(const std::time_t* time, char* result) noexcept {
  std::tm parts = {};
  return localtime_r(time, &parts) == nullptr ? nullptr : asctime_r(&parts, result);
}

}  // extern "C"
// NOLINTEND(readability-inconsistent-declaration-parameter-name)

namespace reposbom::pipeline {

FixedClock::FixedClock(std::int64_t time) {
  fixed_time = time;
  is_fixed = true;
}

FixedClock::~FixedClock() {
  is_fixed = false;
}

}  // namespace reposbom::pipeline
