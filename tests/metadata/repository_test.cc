// SPDX-License-Identifier: Apache-2.0
#include "metadata/repository.h"

#include <cstdint>
#include <ctime>
#include <fstream>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/support/shared_data.h"
#include "tests/support/tiny_repository.h"

using namespace reposbom::metadata;
using namespace reposbom::tests;
using reposbom::Cause;

namespace {

void refuse_nothing(std::string subject, std::string reason) {
  FAIL(subject << ": " << reason);
}

std::vector<std::string> names(const RepositoryContents& contents) {
  std::vector<std::string> names;
  for (const Package& package : contents.packages)
    names.push_back(nevra(package));
  return names;
}

const std::string kBasic = "rpm-basic-2.3.4-5.el9.src.rpm";

// A repository with a real source package; nothing where there is none at hand.
std::optional<fs::path> real_source_package() {
  const auto data = shared_data();
  if (!data) {
    MESSAGE("skipped: no shared data");
    return std::nullopt;
  }
  return *data / "rpms/rpm-rs-v4/SRPMS/v4" / kBasic;
}

SourcePackage read_one_source(const TinyRepository& repository) {
  auto sources = read_source_packages(open_repository(repository.path(), nullptr), refuse_nothing);
  REQUIRE(sources.size() == 1);
  return std::move(sources.front());
}

}  // namespace

TEST_CASE("a repository is read from plain and from compressed metadata") {
  const TemporaryFolder folder;
  TinyRepository repository(folder / "r");
  for (const std::string filter : {"", "gzip", "xz", "zstd"}) {
    CAPTURE(filter);
    repository.write({{.name = "bash"}, {.name = "zlib"}}, 1'710'000'000, filter);
    const OpenRepository opened = open_repository(repository.path(), nullptr);
    CHECK(opened.repomd_sha256 == sha256(read_bytes(repository.repomd())));
    const RepositoryContents contents =
        read_contents(opened, {.id = "tiny", .published = "https://example.com"}, refuse_nothing);
    CHECK(
        names(contents) ==
        std::vector<std::string>{"bash-1.0-1.el9.x86_64", "zlib-1.0-1.el9.x86_64"});
    CHECK(contents.repository.id == "tiny");
    CHECK(contents.repository.published == "https://example.com");
    CHECK(contents.repository.revision == "1710000000");
    CHECK(contents.repository.time == 1'710'000'000);
    CHECK(contents.modules.empty());
    CHECK(contents.advisories.empty());
  }
}

TEST_CASE("modules and advisories are read where repomd.xml names them") {
  const TemporaryFolder folder;
  TinyRepository repository(folder / "r");
  repository.add_part(
      "modules",
      "modules.yaml",
      "---\ndocument: modulemd\nversion: 2\ndata:\n  name: perl\n  stream: \"5.32\"\n"
      "  version: 1\n  context: abc\n  arch: x86_64\n  artifacts:\n    rpms:\n"
      "    - perl-0:1.0-1.el9.x86_64\n...\n");
  repository.add_part(
      "updateinfo",
      "updateinfo.xml",
      "<updates><update type=\"security\"><id>ALSA-1</id><title>bash</title>"
      "<issued date=\"2024-01-01 00:00:00\"/><pkglist><collection>"
      "<package name=\"bash\" epoch=\"0\" version=\"1.0\" release=\"1.el9\" arch=\"x86_64\"/>"
      "</collection></pkglist></update></updates>");
  repository.write({{.name = "perl"}});
  const RepositoryContents contents =
      read_contents(open_repository(repository.path(), nullptr), {}, refuse_nothing);
  REQUIRE(contents.modules.size() == 1);
  CHECK(contents.modules[0].label().starts_with("perl:5.32"));
  REQUIRE(contents.advisories.size() == 1);
  CHECK(contents.advisories[0].id == "ALSA-1");
}

TEST_CASE("parts that repomd.xml names and that are absent are one remark") {
  const TemporaryFolder folder;
  TinyRepository repository(folder / "r");
  for (const std::string type : {"other", "filelists", "primary_db"}) {
    repository.add_part(type, type + ".xml", "anything");
    fs::remove(repository.path() / (type + ".xml"));
  }
  repository.add_part("group", "comps.xml", "anything");
  repository.write({{.name = "bash"}});
  const RepositoryContents contents =
      read_contents(open_repository(repository.path(), nullptr), {.id = "tiny"}, refuse_nothing);
  const Remark expected{"tiny", "repomd.xml names parts that are not there: other, primary_db"};
  CHECK(contents.remarks == std::vector<Remark>{expected});
}

TEST_CASE("another content of a part than repomd.xml says is a remark, for the file is right") {
  const TemporaryFolder folder;
  TinyRepository repository(folder / "r");
  for (const std::string filter : {"", "gzip", "zstd"}) {
    CAPTURE(filter);
    repository.write({{.name = "bash"}}, 1'710'000'000, filter);
    std::string repomd = read_bytes(repository.repomd());
    const std::size_t at = repomd.find("<open-checksum type=\"sha256\">") + 29;
    const std::string right = repomd.substr(at, 64);
    const std::string wrong = sha256("what was packed before");
    const auto read = [&] {
      return read_contents(
          open_repository(repository.path(), nullptr), {.id = "tiny"}, refuse_nothing);
    };
    CHECK(read().remarks.empty());
    write_bytes(repository.repomd(), repomd.replace(at, 64, wrong));
    const RepositoryContents contents = read();
    CHECK(names(contents) == std::vector<std::string>{"bash-1.0-1.el9.x86_64"});
    REQUIRE(contents.remarks.size() == 1);
    CHECK(contents.remarks[0].subject == "tiny");
    CHECK(contents.remarks[0].message.starts_with(
        "primary: its content has the SHA256 " + right + ", repomd.xml says " + wrong));
  }
}

TEST_CASE("source packages in a binary repository are no packages, and the other way round") {
  const TemporaryFolder folder;
  TinyRepository repository(folder / "r");
  repository.write(
      {{.name = "bash"},
       {.name = "bash", .arch = "src", .needs = {"gcc", "make"}},
       {.name = "fonts", .arch = "nosrc"}});
  const OpenRepository opened = open_repository(repository.path(), nullptr);
  CHECK(
      names(read_contents(opened, {}, refuse_nothing)) ==
      std::vector<std::string>{"bash-1.0-1.el9.x86_64"});

  const auto sources = read_source_packages(opened, refuse_nothing);
  REQUIRE(sources.size() == 2);
  CHECK(nevra(sources[0].package) == "bash-1.0-1.el9.src");
  CHECK(nevra(sources[1].package) == "fonts-1.0-1.el9.src");
  CHECK(sources[0].in_repodata);
  CHECK(sources[0].epoch_known);
  CHECK(!sources[0].header_read);
  // What a source package requires is needed to build it.
  CHECK(sources[0].package.requires_.empty());
  REQUIRE(sources[0].build_requires.size() == 2);
  CHECK(sources[0].build_requires[0].name == "gcc");
}

TEST_CASE("a refused record is told, and the others are read") {
  const TemporaryFolder folder;
  TinyRepository repository(folder / "r");
  repository.write_records(
      TinyRepository::record({.name = "bash"}) + TinyRepository::record({.name = "a/b"}) +
          TinyRepository::record({.name = "zlib"}),
      3);
  std::map<std::string, std::string> refused;
  const RepositoryContents contents = read_contents(
      open_repository(repository.path(), nullptr), {}, [&](std::string subject, std::string why) {
        refused[subject] = why;
      });
  CHECK(contents.packages.size() == 2);
  CHECK(refused.size() == 1);
}

TEST_CASE("open_repository says that a folder is no repository") {
  const TemporaryFolder folder;
  const Thrown thrown = thrown_by([&] { open_repository(folder.path(), nullptr); });
  CHECK(thrown.cause == Cause::Usage);
  CHECK(thrown.says("there is no repodata/repomd.xml below it"));
  fs::create_directories(folder / "repodata/repomd.xml");
  CHECK(thrown_by([&] { open_repository(folder.path(), nullptr); }).cause == Cause::Untrusted);
}

TEST_CASE("a repomd.xml larger than any real one is not read") {
  const TemporaryFolder folder;
  fs::create_directories(folder / "repodata");
  std::ofstream(folder / "repodata/repomd.xml") << "<repomd/>";
  fs::resize_file(folder / "repodata/repomd.xml", (16U << 20U) + 1);
  const Thrown thrown = thrown_by([&] { open_repository(folder.path(), nullptr); });
  CHECK(thrown.cause == Cause::Untrusted);
  CHECK(thrown.says("has 16777217 bytes, more than"));
}

TEST_CASE("no byte of a part is parsed unless size and checksum are right") {
  const TemporaryFolder folder;
  TinyRepository repository(folder / "r");
  repository.write({{.name = "bash"}});
  const OpenRepository opened = open_repository(repository.path(), nullptr);
  const auto read = [&] { read_contents(opened, {}, refuse_nothing); };
  SUBCASE("another byte") {
    damage(repository.primary());
    const Thrown thrown = thrown_by(read);
    CHECK(thrown.cause == Cause::Untrusted);
    CHECK(thrown.says("its SHA256 is "));
    CHECK(thrown.says("sync the repository again"));
  }
  SUBCASE("more bytes") {
    write_bytes(repository.primary(), read_bytes(repository.primary()) + "\n");
    CHECK(thrown_by(read).says("repomd.xml says"));
  }
  SUBCASE("no file") {
    fs::remove(repository.primary());
    const Thrown thrown = thrown_by(read);
    CHECK(thrown.cause == Cause::Untrusted);
    CHECK(thrown.says(repository.primary().string() + ": cannot be read: there is no such file"));
  }
  CHECK(!read_part(opened, "updateinfo"));
}

TEST_CASE("a repository without primary metadata cannot be read") {
  const TemporaryFolder folder;
  write_bytes(folder / "repodata/repomd.xml", "<repomd><revision>1</revision></repomd>");
  const OpenRepository opened = open_repository(folder.path(), nullptr);
  CHECK(thrown_by([&] {
          read_contents(opened, {}, refuse_nothing);
        }).says("names no primary metadata"));
}

TEST_CASE("check_unchanged wants another try when repomd.xml is another one, or none") {
  const TemporaryFolder folder;
  TinyRepository repository(folder / "r");
  repository.write({{.name = "bash"}});
  const OpenRepository opened = open_repository(repository.path(), nullptr);
  check_unchanged(opened);
  repository.write({{.name = "zlib"}});
  CHECK(thrown_by([&] { check_unchanged(opened); }).cause == Cause::TryAgain);
  fs::remove(repository.repomd());
  CHECK(thrown_by([&] { check_unchanged(opened); }).cause == Cause::TryAgain);
  repository.write({{.name = "bash"}});
  check_unchanged(opened);
}

TEST_CASE("with keys, repomd.xml must be signed by one of them") {
  const TestKeys* keys = TestKeys::find();
  if (keys == nullptr) return;
  const TemporaryFolder folder;
  TinyRepository repository(folder / "r");
  repository.write({{.name = "bash"}});
  Keyring first;
  first.add_file(keys->openpgp("first"));
  const fs::path signature = repository.repomd().string() + ".asc";
  const auto open = [&] { open_repository(repository.path(), &first); };

  Thrown thrown = thrown_by(open);
  CHECK(thrown.cause == Cause::Untrusted);
  CHECK(thrown.says("has no repomd.xml.asc beside it"));

  const std::string bytes = read_bytes(repository.repomd());
  const std::int64_t now = std::time(nullptr);
  write_bytes(signature, keys->openpgp_signer("first")->sign(bytes, now));
  open();
  write_bytes(signature, keys->openpgp_signer("second")->sign(bytes, now));
  CHECK(thrown_by(open).cause == Cause::Untrusted);
  write_bytes(signature, keys->openpgp_signer("first")->sign(bytes + " ", now));
  CHECK(thrown_by(open).cause == Cause::Untrusted);
  // Without keys nobody asks for it.
  open_repository(repository.path(), nullptr);
}

TEST_CASE("read_source_header completes a source package from its file") {
  const auto rpm = real_source_package();
  if (!rpm) return;
  const TemporaryFolder folder;
  TinyRepository repository(folder / "r");
  repository.write(
      {{.name = "rpm-basic", .version = "2.3.4", .release = "5.el9", .arch = "src", .epoch = 1}});
  SourcePackage source = read_one_source(repository);
  fs::create_directories(repository.path() / "Packages");

  read_source_header(repository.path(), source);
  CHECK(!source.header_read);  // No such file: no harm.

  fs::copy_file(*rpm, repository.path() / "Packages" / kBasic);
  read_source_header(repository.path(), source);
  CHECK(source.header_read);
  CHECK(!source.package.header.sha256_header.empty());
  CHECK(!source.files.empty());
}

TEST_CASE("fixtures: read_source_spec refuses a spec file that its header does not tell of") {
  const std::string name = "quillsh-5.1.8-9.el9.src.rpm";
  const fs::path made = fs::path(REPOSBOM_BINARY_DIR) / "fixtures/mirror/BaseOS/Source/Packages";
  const TemporaryFolder folder;
  fs::copy_file(made / name, folder / name);
  SourcePackage source;
  source.package = read_rpm_header(folder / name).package;
  source.package.origins = {{.href = name}};
  read_source_header(folder.path(), source);
  REQUIRE(source.header_read);
  read_source_spec(folder.path(), source);
  CHECK(source.spec_read);

  source.spec_read = false;
  SUBCASE("because the file has another header by now") {
    source.package.header.sha256_header = std::string(64, '0');
  }
  SUBCASE("because its payload is another") {
    const std::string bytes = read_bytes(folder / name);
    const fs::path other = made / "sharedkit-1.2.3-4.el9.src.rpm";
    const std::string other_bytes = read_bytes(other);
    write_bytes(
        folder / name,
        bytes.substr(0, read_rpm_header(folder / name).header_end) +
            other_bytes.substr(read_rpm_header(other).header_end));
  }
  const Thrown thrown = thrown_by([&] { read_source_spec(folder.path(), source); });
  CHECK(thrown.cause == Cause::Untrusted);
  CHECK(thrown.says("the spec file in its payload is not the one that its header tells of"));
  CHECK(!source.spec_read);
}

TEST_CASE("read_source_header refuses a damaged file and another package") {
  const auto rpm = real_source_package();
  if (!rpm) return;
  const TemporaryFolder folder;
  TinyRepository repository(folder / "r");
  repository.write({{.name = "other", .arch = "src"}});
  SourcePackage source = read_one_source(repository);
  const fs::path file = repository.path() / "Packages/other-1.0-1.el9.src.rpm";
  fs::create_directories(file.parent_path());
  fs::copy_file(*rpm, file);
  Thrown thrown = thrown_by([&] { read_source_header(repository.path(), source); });
  CHECK(thrown.cause == Cause::Untrusted);
  CHECK(thrown.says("but the repository says other-1.0-1.el9.src"));
  write_bytes(file, read_bytes(*rpm).substr(0, 500));
  thrown = thrown_by([&] { read_source_header(repository.path(), source); });
  CHECK(thrown.cause == Cause::Untrusted);
  CHECK(!source.header_read);
}
