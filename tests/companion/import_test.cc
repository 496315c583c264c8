// SPDX-License-Identifier: Apache-2.0
#include "companion/import.h"

#include <cstdlib>
#include <ctime>

#include <doctest/doctest.h>
#include <sys/stat.h>

#include "tests/support/demo_ca.h"

using namespace reposbom::companion;
using namespace reposbom::tests;
using reposbom::Cause;

namespace {

// A folder to import into, with what has to be made for it first.
struct Customer {
  const DemoCa& ca;
  TemporaryFolder folder = {};

  fs::path settings() const { return folder / "etc/sbomget"; }
  fs::path certificate() const { return settings() / "client.pem"; }
  fs::path key() const { return settings() / "client.key"; }

  ImportRequest request(const fs::path& file) const {
    return {.file = file, .settings = settings(), .now = std::time(nullptr)};
  }
  fs::path password(const std::string& text) const {
    write_bytes(folder / "password", text);
    return folder / "password";
  }

  // With `ca` as the folder to read from.
  void run(const std::string& command) const {
    const Ran ran = run_shell(
        "cd " + quoted(folder.path()) + " && ca=" + quoted(ca.file(".")) + " && " + command);
    INFO(ran.output);
    REQUIRE(ran.code == 0);
  }

  bool has(const std::string& client) const {
    return read_certificate(certificate()).subject == "CN=" + client + ",O=Demonstration" &&
           !thrown_by([&] { check_certificate(certificate(), key(), std::time(nullptr)); }).cause;
  }
};

mode_t mode_of(const fs::path& file) {
  struct stat status = {};
  REQUIRE(::stat(file.c_str(), &status) == 0);
  return status.st_mode & 07777U;
}

std::size_t files_in(const fs::path& folder) {
  std::size_t count = 0;
  for ([[maybe_unused]] const auto& entry : fs::directory_iterator(folder))
    ++count;
  return count;
}

}  // namespace

TEST_CASE("import_certificate makes two files of PKCS#12") {
  const DemoCa* const ca = DemoCa::find();
  if (ca == nullptr) return;
  const Customer customer{*ca};
  ImportRequest request = customer.request(ca->client_file("alice", ".p12"));
  request.password_file = ca->client_file("alice", ".password");
  const ImportedCertificate imported = import_certificate(request);
  CHECK(imported.facts.subject == "CN=alice,O=Demonstration");
  CHECK(imported.facts.issuer == "CN=Demonstration authority,O=Demonstration");
  CHECK(imported.certificate == customer.certificate());
  CHECK(imported.key == customer.key());
  CHECK_FALSE(imported.is_near_expiry);
  CHECK(customer.has("alice"));
  CHECK(mode_of(customer.certificate()) == 0644);
  CHECK(mode_of(customer.key()) == 0600);
  CHECK(files_in(customer.settings()) == 2);
  // The authority's own certificate, which is in the file too, is not sent to it.
  CHECK(read_bytes(customer.certificate()).rfind("-----BEGIN") == 0);

  request.now = imported.facts.not_after - 29 * 86400;
  CHECK(import_certificate(request).is_near_expiry);
  CHECK(files_in(customer.settings()) == 2);
}

TEST_CASE("import_certificate asks for a password only where there is one") {
  const DemoCa* const ca = DemoCa::find();
  if (ca == nullptr) return;
  const Customer customer{*ca};
  customer.run(
      "openssl pkcs12 -export -inkey \"$ca\"/clients/alice.key -in \"$ca\"/clients/alice.pem "
      "-passout pass: -out open.p12");
  int asked = 0;
  ImportRequest request = customer.request(customer.folder / "open.p12");
  request.ask = [&asked](const fs::path&) {
    ++asked;
    return std::optional<std::string>("wrong");
  };
  import_certificate(request);
  CHECK(asked == 0);
  CHECK(customer.has("alice"));

  request.file = ca->client_file("alice", ".p12");
  Thrown thrown = thrown_by([&] { import_certificate(request); });
  CHECK(asked == 1);
  CHECK(thrown.cause == Cause::Usage);
  CHECK(thrown.says("alice.p12: the password is wrong"));
  request.ask = {};
  thrown = thrown_by([&] { import_certificate(request); });
  CHECK(thrown.says("alice.p12: has a password: name the file that has it with --password-file"));
}

TEST_CASE("import_certificate reads PEM in one file or two, with a password or without") {
  const DemoCa* const ca = DemoCa::find();
  if (ca == nullptr) return;
  const Customer customer{*ca};
  customer.run(
      "cat \"$ca\"/clients-ca.pem \"$ca\"/clients/alice.pem \"$ca\"/clients/alice.key >one.pem"
      " && openssl pkey -in \"$ca\"/clients/alice.key -aes256 -passout pass:secret -out locked.key"
      " && openssl ec -in \"$ca\"/clients/alice.key -aes256 -passout pass:secret -out old.key");
  import_certificate(customer.request(customer.folder / "one.pem"));
  CHECK(customer.has("alice"));
  // What issued itself is left out, whatever the order.
  CHECK(read_bytes(customer.certificate()).rfind("-----BEGIN") == 0);

  for (const char* const name : {"locked.key", "old.key"}) {
    CAPTURE(name);
    fs::remove_all(customer.settings());
    ImportRequest request = customer.request(ca->certificate("alice"));
    request.key = customer.folder / name;
    request.password_file = customer.password("secret\n");
    import_certificate(request);
    CHECK(customer.has("alice"));
    request.password_file = customer.password("other\n");
    CHECK(thrown_by([&] { import_certificate(request); }).says("the password is wrong"));
  }
}

TEST_CASE("import_certificate keeps the certificates between, in order") {
  const DemoCa* const ca = DemoCa::find();
  if (ca == nullptr) return;
  const Customer customer{*ca};
  customer.run(
      "new() { openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -config /dev/null"
      " -keyout $1.key -subj /CN=$1 -out $1.csr; }"
      " && echo 'basicConstraints=critical,CA:true' >ca.ext"
      " && new root && openssl x509 -req -in root.csr -signkey root.key -days 30"
      "   -extfile ca.ext -out root.pem"
      " && new between && openssl x509 -req -in between.csr -CA root.pem -CAkey root.key"
      "   -CAcreateserial -days 30 -extfile ca.ext -out between.pem"
      " && new leaf && openssl x509 -req -in leaf.csr -CA between.pem -CAkey between.key"
      "   -CAcreateserial -days 30 -out leaf.pem"
      " && cat root.pem between.pem leaf.pem leaf.key >all.pem && cat leaf.pem between.pem "
      ">wanted");
  import_certificate(customer.request(customer.folder / "all.pem"));
  const auto only_pem = [](std::string text) { return text.substr(text.find("-----BEGIN")); };
  CHECK(read_bytes(customer.certificate()) == only_pem(read_bytes(customer.folder / "wanted")));
}

TEST_CASE("import_certificate refuses what no server would accept, and keeps what is there") {
  const DemoCa* const ca = DemoCa::find();
  if (ca == nullptr) return;
  const Customer customer{*ca};
  ImportRequest request = customer.request(ca->certificate("alice"));
  request.key = ca->key("alice");
  import_certificate(request);
  const auto expect = [&](const ImportRequest& wrong, const std::string& message) {
    const Thrown thrown = thrown_by([&] { import_certificate(wrong); });
    CAPTURE(thrown.message);
    CHECK(thrown.cause == Cause::Usage);
    CHECK(thrown.says(message));
    CHECK(customer.has("alice"));
    CHECK(files_in(customer.settings()) == 2);
  };
  ImportRequest late = customer.request(ca->certificate("late"));
  late.key = ca->key("late");
  expect(late, "the certificate of CN=late,O=Demonstration expired on 2021-01-01");
  late.now = 1577836799;
  expect(late, "is valid only from 2020-01-01");
  ImportRequest server = customer.request(ca->file("server.pem"));
  server.key = ca->file("server.key");
  expect(server, "is not for clients of a server");
  request.key = ca->key("late");
  expect(request, "no certificate in it belongs to the key");
  expect(customer.request(ca->certificate("alice")), "has no key; name the file that has it");
  expect(customer.request(ca->key("alice")), "has no certificate");
  expect(customer.request(ca->file("resolve-current")), "is neither PKCS#12 nor PEM");
  expect(customer.request(customer.folder / "none"), "none: ");
}

TEST_CASE("import_certificate puts the old key back where the certificate cannot be replaced") {
  const DemoCa* const ca = DemoCa::find();
  if (ca == nullptr) return;
  const Customer customer{*ca};
  write_bytes(customer.key(), "the old key");
  write_bytes(customer.certificate() / "is a folder", "");
  ImportRequest request = customer.request(ca->certificate("alice"));
  request.key = ca->key("alice");
  const Thrown thrown = thrown_by([&] { import_certificate(request); });
  CHECK(thrown.cause == Cause::Output);
  CHECK(thrown.says("client.pem: cannot replace"));
  CHECK(read_bytes(customer.key()) == "the old key");
  CHECK(files_in(customer.settings()) == 2);
}

TEST_CASE("import_certificate reads what old programs encrypted, or says what to do") {
  const DemoCa* const ca = DemoCa::find();
  if (ca == nullptr) return;
  const Customer customer{*ca};
  const Ran made = run_shell(
      "openssl pkcs12 -export -legacy -inkey " + quoted(ca->key("alice")) + " -in " +
      quoted(ca->certificate("alice")) + " -passout pass:secret -out " +
      quoted(customer.folder / "old.p12"));
  if (made.code != 0) {
    MESSAGE("skipped: openssl has no legacy provider");
    return;
  }
  ImportRequest request = customer.request(customer.folder / "old.p12");
  request.password_file = customer.password("secret");
  ::setenv("OPENSSL_MODULES", "/nonexistent", 1);
  const Thrown thrown = thrown_by([&] { import_certificate(request); });
  ::unsetenv("OPENSSL_MODULES");
  CHECK(thrown.cause == Cause::Usage);
  CHECK(thrown.says("openssl pkcs12 -legacy -nodes -in "));
  import_certificate(request);
  CHECK(customer.has("alice"));
}
