// SPDX-License-Identifier: Apache-2.0
#include "pipeline/settings.h"

#include <cstdlib>
#include <fstream>

#include <doctest/doctest.h>
#include <unistd.h>

#include "metadata/error.h"

using reposbom::Cause;
using reposbom::Error;
namespace generators = reposbom::generators;
namespace metadata = reposbom::metadata;
namespace pipeline = reposbom::pipeline;
using generators::Format;
using pipeline::Compression;

namespace {

const std::vector<Format> kDefaultFormats = {
    Format::SpdxJson,
    Format::SpdxXml,
    Format::SpdxYaml,
    Format::CyclonedxJson,
    Format::CyclonedxXml};

// A configuration file in a folder of its own, which goes with it.
class File {
 public:
  explicit File(const std::string& text) {
    std::string name = (std::filesystem::temp_directory_path() / "settings-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    folder_ = name;
    std::ofstream(path(), std::ios::binary) << text;
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() { std::filesystem::remove_all(folder_); }

  std::filesystem::path path() const { return folder_ / "reposbom.yaml"; }
  const std::filesystem::path& folder() const { return folder_; }

 private:
  std::filesystem::path folder_ = {};
};

pipeline::Settings read(const std::string& text) {
  const File file(text);
  return pipeline::read_settings(file.path());
}

// "LINE:COLUMN: MESSAGE".
std::string problem_of(const std::string& text) {
  const File file(text);
  try {
    pipeline::read_settings(file.path());
  } catch (const Error& problem) {
    CHECK(problem.cause() == Cause::Usage);
    const std::string what = problem.what();
    const std::string start = file.path().string() + ":";
    CHECK(what.starts_with(start));
    CHECK(what.starts_with(problem.subject() + ": "));
    return what.substr(start.size());
  }
  return "nothing is wrong";
}

const std::string kRepositories = "repositories: [{id: base, packages: os}]\n";

// One value in the place of `key` of a section, in flow style in line 2.
std::string problem_in(const std::string& section, const std::string& value) {
  return problem_of(kRepositories + section + ": {" + value + "}\n");
}

std::vector<std::string> ids_of(const std::vector<std::string>& places) {
  std::vector<std::string> ids;
  for (const auto& repository : pipeline::settings_for(places).repositories) {
    ids.push_back(repository.id);
  }
  return ids;
}

constexpr const char* kWhole = R"(distribution:
  id: almalinux                 # os-release ID; also the OS element's name
  name: AlmaLinux
  version: "9.4"
  cpe: cpe:/o:almalinux:almalinux:9
  purl: {namespace: almalinux, distro: almalinux-9}
  documents: https://sbom.example.com/almalinux/9     # base of documentNamespace
supplier: {name: AlmaLinux OS Foundation, url: https://almalinux.org, email: packager@almalinux.org}
creator:  {name: Example Inc., url: https://sbom.example.com, email: sbom@example.com}
repositories:
  - id: almalinux-9-baseos
    packages: /srv/mirror/9/BaseOS/x86_64/os           # directory or http(s):// URL
    sources: /srv/mirror/9/BaseOS/Source               # optional: SRPM headers
    published: https://repo.almalinux.org/almalinux/9/BaseOS/x86_64/os   # optional
    keys: [keys/RPM-GPG-KEY-AlmaLinux-9]               # if given, repomd.xml.asc must verify
formats: [spdx-json, spdx-xml, spdx-yaml, cyclonedx-json, cyclonedx-xml]
signing:
  openpgp: {key: keys/sbom-secret.asc, passphrase_file: keys/pass}      # Ed25519 or RSA
  x509: {key: keys/sbom.key.pem, certificate: keys/sbom.crt.pem}        # optional
keep: {runs: 14, superseded: all}                      # all | a count | an age such as 180d
limits: {failures: 0, shrink: 5%}
disk: {client: client, url: https://sbom.example.com/almalinux/9/}
output: /srv/sbom/almalinux/9
metrics: ../metrics/reposbom.prom
)";

}  // namespace

TEST_CASE("read_settings reads a configuration with every section") {
  const File file(kWhole);
  const pipeline::Settings settings = pipeline::read_settings(file.path());
  CHECK(settings.distribution.id == "almalinux");
  CHECK(settings.distribution.name == "AlmaLinux");
  CHECK(settings.distribution.version == "9.4");
  CHECK(settings.distribution.cpe == "cpe:/o:almalinux:almalinux:9");
  CHECK(settings.distribution.purl_namespace == "almalinux");
  CHECK(settings.distribution.purl_distro == "almalinux-9");
  CHECK(settings.distribution.documents == "https://sbom.example.com/almalinux/9");
  CHECK(settings.supplier.name == "AlmaLinux OS Foundation");
  CHECK(settings.supplier.url == "https://almalinux.org");
  CHECK(settings.supplier.email == "packager@almalinux.org");
  CHECK(settings.creator.name == "Example Inc.");
  CHECK(settings.creator.url == "https://sbom.example.com");
  CHECK(settings.creator.email == "sbom@example.com");
  REQUIRE(settings.repositories.size() == 1);
  const pipeline::RepositorySettings& repository = settings.repositories.front();
  CHECK(repository.id == "almalinux-9-baseos");
  CHECK(repository.packages == "/srv/mirror/9/BaseOS/x86_64/os");
  CHECK(repository.sources == "/srv/mirror/9/BaseOS/Source");
  CHECK(repository.published == "https://repo.almalinux.org/almalinux/9/BaseOS/x86_64/os");
  CHECK(repository.sources_published.empty());
  CHECK(
      repository.keys ==
      std::vector<std::filesystem::path>{file.folder() / "keys/RPM-GPG-KEY-AlmaLinux-9"});
  CHECK(settings.formats == kDefaultFormats);
  CHECK(settings.signing.openpgp.at(0).key == file.folder() / "keys/sbom-secret.asc");
  CHECK(settings.signing.openpgp.at(0).passphrase_file == file.folder() / "keys/pass");
  CHECK(settings.signing.x509.at(0).key == file.folder() / "keys/sbom.key.pem");
  CHECK(settings.signing.x509.at(0).certificate == file.folder() / "keys/sbom.crt.pem");
  CHECK_FALSE(settings.signing.x509.at(0).passphrase_file);
  CHECK(settings.keep.runs == 14);
  CHECK(std::holds_alternative<pipeline::KeepAll>(settings.keep.superseded));
  CHECK(settings.limits.failures.value == 0);
  CHECK_FALSE(settings.limits.failures.is_percent);
  CHECK(settings.limits.shrink.value == 5);
  CHECK(settings.limits.shrink.is_percent);
  CHECK(settings.disk.client == file.folder() / "client");
  CHECK(settings.disk.url == "https://sbom.example.com/almalinux/9");
  CHECK(settings.output == "/srv/sbom/almalinux/9");
  CHECK(settings.metrics == file.folder().parent_path() / "metrics/reposbom.prom");
}

TEST_CASE("read_settings fills what a short configuration leaves out") {
  const File file(kRepositories);
  const pipeline::Settings settings = pipeline::read_settings(file.path());
  CHECK_FALSE(settings.distribution.id);
  CHECK(settings.supplier.name.empty());
  CHECK(settings.repositories.at(0).packages == file.folder() / "os");
  CHECK(settings.repositories.at(0).sources.empty());
  CHECK(settings.formats == kDefaultFormats);
  CHECK(settings.signing.openpgp.empty());
  CHECK(settings.signing.x509.empty());
  CHECK(settings.keep.runs == 14);
  CHECK(settings.limits.failures.value == 1);
  CHECK(settings.limits.failures.is_percent);
  CHECK(settings.limits.shrink.value == 5);
  CHECK(settings.limits.shrink.is_percent);
  CHECK(settings.output == file.folder() / "sbom");
  CHECK(settings.metrics.empty());
}

TEST_CASE("read_settings reads JSON, tabs and all") {
  const auto settings = read(
      "{\n\t\"repositories\": [\n\t\t{\"id\":\"base\",\"packages\":\"https:\\/\\/h\\/os\"}],\n"
      "\t\"limits\": {\"failures\": 3}\n}\n");
  CHECK(settings.repositories.at(0).packages == "https://h/os");
  CHECK(settings.limits.failures.value == 3);
}

TEST_CASE("read_settings takes paths from the folder of the file, not from the current one") {
  const File file(
      "repositories: [{id: base, packages: ../mirror/./os/, sources: /src}]\noutput: out\n");
  const auto settings = pipeline::read_settings(file.path());
  CHECK(settings.repositories.at(0).packages == file.folder().parent_path() / "mirror/os");
  CHECK(settings.repositories.at(0).sources == "/src");
  CHECK(settings.output == file.folder() / "out");
}

TEST_CASE(
    "the keys of a repository are those of its sources, unless these have their own, or none") {
  const auto keys_of = [](const std::string& sources) {
    const auto settings =
        read("repositories: [{id: base, packages: /p, keys: [/k], sources: " + sources + "}]\n");
    return settings.repositories.at(0);
  };
  using Paths = std::vector<std::filesystem::path>;
  CHECK(pipeline::source_keys_of(keys_of("/s")) == Paths{"/k"});
  CHECK(pipeline::source_keys_of(keys_of("{packages: /s, specs: true}")) == Paths{"/k"});
  CHECK(pipeline::source_keys_of(keys_of("{packages: /s, keys: [/l, /m]}")) == Paths{"/l", "/m"});
  CHECK(pipeline::source_keys_of(keys_of("{packages: /s, keys: []}")).empty());
  CHECK(keys_of("{packages: /s, keys: []}").keys == Paths{"/k"});

  CHECK(!pipeline::is_unverified(keys_of("/s")));
  CHECK(pipeline::is_unverified(keys_of("{packages: /s, keys: []}")));
  CHECK(pipeline::is_unverified(pipeline::RepositorySettings{.packages = "/p"}));
  CHECK(!pipeline::is_unverified(pipeline::RepositorySettings{.packages = "/p", .keys = {"/k"}}));
}

TEST_CASE("read_settings puts formats in their own order, however they are named") {
  const auto settings = read(kRepositories + "formats: [cyclonedx-xml, spdx-yaml, spdx-json]\n");
  CHECK(
      settings.formats ==
      std::vector<Format>{Format::SpdxJson, Format::SpdxYaml, Format::CyclonedxXml});
}

TEST_CASE("read_settings reads superseded as all, a count or an age") {
  using Days = std::int64_t;
  const auto superseded = [](const std::string& text) {
    return read(kRepositories + "keep: {superseded: " + text + "}\n").keep.superseded;
  };
  CHECK(std::holds_alternative<pipeline::KeepAll>(superseded("all")));
  CHECK(std::get<pipeline::KeepCount>(superseded("3")).sets == 3);
  CHECK(std::get<pipeline::KeepAge>(superseded("180d")).seconds == Days{180} * 86400);
  CHECK(std::get<pipeline::KeepAge>(superseded("26w")).seconds == Days{182} * 86400);
  CHECK(std::get<pipeline::KeepAge>(superseded("2y")).seconds == Days{730} * 86400);
  CHECK(std::get<pipeline::KeepAge>(superseded("4000000000w")).seconds == 2419200000000000);
  for (const char* wrong : {"most", "1 d", "1m", "-1", "d", "1d2", "99999999999d"}) {
    CHECK(
        problem_in("keep", std::string("superseded: ") + wrong) ==
        "2:20: 'superseded' must be 'all', a count, or an age in days, weeks or years such as "
        "180d, 26w or 1y, not '" +
            std::string(wrong) + "'");
  }
}

TEST_CASE("read_settings reads a limit as a count or a percentage") {
  const auto shrink = [](const std::string& text) {
    return read(kRepositories + "limits: {shrink: " + text + "}\n").limits.shrink;
  };
  CHECK(shrink("0.5%").value == 0.5);
  CHECK(shrink("100%").is_percent);
  CHECK(shrink("12").value == 12);
  CHECK_FALSE(shrink("12").is_percent);
  for (const char* wrong :
       {"5 %", "%", "101%", "-1%", "-1", "1.5", "many", "nan%", "inf%", "1e1%", "99999999999"}) {
    CHECK(
        problem_in("limits", std::string("shrink: \"") + wrong + "\"") ==
        "2:18: 'shrink' must be a count or a percentage from 0% to 100%, not '" +
            std::string(wrong) + "'");
  }
}

TEST_CASE("Quantity::of rounds a share down, but not by what binary fractions lose") {
  using pipeline::Quantity;
  CHECK(Quantity{.value = 5, .is_percent = true}.of(100) == 5);
  CHECK(Quantity{.value = 1, .is_percent = true}.of(199) == 1);
  CHECK(Quantity{.value = 1, .is_percent = true}.of(99) == 0);
  CHECK(Quantity{.value = 0.29, .is_percent = true}.of(10000) == 29);
  CHECK(Quantity{.value = 100, .is_percent = true}.of(18771) == 18771);
  CHECK(Quantity{.value = 7, .is_percent = false}.of(3) == 7);
}

TEST_CASE("read_settings refuses an unknown key where it stands and tells what was meant") {
  CHECK(
      problem_of(kRepositories + "suplier: {name: x}\n") ==
      "2:1: unknown key 'suplier'; did you mean 'supplier'?");
  CHECK(
      problem_of("repositories: [{id: a, packages: b}]\ndisk: {cilent: c}\n") ==
      "2:8: unknown key 'cilent'; did you mean 'client'?");
  CHECK(
      problem_of("distribution:\n  id: x\n  verison: 9\n") ==
      "3:3: unknown key 'verison'; did you mean 'version'?");
  CHECK(
      problem_in("supplier", "phone: 1") ==
      "2:12: unknown key 'phone'; known are name, url, email");
  CHECK(
      problem_of("repositories:\n  - id: a\n    packages: b\n    package: c\n") ==
      "4:5: unknown key 'package'; did you mean 'packages'?");
  CHECK(
      problem_of("signing: {x509: {certificat: x}}\n") ==
      "1:18: unknown key 'certificat'; did you mean 'certificate'?");
  CHECK(
      problem_of("distribution: {purl: {distribution: x}}\n") ==
      "1:23: unknown key 'distribution'; known are namespace, distro");
}

TEST_CASE("read_settings refuses a key that stands twice") {
  CHECK(
      problem_of(kRepositories + "output: a\noutput: b\n") ==
      "3:1: duplicate key 'output'; it stands already in line 2");
}

TEST_CASE("read_settings refuses a section without what it needs") {
  CHECK(problem_of("output: x\n") == "1:1: the configuration needs the key 'repositories'");
  CHECK(problem_in("supplier", "url: https://x.org") == "2:11: 'supplier' needs the key 'name'");
  CHECK(
      problem_of("repositories:\n  - packages: a\n") ==
      "2:5: an entry of 'repositories' needs the key 'id'");
  CHECK(
      problem_of("repositories:\n  - id: a\n") ==
      "2:5: an entry of 'repositories' needs the key 'packages'");
  CHECK(
      problem_in("signing", "openpgp: {passphrase_file: x}") ==
      "2:20: 'openpgp' needs the key 'key' or 'gpg'");
  CHECK(problem_in("signing", "x509: {key: x}") == "2:17: 'x509' needs the key 'certificate'");
}

TEST_CASE("read_settings takes several signers of a kind, and credentials of systemd") {
  ::setenv("CREDENTIALS_DIRECTORY", "/run/credentials/x", /*overwrite=*/1);
  const File file(
      kRepositories +
      "signing:\n"
      "  openpgp:\n"
      "    - {key: {credential: old.asc}, passphrase_file: {credential: old}}\n"
      "    - {key: new.asc}\n"
      "  x509: [{key: a.key, certificate: a.crt}, {key: b.key, certificate: b.crt}]\n");
  const pipeline::Signing signing = pipeline::read_settings(file.path()).signing;
  ::unsetenv("CREDENTIALS_DIRECTORY");
  REQUIRE(signing.openpgp.size() == 2);
  CHECK(signing.openpgp[0].key == "/run/credentials/x/old.asc");
  CHECK(signing.openpgp[0].passphrase_file == "/run/credentials/x/old");
  CHECK(signing.openpgp[1].key == file.folder() / "new.asc");
  REQUIRE(signing.x509.size() == 2);
  CHECK(signing.x509[1].certificate == file.folder() / "b.crt");

  CHECK(problem_in("signing", "openpgp: []") == "2:20: 'openpgp' must not be empty");
  CHECK(
      problem_in("signing", "openpgp: [{passphrase_file: x}]") ==
      "2:21: an entry of 'openpgp' needs the key 'key' or 'gpg'");
  CHECK(
      problem_in("signing", "openpgp: {key: {credential: ../x}}") ==
      "2:39: 'credential' must be the name of a file, not '../x'");
  CHECK(
      problem_in("signing", "openpgp: {key: {file: x}}") ==
      "2:27: unknown key 'file'; known are credential");
  std::string many;
  for (int i = 0; i != 10; ++i)
    many += "{key: x}, ";
  CHECK(
      problem_in("signing", "openpgp: [" + many + "]") ==
      "2:20: 'openpgp' has more than 9 signers");
}

TEST_CASE("read_settings refuses values of another kind") {
  CHECK(problem_of("- a\n") == "1:1: the configuration must be a mapping, not a list");
  CHECK(problem_of("a\n") == "1:1: the configuration must be a mapping, not text");
  CHECK(problem_of("repositories: base\n") == "1:15: 'repositories' must be a list, not text");
  CHECK(
      problem_of("repositories: [base]\n") ==
      "1:16: an entry of 'repositories' must be a mapping, not text");
  CHECK(problem_of("formats: {a: b}\n") == "1:10: 'formats' must be a list, not a mapping");
  CHECK(problem_of("output: [a]\n") == "1:9: 'output' must be text, not a list");
  CHECK(problem_of("output:\nkeep: {runs: 1}\n") == "1:1: 'output' has no value");
  CHECK(problem_of("output: ~\n") == "1:1: 'output' has no value");
  CHECK(problem_of("output: \"\"\n") == "1:9: 'output' must not be empty");
  CHECK(problem_in("keep", "runs: some") == "2:14: 'runs' must be a whole number, not 'some'");
  CHECK(problem_in("keep", "runs: 1.5") == "2:14: 'runs' must be a whole number, not '1.5'");
  CHECK(problem_in("keep", "runs: 0") == "2:14: 'runs' must be 1 or more");
}

TEST_CASE("read_settings refuses empty lists and an empty file") {
  CHECK(problem_of("repositories: []\n") == "1:15: 'repositories' must not be empty");
  CHECK(problem_of(kRepositories + "formats: []\n") == "2:10: 'formats' must not be empty");
  CHECK(
      problem_of("repositories: [{id: a, packages: b, keys: []}]\n") ==
      "1:43: 'keys' must not be empty");
  CHECK(problem_of("") == "1:1: the configuration is empty");
  CHECK(problem_of("# nothing\n") == "1:1: the configuration is empty");
}

TEST_CASE("read_settings refuses repositories that are the same or have unsafe ids") {
  CHECK(
      problem_of("repositories:\n  - {id: a, packages: b}\n  - {id: a, packages: c}\n") ==
      "3:5: a repository with the id 'a' stands above");
  CHECK(
      problem_of("repositories:\n  - {id: a, packages: b}\n  - {id: c, packages: ./b/}\n") ==
      "3:5: these are also the packages of 'a'");
  for (const char* wrong : {"../a", "a b", ".a", "-a", "a/b", "\u00e9"}) {
    CHECK(
        problem_of("repositories: [{id: \"" + std::string(wrong) + "\", packages: b}]\n") ==
        "1:21: 'id' must be of letters, digits, '.', '_' and '-', a letter or digit first, not '" +
            std::string(wrong) + "'");
  }
  CHECK(
      problem_of("repositories: [{id: " + std::string(101, 'a') + ", packages: b}]\n") ==
      "1:21: 'id' is too long");
}

TEST_CASE("read_settings writes SPDX 3 only where it is named") {
  const auto settings = read(kRepositories + "formats: [spdx3-json, spdx-json]\n");
  CHECK(settings.formats == std::vector<Format>{Format::SpdxJson, Format::Spdx3Json});
}

TEST_CASE("read_settings compresses documents only where that is asked for") {
  CHECK(read(kRepositories).compress == Compression::None);
  CHECK(read(kRepositories + "compress: none\n").compress == Compression::None);
  CHECK(read(kRepositories + "compress: gzip\n").compress == Compression::Gzip);
  CHECK(read(kRepositories + "compress: zstd\n").compress == Compression::Zstd);
  CHECK(
      problem_of(kRepositories + "compress: true\n") ==
      "2:11: 'compress' must be none, gzip or zstd, not 'true'");
}

TEST_CASE("read_settings refuses unknown formats and formats named twice") {
  CHECK(
      problem_of(kRepositories + "formats: [spdx-json, spdx-jsn]\n") ==
      "2:22: unknown format 'spdx-jsn'; did you mean 'spdx-json'?");
  CHECK(
      problem_of(kRepositories + "formats: [swid]\n") ==
      "2:11: unknown format 'swid'; known are spdx-json, spdx-xml, spdx-yaml, cyclonedx-json, "
      "cyclonedx-xml, spdx3-json");
  CHECK(
      problem_of(kRepositories + "formats:\n  - spdx-xml\n  - spdx-xml\n") ==
      "4:5: the format 'spdx-xml' is named twice");
}

TEST_CASE("read_settings refuses what cannot stand in documents") {
  CHECK(
      problem_in("distribution", "documents: sbom.example.com") ==
      "2:27: 'documents' must be a URL of http:// or https://, not 'sbom.example.com'");
  CHECK(
      problem_in("distribution", "documents: \"https://x.org/#a\"") ==
      "2:27: 'documents' must have no '?' or '#', as others are made from it");
  CHECK(
      problem_in("supplier", "name: x, url: \"https://me:secret@x.org\"") ==
      "2:26: 'url' is published and must not have a user or password");
  CHECK(
      problem_in("supplier", "name: x, email: x.org") ==
      "2:28: 'email' must be an address, not 'x.org'");
  CHECK(
      problem_in("distribution", "cpe: almalinux") ==
      "2:21: 'cpe' must be the CPE of an operating system, such as cpe:/o:almalinux:almalinux:9, "
      "not 'almalinux'");
  CHECK(
      problem_of("repositories: [{id: a, packages: \"ftp://x/y\"}]\n") ==
      "1:34: 'packages' must be a directory or a URL of http:// or https://, not 'ftp://x/y'");
}

TEST_CASE("read_settings refuses YAML that is broken or that no configuration needs") {
  CHECK(problem_of("output: a: b\n") == "1:10: not valid YAML: illegal map value");
  CHECK(problem_of("output: [a\n") == "2:1: not valid YAML: end of sequence flow not found");
  CHECK(
      problem_of(kRepositories + "output: \"out\nkeep: {runs: 2}\n") ==
      "4:1: not valid YAML: a quote is not closed before this");
  CHECK(
      problem_of("supplier: &a {name: x}\ncreator: *a\n") ==
      "2:10: aliases are not supported; write the value out");
  CHECK(
      problem_of("output: !!binary aGk=\n") ==
      "1:9: the tag 'tag:yaml.org,2002:binary' is not supported");
  CHECK(problem_of("? [a]\n: b\n") == "1:3: a key must be text");
  CHECK(problem_of("~: b\n") == "1:1: a key must be text");
  CHECK(problem_of(kRepositories + "---\noutput: x\n") == "2:1: only one YAML document is wanted");
  CHECK(
      problem_of("output: \"a\\x01\"\n") ==
      "1:9: text with a control character or bytes that are not UTF-8");
  CHECK(
      problem_of("output: a\xff\n") ==
      "1:9: text with a control character or bytes that are not UTF-8");
}

TEST_CASE("read_settings gives up soon on nesting, width and size that no configuration has") {
  std::string deep;
  for (int i = 0; i < 100000; ++i)
    deep += "- ";
  CHECK(problem_of(deep + "a\n") == "1:33: nested too deeply");
  std::string wide;
  for (int i = 0; i < 20000; ++i)
    wide += "- a\n";
  CHECK(problem_of(wide) == "10001:3: too many values");
  CHECK(
      problem_of(std::string((std::size_t{1} << 20) + 1, '#')) ==
      "1:1: larger than a configuration can be (1 MiB)");
}

TEST_CASE("read_settings says that a file cannot be read") {
  CHECK_THROWS_WITH_AS(
      pipeline::read_settings("/nonexistent/reposbom.yaml"),
      "/nonexistent/reposbom.yaml: cannot be read: No such file or directory",
      Error);
}

TEST_CASE("read_settings takes repositories of the command line in place of its own") {
  const File file(
      "repositories:\n  - {id: base, packages: /m/9/os, sources: /s, keys: [k]}\n"
      "  - {id: extra, packages: /m/extra}\n");
  const auto settings = pipeline::read_settings(file.path(), {"/m/9/os/", "/x/base"});
  REQUIRE(settings.repositories.size() == 2);
  CHECK(settings.repositories[0].id == "base");
  CHECK(settings.repositories[0].sources == "/s");
  CHECK(settings.repositories[0].keys.size() == 1);
  CHECK(settings.repositories[1].id == "base-2");
  CHECK(settings.repositories[1].packages == "/x/base");
}

TEST_CASE("read_settings needs no repositories in the file if the command line names some") {
  const File file("supplier: {name: x}\n");
  CHECK(pipeline::read_settings(file.path(), {"/m/os"}).repositories.size() == 1);
}

TEST_CASE("a repository that is read from a URL is published there unless told otherwise") {
  const auto settings = read(
      "repositories:\n"
      "  - {id: a, packages: https://h/a/, sources: http://h/s}\n"
      "  - {id: b, packages: https://mirror/b, published: https://repo/b/}\n"
      "  - {id: c, packages: \"https://me:secret@mirror/c\"}\n"
      "  - {id: d, packages: /srv/d}\n");
  CHECK(settings.repositories.at(0).published == "https://h/a");
  CHECK(settings.repositories.at(0).sources_published == "http://h/s");
  CHECK(settings.repositories.at(1).published == "https://repo/b");
  CHECK(settings.repositories.at(2).published.empty());
  CHECK(settings.repositories.at(3).published.empty());
}

TEST_CASE("settings_for takes directories from the current folder and URLs as they are") {
  const auto settings = pipeline::settings_for({"mirror/os", "https://h/x/"});
  CHECK(settings.repositories.at(0).packages == std::filesystem::current_path() / "mirror/os");
  CHECK(settings.repositories.at(1).packages == "https://h/x");
  CHECK(settings.formats == kDefaultFormats);
  CHECK(settings.output == "sbom");
}

TEST_CASE("settings_for names a repository after the last part of its place that says something") {
  using Ids = std::vector<std::string>;
  CHECK(ids_of({"/srv/mirror/9/BaseOS/x86_64/os/"}) == Ids{"BaseOS"});
  CHECK(ids_of({"/data/centos-stream-9-baseos-2022"}) == Ids{"centos-stream-9-baseos-2022"});
  CHECK(ids_of({"/data/sg5-el9/9/x86_64"}) == Ids{"sg5-el9"});
  CHECK(ids_of({"https://me:x@repo.example.org/9.4/os?a=b"}) == Ids{"repo.example.org"});
  CHECK(ids_of({"https://repo.example.org:8080"}) == Ids{"repo.example.org-8080"});
  CHECK(ids_of({"/my repo/+x"}) == Ids{"repository-x"});
  CHECK(ids_of({"/"}) == Ids{"repository"});
}

TEST_CASE("settings_for gives repositories of the same name numbers") {
  CHECK(
      ids_of({"/a/BaseOS", "/b/BaseOS/os", "/c/BaseOS-2", "/d/BaseOS"}) ==
      std::vector<std::string>{"BaseOS", "BaseOS-2", "BaseOS-2-2", "BaseOS-3"});
}

TEST_CASE("settings_for refuses a place named twice and URLs of other kinds") {
  CHECK_THROWS_WITH_AS(pipeline::settings_for({"/a/b", "/a/b/"}), "/a/b/: is named twice", Error);
  CHECK_THROWS_WITH_AS(
      pipeline::settings_for({"ftp://h/x"}),
      "ftp://h/x: must be a directory or a URL of http:// or https://",
      Error);
}

TEST_CASE("apply leaves what the tag gave where nothing is configured") {
  const auto tag = metadata::distribution_from_tag("cpe:/o:redhat:enterprise_linux:9", "");
  const auto applied = pipeline::apply({}, tag);
  CHECK(applied.id == "rhel");
  CHECK(applied.purl.name_space == "redhat");
  CHECK(applied.purl.distro == tag.purl.distro);
  CHECK(applied.version == "9");
}

TEST_CASE("apply derives the purl from a configured id and version") {
  const auto applied = pipeline::apply(
      {.id = "almalinux", .version = "9.4"}, metadata::distribution_from_tag("", ""));
  CHECK(applied.name == "AlmaLinux");
  CHECK(applied.purl.name_space == "almalinux");
  CHECK(applied.purl.distro == "almalinux-9");
}

TEST_CASE("apply names a distribution by its configured id") {
  const auto applied = pipeline::apply({.id = "almalinux", .version = "9.4"}, {});
  CHECK(applied.name == "AlmaLinux");
  CHECK(applied.purl.name_space == "almalinux");
}

TEST_CASE("apply keeps the purl namespace of the tag when the configured id is the tag's") {
  const auto tag = metadata::distribution_from_tag("cpe:/o:redhat:enterprise_linux:9", "");
  const auto applied = pipeline::apply({.id = "rhel", .version = "9.4"}, tag);
  CHECK(applied.name == tag.name);
  CHECK(applied.purl.name_space == "redhat");
  CHECK(applied.purl.distro == "rhel-9");
}

TEST_CASE("apply lets every configured value win") {
  const auto applied = pipeline::apply(
      {.id = "a",
       .name = "B",
       .version = "3",
       .cpe = "cpe:/o:c:c:3",
       .purl_namespace = "d",
       .purl_distro = "e",
       .documents = "https://f"},
      metadata::distribution_from_tag("cpe:/o:almalinux:almalinux:9", ""));
  CHECK(applied.id == "a");
  CHECK(applied.name == "B");
  CHECK(applied.version == "3");
  CHECK(applied.cpe == "cpe:/o:c:c:3");
  CHECK(applied.purl.name_space == "d");
  CHECK(applied.purl.distro == "e");
  CHECK(applied.documents == "https://f");
}

TEST_CASE("read_settings takes the digests and files that documents are to tell") {
  CHECK(!read(kRepositories).sha512);
  CHECK(!read(kRepositories).files);
  CHECK(read(kRepositories + "digests: [sha512]\n").sha512);
  CHECK(read(kRepositories + "files: true\n").files);
  CHECK(
      problem_of(kRepositories + "digests: [sha1]\n").find("must be sha512") != std::string::npos);
  CHECK(problem_of(kRepositories + "digests: sha512\n") != "");
}
