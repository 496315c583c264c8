// SPDX-License-Identifier: Apache-2.0
#include "generators/describe_machine.h"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "generators/elements.h"
#include "generators/formats.h"
#include "tests/support/check_document.h"
#include "tests/support/samples.h"

using namespace reposbom::generators;
using namespace reposbom::tests;
using reposbom::metadata::Catalog;

namespace {

using Texts = std::vector<std::string>;

// A machine with all of the sample catalog, of which one package is published.
MachineContents sample_contents(const Catalog& catalog) {
  MachineContents contents{.name = "almalinux-9.4-machine"};
  for (std::uint32_t b = 0; b != catalog.builds.size(); ++b) {
    for (std::uint32_t p = 0; p != catalog.builds[b].packages.size(); ++p)
      contents.inventory.packages[{b, p}] = {.reason = "no SBOM of its build was fetched"};
  }
  ElementRecord record;
  record.element = package_element(
      catalog, catalog.builds[0], catalog.builds[0].packages[0], sample_creation(), Detail::Member);
  record.license = *record.element.license;
  record.element.license = nullptr;
  contents.inventory.packages[{0, 0}] = {.record = std::move(record)};
  return contents;
}

Texts notes(const Document& document) {
  Texts found;
  for (const Element& element : document.elements) {
    for (const Property& property : element.properties) {
      if (property.name == PropertyName::RpmDatabase) found.push_back(property.value);
    }
  }
  return found;
}

// The first build has packages of three vendors, one of which is not known.
Catalog mixed_catalog() {
  Catalog catalog = sample_catalog();
  catalog.builds[0].packages[0].vendor = "AlmaLinux";
  catalog.builds[0].packages[1].vendor = "Third Party Inc.";
  catalog.builds[0].packages[2].vendor = "";
  return catalog;
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
    ++found;
  return found;
}

}  // namespace

TEST_CASE(
    "describe_machine has every package of the machine, and says of which nothing is published") {
  const Catalog catalog = sample_catalog();
  const InventoryDocument machine =
      describe_machine(catalog, sample_contents(catalog), sample_creation(), 1700200000);
  const Document& document = machine.document;
  check_document(document);
  CHECK(to_string(document.kind) == "machine");
  CHECK(document.root().name == "almalinux");
  CHECK(document.root().summary == "AlmaLinux 9.4, as installed on a machine");
  CHECK(names_of(document, Role::Package).size() == catalog.package_count());
  CHECK(notes(document) == Texts(3, "no SBOM of its build was fetched"));
  CHECK(document.comment.starts_with(
      "Made after the build from the RPM database of the machine. Holds the 4 packages of the "
      "machine and no other, and which of them needs which. What it says of 1 package is what was "
      "published; of 3 packages, only what the RPM database says, for the reason that is noted "
      "there (rpmdatabase). Not all that they require is among them:"));
}

TEST_CASE("describe_machine does not know the dependencies of a list") {
  const Catalog catalog = sample_catalog();
  MachineContents contents = sample_contents(catalog);
  contents.is_list = true;
  const Document document =
      describe_machine(catalog, contents, sample_creation(), 1700200000).document;
  CHECK(relations(document, RelationshipType::DependsOn).empty());
  REQUIRE(document.compositions.size() == 3);
  CHECK(document.compositions[1].aggregate == Aggregate::Complete);
  CHECK(document.compositions[1].assemblies == std::vector<std::size_t>{0});
  CHECK(document.compositions[2].aggregate == Aggregate::Unknown);
  CHECK(document.compositions[2].dependencies == std::vector<std::size_t>{1, 2, 3, 4});
  CHECK(document.comment.starts_with(
      "Made after the build from a list of the packages of the machine. Holds the 4 packages of "
      "the machine and no other; which of them needs which is not known. What it says of 1 package "
      "is what was published; of 3 packages, only what the list says, for the reason that is noted "
      "there (rpmdatabase). Sources and patches stand"));
}

TEST_CASE("describe_machine takes the vendor of each package for its supplier") {
  const Catalog catalog = mixed_catalog();
  Creation creation = sample_creation();
  creation.supplier = {.name = "AlmaLinux"};
  MachineContents contents{.name = "machine"};
  for (std::uint32_t p = 0; p != 3; ++p)
    contents.inventory.packages[{0, p}] = {.reason = "none"};
  ElementRecord published;
  published.element =
      package_element(catalog, catalog.builds[1], catalog.at({1, 0}), creation, Detail::Member);
  published.element.license = nullptr;
  published.element.originator = "";
  contents.inventory.packages[{1, 0}] = {.record = published};
  const InventoryDocument machine = describe_machine(catalog, contents, creation, 1);
  const Document& document = machine.document;
  REQUIRE(document.elements.size() == 5);
  CHECK_FALSE(document.elements[0].supplier);
  CHECK(document.elements[1].supplier == "AlmaLinux");
  CHECK(document.elements[2].supplier == "Third Party Inc.");
  CHECK(document.elements[3].supplier == "");
  // Published without a vendor tag.
  CHECK_FALSE(document.elements[4].supplier);

  const std::string spdx = render(document, creation, Format::SpdxJson);
  CHECK(count(spdx, "\"supplier\": \"Organization: AlmaLinux\"") == 3);
  CHECK(count(spdx, "\"supplier\": \"Organization: Third Party Inc.\"") == 1);
  CHECK(count(spdx, "\"supplier\": \"NOASSERTION\"") == 1);

  // Its metadata has a supplier and a manufacturer, the creator, as well.
  const std::string json = render(document, creation, Format::CyclonedxJson);
  CHECK(count(json, "\"supplier\": {") == 5);
  CHECK(count(json, "\"manufacturer\": {") == 5);
  CHECK(count(json, "\"name\": \"Third Party Inc.\"") == 2);
  CHECK(count(json, "\"phase\": \"operations\"") == 1);
  const std::string xml = render(document, creation, Format::CyclonedxXml);
  CHECK(count(xml, "<supplier>") == 5);
  CHECK(count(xml, "<name>Third Party Inc.</name>") == 2);
  CHECK(count(xml, "<phase>operations</phase>") == 1);

  const std::string spdx3 = render(document, creation, Format::Spdx3Json);
  CHECK(count(spdx3, "\"suppliedBy\": ") == 4);
  CHECK(count(spdx3, "\"name\": \"Third Party Inc.\"") == 1);
  CHECK(count(spdx3, "\"deployed\"") == 1);
}
