// SPDX-License-Identifier: Apache-2.0
#include "companion/download.h"

#include <cstdlib>

#include <doctest/doctest.h>

#include "companion/https_source.h"
#include "tests/support/demo_ca.h"
#include "tests/support/http_server.h"

using namespace reposbom::companion;
using namespace reposbom::tests;
using reposbom::Cause;
using std::chrono::milliseconds;

namespace {

Configuration settings() {
  Configuration configuration;
  configuration.proxy = "";
  configuration.retries = 0;
  configuration.timeout = std::chrono::seconds(10);
  return configuration;
}

Configuration settings_with_proxy(const std::string& proxy, const fs::path& user = {}) {
  Configuration configuration = settings();
  configuration.proxy = proxy;
  configuration.proxy_user_file = user;
  return configuration;
}

// What is in the way of SHA256SUMS, if anything; whether it is a refusal.
struct Outcome {
  Thrown thrown = {};
  bool is_refused = false;

  bool is_good() const { return !thrown.cause.has_value(); }
  bool says(const std::string& text) const { return thrown.says(text); }
};

Outcome open(const std::string& url, const Configuration& configuration) {
  Outcome outcome;
  outcome.thrown = thrown_by([&] {
    try {
      const auto source =
          https_source(url, configuration, /*stop=*/{}, {.first_wait = milliseconds(10)});
      const Front front = source->open("");  // Not in CHECK, which keeps what is thrown.
      CHECK(front.texts.at("SHA256SUMS") == "sums\n");
    } catch (const Refused&) {
      outcome.is_refused = true;
      throw;
    }
  });
  return outcome;
}

struct TlsServer {
  const DemoCa& ca;
  HttpServer server;

  explicit TlsServer(const DemoCa& authority)
      : ca(authority),
        server(
            "--certificate " + quoted(ca.file("both.pem")) + " --client-ca " +
                quoted(ca.file("clients-ca.pem")),
            "https") {
    server.put("SHA256SUMS", "sums\n");
  }

  Configuration as(const std::string& client) const {
    Configuration configuration = settings();
    configuration.ca_file = ca.file("clients-ca.pem");
    if (client.empty()) return configuration;
    configuration.client_certificate = ca.certificate(client);
    configuration.client_key = ca.key(client);
    return configuration;
  }
};

// The password of a proxy in a file.
struct ProxyUser {
  TemporaryFolder folder = {};
  fs::path file = folder / "user";

  explicit ProxyUser(const std::string& text) { write_bytes(file, text); }
};

}  // namespace

TEST_CASE("download: a server of TLS lets in who has a certificate, and says why not") {
  const DemoCa* const ca = DemoCa::find();
  if (ca == nullptr || !HttpServer::is_possible()) return;
  const TlsServer tls(*ca);
  const std::string& url = tls.server.url();
  CHECK(open(url, tls.as("alice")).is_good());

  Outcome outcome = open(url, tls.as(""));
  CHECK(outcome.is_refused);
  CHECK(outcome.says("the server ends the connection: certificate required; see 'client_cert"));
  outcome = open(url, tls.as("stranger"));
  CHECK(outcome.is_refused);
  CHECK(outcome.says("the server ends the connection: unknown ca"));
  const auto asked = tls.server.log().size();
  outcome = open(url, tls.as("late"));
  CHECK(outcome.is_refused);
  CHECK(outcome.says("clients/late.pem: the client certificate expired on 2021-01-01"));
  CHECK(tls.server.log().size() == asked);

  Configuration trusting = tls.as("alice");
  trusting.ca_file = ca->file("other/clients-ca.pem");
  outcome = open(url, trusting);
  CHECK(outcome.thrown.cause == Cause::Untrusted);
  CHECK(outcome.says("the server is not trusted: "));
  CHECK(outcome.says("; see 'ca_file'"));
  trusting.ca_file = ca->file("none.pem");
  outcome = open(url, trusting);
  CHECK(outcome.thrown.cause == Cause::Usage);
  CHECK(outcome.says("; see 'ca_file'"));
}

TEST_CASE("download: through a proxy with a password, that of https too") {
  const DemoCa* const ca = DemoCa::find();
  if (ca == nullptr || !HttpServer::is_possible()) return;
  const HttpServer plain;
  plain.put("SHA256SUMS", "sums\n");
  const TlsServer tls(*ca);
  const ProxyUser right("us:the:m\n");
  const ProxyUser wrong("us:other\n");
  for (const char* const scheme : {"", " --digest"}) {
    CAPTURE(scheme);
    const HttpServer proxy("--proxy --proxy-user us:the:m" + std::string(scheme));
    CHECK(open(plain.url(), settings_with_proxy(proxy.url(), right.file)).is_good());
    CHECK(proxy.requests("GET " + plain.url() + "/SHA256SUMS") >= 1);
    Configuration through = tls.as("alice");
    through.proxy = proxy.url();
    through.proxy_user_file = right.file;
    CHECK(open(tls.server.url(), through).is_good());
    CHECK(proxy.requests("CONNECT ") >= 1);

    through.proxy_user_file = wrong.file;
    for (const Outcome& outcome :
         {open(tls.server.url(), through), open(plain.url(), settings_with_proxy(proxy.url()))}) {
      CHECK(outcome.is_refused);
      CHECK(outcome.says("the proxy " + proxy.url() + ": the proxy wants a user and password"));
      CHECK(outcome.says("'proxy_user_file'"));
    }
  }
}

TEST_CASE("download: a proxy of the environment is used, unless the configuration says otherwise") {
  if (!HttpServer::is_possible()) return;
  const HttpServer server;
  server.put("SHA256SUMS", "sums\n");
  const HttpServer proxy("--proxy");
  const char* const before = std::getenv("http_proxy");
  const std::string old = before == nullptr ? "" : before;
  ::setenv("http_proxy", proxy.url().c_str(), 1);
  CHECK(open(server.url(), settings()).is_good());
  CHECK(proxy.log().empty());
  Configuration configuration = settings();
  configuration.proxy.reset();
  CHECK(open(server.url(), configuration).is_good());
  CHECK_FALSE(proxy.log().empty());
  ::setenv("http_proxy", "http://127.0.0.1:1", 1);
  const Outcome outcome = open(server.url(), configuration);
  CHECK(outcome.thrown.cause == Cause::TryAgain);
  CHECK(outcome.says("the proxy http://127.0.0.1:1: "));
  if (before == nullptr) ::unsetenv("http_proxy");
  if (before != nullptr) ::setenv("http_proxy", old.c_str(), 1);
}

TEST_CASE("download: what is wrong with a proxy is said, and whose it is") {
  const std::string url = "https://sbom.example.com";
  const auto expect = [&](const std::string& proxy, const std::string& message) {
    CAPTURE(proxy);
    const Outcome outcome = open(url, settings_with_proxy(proxy));
    CHECK(outcome.thrown.cause == Cause::TryAgain);
    CHECK_FALSE(outcome.is_refused);
    CAPTURE(outcome.thrown.message);
    CHECK(outcome.says(message));
    CHECK(outcome.says("; see 'proxy'"));
    CHECK_FALSE(outcome.says("secret"));
  };
  expect("http://us:secret@127.0.0.1:1", "the proxy http://127.0.0.1:1: ");
  expect("127.0.0.1:1", "the proxy 127.0.0.1:1: ");
  expect("http://[::1]:1", "the proxy http://[::1]:1: ");
  // No name of a host, so that nobody is asked for it.
  const std::string name = "http://" + std::string(70, 'a') + ".invalid:3128";
  expect(name, "the proxy " + name + ": ");

  for (const char* const proxy : {"socks5://127.0.0.1:1", "http://", "http://a b:1"}) {
    CAPTURE(proxy);
    const Outcome outcome = open(url, settings_with_proxy(proxy));
    CHECK(outcome.thrown.cause == Cause::Usage);
    CHECK(outcome.says("/etc/sbomget.conf: 'proxy' is to be http://HOST:PORT"));
  }
  const ProxyUser user("no colon\n");
  const Outcome outcome = open(url, settings_with_proxy("http://127.0.0.1:1", user.file));
  CHECK(outcome.thrown.cause == Cause::Usage);
  CHECK(outcome.says(user.file.string() + ": its first line is to be USER:PASSWORD"));
}

TEST_CASE("download: a proxy that does not let us through is told from the server") {
  if (!HttpServer::is_possible()) return;
  const HttpServer proxy("--proxy");
  proxy.rule({"sbom.example.com:443", "say", "403", "not from here"});
  const Configuration configuration = settings_with_proxy(proxy.url());
  Outcome outcome = open("https://sbom.example.com", configuration);
  CHECK(outcome.thrown.cause == Cause::Usage);
  CHECK_FALSE(outcome.is_refused);
  CHECK(outcome.says(
      "the proxy " + proxy.url() + " does not let us through: it answers with status 403"));
  proxy.rule({"sbom.example.com:443", "say", "502", "no way"});
  outcome = open("https://sbom.example.com", configuration);
  CHECK(outcome.thrown.cause == Cause::TryAgain);
  CHECK(outcome.says("it answers with status 502"));
}
