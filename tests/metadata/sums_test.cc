// SPDX-License-Identifier: Apache-2.0
#include "metadata/sums.h"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "metadata/digest.h"
#include "tests/support/published_tree.h"

using namespace reposbom::metadata;
using reposbom::Cause;
using reposbom::tests::Thrown;
using reposbom::tests::thrown_by;

namespace {

const std::string kDigest(64, 'a');

}  // namespace

TEST_CASE(
    "is_signature_name knows the names that signature_name gives, and no "
    "other") {
  CHECK(signature_name(".asc", 1) == "SHA256SUMS.asc");
  CHECK(signature_name(".p7s", 9) == "SHA256SUMS.9.p7s");
  for (std::size_t number = 1; number <= kMostSigners; ++number) {
    CHECK(is_signature_name(signature_name(kCmsSuffix, number)));
    CHECK(is_signature_name(signature_name(kOpenPgpSuffix, number), kOpenPgpSuffix));
    CHECK_FALSE(is_signature_name(signature_name(kOpenPgpSuffix, number), kCmsSuffix));
  }
  for (const char* name :
       {"SHA256SUMS",
        "SHA256SUMS.1.asc",
        "SHA256SUMS.0.asc",
        "SHA256SUMS.10.asc",
        "SHA256SUMS2.asc",
        "SHA256SUMS..asc",
        "SHA256SUMS.2.asc.asc",
        "SHA256SUMS.x.p7s",
        "aSHA256SUMS.asc",
        ".asc"}) {
    CAPTURE(name);
    CHECK_FALSE(is_signature_name(name));
  }
}

TEST_CASE("set_path takes the first character whole") {
  CHECK(set_path("bash", "bash-5.1.8-9.el9") == "sets/b/bash/bash-5.1.8-9.el9");
  CHECK(set_path("\xC3\xA9tude", "n") == "sets/\xC3\xA9/\xC3\xA9tude/n");
  CHECK(set_path("\xF0\x9F\x90\xA7", "n") == "sets/\xF0\x9F\x90\xA7/\xF0\x9F\x90\xA7/n");
}

TEST_CASE("parse_sums reads what write_sums wrote") {
  const std::vector<Sum> sums = {
      {kDigest, "sets/b/bash/bash-5.1.8-9.el9/SHA256SUMS"},
      {std::string(64, '0'), "name with  blanks"},
      {std::string(64, '9'), "back\\slash"}};
  const std::string text = write_sums(sums);
  CHECK(text.starts_with(kDigest + "  sets/b/"));
  const std::vector<Sum> read = parse_sums(text, "SHA256SUMS");
  REQUIRE(read.size() == 3);
  for (std::size_t i = 0; i != sums.size(); ++i) {
    CHECK(read[i].sha256 == sums[i].sha256);
    CHECK(read[i].name == sums[i].name);
  }
  CHECK(parse_sums("", "SHA256SUMS").empty());
  CHECK(parse_sums(kDigest + "  last line without its end", "SHA256SUMS").size() == 1);
}

TEST_CASE("sha256sum agrees with write_sums about names") {
  const reposbom::tests::TemporaryFolder folder;
  std::vector<Sum> sums;
  for (const std::string name : {"plain", "name with  blanks", "back\\slash", "\xC3\xA9"}) {
    reposbom::tests::write_bytes(folder / name, name);
    sums.push_back({sha256(name), name});
  }
  reposbom::tests::write_bytes(folder / "SHA256SUMS", write_sums(sums));
  const auto ran = reposbom::tests::run_shell(
      "cd " + reposbom::tests::quoted(folder.path()) + " && sha256sum --strict -c SHA256SUMS");
  INFO(ran.output);
  CHECK(ran.code == 0);
}

TEST_CASE("parse_sums refuses every line that is not a digest and a name below the folder") {
  const std::string good = kDigest + "  file\n";
  const std::vector<std::string> lines = {
      kDigest + "  ../file",
      kDigest + "  a/../../file",
      kDigest + "  /etc/passwd",
      kDigest + "  a//b",
      kDigest + "  ./file",
      kDigest + "  ",
      kDigest + " *file",
      kDigest + " file",
      kDigest.substr(1) + "  file",
      std::string(64, 'A') + "  file",
      std::string(64, 'g') + "  file",
      kDigest + "  a\tb",
      kDigest + "  a\xC3",
      kDigest + "  " + std::string(300, 'x'),
      "\\" + kDigest + "  a\\nb",
      ""};
  for (const std::string& line : lines) {
    CAPTURE(line);
    const Thrown thrown = thrown_by([&] { parse_sums(good + line + "\n" + good, "SHA256SUMS"); });
    CHECK(thrown.cause == Cause::Untrusted);
    CHECK(thrown.says("SHA256SUMS:2: "));
  }
}
