// SPDX-License-Identifier: Apache-2.0
//
// Error: the one exception of this program, thrown where bad input or a failed
// outside action is found. It says what it is about (a file with its line, a
// NEVRA, a key) and what was wrong; its cause decides the exit code and nothing
// else. Caught only by attempt() in pipeline/report.h and by main().
#pragma once

#include <stdexcept>
#include <string>
#include <utility>

namespace reposbom {

// The rows of the table of exit codes that an error can end in.
enum class Cause {
  Usage,        // command line or configuration
  Untrusted,    // input whose signature, digest or form is wrong
  Output,       // output, disk or signing failed
  Limits,       // more failures, or a smaller repository, than the configuration allows
  TryAgain,     // another run holds the lock, or the input changed while it was read
  Interrupted,  // SIGINT or SIGTERM
};

class Error : public std::runtime_error {
 public:
  Error(Cause cause, std::string subject, const std::string& message)
      : std::runtime_error(subject + ": " + message), cause_(cause), subject_(std::move(subject)) {}

  Cause cause() const { return cause_; }
  const std::string& subject() const { return subject_; }

 private:
  Cause cause_;
  std::string subject_;
};

}  // namespace reposbom
