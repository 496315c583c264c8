// SPDX-License-Identifier: Apache-2.0
//
// A server on the loopback for one test (tests/cli/support/http_server.py), which can
// be told to misbehave and says what it was asked for.
#pragma once

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>
#include <signal.h>

#include "tests/support/published_tree.h"

namespace reposbom::tests {

class HttpServer {
 public:
  // False, and the test says so, where it cannot run.
  static bool is_possible() {
    static const bool has_python = has_programs("python3");
    if (!has_python) MESSAGE("skipped: no python3");
    return has_python;
  }

  // Serves the files that the test writes into `folder`.
  explicit HttpServer(const std::string& options = "", const std::string& scheme = "http") {
    fs::create_directories(folder());
    write_bytes(place_ / "rules", "");
    write_bytes(place_ / "log", "");
    const std::string command =
        "cd " + quoted(place_.path()) + " && python3 " +
        quoted(fs::path(REPOSBOM_SOURCE_DIR) / "tests/cli/support/http_server.py") +
        " --folder www --rules rules --log log --port-file port " + options + " 2>errors & echo $!";
    pid_ = std::stoi(run_shell(command).output);
    for (int i = 0; i != 3000 && !fs::exists(place_ / "port"); ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    REQUIRE(fs::exists(place_ / "port"));
    const std::string port = read_bytes(place_ / "port");
    url_ = scheme + "://127.0.0.1:" + port.substr(0, port.find('\n'));
  }
  ~HttpServer() { ::kill(pid_, SIGTERM); }
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  const std::string& url() const { return url_; }
  fs::path folder() const { return place_ / "www"; }
  void put(const std::string& path, const std::string& bytes) const {
    write_bytes(folder() / path, bytes);
  }

  // The words of a line: a pattern, an action, its arguments. Takes the place of all others.
  void rule(const std::vector<std::string>& words) const {
    std::string line;
    for (const std::string& word : words)
      line += (line.empty() ? "" : "\t") + word;
    write_bytes(place_ / "rules", line + "\n");
  }

  // Lines of what was asked for: "GET /path RANGE STATUS …".
  std::vector<std::string> log() const {
    std::vector<std::string> lines;
    std::ifstream stream(place_ / "log");
    for (std::string line; std::getline(stream, line);)
      lines.push_back(line);
    return lines;
  }
  std::ptrdiff_t requests(const std::string& text) const {
    const std::vector<std::string> lines = log();
    return std::count_if(lines.begin(), lines.end(), [&](const std::string& line) {
      return line.find(text) != std::string::npos;
    });
  }

 private:
  TemporaryFolder place_ = {};
  pid_t pid_ = -1;
  std::string url_ = {};
};

}  // namespace reposbom::tests
