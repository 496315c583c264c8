// SPDX-License-Identifier: Apache-2.0

// Providers are to replace engines, but the distributions that this is for have none for tokens.
#define OPENSSL_SUPPRESS_DEPRECATED

#include "pipeline/pkcs11_key.h"

#include <algorithm>
#include <array>
#include <system_error>
#include <vector>

#include <openssl/engine.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ui.h>

#include "metadata/destroyer.h"
#include "metadata/error.h"
#include "pipeline/pkcs11_uri.h"
#include "pipeline/secret.h"

namespace reposbom::pipeline {
namespace {

using Key = std::unique_ptr<EVP_PKEY, Destroyer<EVP_PKEY_free>>;
using Ui = std::unique_ptr<UI_METHOD, Destroyer<UI_destroy_method>>;

// To be known of a failure, and what OpenSSL noted of it first, the cause of the rest.
struct Reasons {
  std::vector<int> numbers = {};  // Of the engine, of libp11, and of the token (PKCS#11, CKR_*).
  std::string text = "no reason given";
};

Reasons take_reasons() {
  Reasons reasons;
  while (const unsigned long code = ERR_get_error()) {
    if (ERR_GET_LIB(code) < ERR_LIB_USER) continue;
    const char* const text = ERR_reason_error_string(code);
    if (reasons.numbers.empty() && text != nullptr) reasons.text = text;
    reasons.numbers.push_back(ERR_GET_REASON(code));
  }
  return reasons;
}

struct Meaning {
  int number;
  Cause cause;
  const char* message;
};
constexpr std::array<Meaning, 7> kMeanings = {{
    {0xA0, Cause::Output, "the PIN is wrong; it was tried once"},
    {0xA1, Cause::Output, "the PIN is wrong; it was tried once"},
    {0xA2, Cause::Output, "the PIN is too short or too long; it was tried once"},
    {0xA3, Cause::Output, "the PIN has expired"},
    {0xA4, Cause::Output, "the PIN is locked, after too many wrong ones"},
    {101, Cause::Usage, "there is no such token, or no such private key in it"},
    {1025, Cause::Usage, "its PKCS#11 module cannot be loaded"},
}};

[[noreturn]] void fail_to_open(const std::string& uri, bool asked) {
  const Reasons reasons = take_reasons();
  if (asked) {
    throw Error(Cause::Usage, uri, "the token needs a PIN; configure a passphrase_file");
  }
  for (const Meaning& meaning : kMeanings) {
    if (std::ranges::count(reasons.numbers, meaning.number) == 0) continue;
    throw Error(meaning.cause, uri, meaning.message);
  }
  throw Error(Cause::Output, uri, "the key in the token cannot be opened: " + reasons.text);
}

// The engine prints a line of its own where there is no such file.
void check_module(const std::string& module, const std::string& uri) {
  std::error_code ignored;
  if (module.empty() || std::filesystem::exists(module, ignored)) return;
  throw Error(Cause::Usage, uri, "there is no such PKCS#11 module: " + module);
}

int refuse_to_ask(UI* ui, UI_STRING* /*string*/) {
  *static_cast<bool*>(UI_get0_user_data(ui)) = true;
  return 0;
}

// Without one of ours the engine would ask on the terminal.
Ui silent_ui() {
  Ui ui(UI_create_method("reposbom"));
  if (ui != nullptr) UI_method_set_reader(ui.get(), refuse_to_ask);
  return ui;
}

}  // namespace

struct Pkcs11Key::Opened {
  ENGINE* engine = nullptr;
  bool is_initialised = false;
  Key key = {};

  Opened() = default;
  ~Opened() {
    key.reset();
    if (is_initialised) ENGINE_finish(engine);
    ENGINE_free(engine);
  }
  Opened(const Opened&) = delete;
  Opened& operator=(const Opened&) = delete;

  bool tell(const char* command, const char* argument) const {
    return ENGINE_ctrl_cmd_string(engine, command, argument, /*cmd_optional=*/0) == 1;
  }
};

Pkcs11Key::Pkcs11Key(const std::string& uri, const std::optional<std::filesystem::path>& pin_file)
    : opened_(std::make_unique<Opened>()) {
  if (const auto problem = problem_of_pkcs11_uri(uri)) {
    throw Error(Cause::Usage, "a PKCS#11 URI", *problem);
  }
  std::optional<Secret> pin;
  if (pin_file) pin = read_passphrase(*pin_file);
  const Pkcs11Uri parts = split_pkcs11_uri(uri);
  check_module(parts.module, uri);
  ERR_clear_error();
  opened_->engine = ENGINE_by_id("pkcs11");
  if (opened_->engine == nullptr) {
    ERR_clear_error();
    throw Error(
        Cause::Usage,
        uri,
        "OpenSSL has no engine for keys in tokens; install the package libengine-pkcs11-openssl "
        "(Debian) or openssl-pkcs11 (EL9)");
  }
  opened_->tell("QUIET", nullptr);
  if (!parts.module.empty()) opened_->tell("MODULE_PATH", parts.module.c_str());
  if (pin) opened_->tell("PIN", pin->bytes().c_str());
  opened_->is_initialised = ENGINE_init(opened_->engine) == 1;
  const Ui ui = silent_ui();
  bool asked = false;
  if (opened_->is_initialised && ui != nullptr) {
    opened_->key.reset(
        ENGINE_load_private_key(opened_->engine, parts.object.c_str(), ui.get(), &asked));
  }
  if (opened_->key == nullptr) fail_to_open(uri, asked);
}

Pkcs11Key::~Pkcs11Key() = default;

evp_pkey_st* Pkcs11Key::get() const {
  return opened_->key.get();
}

}  // namespace reposbom::pipeline
