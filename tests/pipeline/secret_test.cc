// SPDX-License-Identifier: Apache-2.0
#include "pipeline/secret.h"

#include <cstdlib>
#include <string>
#include <utility>

#include <doctest/doctest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/published_tree.h"

using namespace reposbom::pipeline;
using reposbom::Cause;
using reposbom::tests::read_bytes;
using reposbom::tests::TemporaryFolder;
using reposbom::tests::Thrown;
using reposbom::tests::thrown_by;
using reposbom::tests::write_bytes;

TEST_CASE("read_secret takes the whole file, read_passphrase its first line") {
  const TemporaryFolder folder;
  write_bytes(folder / "secret", "first line\nsecond\n");
  CHECK(read_secret(folder / "secret", "a key").bytes() == "first line\nsecond\n");
  CHECK(read_passphrase(folder / "secret").bytes() == "first line");
  write_bytes(folder / "secret", "no end of line");
  CHECK(read_passphrase(folder / "secret").bytes() == "no end of line");
  const std::string large(200000, 'x');
  write_bytes(folder / "secret", large);
  CHECK(read_secret(folder / "secret", "a key").bytes() == large);
}

TEST_CASE("a secret that cannot be read is a wrong configuration") {
  const TemporaryFolder folder;
  for (const auto& file : {folder / "absent", folder.path()}) {
    const Thrown thrown = thrown_by([&] { read_secret(file, "the signing key"); });
    CHECK(thrown.cause == Cause::Usage);
    CHECK(thrown.says(file.string() + ": cannot read the file of the signing key"));
  }
}

TEST_CASE("a secret that was moved is not left where it was") {
  Secret secret("short");
  const Secret other(std::move(secret));
  CHECK(other.bytes() == "short");
  CHECK(secret.bytes().empty());  // NOLINT(bugprone-use-after-move): that is what is tested.
  Secret third("x");
  third = Secret("another");
  CHECK(third.bytes() == "another");
}

TEST_CASE("a credential is where systemd has put it, and nowhere without systemd") {
  const TemporaryFolder folder;
  write_bytes(folder / "passphrase", "secret\n");
  ::setenv("CREDENTIALS_DIRECTORY", folder.path().c_str(), /*overwrite=*/1);
  CHECK(read_passphrase(credential_file("passphrase")).bytes() == "secret");
  ::unsetenv("CREDENTIALS_DIRECTORY");
  const Thrown thrown = thrown_by([] { read_passphrase(credential_file("passphrase")); });
  CHECK(thrown.cause == Cause::Usage);
  CHECK(
      thrown.says("$CREDENTIALS_DIRECTORY/passphrase: cannot read the file of a passphrase: it is "
                  "a credential, and only a service of systemd that says "
                  "LoadCredential=passphrase:FILE has that"));
}

// In a child, so that the tests after it may leave cores.
TEST_CASE("a process that has read a secret leaves no memory in a core") {
  const TemporaryFolder folder;
  write_bytes(folder / "secret", "x");
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    const rlimit all = {.rlim_cur = RLIM_INFINITY, .rlim_max = RLIM_INFINITY};
    ::setrlimit(RLIMIT_CORE, &all);
    const Secret secret = read_secret(folder / "secret", "a key");
    rlimit limit = {.rlim_cur = 1, .rlim_max = 1};
    ::getrlimit(RLIMIT_CORE, &limit);
    const bool is_filtered =
        std::stoul(read_bytes("/proc/self/coredump_filter"), nullptr, /*base=*/16) == 0;
    ::_exit(limit.rlim_cur == 0 && limit.rlim_max == 0 && is_filtered ? 0 : 1);
  }
  int status = -1;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
}
