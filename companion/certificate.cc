// SPDX-License-Identifier: Apache-2.0
#include "companion/certificate.h"

#include <array>
#include <ctime>

#include "companion/source.h"
#include "companion/x509.h"
#include "metadata/local_file.h"

namespace reposbom::companion {
namespace {

constexpr std::int64_t kDay = 86400;
constexpr std::uintmax_t kLargestFile = 1U << 20U;
constexpr const char* kRemedy = "; 'sbomget import' writes a pair";

std::string read(const std::filesystem::path& file, const std::string& what) {
  try {
    return metadata::read_whole(file, kLargestFile);
  } catch (const Error&) {
    throw Refused(file.string(), "cannot read the " + what);
  }
}

X509Certificate first_certificate(const std::filesystem::path& file) {
  const std::string text = read(file, "client certificate");
  X509Certificate certificate = next_certificate(bio_of(text));
  if (certificate != nullptr) return certificate;
  throw Refused(file.string(), std::string("has no client certificate in PEM") + kRemedy);
}

}  // namespace

bool is_near_expiry(const CertificateFacts& facts, std::int64_t now) {
  return facts.not_after - now < kNearExpiryDays * kDay;
}

std::string date_of(std::int64_t time) {
  const std::time_t seconds = time;
  std::tm parts = {};
  ::gmtime_r(&seconds, &parts);
  std::array<char, 32> text = {};
  return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%d", &parts)};
}

CertificateFacts read_certificate(const std::filesystem::path& file) {
  return facts_of(first_certificate(file));
}

void check_certificate(
    const std::filesystem::path& certificate, const std::filesystem::path& key, std::int64_t now) {
  const X509Certificate ours = first_certificate(certificate);
  const CertificateFacts facts = facts_of(ours);
  if (now < facts.not_before) {
    throw Refused(
        certificate.string(),
        "the client certificate is valid only from " + date_of(facts.not_before) +
            "; is the clock right?");
  }
  if (now > facts.not_after) {
    throw Refused(
        certificate.string(),
        "the client certificate expired on " + date_of(facts.not_after) +
            "; ask for a new one and import it with 'sbomget import'");
  }
  const std::filesystem::path& file = key.empty() ? certificate : key;
  const std::string text = read(file, "key of the client certificate");
  const PrivateKey private_half = private_key(bio_of(text), nullptr);
  if (private_half == nullptr) {
    const std::string what = has_encrypted_key(text)
                                 ? "the key of the client certificate has a password"
                                 : "has no key of a client certificate in PEM";
    throw Refused(file.string(), what + kRemedy);
  }
  if (!belongs_to(private_half, ours)) {
    throw Refused(
        file.string(),
        "is not the key of the client certificate " + certificate.string() + kRemedy);
  }
}

std::optional<std::string> expiry_warning(
    const std::filesystem::path& certificate, std::int64_t now) {
  try {
    const CertificateFacts facts = read_certificate(certificate);
    if (!is_near_expiry(facts, now)) return std::nullopt;
    const std::string date = " (" + date_of(facts.not_after) + ")";
    if (now > facts.not_after) return certificate.string() + ": expired" + date;
    const std::int64_t days = (facts.not_after - now) / kDay;
    const std::string when = days == 0   ? "within a day"
                             : days == 1 ? "in 1 day"
                                         : "in " + std::to_string(days) + " days";
    return certificate.string() + ": the client certificate expires " + when + date +
           "; ask for a new one";
  } catch (const Error&) {
    return std::nullopt;
  }
}

}  // namespace reposbom::companion
