// SPDX-License-Identifier: Apache-2.0
#include "companion/trust.h"

#include <utility>

#include "metadata/error.h"
#include "metadata/sums.h"

namespace reposbom::companion {
namespace {

namespace fs = std::filesystem;

metadata::TrustedKeys read_trusted(const std::vector<fs::path>& keys) {
  std::vector<fs::path> openpgp;
  std::vector<fs::path> certificates;
  for (const fs::path& key : keys) {
    const bool is_certificate = key.extension() == ".pem" || key.extension() == ".crt";
    (is_certificate ? certificates : openpgp).push_back(key);
  }
  if (keys.empty()) {
    throw Error(
        Cause::Usage,
        "no key",
        "there is none to verify with: put the publisher's public key (.asc) or certificate "
        "(.pem) into sbomget/keys/ beside the configuration file, or name it there with 'key ='");
  }
  return metadata::read_keys(openpgp, certificates);
}

}  // namespace

Trust::Trust(const std::vector<fs::path>& keys) : verifier_(read_trusted(keys)) {}

Vouched Trust::check_run(
    const std::string& subject, const std::map<std::string, std::string>& texts) const {
  const metadata::Signatures found = verifier_.verify(subject, texts);
  if (found.good == 0) {
    throw Error(
        Cause::Untrusted, subject + "/SHA256SUMS", "is not signed by a key that is trusted here");
  }
  Vouched vouched{.time = found.time};
  const std::string end = "/" + std::string(metadata::kSums);
  for (auto& [name, digest] : parse_listed(texts.at(std::string(metadata::kSums)), subject)) {
    if (!name.starts_with("sets/") || !name.ends_with(end)) continue;
    vouched.sets.emplace(name.substr(0, name.size() - end.size()), digest);
  }
  return vouched;
}

bool Trust::is_signed(
    const std::string& subject, const std::map<std::string, std::string>& texts) const {
  return verifier_.verify(subject, texts).good != 0;
}

Listed parse_listed(std::string_view sums, const std::string& subject) {
  const std::string name = subject + "/" + std::string(metadata::kSums);
  Listed listed;
  for (metadata::Sum& sum : metadata::parse_sums(sums, name)) {
    if (!listed.emplace(sum.name, std::move(sum.sha256)).second) {
      throw Error(Cause::Untrusted, name, "lists " + sum.name + " twice");
    }
  }
  return listed;
}

}  // namespace reposbom::companion
