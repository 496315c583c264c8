// SPDX-License-Identifier: Apache-2.0
#include "metadata/rpm_header.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <thread>

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "metadata/archive.h"
#include "metadata/digest.h"
#include "metadata/error.h"
#include "metadata/local_file.h"
#include "metadata/primary.h"
#include "metadata/rpm_front.h"
#include "tests/support/shared_data.h"

using namespace reposbom::metadata;
using reposbom::Error;

namespace {

// A file with given bytes that goes away with this.
class TemporaryFile {
 public:
  explicit TemporaryFile(std::string_view bytes)
      : path_(
            std::filesystem::temp_directory_path() /
            ("reposbom-header-" + std::to_string(::getpid()))) {
    std::ofstream(path_, std::ios::binary) << bytes;
  }
  ~TemporaryFile() { std::filesystem::remove(path_); }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

std::vector<std::filesystem::path> all_rpms(const std::filesystem::path& data) {
  std::vector<std::filesystem::path> rpms;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(data)) {
    if (entry.path().extension() == ".rpm") rpms.push_back(entry.path());
  }
  std::ranges::sort(rpms);
  return rpms;
}

const char* kGdm = "repos/sg5-el9/9/SRPMS/g/gdm-40.1-28.el9.src.rpm";
const char* kHll = "repos/pgdg15-el8/hll_15-2.17-1.rhel8.x86_64.rpm";

}  // namespace

TEST_CASE("read_rpm_header names a file that is missing or no RPM") {
  CHECK_THROWS_WITH_AS(
      read_rpm_header("/nonexistent.rpm"),
      "/nonexistent.rpm: cannot open: No such file or directory",
      Error);
  for (const std::string& bytes : {std::string(), std::string("no RPM"), std::string(5000, '\0')}) {
    const TemporaryFile file(bytes);
    CHECK_THROWS_AS(read_rpm_header(file.path()), Error);
  }
}

TEST_CASE("read_rpm_header opens nothing but files, for a pipe would never end") {
  const TemporaryFile file("");
  std::filesystem::remove(file.path());
  REQUIRE(::mkfifo(file.path().c_str(), 0600) == 0);
  CHECK_THROWS_WITH_AS(
      read_rpm_header(file.path()), (file.path().string() + ": is not a file").c_str(), Error);
  CHECK_THROWS_WITH_AS(read_rpm_header("/dev/zero"), "/dev/zero: is not a file", Error);
  CHECK_THROWS_WITH_AS(read_rpm_header("/tmp"), "/tmp: is not a file", Error);
}

TEST_CASE("read_rpm_header reads a real source package") {
  const auto data = reposbom::tests::shared_data();
  if (!data) {
    MESSAGE("skipped: no shared data");
    return;
  }
  const RpmHeader gdm = read_rpm_header(*data / kGdm);
  CHECK(gdm.is_source);
  CHECK(nevra(gdm.package) == "gdm-1:40.1-28.el9.src");
  CHECK(gdm.package.license == "GPLv2+");
  CHECK(gdm.package.summary == "The GNOME Display Manager");
  CHECK(gdm.package.url == "https://wiki.gnome.org/Projects/GDM");
  CHECK(gdm.package.source_rpm.empty());
  CHECK(gdm.package.requires_.empty());
  CHECK(gdm.package.build_time > 1'600'000'000);
  CHECK(gdm.package.package_size == std::filesystem::file_size(*data / kGdm));
  CHECK(gdm.package.header.sig_md5.size() == 32);
  CHECK(gdm.package.header.sha256_header.size() == 64);
  CHECK(gdm.package.header.signature.empty());

  REQUIRE(gdm.files.size() == 34);  // 5 sources and 29 patches.
  CHECK(gdm.files.front().name == "gdm.sysusers");
  CHECK_FALSE(gdm.files.front().is_patch);
  CHECK(std::ranges::count(gdm.files, true, &SourceFile::is_patch) == 29);
  CHECK(gdm.files.back().is_patch);

  const auto pam = std::ranges::find(gdm.build_requires, "pam-devel", &Dependency::name);
  REQUIRE(pam != gdm.build_requires.end());
  CHECK(*pam == Dependency{"pam-devel", Comparison::GreaterOrEqual, "0.99.8.1-11"});
  for (const Dependency& each : gdm.build_requires)
    CHECK_FALSE(each.name.starts_with("rpmlib("));

  REQUIRE(gdm.changelog.size() == 7);
  CHECK(gdm.changelog.front().first >= gdm.changelog.back().first);
  CHECK_FALSE(gdm.changelog.front().second.empty());
}

TEST_CASE("the digests in a source header are those of the files in its payload") {
  const auto data = reposbom::tests::shared_data();
  if (!data) {
    MESSAGE("skipped: no shared data");
    return;
  }
  int checked = 0;
  for (const char* name : {kGdm, "rpms/fedora-el/tmpwatch-2.9.7-1.1.el5.2.src.rpm"}) {
    const RpmHeader header = read_rpm_header(*data / name);
    std::map<std::string, std::string> payload;
    read_members(
        *data / name,
        std::uint64_t{1} << 30,
        [](const Member&) { return Visit::Read; },
        [&](const Member& member, std::string_view chunk) { payload[member.path] += chunk; });
    for (const SourceFile& file : header.files) {
      CAPTURE(file.name);
      REQUIRE(file.checksum);
      CHECK(file.checksum->hex == digest(file.checksum->type, payload.at(file.name)));
      ++checked;
    }
  }
  CHECK(checked == 37);
}

TEST_CASE("header_end is where the payload begins, whose digest the header has") {
  const auto data = reposbom::tests::shared_data();
  if (!data) {
    MESSAGE("skipped: no shared data");
    return;
  }
  const std::string bytes = read_file(*data / kGdm);
  const RpmHeader gdm = read_rpm_header(*data / kGdm);
  REQUIRE(gdm.header_end < bytes.size());
  CHECK(
      sha256(std::string_view(bytes).substr(gdm.header_end)) == gdm.package.header.payload_sha256);
}

TEST_CASE("read_rpm_header needs no byte of the payload, and every one before it") {
  const auto data = reposbom::tests::shared_data();
  if (!data) {
    MESSAGE("skipped: no shared data");
    return;
  }
  const std::string bytes = read_file(*data / kHll);
  const RpmHeader whole = read_rpm_header(*data / kHll);
  const TemporaryFile front(std::string_view(bytes).substr(0, whole.header_end));
  CHECK(read_rpm_header(front.path()).package.header == whole.package.header);
  const TemporaryFile less(std::string_view(bytes).substr(0, whole.header_end - 1));
  CHECK_THROWS_AS(read_rpm_header(less.path()), Error);
}

TEST_CASE("read_rpm_header refuses a header that was changed, and says why") {
  const auto data = reposbom::tests::shared_data();
  if (!data) {
    MESSAGE("skipped: no shared data");
    return;
  }
  std::string bytes = read_file(*data / kHll);
  const std::size_t at = bytes.rfind("PostgreSQL", read_rpm_header(*data / kHll).header_end);
  REQUIRE(at != std::string::npos);
  bytes[at] = 'p';
  const TemporaryFile changed(bytes);
  try {
    (void)read_rpm_header(changed.path());
    FAIL("accepted");
  } catch (const Error& error) {
    CHECK(error.subject() == changed.path().string());
    CHECK(std::string(error.what()).find("digest: BAD") != std::string::npos);
  }
}

TEST_CASE("fixtures: read_rpm_header refuses a header of which one digest is wrong") {
  const std::filesystem::path rpm = std::filesystem::path(REPOSBOM_BINARY_DIR) /
                                    "fixtures/mirror/BaseOS/x86_64/os/Packages" /
                                    "quillsh-5.1.8-9.el9.x86_64.rpm";
  std::string bytes = read_file(rpm);
  const auto front = parse_rpm_front(bytes);
  REQUIRE(front);
  const std::string main = bytes.substr(front->header_begin, front->end - front->header_begin);
  ChecksumType type = ChecksumType::Sha256;
  SUBCASE("SHA-256") {}
  SUBCASE("SHA-1") {
    type = ChecksumType::Sha1;
  }
  const std::size_t at = bytes.find(digest(type, main));
  REQUIRE(at < front->header_begin);
  bytes[at] = bytes[at] == '0' ? '1' : '0';
  const TemporaryFile changed(bytes);
  std::string message;
  try {
    (void)read_rpm_header(changed.path());
  } catch (const Error& error) {
    message = error.what();
  }
  CHECK(message.find("digest: BAD") != std::string::npos);
}

TEST_CASE("read_rpm_header tells of the signature") {
  const auto data = reposbom::tests::shared_data();
  if (!data) {
    MESSAGE("skipped: no shared data");
    return;
  }
  CHECK(
      read_rpm_header(*data / kHll).package.header.signature ==
      "RSA/SHA256, 2024-01-02T18:05:36Z, Key ID 40bca2b408b40d20");
  CHECK(
      read_rpm_header(*data / "rpms/fedora-el/setup-2.5.58-7.el5.src.rpm")
          .package.header.signature == "DSA/SHA1, 2009-10-20T20:38:38Z, Key ID a8a447dce8562897");
}

TEST_CASE("read_rpm_header knows the MD5 digests of packages without an algorithm") {
  const auto data = reposbom::tests::shared_data();
  if (!data) {
    MESSAGE("skipped: no shared data");
    return;
  }
  const RpmHeader setup = read_rpm_header(*data / "rpms/fedora-el/setup-2.5.58-7.el5.src.rpm");
  CHECK(nevra(setup.package) == "setup-2.5.58-7.el5.src");
  REQUIRE(setup.files.size() == 3);
  REQUIRE(setup.files[0].checksum);
  CHECK(setup.files[0].checksum->type == ChecksumType::Md5);
  CHECK(setup.package.header.sha256_header.empty());
  CHECK(setup.package.header.payload_sha256.empty());
}

TEST_CASE("read_rpm_header agrees with primary.xml") {
  const auto data = reposbom::tests::shared_data();
  if (!data) {
    MESSAGE("skipped: no shared data");
    return;
  }
  const auto repository = *data / "repos/sg5-el9/9/x86_64";
  const std::string primary = read_file(
      repository / "repodata" /
      "bdca3c3c58028b483d63a94d69ffd0e054cac6b40a50c935c4f5b02b556cfaeb-primary.xml.gz");
  const auto compare_with_header = [&](Package&& package) {
    const std::string name = nevra(package);
    CAPTURE(name);
    const RpmHeader header = read_rpm_header(repository / package.origins[0].href);
    CHECK(nevra(header.package) == name);
    CHECK(header.package.summary == package.summary);
    CHECK(header.package.description == package.description);
    CHECK(header.package.license == package.license);
    CHECK(header.package.vendor == package.vendor);
    CHECK(header.package.packager == package.packager);
    CHECK(header.package.url == package.url);
    CHECK(header.package.build_host == package.build_host);
    CHECK(header.package.source_rpm == package.source_rpm);
    CHECK(header.package.build_time == package.build_time);
    CHECK(header.package.package_size == package.package_size);
    CHECK(header.package.installed_size == package.installed_size);
    CHECK(header.package.provides.size() == package.provides.size());
    for (const Dependency& each : package.provides) {
      CHECK(std::ranges::find(header.package.provides, each) != header.package.provides.end());
    }
    for (const Dependency& each : package.requires_) {
      CHECK(std::ranges::find(header.package.requires_, each) != header.package.requires_.end());
    }
  };
  const auto refuse = [](std::string subject, std::string reason) {
    FAIL(subject << ": " << reason);
  };
  CHECK(read_primary(primary, "primary.xml.gz", compare_with_header, refuse) == 26);
}

TEST_CASE("read_rpm_header reads every real package, the same in many threads") {
  const auto data = reposbom::tests::shared_data();
  if (!data) {
    MESSAGE("skipped: no shared data");
    return;
  }
  const auto rpms = all_rpms(*data);
  REQUIRE(rpms.size() == 65);
  std::vector<HeaderFacts> alone;
  int sources = 0;
  for (const auto& rpm : rpms) {
    const RpmHeader header = read_rpm_header(rpm);
    CHECK(header.package.header.sig_md5.size() == 32);
    CHECK(header.is_source == rpm.string().ends_with(".src.rpm"));
    sources += header.is_source ? 1 : 0;
    alone.push_back(header.package.header);
  }
  CHECK(sources == 19);
  CHECK(std::ranges::count_if(alone, [](const HeaderFacts& facts) {
          return !facts.signature.empty();
        }) == 21);

  std::vector<int> differences(4);
  std::vector<std::thread> threads;
  for (int& different : differences) {
    threads.emplace_back([&rpms, &alone, &different] {
      for (int round = 0; round < 5; ++round) {
        for (std::size_t i = 0; i < rpms.size(); ++i) {
          different += read_rpm_header(rpms[i]).package.header == alone[i] ? 0 : 1;
        }
      }
    });
  }
  for (std::thread& thread : threads)
    thread.join();
  CHECK(differences == std::vector<int>(4, 0));
}
