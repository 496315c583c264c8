// SPDX-License-Identifier: Apache-2.0
#include "generators/document.h"

#include <algorithm>
#include <array>
#include <chrono>
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

constexpr std::int64_t kEndOf9999 = 253402300799;

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

void append_number(std::string& out, unsigned value, std::size_t digits) {
  for (std::size_t i = 0; i != digits; ++i)
    out += '0';
  for (std::size_t at = out.size(); digits != 0; --digits, value /= 10) {
    out[--at] = static_cast<char>('0' + value % 10);
  }
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

std::string utc_time(std::int64_t seconds) {
  using namespace std::chrono;
  const sys_seconds time{std::chrono::seconds(std::clamp<std::int64_t>(seconds, 0, kEndOf9999))};
  const auto day = floor<days>(time);
  const year_month_day date{day};
  const hh_mm_ss clock{time - day};
  std::string text;
  text.reserve(20);
  append_number(text, static_cast<unsigned>(static_cast<int>(date.year())), 4);
  text += '-';
  append_number(text, static_cast<unsigned>(date.month()), 2);
  text += '-';
  append_number(text, static_cast<unsigned>(date.day()), 2);
  text += 'T';
  append_number(text, static_cast<unsigned>(clock.hours().count()), 2);
  text += ':';
  append_number(text, static_cast<unsigned>(clock.minutes().count()), 2);
  text += ':';
  append_number(text, static_cast<unsigned>(clock.seconds().count()), 2);
  text += 'Z';
  return text;
}

}  // namespace reposbom::generators
