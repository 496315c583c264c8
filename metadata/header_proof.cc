// SPDX-License-Identifier: Apache-2.0
#include "metadata/header_proof.h"

#include <cstddef>
#include <optional>
#include <string_view>
#include <utility>

#include "metadata/digest.h"
#include "metadata/error.h"
#include "metadata/rpm_front.h"

namespace reposbom::metadata {
namespace {

using By = HeaderProof::By;
using Kind = Verdict::Kind;

[[noreturn]] void fail_changed(const LocalFile& file) {
  throw Error(Cause::Untrusted, file.name, "its header changed while it was read: run again");
}

// What a signature covers: the header from its magic number to the end of its data.
std::string read_covered(const LocalFile& file, std::uint64_t end) {
  std::string bytes = read_front(file, end);
  const auto front = parse_rpm_front(bytes);
  if (!front || front->end != end || bytes.size() != end) fail_changed(file);
  bytes.erase(0, static_cast<std::size_t>(front->header_begin));
  return bytes;
}

// As rpm has it, one bad signature is enough to refuse what another one covers.
Verdict judge_all(
    const Keyring& keys, std::string_view covered, const std::vector<std::string>& signatures) {
  std::optional<Verdict> best;
  for (const std::string& signature : signatures) {
    Verdict verdict = keys.judge(covered, signature, InForce::WhenSigning);
    if (verdict.kind == Kind::Changed) return verdict;
    if (!best || verdict.kind < best->kind) best = std::move(verdict);
  }
  return *std::move(best);
}

void check_digest(const Package& package, const LocalFile& file) {
  const Checksum found = digest_file(package.checksum.type, file.path);
  if (found == package.checksum) return;
  throw Error(
      Cause::Untrusted,
      file.name,
      "is of " + std::string(to_string(found.type)) + " " + found.hex +
          ", but the repository says " + package.checksum.hex + ": sync it again");
}

// The front that was fetched alone must be that of the whole file.
void check_whole(
    const Place& place,
    const Package& package,
    std::uint64_t end,
    std::string_view covered,
    LocalFile& file) {
  const auto whole = place.whole_rpm(package);
  if (!whole || read_covered(*whole, end) != covered) {
    throw Error(
        Cause::Untrusted,
        file.name,
        "its header alone is not the one of the whole file: run again");
  }
  file.is_proven = true;
  file.is_kept = false;
}

}  // namespace

bool HeaderProof::holds_for(const Keyring* given) const {
  if (given == nullptr || by == By::Digest) return true;
  return by == By::Signature && keys == given->digest();
}

HeaderProof prove_header(
    const Place& place,
    const Package& package,
    const RpmHeader& header,
    const Keyring& keys,
    const HeaderProof& known,
    LocalFile& file) {
  const std::string covered = read_covered(file, header.header_end);
  HeaderProof proof{.keys = keys.digest(), .header = sha256(covered)};
  // Both were read from the same file, one after the other.
  const std::string& told = header.package.header.sha256_header;
  if (!told.empty() && told != proof.header) fail_changed(file);
  if (known.header == proof.header && known.holds_for(&keys)) return known;
  if (header.signatures.empty()) {
    if (place.is_remote()) {
      if (!file.is_proven) check_whole(place, package, header.header_end, covered, file);
    } else {
      check_digest(package, file);
    }
    proof.by = By::Digest;
    proof.keys.clear();
    return proof;
  }
  Verdict verdict = judge_all(keys, covered, header.signatures);
  proof.by = verdict.kind == Kind::Good      ? By::Signature
             : verdict.kind == Kind::Changed ? By::Forged
                                             : By::Refused;
  proof.message = std::move(verdict.message);
  if (verdict.kind == Kind::Unknown) proof.message += ": add it to 'keys' if it is to be trusted";
  return proof;
}

}  // namespace reposbom::metadata
