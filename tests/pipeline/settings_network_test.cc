// SPDX-License-Identifier: Apache-2.0
#include "pipeline/settings_network.h"

#include <chrono>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "metadata/error.h"
#include "pipeline/settings.h"
#include "tests/support/published_tree.h"

using namespace reposbom::pipeline;
using namespace reposbom::tests;
using namespace std::chrono_literals;
using reposbom::Cause;

namespace {

const std::string kRemote = "repositories:\n  - id: a\n    packages: https://a.example/os\n";

Settings read(const std::string& text) {
  const TemporaryFolder folder;
  write_bytes(folder / "c.yaml", text);
  return read_settings(folder / "c.yaml");
}

// Of an error: "LINE:COLUMN: MESSAGE".
std::string problem_of(const std::string& text) {
  const TemporaryFolder folder;
  write_bytes(folder / "c.yaml", text);
  const Thrown thrown = thrown_by([&] { read_settings(folder / "c.yaml"); });
  CHECK(thrown.cause == Cause::Usage);
  return thrown.message.substr((folder / "c.yaml").string().size() + 1);
}

}  // namespace

TEST_CASE("read_settings reads how servers are reached") {
  const TemporaryFolder folder;
  write_bytes(
      folder / "c.yaml",
      kRemote +
          "network:\n  proxy: http://proxy.example:3128\n  proxy_user_file: pu\n  user_file: u\n"
          "  ca_file: ca.pem\n  client_certificate: c.pem\n  client_key: k.pem\n"
          "  client_passphrase_file: p\n  retries: 0\n  timeout: 2m\ncache: downloads\n");
  const Settings settings = read_settings(folder / "c.yaml");
  const NetworkSettings& network = settings.repositories[0].network;
  CHECK(network.proxy == "http://proxy.example:3128");
  CHECK(network.proxy_user_file == folder / "pu");
  CHECK(network.user_file == folder / "u");
  CHECK(network.ca_file == folder / "ca.pem");
  CHECK(network.client_certificate == folder / "c.pem");
  CHECK(network.client_key == folder / "k.pem");
  CHECK(network.client_passphrase_file == folder / "p");
  CHECK(network.retries == 0);
  CHECK(network.timeout == 120s);
  CHECK(settings.cache == folder / "downloads");
}

TEST_CASE("what a repository says of its server goes before what holds for all") {
  const Settings settings = read(
      kRemote +
      "    network: {retries: 1, client_certificate: own.pem, proxy: none}\n"
      "  - {id: b, packages: https://b.example/os}\n"
      "network: {retries: 7, timeout: 5s, client_certificate: c.pem, client_key: k.pem,\n"
      "          proxy: http://p.example, proxy_user_file: pu}\n");
  const NetworkSettings& own = settings.repositories[0].network;
  CHECK(own.retries == 1);
  CHECK(own.timeout == 5s);
  // Keys and passwords are of what they stand beside.
  CHECK(own.client_certificate->filename() == "own.pem");
  CHECK(!own.client_key);
  CHECK(own.proxy == "");
  CHECK(!own.proxy_user_file);
  const NetworkSettings& common = settings.repositories[1].network;
  CHECK(common.retries == 7);
  CHECK(common.client_key->filename() == "k.pem");
  CHECK(common.proxy_user_file->filename() == "pu");
}

TEST_CASE("repositories of the command line are reached as the file says") {
  const TemporaryFolder folder;
  write_bytes(folder / "c.yaml", "network: {retries: 3}\n");
  const Settings settings = read_settings(folder / "c.yaml", {"https://a.example/os"});
  CHECK(settings.repositories[0].network.retries == 3);
}

TEST_CASE("read_settings reads mirrors as a list, a file or a URL") {
  CHECK(
      read(kRemote + "    mirrors: [https://b.example/os/, https://c.example/os]\n")
          .repositories[0]
          .mirrors.urls ==
      std::vector<std::string>{"https://b.example/os", "https://c.example/os"});
  CHECK(
      read(kRemote + "    mirrors: https://m.example/list?arch=x86_64\n")
          .repositories[0]
          .mirrors.list == "https://m.example/list?arch=x86_64");
  const std::string file = read(kRemote + "    mirrors: list.txt\n").repositories[0].mirrors.list;
  CHECK(file.starts_with('/'));
  CHECK(file.ends_with("/list.txt"));
  const Settings sources = read(
      kRemote +
      "    sources: {packages: https://a.example/src, mirrors: [https://b.example/src]}\n");
  CHECK(
      sources.repositories[0].source_mirrors.urls ==
      std::vector<std::string>{"https://b.example/src"});
  CHECK(sources.repositories[0].mirrors.urls.empty());
}

TEST_CASE("read_settings refuses mirrors that make no sense or no trust") {
  CHECK(
      problem_of("repositories:\n  - {id: a, packages: dir, mirrors: [https://b.example]}\n") ==
      "2:5: has 'mirrors', but its 'packages' is a directory and not a URL");
  CHECK(
      problem_of(kRemote + "    mirrors: [http://u:secret@b.example/os]\n") ==
      "2:5: its 'packages' is a URL of https://, so its mirrors must be too: http://b.example/os");
  CHECK(problem_of(kRemote + "    mirrors: rsync://b/os\n").starts_with("4:14: "));
  CHECK(problem_of(kRemote + "    mirrors: [dir]\n").starts_with("4:15: "));
}

TEST_CASE("read_settings refuses network settings where they stand") {
  const auto network = [](const std::string& text) {
    return problem_of(kRemote + "network: {" + text + "}\n");
  };
  CHECK(network("proxi: none").starts_with("4:11: "));
  CHECK(network("proxy: ftp://a").starts_with("4:18: 'proxy' must be 'none' or a URL"));
  const std::string secret = network("proxy: 'http://me:secret@a'");
  CHECK(secret.find("proxy_user_file") != std::string::npos);
  CHECK(secret.find("secret") == std::string::npos);
  CHECK(network("retries: 21") == "4:20: 'retries' must be 20 or less");
  for (const char* time : {"0", "0s", "1h", "s", "-1", "3601", "61m", "1.5s"}) {
    CAPTURE(time);
    CHECK(network(std::string("timeout: ") + time).starts_with("4:20: 'timeout' must be a time"));
  }
}
