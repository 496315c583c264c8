// SPDX-License-Identifier: Apache-2.0
#include "pipeline/settings_signing.h"

#include <array>
#include <set>

#include "pipeline/pkcs11_uri.h"
#include "pipeline/tree.h"
#include "pipeline/yaml_section.h"

namespace reposbom::pipeline {
namespace {

using Node = YamlNode;
using Source = YamlSource;

constexpr std::size_t kFingerprint = 40;

// What is short may be the end of several fingerprints, and a name that of several keys.
std::string fingerprint_of(const Node& node, const Source& source) {
  const std::string& text = text_of(node, source);
  const bool is_hex = text.find_first_not_of("0123456789abcdefABCDEF") == std::string::npos;
  if (!is_hex || text.size() != kFingerprint) {
    fail_value(
        node, source, "a fingerprint of 40 hexadecimal digits, as gpg --fingerprint tells it");
  }
  return text;
}

// The text is in no message: somebody may have written a PIN into it.
std::filesystem::path file_or_token_of(const Node& node, const Source& source) {
  if (node.kind != Node::Kind::Scalar || !is_pkcs11_uri(node.text)) {
    return secret_path_of(node, source);
  }
  if (const auto problem = problem_of_pkcs11_uri(node.text)) {
    source.fail(node.place, name_of(node) + " is a PKCS#11 URI that " + *problem);
  }
  return node.text;
}

std::filesystem::path openpgp_file_of(const Node& node, const Source& source) {
  if (node.kind == Node::Kind::Scalar && is_pkcs11_uri(node.text)) {
    source.fail(
        node.place,
        name_of(node) + " cannot be a PKCS#11 URI: keys in tokens sign for 'x509', or as 'gpg'");
  }
  return secret_path_of(node, source);
}

constexpr std::array<YamlKey<OpenPgpSettings>, 4> kOpenPgpKeys = {{
    {"key", into<&OpenPgpSettings::key, openpgp_file_of>},
    {"passphrase_file", into<&OpenPgpSettings::passphrase_file, secret_path_of>},
    {"gpg", into<&OpenPgpSettings::gpg, fingerprint_of>},
    {"homedir", into<&OpenPgpSettings::homedir, path_of>},
}};
OpenPgpSettings openpgp_of(const Node& node, const Source& source) {
  OpenPgpSettings settings = read_section(node, source, kOpenPgpKeys);
  const auto refuse = [&](const std::string& why) {
    source.fail(node.place, name_of(node) + " " + why);
  };
  if (settings.key.empty() && settings.gpg.empty()) refuse("needs the key 'key' or 'gpg'");
  if (!settings.key.empty() && !settings.gpg.empty()) {
    refuse("has a 'key' and a 'gpg': only one of them can sign");
  }
  if (settings.gpg.empty() && !settings.homedir.empty()) {
    refuse("has a 'homedir', which only a key of 'gpg' has");
  }
  if (!settings.gpg.empty() && settings.passphrase_file) {
    refuse("has a 'passphrase_file', which cannot be given to the agent of 'gpg': it has to know");
  }
  return settings;
}

constexpr std::array<YamlKey<X509Settings>, 3> kX509Keys = {{
    {"key", into<&X509Settings::key, file_or_token_of>, kRequired},
    {"certificate", into<&X509Settings::certificate, path_of>, kRequired},
    {"passphrase_file", into<&X509Settings::passphrase_file, secret_path_of>},
}};
X509Settings x509_of(const Node& node, const Source& source) {
  return read_section(node, source, kX509Keys);
}

// One signer, or a list of them.
template <auto Read>
auto signers_of(const Node& node, const Source& source) {
  std::vector<decltype(Read(node, source))> signers;
  if (node.kind != Node::Kind::Sequence) {
    signers.push_back(Read(node, source));
    return signers;
  }
  for (const Node& item : items_of(node, source))
    signers.push_back(Read(item, source));
  if (signers.size() > metadata::kMostSigners) {
    source.fail(
        node.place,
        name_of(node) + " has more than " + std::to_string(metadata::kMostSigners) + " signers");
  }
  return signers;
}

// OpenSSL loads one module for all of a process, and remembers the last PIN.
std::vector<X509Settings> x509_signers_of(const Node& node, const Source& source) {
  std::vector<X509Settings> signers = signers_of<x509_of>(node, source);
  std::set<std::string> modules;
  std::set<bool> have_pins;
  for (const X509Settings& signer : signers) {
    if (!is_pkcs11_uri(signer.key.native())) continue;
    modules.insert(split_pkcs11_uri(signer.key.native()).module);
    have_pins.insert(signer.passphrase_file.has_value());
  }
  if (modules.size() > 1) {
    source.fail(
        node.place,
        name_of(node) +
            " has PKCS#11 URIs of different modules, and only one can be loaded: leave "
            "'module-path' out of all of them, and have p11-kit know the modules");
  }
  if (have_pins.size() > 1) {
    source.fail(
        node.place,
        name_of(node) +
            " has PKCS#11 URIs with and without a 'passphrase_file': the PIN of one token would be "
            "tried on another");
  }
  return signers;
}

constexpr std::array<YamlKey<Signing>, 2> kSigningKeys = {{
    {"openpgp", into<&Signing::openpgp, signers_of<openpgp_of>>},
    {"x509", into<&Signing::x509, x509_signers_of>},
}};

}  // namespace

Signing read_signing(const Node& node, const Source& source) {
  return read_section(node, source, kSigningKeys);
}

}  // namespace reposbom::pipeline
