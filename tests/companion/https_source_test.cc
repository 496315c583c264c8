// SPDX-License-Identifier: Apache-2.0
#include "companion/https_source.h"

#include <map>
#include <stdexcept>

#include <doctest/doctest.h>

#include "tests/support/http_server.h"

using namespace reposbom::companion;
using reposbom::Cause;
using reposbom::tests::HttpServer;
using reposbom::tests::Thrown;
using reposbom::tests::thrown_by;
using std::chrono::milliseconds;
using State = Answer::State;

namespace {

const std::string kRun = "20261123T032000Z";
const std::string kBelow = "runs/" + kRun + "/";
const Pace kFast{.first_wait = milliseconds(10), .longest_wait = milliseconds(2000)};

Configuration settings() {
  Configuration configuration;
  configuration.proxy = "";
  configuration.retries = 2;
  return configuration;
}

std::unique_ptr<Source> source_of(
    const std::string& url, const Configuration& configuration = settings()) {
  return https_source(url, configuration, /*stop=*/{}, kFast);
}

void put_run(const HttpServer& server) {
  for (const std::string& below : {std::string(), kBelow}) {
    server.put(below + "SHA256SUMS", "sums\n");
    server.put(below + "SHA256SUMS.asc", "signature\n");
  }
}

std::map<std::string, Answer> read_all(Source& source, const std::vector<Request>& requests) {
  std::map<std::string, Answer> answers;
  source.read(requests, [&](std::size_t index, Answer&& answer) {
    CHECK(answers.emplace(requests.at(index).path, std::move(answer)).second);
  });
  CHECK(answers.size() == requests.size());
  return answers;
}

Answer read_one(Source& source, const std::string& path, std::uint64_t limit = 1000000) {
  return read_all(source, {{path, limit}}).at(path);
}

std::string numbers(std::size_t size) {
  std::string bytes;
  for (std::size_t i = 0; bytes.size() < size; ++i)
    bytes += std::to_string(i) + " ";
  bytes.resize(size);
  return bytes;
}

}  // namespace

TEST_CASE("https_source reads all of the run that the server names") {
  if (!HttpServer::is_possible()) return;
  const HttpServer server("--run " + kRun);
  put_run(server);
  server.put(kBelow + "SHA256SUMS.2.p7s", "another\n");
  const auto source = source_of(server.url() + "/");
  CHECK(source->name() == server.url() + "/");
  const Front front = source->open("");
  CHECK(front.run == kRun);
  CHECK(front.etag.size() == 66);
  CHECK_FALSE(front.is_unchanged);
  CHECK(
      front.texts == std::map<std::string, std::string>{
                         {"SHA256SUMS", "sums\n"},
                         {"SHA256SUMS.asc", "signature\n"},
                         {"SHA256SUMS.2.p7s", "another\n"}});

  std::vector<Request> requests;
  std::map<std::string, std::string> files;
  for (int i = 0; i != 300; ++i) {
    // What versions have, and what a URL cannot have as it is.
    const std::string name = "sets/a/a/a-" + std::to_string(i) + "+1~rc^2:3 #?%25é.json";
    files[name] = "file " + std::to_string(i);
    server.put(kBelow + name, files[name]);
    requests.push_back({name, 100});
  }
  server.put("sets/only-in-current", "x");
  requests.push_back({"sets/only-in-current", 100});
  server.put(kBelow + "empty", "");
  requests.push_back({"empty", 0});
  auto answers = read_all(*source, requests);
  CHECK(answers.at("sets/only-in-current").state == State::Absent);
  CHECK(answers.at("empty").state == State::Done);
  for (const auto& [name, bytes] : files) {
    CHECK(answers.at(name).state == State::Done);
    CHECK(answers.at(name).bytes == bytes);
  }
}

TEST_CASE("https_source: a server that names no run is read as it is") {
  if (!HttpServer::is_possible()) return;
  const HttpServer server;
  put_run(server);
  server.put("set.json", "of the only run");
  const auto source = source_of(server.url());
  CHECK(source->open("").run.empty());
  CHECK(read_one(*source, "set.json").bytes == "of the only run");
}

TEST_CASE("https_source: a run that is known is not sent again, and can be read") {
  if (!HttpServer::is_possible()) return;
  const HttpServer server("--run " + kRun);
  put_run(server);
  server.put(kBelow + "set.json", "{}");
  const std::string etag = source_of(server.url())->open("").etag;
  const auto source = source_of(server.url());
  const Front front = source->open(etag);
  CHECK(front.is_unchanged);
  CHECK(front.texts.empty());
  CHECK(server.requests("/SHA256SUMS - 304") == 1);
  CHECK(read_one(*source, "set.json").bytes == "{}");

  server.put("SHA256SUMS", "other sums\n");
  CHECK_FALSE(source->open(etag).is_unchanged);
}

TEST_CASE("https_source refuses a name of a run that leads elsewhere") {
  if (!HttpServer::is_possible()) return;
  const HttpServer server("--run ../keys");
  put_run(server);
  const Thrown thrown = thrown_by([&] { source_of(server.url())->open(""); });
  CHECK(thrown.cause == Cause::Untrusted);
  CHECK(thrown.says("names a run with a name that no file can have"));
}

TEST_CASE("https_source: a server without SHA256SUMS is no tree") {
  if (!HttpServer::is_possible()) return;
  const HttpServer server;
  const Thrown thrown = thrown_by([&] { source_of(server.url())->open(""); });
  CHECK(thrown.cause == Cause::Untrusted);
  CHECK(thrown.says(server.url() + "/SHA256SUMS: there is no such file"));
}

TEST_CASE("https_source asks for the rest of what was cut off") {
  if (!HttpServer::is_possible()) return;
  const HttpServer server;
  put_run(server);
  const std::string bytes = numbers(300000);
  server.put("big", bytes);
  server.rule({"/big$", "cut", "100000", "1"});
  const auto source = source_of(server.url());
  source->open("");
  CHECK(read_one(*source, "big").bytes == bytes);
  CHECK(server.requests("/big - 200") == 1);
  CHECK(server.requests("/big bytes=100000- 206") == 1);
}

TEST_CASE("https_source starts over where the file is another one meanwhile") {
  if (!HttpServer::is_possible()) return;
  const HttpServer server;
  put_run(server);
  const std::string bytes = numbers(300000);
  server.put("big", bytes);
  server.put("before", std::string(200000, 'x'));
  server.rule({"/big$", "cut", "100000", "1", (server.folder() / "before").string()});
  const auto source = source_of(server.url());
  source->open("");
  CHECK(read_one(*source, "big").bytes == bytes);
  CHECK(server.requests("/big bytes=100000- 206") == 0);
  CHECK(server.requests("/big - 200") + server.requests("/big bytes=100000- 200") == 2);
}

TEST_CASE("https_source asks again where a server fails for now, as often as it may") {
  if (!HttpServer::is_possible()) return;
  const HttpServer server;
  put_run(server);
  server.put("a", "good");
  server.put("b", "good");
  const auto source = source_of(server.url());
  source->open("");

  server.rule({"/a$", "fail", "503", "2"});
  CHECK(read_one(*source, "a").bytes == "good");
  CHECK(server.requests("/a - 503") == 2);

  // One file that fails is no server that is lost.
  server.rule({"/b$", "fail", "500", "9"});
  const Answer broken = read_one(*source, "b");
  CHECK(broken.state == State::Failed);
  CHECK(broken.message == "the server answers with status 500");
  CHECK(server.requests("/b - 500") == 3);

  const auto start = std::chrono::steady_clock::now();
  server.rule({"/a$", "fail", "429", "1", "1"});
  CHECK(read_one(*source, "a").bytes == "good");
  CHECK(std::chrono::steady_clock::now() - start >= milliseconds(1000));
  // It is not waited for an hour.
  server.rule({"/a$", "fail", "429", "9", "3600"});
  const Thrown thrown = thrown_by([&] { read_one(*source, "a"); });
  CHECK(thrown.cause == Cause::TryAgain);
  CHECK(thrown.says("too many requests"));
}

TEST_CASE("https_source gives a server up that fails all the time, without asking for everything") {
  if (!HttpServer::is_possible()) return;
  const HttpServer server;
  put_run(server);
  const auto source = source_of(server.url());
  source->open("");
  server.rule({".", "fail", "503", "999999"});
  const std::vector<Request> requests(2000, Request{"file", 100});
  const Thrown thrown = thrown_by([&] { source->read(requests, [](std::size_t, Answer&&) {}); });
  CHECK(thrown.cause == Cause::TryAgain);
  CHECK(thrown.says("503"));
  CHECK(server.requests("/file") <= 3 * 64);

  CHECK(thrown_by([&] { source_of("http://127.0.0.1:1")->open(""); }).cause == Cause::TryAgain);
}

TEST_CASE("https_source takes no more than it may, and nothing of another protocol") {
  if (!HttpServer::is_possible()) return;
  const HttpServer server;
  put_run(server);
  server.put("a", "12345");
  const auto source = source_of(server.url());
  source->open("");
  CHECK(read_one(*source, "a", 5).bytes == "12345");
  const Answer large = read_one(*source, "a", 4);
  CHECK(large.state == State::Failed);
  CHECK(large.message == "has more than the 4 bytes that it may have");
  server.rule({"/a$", "endless"});
  CHECK(read_one(*source, "a", 100000).state == State::Failed);

  server.rule({"/a$", "redirect", "file:///etc/passwd"});
  const Answer answer = read_one(*source, "a");
  CHECK(answer.state == State::Failed);
  CHECK(answer.message.find("another protocol") != std::string::npos);
  server.rule({"/SHA256SUMS$", "redirect", "file:///etc/passwd"});
  CHECK(thrown_by([&] { source->open(""); }).cause == Cause::Untrusted);
  server.rule({"/a$", "redirect", "/SHA256SUMS"});
  CHECK(read_one(*source, "a").bytes == "sums\n");
}

TEST_CASE("https_source tells why a server refuses") {
  if (!HttpServer::is_possible()) return;
  const HttpServer server;
  put_run(server);
  server.rule({".", "say", "403", "not accepted: FAILED:certificate has expired"});
  const auto source = source_of(server.url());
  CHECK_THROWS_AS(source->open(""), Refused);
  CHECK(thrown_by([&] {
          source->open("");
        }).says(": the server refuses: not accepted: FAILED:certificate has expired"));
  server.rule({".", "say", "403", "<html>a page</html>"});
  CHECK(thrown_by([&] {
          source->open("");
        }).says(": the server forbids it: see 'client_certificate'"));
  server.rule({".", "say", "401", "\x1b[31mwho?"});
  const Thrown thrown = thrown_by([&] { source->open(""); });
  CHECK(thrown.says("the server refuses: "));
  CHECK_FALSE(thrown.says("\x1b"));

  server.rule({"/a$", "say", "403", "not any more"});
  source->open("");
  CHECK_THROWS_AS(read_one(*source, "a"), Refused);
}

TEST_CASE("https_source: what the taker throws goes through, and the source is good afterwards") {
  if (!HttpServer::is_possible()) return;
  const HttpServer server;
  put_run(server);
  server.put("a", "good");
  const auto source = source_of(server.url());
  source->open("");
  const std::vector<Request> requests(100, Request{"a", 100});
  CHECK_THROWS_AS(
      source->read(requests, [](std::size_t, Answer&&) { throw std::runtime_error("enough"); }),
      std::runtime_error);
  CHECK(read_one(*source, "a").bytes == "good");
}

TEST_CASE("https_source ends when it is told to") {
  if (!HttpServer::is_possible()) return;
  const HttpServer server;
  put_run(server);
  server.rule({".", "slow", "5"});
  int asked = 0;
  const auto source = https_source(
      server.url(), settings(), [&asked] { return ++asked > 3; }, kFast);
  const auto start = std::chrono::steady_clock::now();
  CHECK(thrown_by([&] { source->open(""); }).cause == Cause::Interrupted);
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(4));
}
