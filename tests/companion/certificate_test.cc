// SPDX-License-Identifier: Apache-2.0
#include "companion/certificate.h"

#include <ctime>

#include <doctest/doctest.h>

#include "companion/source.h"
#include "tests/support/demo_ca.h"

using namespace reposbom::companion;
using reposbom::tests::DemoCa;
using reposbom::tests::read_bytes;
using reposbom::tests::TemporaryFolder;
using reposbom::tests::Thrown;
using reposbom::tests::thrown_by;
using reposbom::tests::write_bytes;

namespace {

constexpr std::int64_t kDay = 86400;

std::int64_t now() {
  return std::time(nullptr);
}

}  // namespace

TEST_CASE("read_certificate tells whose it is and until when") {
  const DemoCa* const ca = DemoCa::find();
  if (ca == nullptr) return;
  const CertificateFacts facts = read_certificate(ca->certificate("late"));
  CHECK(facts.subject == "CN=late,O=Demonstration");
  CHECK(facts.issuer == "CN=Demonstration authority,O=Demonstration");
  CHECK(facts.serial == "04");
  CHECK(facts.not_before == 1577836800);
  CHECK(facts.not_after == 1609459200);
  CHECK(date_of(facts.not_after) == "2021-01-01");
}

TEST_CASE("check_certificate says what is wrong before a server does") {
  const DemoCa* const ca = DemoCa::find();
  if (ca == nullptr) return;
  const TemporaryFolder folder;
  const auto alice = ca->certificate("alice");
  const auto refusal = [](const auto& certificate, const auto& key, std::int64_t time) {
    CHECK_THROWS_AS(check_certificate(certificate, key, time), Refused);
    return thrown_by([&] { check_certificate(certificate, key, time); }).message;
  };
  CHECK_NOTHROW(check_certificate(alice, ca->key("alice"), now()));
  CHECK(
      refusal(ca->certificate("late"), ca->key("late"), now())
          .find(
              ca->certificate("late").string() +
              ": the client certificate expired on 2021-01-01") == 0);
  CHECK(
      refusal(ca->certificate("late"), ca->key("late"), 1577836799)
          .find("is valid only from 2020-01-01") != std::string::npos);
  CHECK(
      refusal(alice, ca->key("late"), now())
          .find(ca->key("late").string() + ": is not the key of the client certificate") == 0);
  CHECK(
      refusal(folder / "none.pem", ca->key("alice"), now()).find("cannot read the client cert") !=
      std::string::npos);
  CHECK(
      refusal(ca->client_file("alice", ".p12"), ca->key("alice"), now())
          .find("has no client certificate in PEM; 'sbomget import'") != std::string::npos);
  CHECK(
      refusal(alice, std::filesystem::path(), now()).find("has no key of a client certificate") !=
      std::string::npos);

  // Both in one file.
  write_bytes(folder / "both.pem", read_bytes(alice) + read_bytes(ca->key("alice")));
  CHECK_NOTHROW(check_certificate(folder / "both.pem", {}, now()));

  // Nobody is asked for a password in the middle of a transfer.
  const auto made = reposbom::tests::run_shell(
      "openssl pkey -in " + reposbom::tests::quoted(ca->key("alice")) +
      " -aes256 -passout pass:x -out " + reposbom::tests::quoted(folder / "locked.key"));
  REQUIRE(made.code == 0);
  CHECK(
      refusal(alice, folder / "locked.key", now()).find("has a password; 'sbomget import'") !=
      std::string::npos);
}

TEST_CASE("expiry_warning counts the days of the last month") {
  const DemoCa* const ca = DemoCa::find();
  if (ca == nullptr) return;
  const auto late = ca->certificate("late");
  const std::int64_t end = 1609459200;
  CHECK_FALSE(expiry_warning(late, end - 30 * kDay).has_value());
  CHECK(
      expiry_warning(late, end - 30 * kDay + 1) ==
      late.string() +
          ": the client certificate expires in 29 days (2021-01-01); ask for a new one");
  CHECK(expiry_warning(late, end - kDay).value_or("").find("in 1 day (") != std::string::npos);
  CHECK(expiry_warning(late, end - 5).value_or("").find("within a day (") != std::string::npos);
  CHECK(expiry_warning(late, end + 1) == late.string() + ": expired (2021-01-01)");
  CHECK_FALSE(expiry_warning(ca->key("late"), end).has_value());
}
