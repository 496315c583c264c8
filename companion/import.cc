// SPDX-License-Identifier: Apache-2.0
#include "companion/import.h"

#include <algorithm>
#include <array>
#include <csignal>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/provider.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include "companion/new_pair.h"
#include "companion/x509.h"
#include "metadata/error.h"
#include "metadata/local_file.h"

namespace reposbom::companion {
namespace {

namespace fs = std::filesystem;

using Pkcs12 = std::unique_ptr<PKCS12, Destroyer<PKCS12_free>>;
using Provider = std::unique_ptr<OSSL_PROVIDER, Destroyer<OSSL_PROVIDER_unload>>;

struct StackDestroyer {
  void operator()(STACK_OF(X509) * stack) const { sk_X509_pop_free(stack, X509_free); }
};

// Overwritten at the end. OpenSSL reads it up to a zero byte.
struct Password {
  std::string text = {};

  explicit Password(std::string bytes) : text(std::move(bytes)) {}
  ~Password() { OPENSSL_cleanse(text.data(), text.size()); }
  Password(const Password&) = delete;
  Password& operator=(const Password&) = delete;
};

struct Identity {
  PrivateKey key = {};
  std::vector<X509Certificate> certificates = {};  // The one of the key, and others.
};

[[noreturn]] void fail(const fs::path& file, const std::string& message) {
  throw Error(Cause::Usage, file.string(), message);
}

// Of the file that is named, or of a person.
std::unique_ptr<Password> get_password(const ImportRequest& request, const fs::path& locked) {
  if (request.password_file) {
    std::string text = metadata::read_file(*request.password_file);
    const std::size_t end = text.find_first_of("\r\n");
    auto password = std::make_unique<Password>(text.substr(0, end));
    OPENSSL_cleanse(text.data(), text.size());
    return password;
  }
  std::optional<std::string> text = request.ask ? request.ask(locked) : std::nullopt;
  if (!text) fail(locked, "has a password: name the file that has it with --password-file");
  auto password = std::make_unique<Password>(*text);
  OPENSSL_cleanse(text->data(), text->size());
  return password;
}

// Whether OpenSSL has noted that it does not know an algorithm any more. Forgets what it noted.
bool was_unsupported() {
  bool is_unsupported = false;
  while (const unsigned long code = ERR_get_error()) {
    is_unsupported |= ERR_GET_LIB(code) == ERR_LIB_EVP && ERR_GET_REASON(code) == ERR_R_UNSUPPORTED;
  }
  return is_unsupported;
}

bool parse_pkcs12(const Pkcs12& file, const char* password, Identity& identity) {
  ERR_clear_error();
  EVP_PKEY* key = nullptr;
  X509* certificate = nullptr;
  STACK_OF(X509)* others = nullptr;
  const bool is_read = PKCS12_parse(file.get(), password, &key, &certificate, &others) == 1;
  identity.key.reset(key);
  identity.certificates.clear();
  if (certificate != nullptr) identity.certificates.emplace_back(certificate);
  const std::unique_ptr<STACK_OF(X509), StackDestroyer> stack(others);
  while (others != nullptr && sk_X509_num(others) > 0)
    identity.certificates.emplace_back(sk_X509_shift(others));
  return is_read;
}

// As Windows and older OpenSSL encrypt (RC2 of 40 bits), too, which takes a provider of its own.
void open_pkcs12(const Pkcs12& file, const char* password, const fs::path& name, Identity& into) {
  if (parse_pkcs12(file, password, into)) return;
  if (!was_unsupported()) fail(name, "is a damaged PKCS#12 file");
  const Provider legacy(OSSL_PROVIDER_try_load(nullptr, "legacy", /*retain_fallbacks=*/1));
  if (legacy != nullptr && parse_pkcs12(file, password, into)) return;
  ERR_clear_error();
  fail(
      name,
      "is encrypted with an algorithm that OpenSSL gave up (RC2-40), and its legacy provider is "
      "not "
      "here; where it is, convert the file and import the result: openssl pkcs12 -legacy -nodes "
      "-in " +
          name.string() + " -out client-with-key.pem");
}

bool is_password(const Pkcs12& file, const char* password) {
  const bool is_right = PKCS12_verify_mac(file.get(), password, -1) == 1;
  ERR_clear_error();
  return is_right;
}

Identity read_pkcs12(const ImportRequest& request, const std::string& bytes) {
  const Bio bio = bio_of(bytes);
  const Pkcs12 file(d2i_PKCS12_bio(bio.get(), nullptr));
  ERR_clear_error();
  if (file == nullptr) fail(request.file, "is neither PKCS#12 nor PEM");
  Identity identity;
  if (is_password(file, "") || is_password(file, nullptr)) {
    open_pkcs12(file, "", request.file, identity);
    return identity;
  }
  const std::unique_ptr<Password> password = get_password(request, request.file);
  if (!is_password(file, password->text.c_str())) fail(request.file, "the password is wrong");
  open_pkcs12(file, password->text.c_str(), request.file, identity);
  return identity;
}

Identity read_pem(const ImportRequest& request, const std::string& text) {
  Identity identity;
  const Bio bio = bio_of(text);
  while (X509Certificate certificate = next_certificate(bio))
    identity.certificates.push_back(std::move(certificate));
  const fs::path& file = request.key.value_or(request.file);
  const Password own(request.key ? metadata::read_file(file) : text);
  if (has_encrypted_key(own.text)) {
    const std::unique_ptr<Password> password = get_password(request, file);
    identity.key = private_key(bio_of(own.text), password->text.c_str());
    if (identity.key == nullptr) fail(file, "the password is wrong");
  } else {
    identity.key = private_key(bio_of(own.text), nullptr);
  }
  if (identity.key == nullptr && !request.key) {
    fail(file, "has no key; name the file that has it with --key");
  }
  return identity;
}

// The certificate of the key, and those that issued it, in order; not the one that issued itself,
// which a server has to have anyway.
std::vector<X509Certificate> chain_of(Identity& identity, const fs::path& file) {
  auto& all = identity.certificates;
  if (all.empty()) fail(file, "has no certificate");
  if (identity.key == nullptr) fail(file, "has no key");
  const auto take = [&all](const auto& is_wanted) {
    const auto found = std::find_if(all.begin(), all.end(), is_wanted);
    X509Certificate certificate;
    if (found == all.end()) return certificate;
    certificate = std::move(*found);
    all.erase(found);
    return certificate;
  };
  std::vector<X509Certificate> chain;
  chain.push_back(take([&](const auto& one) { return belongs_to(identity.key, one); }));
  if (chain.front() == nullptr) fail(file, "no certificate in it belongs to the key");
  while (X509Certificate issuer = take([&](const auto& one) {
           const bool is_self_signed = X509_check_issued(one.get(), one.get()) == X509_V_OK;
           return !is_self_signed && X509_check_issued(one.get(), chain.back().get()) == X509_V_OK;
         })) {
    chain.push_back(std::move(issuer));
  }
  return chain;
}

// A pair that is there is not to be replaced by one that no server accepts.
void check(const X509Certificate& certificate, const ImportRequest& request) {
  const CertificateFacts facts = facts_of(certificate);
  const std::string name = "the certificate of " + facts.subject;
  if (request.now > facts.not_after) {
    fail(request.file, name + " expired on " + date_of(facts.not_after) + "; ask for a new one");
  }
  if (request.now < facts.not_before) {
    fail(
        request.file,
        name + " is valid only from " + date_of(facts.not_before) +
            "; import it then, or is the clock wrong?");
  }
  if (X509_check_purpose(certificate.get(), X509_PURPOSE_SSL_CLIENT, /*ca=*/0) != 1) {
    fail(request.file, name + " is not for clients of a server: ask for one that is");
  }
}

std::string pem_of(const std::vector<X509Certificate>& chain) {
  const Bio bio = new_bio();
  for (const X509Certificate& certificate : chain)
    PEM_write_bio_X509(bio.get(), certificate.get());
  return bytes_of(bio);
}

std::string pem_of(const PrivateKey& key, const fs::path& file) {
  const Bio bio(BIO_new(BIO_s_secmem()));
  if (bio == nullptr || PEM_write_bio_PKCS8PrivateKey(
                            bio.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1) {
    ERR_clear_error();
    fail(file, "has a key that cannot be taken out of it");
  }
  return bytes_of(bio);
}

}  // namespace

std::optional<std::string> ask_for_password(const fs::path& file) {
  constexpr int interrupted = -2;
  if (::isatty(STDIN_FILENO) == 0) return std::nullopt;
  std::array<char, 1024> text = {};
  const std::string prompt = "Password of " + file.string() + ": ";
  const int result =
      EVP_read_pw_string(text.data(), static_cast<int>(text.size()), prompt.c_str(), /*verify=*/0);
  ERR_clear_error();
  if (result == interrupted) std::raise(SIGINT);  // OpenSSL has kept it to itself.
  if (result == interrupted) throw Error(Cause::Interrupted, file.string(), "interrupted");
  std::optional<std::string> password;
  if (result == 0) password = text.data();
  OPENSSL_cleanse(text.data(), text.size());
  return password;
}

ImportedCertificate import_certificate(const ImportRequest& request) {
  const Password bytes(metadata::read_file(request.file));
  const bool is_pem = bytes.text.find("-----BEGIN ") != std::string::npos;
  Identity identity = is_pem ? read_pem(request, bytes.text) : read_pkcs12(request, bytes.text);
  const std::vector<X509Certificate> chain = chain_of(identity, request.file);
  check(chain.front(), request);
  const Password key(pem_of(identity.key, request.file));
  ImportedCertificate imported{
      .facts = facts_of(chain.front()),
      .certificate = request.settings / "client.pem",
      .key = request.settings / "client.key"};
  imported.is_near_expiry = is_near_expiry(imported.facts, request.now);
  write_pair(imported.certificate, pem_of(chain), imported.key, key.text);
  return imported;
}

}  // namespace reposbom::companion
