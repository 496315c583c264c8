// SPDX-License-Identifier: Apache-2.0
//
// The customer's certificate, with which a server is asked: what it says, whether it
// may be used now, and whether its key belongs to it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace reposbom::companion {

struct CertificateFacts {
  std::string subject = {};  // "CN=alice,O=Example".
  std::string issuer = {};
  std::string serial = {};      // Hexadecimal.
  std::int64_t not_before = 0;  // Seconds since 1970.
  std::int64_t not_after = 0;
};

// Fewer days than that before its end, a certificate should be renewed.
constexpr int kNearExpiryDays = 30;

bool is_near_expiry(const CertificateFacts& facts, std::int64_t now);

// "2026-11-28", in UTC.
std::string date_of(std::int64_t time);

// Of the first certificate of a PEM file. Throws Refused.
CertificateFacts read_certificate(const std::filesystem::path& file);

// That a server can be asked with these two PEM files at that time. Throws Refused, naming the file
// and what is wrong with it. The key may be in the file of the certificate.
void check_certificate(
    const std::filesystem::path& certificate, const std::filesystem::path& key, std::int64_t now);

// "the client certificate expires in 12 days (2026-12-10): …", if it does so soon; nothing if it is
// good for longer or cannot be read.
std::optional<std::string> expiry_warning(
    const std::filesystem::path& certificate, std::int64_t now);

}  // namespace reposbom::companion
