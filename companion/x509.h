// SPDX-License-Identifier: Apache-2.0
//
// OpenSSL's certificates and keys, and what it says of them. For implementations
// alone, as it includes OpenSSL.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include "companion/certificate.h"
#include "metadata/destroyer.h"

namespace reposbom::companion {

using Bio = std::unique_ptr<BIO, Destroyer<BIO_free_all>>;
using PrivateKey = std::unique_ptr<EVP_PKEY, Destroyer<EVP_PKEY_free>>;
using X509Certificate = std::unique_ptr<X509, Destroyer<X509_free>>;

// Borrows the bytes. Throws std::bad_alloc.
Bio bio_of(std::string_view bytes);
Bio new_bio();
std::string bytes_of(const Bio& bio);

// The next certificate of PEM text; null if there is none left.
X509Certificate next_certificate(const Bio& pem);

// The first private key of PEM text; null if there is none, or none that this password opens.
PrivateKey private_key(const Bio& pem, const char* password);

// "…: BEGIN ENCRYPTED PRIVATE KEY", or as OpenSSL did it before: "Proc-Type: 4,ENCRYPTED".
bool has_encrypted_key(std::string_view pem);

bool belongs_to(const PrivateKey& key, const X509Certificate& certificate);

CertificateFacts facts_of(const X509Certificate& certificate);

}  // namespace reposbom::companion
