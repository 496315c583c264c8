// SPDX-License-Identifier: Apache-2.0

#include "pipeline/client_repository.h"

#include <filesystem>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "metadata/error.h"
#include "tests/support/published_tree.h"

using reposbom::Cause;
using reposbom::Error;
using reposbom::pipeline::ClientRepository;
using reposbom::pipeline::read_client;
using reposbom::tests::TemporaryFolder;
using reposbom::tests::write_bytes;

namespace fs = std::filesystem;

namespace {

void fill(const fs::path& folder) {
  fs::create_directories(folder / "repodata");
  write_bytes(folder / "repodata/repomd.xml", "<repomd/>");
  write_bytes(folder / "repodata/0a-primary.xml.gz", std::string("\0\x1f", 2));
  write_bytes(folder / "sbomget-0.2.0-1.el9.x86_64.rpm", "the client");
  write_bytes(folder / "librnp-0.16.3-1.el9.x86_64.rpm", "a library");
}

// "PATH BELOW THE FOLDER: MESSAGE".
std::string problem_of(const fs::path& folder, Cause cause = Cause::Usage) {
  try {
    read_client(folder);
  } catch (const Error& error) {
    CHECK(error.cause() == cause);
    const std::string what = error.what();
    REQUIRE(what.starts_with(folder.string()));
    return what.substr(folder.string().size());
  }
  return "none";
}

}  // namespace

TEST_CASE("read_client takes every file of a repository") {
  const TemporaryFolder folder;
  fill(folder.path());
  const ClientRepository client = read_client(folder.path());
  CHECK(
      client.packages ==
      std::vector<std::string>{"librnp-0.16.3-1.el9.x86_64.rpm", "sbomget-0.2.0-1.el9.x86_64.rpm"});
  REQUIRE(client.files.size() == 4);
  CHECK(client.files.at("repodata/repomd.xml") == "<repomd/>");
  CHECK(client.files.at("repodata/0a-primary.xml.gz") == std::string("\0\x1f", 2));
  CHECK(client.files.at("sbomget-0.2.0-1.el9.x86_64.rpm") == "the client");
}

TEST_CASE("read_client refuses what is no repository of the client") {
  const TemporaryFolder folder;
  CHECK(problem_of(folder / "absent") == "/: cannot be read: No such file or directory");
  fill(folder.path());
  SUBCASE("without repodata") {
    fs::remove(folder / "repodata/repomd.xml");
    CHECK(problem_of(folder.path()) == ": is no repository: it has no repodata/repomd.xml");
  }
  SUBCASE("without the client") {
    fs::remove(folder / "sbomget-0.2.0-1.el9.x86_64.rpm");
    CHECK(problem_of(folder.path()) == ": has no RPM of sbomget");
  }
  SUBCASE("with a link") {
    fs::create_symlink("/etc/hostname", folder / "repodata/link");
    CHECK(
        problem_of(folder.path()) ==
        "/repodata/link: is not a plain file, which is all that a companion disk holds");
  }
  SUBCASE("with folders without end") {
    fs::create_directories(folder / "a/b/c");
    CHECK(
        problem_of(folder.path()) ==
        "/a/b/c: is not a plain file, which is all that a companion disk holds");
  }
  SUBCASE("with odd names") {
    for (const std::string name : {".hidden", "-rf", "a b", "a\nb", "a'b", "caf\xc3\xa9"}) {
      CAPTURE(name);
      write_bytes(folder / name, "");
      CHECK(problem_of(folder.path()) == "/" + name + ": has a name that is none of a package");
      fs::remove(folder / name);
    }
  }
  SUBCASE("larger than a client can be") {
    fs::resize_file(folder / "librnp-0.16.3-1.el9.x86_64.rpm", std::uintmax_t{300} << 20U);
    CHECK(problem_of(folder.path(), Cause::Untrusted).starts_with("/librnp-0.16.3-1.el9.x86_64."));
  }
}
