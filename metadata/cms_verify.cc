// SPDX-License-Identifier: Apache-2.0

#include "metadata/cms_verify.h"

#include <climits>
#include <memory>
#include <vector>

#include <openssl/bio.h>
#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/objects.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>

#include "metadata/destroyer.h"
#include "metadata/error.h"

namespace reposbom::metadata {
namespace {

using Bio = std::unique_ptr<BIO, Destroyer<BIO_free_all>>;
using Cms = std::unique_ptr<CMS_ContentInfo, Destroyer<CMS_ContentInfo_free>>;
using Certificate = std::unique_ptr<X509, Destroyer<X509_free>>;
using Certificates = std::vector<Certificate>;
using Store = std::unique_ptr<X509_STORE, Destroyer<X509_STORE_free>>;

// Borrows its certificates; the macros behind sk_X509_free have no address.
struct StackDestroyer {
  void operator()(STACK_OF(X509) * stack) const { sk_X509_free(stack); }
};
using Stack = std::unique_ptr<STACK_OF(X509), StackDestroyer>;

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

Stack stack_of(const Certificates& certificates, const std::string& subject) {
  Stack stack(sk_X509_new_null());
  require(stack != nullptr, subject, "listing certificates");
  for (const Certificate& certificate : certificates) {
    require(sk_X509_push(stack.get(), certificate.get()) > 0, subject, "listing certificates");
  }
  return stack;
}

// Trusts each of the certificates, the end of a chain or not, whatever it may be used for.
Store store_of(const Certificates& certificates, const std::string& subject) {
  Store store(X509_STORE_new());
  require(store != nullptr, subject, "making a list of trusted certificates");
  for (const Certificate& certificate : certificates) {
    require(
        X509_STORE_add_cert(store.get(), certificate.get()) == 1,
        subject,
        "trusting a certificate");
  }
  require(
      X509_STORE_set_flags(store.get(), X509_V_FLAG_PARTIAL_CHAIN) == 1 &&
          X509_STORE_set_purpose(store.get(), X509_PURPOSE_ANY) == 1,
      subject,
      "setting how certificates are verified");
  return store;
}

[[noreturn]] void refuse(const std::string& subject, const std::string& message) {
  ERR_clear_error();
  throw Error(Cause::Untrusted, subject, message);
}

Cms parse_cms(std::string_view signature, const std::string& subject) {
  if (signature.empty()) refuse(subject, "the signature is empty");
  const auto* next = reinterpret_cast<const unsigned char*>(signature.data());
  const unsigned char* end = next + signature.size();
  if (signature.size() > INT_MAX) refuse(subject, "the signature is too large");
  Cms cms(d2i_CMS_ContentInfo(nullptr, &next, static_cast<long>(signature.size())));
  if (cms == nullptr || OBJ_obj2nid(CMS_get0_type(cms.get())) != NID_pkcs7_signed) {
    refuse(subject, "there is no CMS signature in it");
  }
  if (next != end) refuse(subject, "there is something behind the CMS signature");
  return cms;
}

// The digest is told by each signature itself, so an old one would still be taken by OpenSSL.
void refuse_weak_digests(const Cms& cms, const std::string& subject) {
  STACK_OF(CMS_SignerInfo)* signers = CMS_get0_SignerInfos(cms.get());
  for (int i = 0; i < sk_CMS_SignerInfo_num(signers); ++i) {
    X509_ALGOR* digest = nullptr;
    CMS_SignerInfo_get0_algs(
        sk_CMS_SignerInfo_value(signers, i), nullptr, nullptr, &digest, nullptr);
    const ASN1_OBJECT* object = nullptr;
    X509_ALGOR_get0(&object, nullptr, nullptr, digest);
    const int type = OBJ_obj2nid(object);
    if (type == NID_sha1 || type == NID_md5 || type == NID_ripemd160) {
      refuse(
          subject,
          std::string("the signature is over ") + OBJ_nid2sn(type) +
              ", a hash that can be forged; it must be made again with SHA-256 or better");
    }
  }
}

}  // namespace

std::string doubt_cms(
    std::string_view data,
    std::string_view signature,
    const std::filesystem::path& certificate_file,
    const std::string& subject) {
  const Certificates trusted = read_certificates(certificate_file);
  ERR_clear_error();
  const Cms cms = parse_cms(signature, subject);
  refuse_weak_digests(cms, subject);
  const Bio content = bio_of(data, subject);
  const Store store = store_of(trusted, subject);
  // For signatures that hold no certificate.
  const Stack certificates = stack_of(trusted, subject);
  constexpr unsigned int flags = CMS_BINARY | CMS_DETACHED;
  if (CMS_verify(cms.get(), certificates.get(), store.get(), content.get(), nullptr, flags) == 1) {
    return {};
  }
  const unsigned long code = ERR_peek_error();
  const std::string reason = openssl_reason();
  const std::string file = certificate_file.string();
  if (is_error(code, ERR_LIB_CMS, CMS_R_CERTIFICATE_VERIFY_ERROR)) {
    return "the signer is not trusted by " + file + ": " + reason;
  }
  if (is_error(code, ERR_LIB_CMS, CMS_R_SIGNER_CERTIFICATE_NOT_FOUND)) {
    return "signed with a certificate that is neither in it nor in " + file;
  }
  refuse(subject, "the signature is bad, the data or it was changed: " + reason);
}

void verify_cms(
    std::string_view data,
    std::string_view signature,
    const std::filesystem::path& certificate_file,
    const std::string& subject) {
  const std::string doubt = doubt_cms(data, signature, certificate_file, subject);
  if (!doubt.empty()) refuse(subject, doubt);
}

}  // namespace reposbom::metadata
