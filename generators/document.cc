// SPDX-License-Identifier: Apache-2.0
#include "generators/document.h"

#include <algorithm>
#include <array>
#include <utility>

#include "metadata/purl.h"
#include "metadata/text.h"

namespace reposbom::generators {
namespace {

constexpr std::string_view kDefaultBase = "https://spdx.org/spdxdocs/reposbom";

// In the order of PropertyName. The names are those that other tools read: Red Hat's, alma-sbom's,
// Trivy's and the BSI taxonomy's; ours follow their pattern.
constexpr std::array<PropertyNames, static_cast<std::size_t>(PropertyName::MediaTime) + 1>
    kPropertyNames = {{
        {"", "almalinux:package:epoch"},
        {"", "almalinux:package:version"},
        {"", "almalinux:package:release"},
        {"", "almalinux:package:arch"},
        {"", "almalinux:package:sourcerpm"},
        {"", "almalinux:package:timestamp"},
        {"buildhost: ", "almalinux:package:buildhost"},
        {"packager: ", "almalinux:package:packager"},
        {"sigmd5: ", "package:rpm:sigmd5"},
        {"sha256header: ", "package:rpm:sha256header"},
        {"payloadsha256: ", "package:rpm:payloadsha256"},
        {"rpmsignature: ", "package:rpm:signature"},
        {"Modularitylabel: ", "aquasecurity:trivy:Modularitylabel"},
        {"", "aquasecurity:trivy:SrcName"},
        {"", "aquasecurity:trivy:SrcVersion"},
        {"", "aquasecurity:trivy:SrcRelease"},
        {"", "aquasecurity:trivy:SrcEpoch"},
        {"sourceepoch: ", "package:rpm:sourceepoch"},
        {"", "bsi:component:filename"},
        {"", "bsi:component:executable"},
        {"", "bsi:component:archive"},
        {"", "bsi:component:structured"},
        {"", "package:rpm:license"},
        {"", "package:rpm:license:expression"},
        {"", "package:rpm:license:flags"},
        {"", "package:rpm:description"},
        {"unresolvedrequirement: ", "package:rpm:unresolved"},
        {"malformedbundled: ", "package:rpm:malformedbundled"},
        {"notincluded: ", "package:rpm:notincluded"},
        {"sourcenumber: ", "package:rpm:sourcenumber"},
        {"buildrequires: ", "package:rpm:buildrequires"},
        {"", "package:rpm:builddependency"},
        {"unresolvedbuildrequires: ", "package:rpm:unresolvedbuildrequires"},
        {"unexpandedmacros: ", "package:rpm:unexpandedmacros"},
        {"mediarepodata: ", "package:rpm:mediarepodata"},
        {"rpmdatabase: ", "package:rpm:rpmdatabase"},
        {"mediavolume: ", "media:volume"},
        {"mediaarch: ", "media:arch"},
        {"", "media:timestamp"},
    }};

// With ":", which purls leave as it is.
std::string encode_all(std::string_view text) {
  std::string encoded;
  for (const char c : metadata::percent_encode(text)) {
    if (c == ':') {
      encoded += "%3A";
    } else {
      encoded += c;
    }
  }
  return encoded;
}

}  // namespace

PropertyNames property_names(PropertyName name) {
  return kPropertyNames.at(static_cast<std::size_t>(name));
}

std::optional<PropertyName> find_property(std::string_view cyclonedx_name) {
  for (std::size_t i = 0; i != kPropertyNames.size(); ++i) {
    if (kPropertyNames[i].property == cyclonedx_name) return static_cast<PropertyName>(i);
  }
  return std::nullopt;
}

void add_property(Element& element, PropertyName name, std::string_view value) {
  std::string text = metadata::trimmed(value);
  if (!text.empty()) element.properties.push_back({name, std::move(text)});
}

std::string_view to_string(DocumentKind kind) {
  switch (kind) {
    case DocumentKind::Package:
      return "package";
    case DocumentKind::Build:
      return "build";
    case DocumentKind::Release:
      return "release";
    case DocumentKind::Media:
      return "media";
    case DocumentKind::Machine:
      return "machine";
  }
  return {};
}

std::string document_namespace(const Document& document, const Creation& creation) {
  const std::string& base = creation.distribution.documents;
  std::string uri(base.empty() ? kDefaultBase : std::string_view(base));
  uri.append("/spdx/").append(to_string(document.kind)).append("/");
  uri.append(encode_all(document.name)).append("-").append(document.uuid);
  return uri;
}

std::string bom_link(const DocumentLink& link) {
  // A purl's own "%" is encoded once more.
  return "urn:cdx:" + link.uuid + "/1#" + encode_all(link.root_bom_ref);
}

}  // namespace reposbom::generators
