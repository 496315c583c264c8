// SPDX-License-Identifier: Apache-2.0
#include "pipeline/pkcs11_key.h"

#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include "metadata/cms_verify.h"
#include "pipeline/signer.h"
#include "tests/support/published_tree.h"

using namespace reposbom::pipeline;
using namespace reposbom::tests;
using reposbom::Cause;

namespace {

constexpr std::int64_t kTime = 1600000000;

// Tokens of SoftHSM, each with the PIN "NAME-pin" and one key that is also in the file NAME.key.
// OpenSC's spy stands before the module and notes every call of it. They are made once: a process
// keeps what it has loaded, and stays logged in, so that each test has a token of its own.
class Tokens {
 public:
  // Null where a part is missing; the test then says so.
  static const Tokens* find() {
    static const bool is_possible = has_programs("openssl softhsm2-util") && !module().empty() &&
                                    !spy().empty() && run_shell("openssl engine pkcs11").code == 0;
    static const std::unique_ptr<Tokens> tokens(is_possible ? new Tokens : nullptr);
    if (tokens == nullptr) MESSAGE("skipped: no softhsm2, pkcs11-spy.so or engine of OpenSSL");
    return tokens.get();
  }

  fs::path operator/(const std::string& name) const { return folder_ / name; }

  void run(const std::string& command) const {
    const Ran ran = run_shell("cd " + quoted(folder_.path()) + " && " + command);
    INFO(command << "\n" << ran.output);
    REQUIRE(ran.code == 0);
  }

  static std::string uri(const std::string& token, const std::string& object) {
    return "pkcs11:token=" + token + ";object=" + object + ";type=private?module-path=" + spy();
  }
  static std::string uri(const std::string& token) { return uri(token, token + "-key"); }

  std::unique_ptr<Signer> signer(const std::string& token) const {
    return make_cms_signer(uri(token), folder_ / (token + ".crt"), folder_ / (token + ".pin"));
  }
  std::unique_ptr<Signer> file_signer(const std::string& token) const {
    return make_cms_signer(folder_ / (token + ".key"), folder_ / (token + ".crt"));
  }

  // How often a function of the module has been called.
  long calls(const std::string& function) const {
    const Ran ran = run_shell(
        "touch " + quoted(folder_ / "calls") + "; grep -c ': " + function + "$' " +
        quoted(folder_ / "calls"));
    return std::stol(ran.output);
  }

 private:
  Tokens() {
    write_bytes(
        folder_ / "softhsm2.conf", "directories.tokendir = " + (folder_ / "tokens").string());
    fs::create_directory(folder_ / "tokens");
    ::setenv("SOFTHSM2_CONF", (folder_ / "softhsm2.conf").c_str(), /*overwrite=*/1);
    ::setenv("PKCS11SPY", module().c_str(), /*overwrite=*/1);
    ::setenv("PKCS11SPY_OUTPUT", (folder_ / "calls").c_str(), /*overwrite=*/1);
    add("rsa", "rsa:3072");
    add("curve", "ec -pkeyopt ec_paramgen_curve:P-256");
    for (const std::string token : {"first", "second", "busy", "wrong", "sought"})
      add(token, "rsa:2048");
  }

  void add(const std::string& token, const std::string& algorithm) const {
    const std::string pin = token + "-pin";
    write_bytes(folder_ / (token + ".pin"), pin + "\n");
    run("name=" + token + " pin=" + pin + " && openssl req -x509 -newkey " + algorithm +
        " -noenc -keyout $name.key -out $name.crt -days 30 -subj /CN=$name"
        " && openssl pkcs8 -topk8 -nocrypt -in $name.key -out $name.p8"
        " && softhsm2-util --init-token --free --label $name --so-pin sosososo --pin $pin"
        " && softhsm2-util --import $name.p8 --token $name --label $name-key --id 01 --pin $pin");
  }

  // The file of the first of these patterns that the shell finds; empty if there is none.
  static std::string first_of(const std::string& patterns) {
    const Ran ran = run_shell("ls -1 " + patterns + " 2>/dev/null | head -n 1");
    return ran.output.substr(0, ran.output.find('\n'));
  }
  static std::string module() {
    return first_of(
        "/usr/lib64/pkcs11/libsofthsm2.so /usr/lib/softhsm/libsofthsm2.so "
        "/usr/lib/*/softhsm/libsofthsm2.so");
  }
  static std::string spy() {
    static const std::string file = first_of(
        "/usr/lib64/pkcs11-spy.so /usr/lib64/pkcs11/pkcs11-spy.so /usr/lib/*/pkcs11-spy.so");
    return file;
  }

  TemporaryFolder folder_ = {};
};

// What opening a key throws.
Thrown refusal(const std::string& uri, const std::optional<fs::path>& pin_file) {
  return thrown_by([&] { Pkcs11Key(uri, pin_file); });
}

}  // namespace

TEST_CASE("An RSA key in a token signs the same bytes as from a file") {
  const Tokens* tokens = Tokens::find();
  if (tokens == nullptr) return;
  const auto signer = tokens->signer("rsa");
  const auto from_file = tokens->file_signer("rsa");
  CHECK(signer->suffix() == ".p7s");
  CHECK(signer->is_reproducible());
  CHECK(signer->description() == from_file->description());
  CHECK(signer->expires() == from_file->expires());
  CHECK(signer->public_keys().at(0).bytes == from_file->public_keys().at(0).bytes);
  for (const char* data : {"", "data", "0123  a.json\nline\r\n"}) {
    const std::string signature = signer->sign(data, kTime);
    CHECK(signature == from_file->sign(data, kTime));
    CHECK(signature == signer->sign(data, kTime));
  }
  CHECK(tokens->signer("rsa")->sign("data", kTime) == signer->sign("data", kTime));
}

TEST_CASE("An EC key in a token makes good signatures") {
  const Tokens* tokens = Tokens::find();
  if (tokens == nullptr) return;
  const auto signer = tokens->signer("curve");
  CHECK_FALSE(signer->is_reproducible());
  CHECK(signer->description() == tokens->file_signer("curve")->description());
  const std::string signature = signer->sign("data", kTime);
  CHECK(signer->is_good("data", signature));
  CHECK_FALSE(signer->is_good("date", signature));
  reposbom::metadata::verify_cms("data", signature, *tokens / "curve.crt", "data.p7s");
  write_bytes(*tokens / "data", "data");
  write_bytes(*tokens / "data.p7s", signature);
  tokens->run(
      "openssl cms -verify -binary -inform DER -in data.p7s -content data -CAfile curve.crt");
}

TEST_CASE("A key in a token is opened with one login, and signs in four threads") {
  const Tokens* tokens = Tokens::find();
  if (tokens == nullptr) return;
  const long logins = tokens->calls("C_Login");
  const long signs = tokens->calls("C_Sign");
  const auto signer = tokens->signer("busy");
  const auto from_file = tokens->file_signer("busy");
  constexpr int count = 100;
  std::vector<std::vector<std::string>> signatures(4);
  std::vector<std::jthread> threads;
  for (std::vector<std::string>& own : signatures)
    threads.emplace_back([&] {
      for (int i = 0; i != count; ++i)
        own.push_back(signer->sign("data " + std::to_string(i), kTime));
    });
  threads.clear();
  std::vector<std::string> expected;
  for (int i = 0; i != count; ++i)
    expected.push_back(from_file->sign("data " + std::to_string(i), kTime));
  for (const std::vector<std::string>& own : signatures)
    CHECK(own == expected);
  CHECK(tokens->calls("C_Login") - logins == 1);
  // The first one proves the key. Calls of several threads are noted one over the other at times.
  CHECK(tokens->calls("C_Sign") - signs > count);
}

TEST_CASE("Keys in two tokens sign, each with a PIN of its own") {
  const Tokens* tokens = Tokens::find();
  if (tokens == nullptr) return;
  const auto first = tokens->signer("first");
  auto second = tokens->signer("second");
  const std::string signature = first->sign("data", kTime);
  reposbom::metadata::verify_cms("data", signature, *tokens / "first.crt", "data.p7s");
  reposbom::metadata::verify_cms(
      "data", second->sign("data", kTime), *tokens / "second.crt", "data.2.p7s");
  second.reset();
  CHECK(first->sign("data", kTime) == signature);
}

TEST_CASE("A wrong PIN is tried once, and is in no message") {
  const Tokens* tokens = Tokens::find();
  if (tokens == nullptr) return;
  const long logins = tokens->calls("C_Login");
  write_bytes(*tokens / "wrong", "wrong-pin-1234\n");
  const std::string uri = tokens->uri("wrong");
  const Thrown wrong = refusal(uri, *tokens / "wrong");
  CHECK(wrong.cause == Cause::Output);
  CHECK(wrong.says(uri + ": the PIN is wrong; it was tried once"));
  CHECK_FALSE(wrong.says("1234"));
  CHECK(tokens->calls("C_Login") - logins == 1);
  CHECK(refusal(uri, *tokens / "wrong.pin").message.empty());
}

TEST_CASE("A key in a token that cannot be opened is one clear error") {
  const Tokens* tokens = Tokens::find();
  if (tokens == nullptr) return;
  const fs::path pin = *tokens / "sought.pin";
  for (const std::string& uri : {tokens->uri("sought", "none"), tokens->uri("none")}) {
    const Thrown missing = refusal(uri, pin);
    CHECK(missing.cause == Cause::Usage);
    CHECK(missing.says(uri + ": there is no such token, or no such private key in it"));
  }
  CHECK(refusal(tokens->uri("sought"), *tokens / "missing").cause == Cause::Usage);
  const Thrown module = refusal("pkcs11:token=a;object=b?module-path=/nowhere.so", pin);
  CHECK(module.cause == Cause::Usage);
  CHECK(module.says("there is no such PKCS#11 module: /nowhere.so"));
  const Thrown pin_in_it = refusal(tokens->uri("sought") + "&pin-value=4321", pin);
  CHECK(pin_in_it.cause == Cause::Usage);
  CHECK(pin_in_it.says("a PKCS#11 URI: has a 'pin-value'"));
  CHECK_FALSE(pin_in_it.says("4321"));
  const Thrown foreign =
      thrown_by([&] { make_cms_signer(tokens->uri("sought"), *tokens / "first.crt", pin); });
  CHECK(foreign.cause == Cause::Output);
  CHECK(foreign.says("no certificate in it belongs to the key pkcs11:token=sought;"));
}
