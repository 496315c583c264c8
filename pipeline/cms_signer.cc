// SPDX-License-Identifier: Apache-2.0

#include <array>
#include <climits>
#include <ctime>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include <openssl/bio.h>
#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "metadata/cms_verify.h"
#include "metadata/destroyer.h"
#include "metadata/digest.h"
#include "metadata/error.h"
#include "pipeline/pkcs11_key.h"
#include "pipeline/pkcs11_uri.h"
#include "pipeline/secret.h"
#include "pipeline/signer.h"
#include "pipeline/tree.h"

namespace reposbom::pipeline {
namespace {

using Bio = std::unique_ptr<BIO, Destroyer<BIO_free_all>>;
using Cms = std::unique_ptr<CMS_ContentInfo, Destroyer<CMS_ContentInfo_free>>;
using Key = std::unique_ptr<EVP_PKEY, Destroyer<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Destroyer<X509_free>>;
using Certificates = std::vector<Certificate>;

// What OpenSSL noted of the first thing that went wrong in this thread, the cause of the rest.
std::string openssl_reason() {
  const char* details = nullptr;
  int flags = 0;
  const unsigned long code = ERR_get_error_all(nullptr, nullptr, nullptr, &details, &flags);
  const char* reason = ERR_reason_error_string(code);
  std::string text = reason == nullptr ? "no reason given" : reason;
  if ((flags & ERR_TXT_STRING) != 0 && details != nullptr && *details != '\0') {
    text += std::string(" (") + details + ")";
  }
  ERR_clear_error();
  return text;
}

bool is_error(unsigned long code, int library, int reason) {
  return ERR_GET_LIB(code) == library && ERR_GET_REASON(code) == reason;
}

void require(bool good, const std::string& subject, const std::string& what) {
  if (good) return;
  throw Error(Cause::Output, subject, what + " failed: " + openssl_reason());
}

Bio bio_of(std::string_view bytes, const std::string& subject) {
  if (bytes.size() > INT_MAX) throw Error(Cause::Output, subject, "is too large for CMS");
  const char* data = bytes.empty() ? "" : bytes.data();  // No data is no error, no address is.
  Bio bio(BIO_new_mem_buf(data, static_cast<int>(bytes.size())));
  require(bio != nullptr, subject, "reading from memory");
  return bio;
}

std::string bytes_of(const Bio& bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return size <= 0 ? std::string() : std::string(data, static_cast<std::size_t>(size));
}

Bio open(const std::filesystem::path& file, const std::string& what) {
  ERR_clear_error();
  Bio bio(BIO_new_file(file.c_str(), "rb"));
  std::error_code ignored;
  if (bio == nullptr || std::filesystem::is_directory(file, ignored)) {
    ERR_clear_error();
    throw Error(Cause::Usage, file.string(), "cannot read the file of " + what);
  }
  return bio;
}

// Every certificate of the file, in its order.
Certificates read_certificates(const std::filesystem::path& file) {
  const Bio bio = open(file, "certificates");
  Certificates certificates;
  while (X509* raw = PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)) {
    certificates.emplace_back(raw);
  }
  // The end of the file is the error that ends a good one.
  const bool at_end = is_error(ERR_peek_last_error(), ERR_LIB_PEM, PEM_R_NO_START_LINE);
  if (certificates.empty() || !at_end) {
    throw Error(
        Cause::Usage, file.string(), "is not a file of PEM certificates: " + openssl_reason());
  }
  ERR_clear_error();
  return certificates;
}

struct Passphrase {
  std::optional<Secret> text = {};
  bool asked = false;
};

// Without a function of ours OpenSSL would ask on the terminal.
int give_passphrase(char* buffer, int size, int /*writing*/, void* context) {
  auto* passphrase = static_cast<Passphrase*>(context);
  passphrase->asked = true;
  if (!passphrase->text) return -1;
  const std::string& text = passphrase->text->bytes();
  if (text.size() > static_cast<std::size_t>(size)) return -1;
  text.copy(buffer, text.size());
  return static_cast<int>(text.size());
}

Key read_key_file(
    const std::filesystem::path& file,
    const std::optional<std::filesystem::path>& passphrase_file) {
  const Secret text = read_secret(file, "the signing key");
  const Bio bio = bio_of(text.bytes(), file.string());
  ERR_clear_error();
  Passphrase passphrase;
  if (passphrase_file) passphrase.text = read_passphrase(*passphrase_file);
  Key key(PEM_read_bio_PrivateKey(bio.get(), nullptr, give_passphrase, &passphrase));
  if (key == nullptr) {
    const std::string reason = openssl_reason();
    if (passphrase.asked && !passphrase.text) {
      throw Error(
          Cause::Usage, file.string(), "the key needs a passphrase; configure a passphrase_file");
    }
    if (passphrase.asked) {
      throw Error(Cause::Output, file.string(), "the passphrase is wrong: " + reason);
    }
    throw Error(Cause::Usage, file.string(), "holds no PEM private key: " + reason);
  }
  return key;
}

void check_algorithm(const EVP_PKEY* key, const std::string& name) {
  const int type = EVP_PKEY_get_base_id(key);
  if (type == EVP_PKEY_RSA || type == EVP_PKEY_EC) return;
  throw Error(
      Cause::Output,
      name,
      std::string("CMS is signed with RSA or EC keys, not with ") + OBJ_nid2sn(type));
}

std::int64_t seconds_of(const ASN1_TIME* time) {
  std::tm parts = {};
  return ASN1_TIME_to_tm(time, &parts) == 1 ? timegm(&parts) : 0;
}

std::string date(const ASN1_TIME* time) {
  std::tm parts = {};
  std::array<char, 32> text = {};
  if (ASN1_TIME_to_tm(time, &parts) != 1) return "a date that cannot be read";
  return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%d", &parts)};
}

std::string name_of(const Certificate& certificate, const std::string& subject) {
  const Bio bio(BIO_new(BIO_s_mem()));
  require(bio != nullptr, subject, "writing to memory");
  X509_NAME_print_ex(bio.get(), X509_get_subject_name(certificate.get()), 0, XN_FLAG_RFC2253);
  return bytes_of(bio);
}

std::string fingerprint_of(const Certificate& certificate, const std::string& subject) {
  const Bio bio(BIO_new(BIO_s_mem()));
  require(
      bio != nullptr && i2d_X509_bio(bio.get(), certificate.get()) == 1,
      subject,
      "computing the certificate's fingerprint");
  return metadata::sha256(bytes_of(bio));
}

std::string pem_of(const Certificate& certificate, const std::string& subject) {
  const Bio bio(BIO_new(BIO_s_mem()));
  require(
      bio != nullptr && PEM_write_bio_X509(bio.get(), certificate.get()) == 1,
      subject,
      "writing the certificate");
  return bytes_of(bio);
}

std::string algorithm_of(const EVP_PKEY* key) {
  if (EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA) {
    return "RSA-" + std::to_string(EVP_PKEY_get_bits(key));
  }
  std::array<char, 80> group = {};
  std::size_t size = 0;
  EVP_PKEY_get_group_name(key, group.data(), group.size(), &size);
  return "ECDSA " + std::string(group.data(), size);
}

// EVP_PKEY and X509 may be read by several threads; nothing here changes after construction.
class CmsSigner final : public Signer {
 public:
  CmsSigner(
      const std::filesystem::path& key,
      const std::filesystem::path& certificate,
      const std::optional<std::filesystem::path>& passphrase_file);

  std::string_view suffix() const override { return metadata::kCmsSuffix; }
  std::string sign(std::string_view data, std::int64_t time) const override;
  bool is_reproducible() const override { return EVP_PKEY_get_base_id(key()) == EVP_PKEY_RSA; }
  bool is_good(std::string_view data, std::string_view signature) const override;
  std::vector<PublicKeyFile> public_keys() const override;
  std::string description() const override;
  std::optional<std::int64_t> expires() const override {
    return seconds_of(X509_get0_notAfter(certificate().get()));
  }

 private:
  void choose_certificate(const std::string& key_file);
  void check_validity() const;
  const Certificate& certificate() const { return certificates_.front(); }
  EVP_PKEY* key() const { return token_ ? token_->get() : key_.get(); }

  std::string name_;
  std::optional<Pkcs11Key> token_ = {};  // In place of `key_`.
  Key key_ = {};
  Certificates certificates_;  // The signer's, then the others of its file.
};

CmsSigner::CmsSigner(
    const std::filesystem::path& key,
    const std::filesystem::path& certificate,
    const std::optional<std::filesystem::path>& passphrase_file)
    : name_(certificate.string()), certificates_(read_certificates(certificate)) {
  if (is_pkcs11_uri(key.native())) {
    token_.emplace(key.native(), passphrase_file);
  } else {
    key_ = read_key_file(key, passphrase_file);
  }
  check_algorithm(this->key(), key.string());
  choose_certificate(key.string());
  check_validity();
  constexpr std::string_view message = "reposbom tries its key";
  try {
    metadata::verify_cms(message, sign(message, /*time=*/0), certificate, name_);
  } catch (const Error& error) {
    // The certificate is ours, so that this is no untrusted input.
    throw Error(Cause::Output, name_, std::string("the key is of no use: ") + error.what());
  }
}

// A file with a chain may hold it in either order.
void CmsSigner::choose_certificate(const std::string& key_file) {
  for (Certificate& one : certificates_) {
    if (X509_check_private_key(one.get(), key()) == 1) {
      std::swap(one, certificates_.front());
      return;
    }
    ERR_clear_error();
  }
  throw Error(Cause::Output, name_, "no certificate in it belongs to the key " + key_file);
}

void CmsSigner::check_validity() const {
  const ASN1_TIME* begin = X509_get0_notBefore(certificate().get());
  const ASN1_TIME* end = X509_get0_notAfter(certificate().get());
  if (X509_cmp_current_time(begin) >= 0) {
    throw Error(Cause::Output, name_, "the certificate is valid only from " + date(begin));
  }
  if (X509_cmp_current_time(end) <= 0) {
    throw Error(Cause::Output, name_, "the certificate expired on " + date(end));
  }
}

// RFC 5652, 5.4: without signed attributes the signature is over the content alone, and there is
// no place for a time; with an RSA key (PKCS#1 v1.5) everything in it then follows from the input.
std::string CmsSigner::sign(std::string_view data, std::int64_t /*time*/) const {
  ERR_clear_error();
  constexpr unsigned int flags = CMS_BINARY | CMS_DETACHED;
  const Bio content = bio_of(data, name_);
  const Cms cms(CMS_sign(nullptr, nullptr, nullptr, nullptr, flags | CMS_PARTIAL));
  require(cms != nullptr, name_, "beginning a CMS signature");
  require(
      CMS_add1_signer(
          cms.get(), certificate().get(), key(), EVP_sha256(), CMS_BINARY | CMS_NOATTR) != nullptr,
      name_,
      "signing with this key");
  for (std::size_t i = 1; i < certificates_.size(); ++i) {
    require(CMS_add1_cert(cms.get(), certificates_[i].get()) == 1, name_, "adding the chain");
  }
  require(CMS_final(cms.get(), content.get(), nullptr, flags) == 1, name_, "signing");
  const Bio output(BIO_new(BIO_s_mem()));
  require(
      output != nullptr && i2d_CMS_bio(output.get(), cms.get()) == 1, name_, "writing a signature");
  return bytes_of(output);
}

bool CmsSigner::is_good(std::string_view data, std::string_view signature) const {
  try {
    metadata::verify_cms(data, signature, name_, name_);
    return true;
  } catch (const Error& error) {
    if (error.cause() != Cause::Untrusted) throw;
    return false;
  }
}

std::vector<PublicKeyFile> CmsSigner::public_keys() const {
  const std::string fingerprint = fingerprint_of(certificate(), name_);
  return {
      {.name = fingerprint + ".crt.pem",
       .bytes = pem_of(certificate(), name_),
       .fingerprint = fingerprint}};
}

std::string CmsSigner::description() const {
  return algorithm_of(key()) + " certificate " + fingerprint_of(certificate(), name_) + " (" +
         name_of(certificate(), name_) + "), expires " +
         date(X509_get0_notAfter(certificate().get()));
}

}  // namespace

std::unique_ptr<Signer> make_cms_signer(
    const std::filesystem::path& key,
    const std::filesystem::path& certificate,
    const std::optional<std::filesystem::path>& passphrase_file) {
  return std::make_unique<CmsSigner>(key, certificate, passphrase_file);
}

}  // namespace reposbom::pipeline
