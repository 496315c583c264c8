// SPDX-License-Identifier: Apache-2.0
#include "generators/document.h"

#include <limits>
#include <set>
#include <string>

#include <doctest/doctest.h>

#include "tests/support/shown_facts.h"

using namespace reposbom::generators;

namespace {

Creation creation_with(const std::string& documents) {
  Creation creation;
  creation.distribution.documents = documents;
  return creation;
}

}  // namespace

TEST_CASE("document_namespace encodes what a NEVRA may hold and ends in the UUID") {
  const Document document{
      .kind = DocumentKind::Package,
      .name = "gcc-c++-1:11~rc1^git#1-2.el9.x86_64",
      .uuid = "01234567-89ab-5cde-8123-456789abcdef"};
  CHECK(
      document_namespace(document, creation_with("https://sbom.example.com/9")) ==
      "https://sbom.example.com/9/spdx/package/gcc-c%2B%2B-1%3A11~rc1%5Egit%231-2.el9.x86_64-"
      "01234567-89ab-5cde-8123-456789abcdef");
}

TEST_CASE("document_namespace names the kind of the document, and is absolute without a base") {
  Document document{.kind = DocumentKind::Build, .name = "a", .uuid = "u"};
  CHECK(
      document_namespace(document, creation_with("https://e.org")) ==
      "https://e.org/spdx/build/a-u");
  document.kind = DocumentKind::Release;
  CHECK(
      document_namespace(document, creation_with("")) ==
      "https://spdx.org/spdxdocs/reposbom/spdx/release/a-u");
}

TEST_CASE("bom_link encodes the reference once more") {
  CHECK(
      bom_link(
          {.uuid = "01234567-89ab-5cde-8123-456789abcdef",
           .root_bom_ref = "pkg:rpm/e/c%2B%2B@1~2?arch=src&epoch=1#x"}) ==
      "urn:cdx:01234567-89ab-5cde-8123-456789abcdef/1#"
      "pkg%3Arpm%2Fe%2Fc%252B%252B%401~2%3Farch%3Dsrc%26epoch%3D1%23x");
}

TEST_CASE("property_names gives each property a CycloneDX name of its own") {
  std::set<std::string_view> properties;
  std::set<std::string_view> annotations;
  CHECK(reposbom::tests::all_property_names().size() > 25);
  for (const PropertyNames& names : reposbom::tests::all_property_names()) {
    CAPTURE(names.property);
    CHECK(names.property.find(':') != std::string_view::npos);
    CHECK(properties.insert(names.property).second);
    if (names.annotation.empty()) continue;
    CHECK(names.annotation.substr(names.annotation.size() - 2) == ": ");
    CHECK(annotations.insert(names.annotation).second);
  }
}

TEST_CASE("property_names are those that other tools read") {
  const auto check = [](PropertyName name, std::string_view annotation, std::string_view property) {
    CHECK(property_names(name).annotation == annotation);
    CHECK(property_names(name).property == property);
  };
  check(PropertyName::SigMd5, "sigmd5: ", "package:rpm:sigmd5");
  check(PropertyName::Sha256Header, "sha256header: ", "package:rpm:sha256header");
  check(PropertyName::PayloadSha256, "payloadsha256: ", "package:rpm:payloadsha256");
  check(PropertyName::RpmSignature, "rpmsignature: ", "package:rpm:signature");
  check(PropertyName::BuildHost, "buildhost: ", "almalinux:package:buildhost");
  check(PropertyName::BuildTime, "", "almalinux:package:timestamp");
  check(PropertyName::Packager, "packager: ", "almalinux:package:packager");
  check(PropertyName::Epoch, "", "almalinux:package:epoch");
  check(PropertyName::SourceRpm, "", "almalinux:package:sourcerpm");
  check(PropertyName::ModuleLabel, "Modularitylabel: ", "aquasecurity:trivy:Modularitylabel");
  check(PropertyName::SourceName, "", "aquasecurity:trivy:SrcName");
  check(PropertyName::SourceVersion, "", "aquasecurity:trivy:SrcVersion");
  check(PropertyName::SourceRelease, "", "aquasecurity:trivy:SrcRelease");
  check(PropertyName::SourceEpoch, "", "aquasecurity:trivy:SrcEpoch");
  check(PropertyName::FileName, "", "bsi:component:filename");
  check(PropertyName::LicenseTag, "", "package:rpm:license");
}
