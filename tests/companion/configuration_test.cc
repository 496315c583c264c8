// SPDX-License-Identifier: Apache-2.0
#include "companion/configuration.h"

#include <sstream>

#include <doctest/doctest.h>

#include "tests/support/published_tree.h"

using namespace reposbom::companion;
using reposbom::Cause;
using reposbom::tests::TemporaryFolder;
using reposbom::tests::Thrown;
using reposbom::tests::thrown_by;
using reposbom::tests::write_bytes;

TEST_CASE("parse_configuration reads every key, and takes paths from the folder of the file") {
  const Configuration read = parse_configuration(
      "# a comment\n"
      "\n"
      "source = disk.iso\n"
      "  source=https://sbom.example.com/el9/  \r\n"
      "format = cyclonedx-json\n"
      "format = spdx-yaml\n"
      "output = /srv/sbom\n"
      "key = sbomget/keys/a=b.asc\n"
      "proxy = http://[2001:db8::1]:3128\n"
      "proxy_user_file = proxy.user\n"
      "ca_file = ../pki/ca.pem\n"
      "client_certificate = c.pem\n"
      "client_key = c.key\n"
      "timeout = 5\n"
      "retries = 0\n"
      "connections = 64",
      "/etc/sbomget.conf");
  CHECK(read.sources == std::vector<std::string>{"/etc/disk.iso", "https://sbom.example.com/el9/"});
  CHECK(read.formats == std::vector<std::string>{"cyclonedx-json", "spdx-yaml"});
  CHECK(read.output == "/srv/sbom");
  CHECK(read.keys == std::vector<std::filesystem::path>{"/etc/sbomget/keys/a=b.asc"});
  CHECK(read.proxy == "http://[2001:db8::1]:3128");
  CHECK(read.proxy_user_file == "/etc/proxy.user");
  CHECK(read.ca_file == "/pki/ca.pem");
  CHECK(read.client_certificate == "/etc/c.pem");
  CHECK(read.client_key == "/etc/c.key");
  CHECK(read.timeout.count() == 5);
  CHECK(read.retries == 0);
  CHECK(read.connections == 64);
}

TEST_CASE("parse_configuration: what is not said has a default, and a proxy can be ruled out") {
  const Configuration none = parse_configuration("", "/etc/sbomget.conf");
  CHECK(none.sources.empty());
  CHECK(none.formats == std::vector<std::string>{"spdx-json"});
  CHECK(none.output == "/var/lib/sbomget");
  CHECK_FALSE(none.proxy.has_value());
  CHECK(parse_configuration("proxy = none", "/etc/sbomget.conf").proxy == "");
}

TEST_CASE("parse_configuration names the line and what is wrong with it") {
  const auto expect = [](const std::string& text, const std::string& message) {
    CAPTURE(text);
    const Thrown thrown = thrown_by([&] { parse_configuration(text, "/etc/sbomget.conf"); });
    CHECK(thrown.cause == Cause::Usage);
    CAPTURE(thrown.message);
    CHECK(thrown.says(message));
  };
  expect("source = /a\nsources = /b", "/etc/sbomget.conf:2: 'sources': no such key");
  expect("source", "/etc/sbomget.conf:1: is not 'key = value'");
  expect("output =", "'output': has no value");
  expect("output = /a\noutput = /b", "/etc/sbomget.conf:2: 'output': is there twice");
  expect("timeout = 0", "'timeout': is to be a number from 1 to 3600, not '0'");
  expect("retries = 4x", "not '4x'");
  expect("connections = -1", "not '-1'");
}

TEST_CASE("read_configuration finds keys and the certificate beside the file") {
  const TemporaryFolder folder;
  const std::filesystem::path file = folder / "sbomget.conf";
  CHECK(read_configuration(file, /*is_default=*/true).sources.empty());
  CHECK(thrown_by([&] { read_configuration(file, /*is_default=*/false); }).cause == Cause::Usage);

  write_bytes(file, "source = disk\n");
  for (const char* name : {"keys/b.asc", "keys/a.pem", "keys/README", "client.pem", "client.key"})
    write_bytes(folder / "sbomget" / name, name);
  const Configuration read = read_configuration(file, false);
  CHECK(read.sources == std::vector<std::string>{(folder / "disk").string()});
  const std::filesystem::path settings = folder / "sbomget";
  CHECK(read.keys == std::vector{settings / "keys/a.pem", settings / "keys/b.asc"});
  CHECK(read.client_certificate == settings / "client.pem");
  CHECK(read.client_key == settings / "client.key");
}

TEST_CASE("every line that the installed configuration has as an example can be read") {
  const std::filesystem::path file =
      std::filesystem::path(REPOSBOM_SOURCE_DIR) / "packaging/sbomget.conf";
  std::istringstream text(reposbom::tests::read_bytes(file));
  std::size_t keys = 0;
  for (std::string line; std::getline(text, line);) {
    if (!line.starts_with('#') || line.starts_with("# ") || line == "#") continue;
    CAPTURE(line);
    CHECK_NOTHROW(parse_configuration(line.substr(1), file));
    ++keys;
  }
  CHECK(keys >= 12);
}
