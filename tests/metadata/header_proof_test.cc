// SPDX-License-Identifier: Apache-2.0
#include "metadata/header_proof.h"

#include <ctime>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "metadata/digest.h"
#include "metadata/rpm_front.h"
#include "tests/support/published_tree.h"
#include "tests/support/shared_data.h"

using namespace reposbom::metadata;
using namespace reposbom::tests;
using reposbom::Cause;
using By = HeaderProof::By;

namespace {

const std::string kName = "quillsh-5.1.8-9.el9.x86_64.rpm";

// A directory with a package of the fixtures, which has no signature.
class OnePackage {
 public:
  OnePackage() {
    fs::copy_file(
        fs::path(REPOSBOM_BINARY_DIR) / "fixtures/mirror/BaseOS/x86_64/os/Packages" / kName,
        file());
    package_.checksum = digest_file(ChecksumType::Sha256, file());
    package_.origins = {{.href = kName}};
    header_ = read_rpm_header(file());
  }

  fs::path file() const { return folder_ / kName; }
  RpmHeader& header() { return header_; }
  Package& package() { return package_; }

  std::string covered() const {
    const std::string bytes = read_bytes(file());
    const auto front = parse_rpm_front(bytes);
    REQUIRE(front);
    return bytes.substr(front->header_begin, front->end - front->header_begin);
  }

  HeaderProof prove(const Keyring& keys, const HeaderProof& known = {}) const {
    LocalFile local{file(), "the file"};
    return prove_header(folder_.path(), package_, header_, keys, known, local);
  }

 private:
  TemporaryFolder folder_ = {};
  Package package_ = {};
  RpmHeader header_ = {};
};

Keyring ring_of(const std::vector<fs::path>& files) {
  Keyring ring;
  for (const fs::path& file : files)
    ring.add_file(file);
  return ring;
}

}  // namespace

TEST_CASE("fixtures: prove_header judges the signatures of a header") {
  const TestKeys* keys = TestKeys::find();
  if (keys == nullptr) return;
  OnePackage folder;
  const Keyring first = ring_of({keys->openpgp("first")});
  const Keyring both = ring_of({keys->openpgp("first"), keys->openpgp("second")});
  const std::int64_t now = std::time(nullptr);
  const std::string covered = folder.covered();
  const auto sign = [&](const std::string& name, const std::string& bytes) {
    return keys->openpgp_signer(name)->sign(bytes, now);
  };
  auto& signatures = folder.header().signatures;

  signatures = {sign("first", covered)};
  const HeaderProof good = folder.prove(first);
  CHECK(good.by == By::Signature);
  CHECK(good.keys == first.digest());
  CHECK(good.header == sha256(covered));
  CHECK(good.message.empty());

  signatures = {sign("second", covered)};
  const HeaderProof unknown = folder.prove(first);
  CHECK(unknown.by == By::Refused);
  CHECK(unknown.message.starts_with("signed by key "));
  CHECK(unknown.message.ends_with(": add it to 'keys' if it is to be trusted"));
  CHECK(folder.prove(both).by == By::Signature);
  CHECK(folder.prove(Keyring()).by == By::Refused);

  signatures = {"no signature"};
  CHECK(folder.prove(first).by == By::Refused);

  signatures = {sign("first", covered + " ")};
  const HeaderProof forged = folder.prove(first);
  CHECK(forged.by == By::Forged);
  CHECK(forged.message.find("is bad") != std::string::npos);

  // One good signature makes up for one that says nothing, but not for one that is wrong.
  signatures = {sign("second", covered), sign("first", covered)};
  CHECK(folder.prove(first).by == By::Signature);
  signatures = {sign("first", covered), sign("second", "another")};
  CHECK(folder.prove(both).by == By::Forged);
}

TEST_CASE("fixtures: prove_header wants the digest of the whole file where nobody has signed") {
  OnePackage folder;
  const Keyring nobody;
  const HeaderProof proof = folder.prove(nobody);
  CHECK(proof.by == By::Digest);
  CHECK(proof.header == sha256(folder.covered()));
  damage(folder.file());  // The payload.
  const Thrown thrown = thrown_by([&] { folder.prove(nobody); });
  CHECK(thrown.cause == Cause::Untrusted);
  CHECK(thrown.says("the file: is of SHA256 "));
  // What is known is of the same header, so the file is not read whole again.
  CHECK(folder.prove(nobody, proof) == proof);
}

TEST_CASE("fixtures: what was proved of another header, or by other keys, is no proof") {
  const TestKeys* keys = TestKeys::find();
  if (keys == nullptr) return;
  OnePackage folder;
  const Keyring first = ring_of({keys->openpgp("first")});
  const Keyring second = ring_of({keys->openpgp("second")});
  folder.header().signatures = {
      keys->openpgp_signer("first")->sign(folder.covered(), std::time(nullptr))};
  const HeaderProof proof = folder.prove(first);
  CHECK(proof.holds_for(&first));
  CHECK(proof.holds_for(nullptr));
  CHECK_FALSE(proof.holds_for(&second));
  CHECK_FALSE(HeaderProof().holds_for(&first));

  folder.header().signatures = {"it is not looked at"};
  CHECK(folder.prove(first, proof) == proof);
  CHECK(folder.prove(second, proof).by == By::Refused);
  HeaderProof other = proof;
  other.header.front() = other.header.front() == '0' ? '1' : '0';
  CHECK(folder.prove(first, other).by == By::Refused);
}

TEST_CASE("fixtures: prove_header refuses a file that is no longer the one that was read") {
  OnePackage folder;
  std::string bytes = read_bytes(folder.file());
  SUBCASE("because its header is another") {
    bytes[folder.header().header_end - 1] ^= 1;
  }
  SUBCASE("because it is shorter") {
    bytes.resize(folder.header().header_end - 1);
  }
  write_bytes(folder.file(), bytes);
  const Thrown thrown = thrown_by([&] { folder.prove(Keyring()); });
  CHECK(thrown.cause == Cause::Untrusted);
  CHECK(thrown.says("its header changed while it was read"));
}

TEST_CASE("prove_header verifies every real package with the key of its publisher") {
  const auto data = shared_data();
  if (!data) {
    MESSAGE("skipped: no shared data");
    return;
  }
  const Keyring publisher = ring_of({*data / "keys/postgresql/PGDG-RPM-GPG-KEY-RHEL"});
  const Keyring other = ring_of({*data / "keys/alma/RPM-GPG-KEY-AlmaLinux-9"});
  const fs::path folder = *data / "repos/pgdg15-el8";
  int checked = 0;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.path().extension() != ".rpm") continue;
    CAPTURE(entry.path().filename().string());
    LocalFile file{entry.path(), entry.path().string()};
    const RpmHeader header = read_rpm_header(file);
    CHECK(header.signatures.size() == 1);
    CHECK(prove_header(folder, {}, header, publisher, {}, file).by == By::Signature);
    const HeaderProof refused = prove_header(folder, {}, header, other, {}, file);
    CHECK(refused.by == By::Refused);
    CHECK(refused.message.starts_with("signed by key 40BCA2B408B40D20, which is not among"));
    ++checked;
  }
  CHECK(checked == 11);
}
