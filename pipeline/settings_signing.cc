// SPDX-License-Identifier: Apache-2.0
#include "pipeline/settings_signing.h"

#include <array>

#include "pipeline/tree.h"
#include "pipeline/yaml_section.h"

namespace reposbom::pipeline {
namespace {

using Node = YamlNode;
using Source = YamlSource;

constexpr std::array<YamlKey<OpenPgpSettings>, 2> kOpenPgpKeys = {{
    {"key", into<&OpenPgpSettings::key, secret_path_of>, kRequired},
    {"passphrase_file", into<&OpenPgpSettings::passphrase_file, secret_path_of>},
}};
OpenPgpSettings openpgp_of(const Node& node, const Source& source) {
  return read_section(node, source, kOpenPgpKeys);
}

constexpr std::array<YamlKey<X509Settings>, 3> kX509Keys = {{
    {"key", into<&X509Settings::key, secret_path_of>, kRequired},
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
  if (signers.size() > kMostSigners) {
    source.fail(
        node.place, name_of(node) + " has more than " + std::to_string(kMostSigners) + " signers");
  }
  return signers;
}

constexpr std::array<YamlKey<Signing>, 2> kSigningKeys = {{
    {"openpgp", into<&Signing::openpgp, signers_of<openpgp_of>>},
    {"x509", into<&Signing::x509, signers_of<x509_of>>},
}};

}  // namespace

Signing read_signing(const Node& node, const Source& source) {
  return read_section(node, source, kSigningKeys);
}

}  // namespace reposbom::pipeline
