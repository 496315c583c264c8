// SPDX-License-Identifier: Apache-2.0
//
// Verification of what make_cms_signer() (signer.h) signs, and of any other
// detached CMS signature in DER. May be called from several threads.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace reposbom::metadata {

// Returns if every signer of `signature`, a detached CMS signature over `data`, has a certificate
// that is valid today and is one of those in `certificate_file` (PEM) or issued, in the end, by one
// of them; what the certificate may be used for does not matter. Throws Error: Cause::Untrusted
// that says what is wrong otherwise, Cause::Usage if `certificate_file` holds no certificate.
void verify_cms(
    std::string_view data,
    std::string_view signature,
    const std::filesystem::path& certificate_file,
    const std::string& subject);

// The same where another certificate, or another signature, may do instead: why its signer is not
// trusted, empty if the signature is good. Error (Cause::Untrusted) is thrown only of what no
// certificate could make good.
std::string doubt_cms(
    std::string_view data,
    std::string_view signature,
    const std::filesystem::path& certificate_file,
    const std::string& subject);

}  // namespace reposbom::metadata
