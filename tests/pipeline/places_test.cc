// SPDX-License-Identifier: Apache-2.0
#include "pipeline/places.h"

#include <cstdlib>
#include <string>

#include <doctest/doctest.h>
#include <unistd.h>

#include "metadata/error.h"
#include "tests/support/published_tree.h"

using namespace reposbom::pipeline;
using namespace reposbom::tests;
using reposbom::Cause;

namespace {

// A variable of the environment for as long as this is there.
class Variable {
 public:
  Variable(const char* name, const std::string& value) : name_(name) {
    const char* before = std::getenv(name);
    if (before != nullptr) before_ = before;
    setenv(name, value.c_str(), 1);
  }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;
  ~Variable() {
    if (before_) {
      setenv(name_, before_->c_str(), 1);
    } else {
      unsetenv(name_);
    }
  }

 private:
  const char* name_;
  std::optional<std::string> before_ = {};
};

Thrown opening(const NetworkSettings& network) {
  const TemporaryFolder folder;
  const Settings settings{.cache = folder / "cache"};
  const RepositorySettings repository{.packages = "https://a.example/os", .network = network};
  return thrown_by([&] { packages_place(settings, repository); });
}

}  // namespace

TEST_CASE("a directory is a place that nothing has to be sent to") {
  const auto place = packages_place({}, {.packages = "/srv/mirror"});
  CHECK(!place.is_remote());
  CHECK(place.is_proven());
  CHECK(place.name_of("repodata/repomd.xml") == "/srv/mirror/repodata/repomd.xml");
}

TEST_CASE("a URL is named without its secrets, and proves itself if it is one of https") {
  const TemporaryFolder folder;
  const Settings settings{.cache = folder / "cache"};
  const auto place =
      packages_place(settings, {.packages = "https://me:secret@a.example/os?token=secret"});
  CHECK(place.is_remote());
  CHECK(place.is_proven());
  CHECK(place.name_of("x") == "https://a.example/os/x");
  CHECK(!sources_place(settings, {.sources = "http://a.example/src"}).is_proven());
}

TEST_CASE("files with passwords are read when a server is, and must hold what they should") {
  const TemporaryFolder folder;
  write_bytes(folder / "good", "me:pass:word\nmore\n");
  write_bytes(folder / "empty", "\n");
  write_bytes(folder / "bad", "secret\n");
  const Settings settings{.cache = folder / "cache"};
  packages_place(
      settings,
      {.packages = "https://a.example",
       .network = {.proxy_user_file = folder / "good", .user_file = folder / "good"}});
  Thrown thrown = opening({.user_file = folder / "absent"});
  CHECK(thrown.cause == Cause::Usage);
  CHECK(thrown.says("absent"));
  thrown = opening({.proxy_user_file = folder / "bad"});
  CHECK(thrown.says("must be USER:PASSWORD"));
  CHECK(!thrown.says("secret"));
  CHECK(opening({.client_passphrase_file = folder / "empty"}).says("its first line is empty"));
  CHECK(opening({.ca_file = folder / "absent"}).says("absent: cannot be read"));
}

TEST_CASE("default_cache is where systemd says, else where the user keeps such things") {
  const TemporaryFolder folder;
  {
    const Variable given("CACHE_DIRECTORY", (folder / "a").string() + ":/nowhere");
    CHECK(default_cache() == folder / "a");
  }
  if (geteuid() == 0) return;  // Root has a place of its own.
  const Variable none("CACHE_DIRECTORY", "");
  const Variable home("HOME", folder.path().string());
  const Variable xdg("XDG_CACHE_HOME", (folder / "x").string());
  CHECK(default_cache() == folder / "x/reposbom");
  const Variable unset("XDG_CACHE_HOME", "");
  CHECK(default_cache() == folder / ".cache/reposbom");
}

TEST_CASE("default_cache is none where it cannot be used") {
  const Variable given("CACHE_DIRECTORY", "/dev/null/cache");
  CHECK(!default_cache());
}
