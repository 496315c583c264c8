// SPDX-License-Identifier: Apache-2.0
//
// write_cyclonedx_xml(); that it says what the JSON says is tested in formats_test.cc.
#include <cstring>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <libxml/tree.h>
#include <libxml/xmlschemas.h>

#include "generators/cyclonedx.h"
#include "tests/support/samples.h"
#include "tests/support/shared_data.h"

using namespace reposbom::generators;
using namespace reposbom::tests;
using reposbom::metadata::Catalog;

namespace {

using Texts = std::vector<std::string>;

struct Deleter {
  void operator()(xmlDoc* document) const { xmlFreeDoc(document); }
  void operator()(xmlSchema* schema) const { xmlSchemaFree(schema); }
  void operator()(xmlSchemaParserCtxt* context) const { xmlSchemaFreeParserCtxt(context); }
  void operator()(xmlSchemaValidCtxt* context) const { xmlSchemaFreeValidCtxt(context); }
};
using Xml = std::unique_ptr<xmlDoc, Deleter>;
using Schema = std::unique_ptr<xmlSchema, Deleter>;

Xml parse(const Document& document, const Creation& creation) {
  const std::string bytes = render(document, creation, Format::CyclonedxXml);
  Xml xml(xmlReadMemory(
      bytes.data(), static_cast<int>(bytes.size()), nullptr, nullptr, XML_PARSE_NONET));
  REQUIRE(xml != nullptr);
  return xml;
}

std::string name_of(const xmlNode* node) {
  return reinterpret_cast<const char*>(node->name);
}

const xmlNode* child(const xmlNode* parent, const std::string& name) {
  for (const xmlNode* node = parent->children; node != nullptr; node = node->next) {
    if (node->type == XML_ELEMENT_NODE && name_of(node) == name) return node;
  }
  return nullptr;
}

Texts children(const xmlNode* parent) {
  REQUIRE(parent != nullptr);
  Texts names;
  for (const xmlNode* node = parent->children; node != nullptr; node = node->next) {
    if (node->type == XML_ELEMENT_NODE) names.push_back(name_of(node));
  }
  return names;
}

// What the schema imports is beside it, whatever address it says.
thread_local std::string schema_folder;

xmlParserInputPtr load_beside(const char* url, const char* id, xmlParserCtxtPtr context) {
  const bool is_licenses = std::strstr(url, "cyclonedx.org/schema/spdx") != nullptr;
  const std::string file = is_licenses ? schema_folder + "/spdx.xsd" : url;
  static_cast<void>(id);
  return xmlNewInputFromFile(context, file.c_str());
}

Schema read_schema(const std::filesystem::path& folder) {
  schema_folder = folder.string();
  const xmlExternalEntityLoader loader = xmlGetExternalEntityLoader();
  xmlSetExternalEntityLoader(load_beside);
  const std::unique_ptr<xmlSchemaParserCtxt, Deleter> context(
      xmlSchemaNewParserCtxt((folder / "bom-1.6.xsd").c_str()));
  Schema schema(xmlSchemaParse(context.get()));
  xmlSetExternalEntityLoader(loader);
  REQUIRE(schema != nullptr);
  return schema;
}

std::string violations(xmlSchema* schema, xmlDoc* document) {
  const std::unique_ptr<xmlSchemaValidCtxt, Deleter> context(xmlSchemaNewValidCtxt(schema));
  std::string messages;
  xmlSchemaSetValidStructuredErrors(
      context.get(),
      [](void* text, auto* error) { static_cast<std::string*>(text)->append(error->message); },
      &messages);
  const int result = xmlSchemaValidateDoc(context.get(), document);
  return result == 0 ? "" : "invalid: " + messages;
}

void check_all_valid(const Catalog& catalog) {
  const auto shared = shared_folder();
  if (!shared || !std::filesystem::exists(*shared / "schemas")) {
    MESSAGE("skipped: no schemas");
    return;
  }
  const Schema schema = read_schema(*shared / "schemas");
  const Creation creation = sample_creation();
  for (const Document& document : all_documents(catalog, creation)) {
    CAPTURE(document.name);
    CHECK(violations(schema.get(), parse(document, creation).get()) == "");
  }
}

}  // namespace

TEST_CASE(
    "write_cyclonedx_xml is in the namespace of CycloneDX 1.6, with serial number and version") {
  const Catalog catalog = sample_catalog();
  Document document = describe_build(catalog, catalog.builds[0], sample_creation());
  identify(document, sample_creation());
  const std::string bytes = render(document, sample_creation(), Format::CyclonedxXml);
  CHECK(
      bytes.rfind(
          "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
          "<bom xmlns=\"http://cyclonedx.org/schema/bom/1.6\" serialNumber=\"urn:uuid:" +
              document.uuid + "\" version=\"1\">\n",
          0) == 0);
  CHECK(bytes.substr(bytes.size() - 7) == "</bom>\n");
}

TEST_CASE("write_cyclonedx_xml writes children in the order that the schema insists on") {
  const Catalog catalog = sample_catalog();
  const Creation creation = sample_creation();
  const Xml xml = parse(sample_documents(catalog, catalog.builds[1], creation)[1], creation);
  const xmlNode* bom = xmlDocGetRootElement(xml.get());
  CHECK(children(bom) == Texts{"metadata", "components", "dependencies", "compositions"});
  const xmlNode* metadata = child(bom, "metadata");
  CHECK(
      children(metadata) == Texts{
                                "timestamp",
                                "lifecycles",
                                "tools",
                                "authors",
                                "component",
                                "manufacturer",
                                "supplier",
                                "licenses"});
  CHECK(
      children(child(metadata, "component")) == Texts{
                                                    "supplier",
                                                    "manufacturer",
                                                    "publisher",
                                                    "name",
                                                    "version",
                                                    "description",
                                                    "hashes",
                                                    "licenses",
                                                    "cpe",
                                                    "purl",
                                                    "pedigree",
                                                    "externalReferences",
                                                    "properties",
                                                    "components",
                                                    "evidence"});
}

TEST_CASE("write_cyclonedx_xml is valid by the schema") {
  check_all_valid(sample_catalog());
}

TEST_CASE("fixtures: write_cyclonedx_xml is valid by the schema") {
  check_all_valid(fixture_catalog());
}

TEST_CASE("write_cyclonedx_xml is found invalid by the schema when it is") {
  const auto shared = shared_folder();
  if (!shared || !std::filesystem::exists(*shared / "schemas")) {
    MESSAGE("skipped: no schemas");
    return;
  }
  const Schema schema = read_schema(*shared / "schemas");
  const Catalog catalog = sample_catalog();
  Document document = describe_build(catalog, catalog.builds[0], sample_creation());
  identify(document, sample_creation());
  document.elements[1].bom_ref = document.elements[2].bom_ref;
  CHECK(violations(schema.get(), parse(document, sample_creation()).get()) != "");
}
