// SPDX-License-Identifier: Apache-2.0
#include "companion/x509.h"

#include <climits>
#include <ctime>
#include <new>

#include <openssl/asn1.h>
#include <openssl/bn.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/pem.h>

namespace reposbom::companion {
namespace {

struct OpensslTextDestroyer {
  void operator()(char* text) const { OPENSSL_free(text); }
};

std::int64_t seconds_of(const ASN1_TIME* time) {
  std::tm parts = {};
  if (ASN1_TIME_to_tm(time, &parts) != 1) return 0;
  return ::timegm(&parts);
}

std::string name_text(const X509_NAME* name) {
  const Bio bio = new_bio();
  constexpr unsigned long flags = XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB;
  X509_NAME_print_ex(bio.get(), name, 0, flags);
  return bytes_of(bio);
}

std::string serial_text(const X509Certificate& certificate) {
  const std::unique_ptr<BIGNUM, Destroyer<BN_free>> number(
      ASN1_INTEGER_to_BN(X509_get0_serialNumber(certificate.get()), nullptr));
  if (number == nullptr) return "";
  const std::unique_ptr<char, OpensslTextDestroyer> text(BN_bn2hex(number.get()));
  return text == nullptr ? "" : text.get();
}

// Never asks for it, as OpenSSL does by itself.
int give_password(char* to, int size, int /*for_writing*/, void* password) {
  if (password == nullptr) return -1;
  const std::string_view text(static_cast<const char*>(password));
  if (size < 0 || text.size() > static_cast<std::size_t>(size)) return -1;
  text.copy(to, text.size());
  return static_cast<int>(text.size());
}

}  // namespace

Bio bio_of(std::string_view bytes) {
  if (bytes.size() > INT_MAX) throw std::bad_alloc();
  // No bytes are no error, no address is.
  const char* const data = bytes.empty() ? "" : bytes.data();
  Bio bio(BIO_new_mem_buf(data, static_cast<int>(bytes.size())));
  if (bio == nullptr) throw std::bad_alloc();
  return bio;
}

Bio new_bio() {
  Bio bio(BIO_new(BIO_s_mem()));
  if (bio == nullptr) throw std::bad_alloc();
  return bio;
}

std::string bytes_of(const Bio& bio) {
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &bytes);
  return size <= 0 ? std::string() : std::string(bytes, static_cast<std::size_t>(size));
}

X509Certificate next_certificate(const Bio& pem) {
  X509Certificate certificate(PEM_read_bio_X509(pem.get(), nullptr, nullptr, nullptr));
  ERR_clear_error();
  return certificate;
}

PrivateKey private_key(const Bio& pem, const char* password) {
  PrivateKey key(
      PEM_read_bio_PrivateKey(pem.get(), nullptr, &give_password, const_cast<char*>(password)));
  ERR_clear_error();
  return key;
}

bool has_encrypted_key(std::string_view pem) {
  return pem.find("-----BEGIN ENCRYPTED PRIVATE KEY-----") != std::string_view::npos ||
         pem.find("Proc-Type: 4,ENCRYPTED") != std::string_view::npos;
}

bool belongs_to(const PrivateKey& key, const X509Certificate& certificate) {
  const bool is_ours = X509_check_private_key(certificate.get(), key.get()) == 1;
  ERR_clear_error();
  return is_ours;
}

CertificateFacts facts_of(const X509Certificate& certificate) {
  return {
      .subject = name_text(X509_get_subject_name(certificate.get())),
      .issuer = name_text(X509_get_issuer_name(certificate.get())),
      .serial = serial_text(certificate),
      .not_before = seconds_of(X509_get0_notBefore(certificate.get())),
      .not_after = seconds_of(X509_get0_notAfter(certificate.get()))};
}

}  // namespace reposbom::companion
