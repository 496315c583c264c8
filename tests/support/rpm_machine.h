// SPDX-License-Identifier: Apache-2.0
//
// The file system of a machine that has packages of the fixtures installed, as far as
// its RPM database tells: rpm enters them there, and writes no other file.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/support/published_tree.h"

namespace reposbom::tests {

inline fs::path fixture_folder() {
  return fs::path(REPOSBOM_BINARY_DIR) / "fixtures";
}

// The file of a package of the mirror, by the name of the file.
inline fs::path fixture_rpm(const std::string& repository, const std::string& nvra) {
  return fixture_folder() / "mirror" / repository / "x86_64/os/Packages" / (nvra + ".rpm");
}

class RpmMachine {
 public:
  // False where rpm is missing; the test then says so.
  static bool is_possible() {
    static const bool has_rpm = has_programs("rpm rpmkeys");
    if (!has_rpm) MESSAGE("skipped: no rpm");
    return has_rpm;
  }

  explicit RpmMachine(const std::vector<fs::path>& rpms, const std::string& dbpath = "var/lib/rpm")
      : database_(folder_.path() / dbpath) {
    fs::create_directories(database_);
    std::string files;
    for (const fs::path& rpm : rpms)
      files += " " + quoted(rpm);
    run("rpm -i --justdb --nodeps --noscripts --notriggers --ignorearch --ignoreos --nosignature "
        "--force" +
        files);
  }

  void import_key(const fs::path& key) { run("rpmkeys --import " + quoted(key)); }
  void erase(const std::string& nvra) { run("rpm -e --justdb --nodeps --noscripts " + nvra); }

  // The lines that `rpm -qa` prints, sorted, but for empty ones.
  std::vector<std::string> query(const std::string& format) const {
    std::vector<std::string> lines;
    std::string text = run("rpm -qa --qf '" + format + "\\n'");
    for (std::size_t end = text.find('\n'); end != std::string::npos; end = text.find('\n')) {
      if (end != 0) lines.push_back(text.substr(0, end));
      text.erase(0, end + 1);
    }
    std::ranges::sort(lines);
    return lines;
  }

  const fs::path& root() const { return folder_.path(); }
  const fs::path& database() const { return database_; }

 private:
  // Not by --root, which only the root user may.
  std::string run(const std::string& command) const {
    const Ran ran = run_shell(
        "rpm() { command rpm --dbpath " + quoted(database_) +
        " \"$@\"; }; rpmkeys() { command rpmkeys --dbpath " + quoted(database_) + " \"$@\"; }; " +
        command);
    REQUIRE_MESSAGE(ran.code == 0, ran.output);
    return ran.output;
  }

  TemporaryFolder folder_ = {};
  fs::path database_;
};

}  // namespace reposbom::tests
