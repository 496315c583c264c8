// SPDX-License-Identifier: Apache-2.0
#include "generators/document_facts.h"

#include <algorithm>
#include <functional>
#include <initializer_list>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "tests/support/samples.h"

using namespace reposbom::generators;
using namespace reposbom::tests;
using reposbom::metadata::ChecksumType;
using reposbom::metadata::License;
using reposbom::metadata::LicenseFlag;

namespace {

std::string facts_of(const Document& document, const Creation& creation) {
  std::string bytes;
  write_facts(document, creation, [&](std::string_view piece) { bytes += piece; });
  return bytes;
}

License sample_license() {
  License license;
  license.tag = "MIT and X";
  license.expression = "MIT AND LicenseRef-X";
  license.ids = {"MIT"};
  license.flags = {LicenseFlag::NoSpdxId};
  license.refs = {{.id = "LicenseRef-X", .raw = "X", .comment = "unknown"}};
  license.is_concluded = true;
  return license;
}

// Every list has something in it, so that each field below can be altered.
Document sample_document(const License& license) {
  Document document{.kind = DocumentKind::Build, .name = "x", .created = 5, .comment = "c"};
  Element element;
  element.name = "x";
  element.repository_purls = {"pkg:rpm/a"};
  element.checksums = {{ChecksumType::Sha256, "aa"}};
  element.license = &license;
  element.source_checksums = {{ChecksumType::Sha256, "bb"}};
  element.advisories = {{.id = "A", .url = "u", .comment = "c", .issued = 1, .cves = {"CVE-1"}}};
  element.resolves = {"CVE-2"};
  element.properties = {{PropertyName::Epoch, "1"}};
  document.elements = {element, element};
  document.relationships = {{0, RelationshipType::DependsOn, 1, false}};
  document.compositions = {{Aggregate::Complete, {0}, {1}}};
  document.license_refs = license.refs;
  document.links = {
      {.id = "D",
       .name_space = "n",
       .sha1 = "s",
       .uuid = "u",
       .root_spdx_id = "r",
       .root_bom_ref = "b"}};
  return document;
}

// A field more does not compile here: then it needs a line in document_facts.cc, and one below.
void count_fields(const Document& document, const License& license, const Creation& creation) {
  [[maybe_unused]] const auto& [kind, name, uuid, created, comment, elements, relationships, compositions, license_refs, links, lists_files] =
      document;
  [[maybe_unused]] const auto& [role, is_brief, is_build_tool, spdx_id, bom_ref, element_name, version, file_name, purl, repository_purls, cpe, swid_tag, checksums, element_license, originator, element_supplier, homepage, vcs, download_location, source_location, source_checksums, source_info, summary, description, build_time, file_kind, advisories, resolves, properties, own_document] =
      elements[0];
  [[maybe_unused]] const auto& [from, type, to, to_link] = relationships[0];
  [[maybe_unused]] const auto& [aggregate, assemblies, dependencies] = compositions[0];
  [[maybe_unused]] const auto& [id, name_space, sha1, link_uuid, root_spdx_id, root_bom_ref] =
      links[0];
  [[maybe_unused]] const auto& [advisory_id, url, advisory_comment, issued, cves] = advisories[0];
  [[maybe_unused]] const auto& [property_name, value] = properties[0];
  // Nobody shows `why`.
  [[maybe_unused]] const auto& [tag, expression, ids, flags, refs, is_concluded, why] = license;
  [[maybe_unused]] const auto& [ref_id, raw, ref_comment] = refs[0];
  // Of the distribution elements tell; of the time, Document::created.
  [[maybe_unused]] const auto& [distribution, supplier, creator, tool, tool_version, time] =
      creation;
  [[maybe_unused]] const auto& [party_name, party_url, party_email] = supplier;
  [[maybe_unused]] const auto& [checksum_type, hex] = elements[0].checksums[0];
}

// All that an alteration may touch.
struct Sample {
  License license = sample_license();
  Creation creation = sample_creation();
  Document document = sample_document(license);

  Element& element() { return document.elements[0]; }
  AdvisoryRef& advisory() { return document.elements[0].advisories[0]; }
};

using Alter = std::function<void(Sample&)>;

// A text and what is made of it, for each text that a member pointer names.
template <class Record>
void add_texts(
    std::vector<Alter>& all,
    const std::function<Record&(Sample&)>& record,
    std::initializer_list<std::string Record::*> texts) {
  for (const auto text : texts)
    all.push_back([record, text](Sample& s) { record(s).*text += "+"; });
}

std::vector<Alter> alterations() {
  std::vector<Alter> all = {
      [](Sample&) {},
      [](Sample& s) { s.document.kind = DocumentKind::Release; },
      [](Sample& s) { ++s.document.created; },
      [](Sample& s) { s.document.lists_files = true; },
      [](Sample& s) { s.document.elements.pop_back(); },
      [](Sample& s) { s.document.elements.push_back(s.document.elements[0]); },
      [](Sample& s) { s.document.relationships.clear(); },
      [](Sample& s) { s.document.relationships[0].from = 1; },
      [](Sample& s) { s.document.relationships[0].type = RelationshipType::Contains; },
      [](Sample& s) { s.document.relationships[0].to = 0; },
      [](Sample& s) { s.document.relationships[0].to_link = true; },
      [](Sample& s) { s.document.compositions.clear(); },
      [](Sample& s) { s.document.compositions[0].aggregate = Aggregate::Unknown; },
      [](Sample& s) { s.document.compositions[0].assemblies = {1}; },
      [](Sample& s) { s.document.compositions[0].dependencies = {0}; },
      [](Sample& s) {
        s.document.compositions[0] = {Aggregate::Complete, {0, 1}, {}};
      },
      [](Sample& s) { s.document.license_refs.clear(); },
      [](Sample& s) { s.document.license_refs[0].id += "+"; },
      [](Sample& s) { s.document.license_refs[0].raw += "+"; },
      [](Sample& s) { s.document.license_refs[0].comment += "+"; },
      [](Sample& s) { s.document.links.clear(); },
      [](Sample& s) { s.element().role = Role::Source; },
      [](Sample& s) { s.element().is_brief = true; },
      [](Sample& s) { s.element().is_build_tool = true; },
      [](Sample& s) { s.element().repository_purls.emplace_back("pkg:rpm/b"); },
      [](Sample& s) {
        s.element().repository_purls = {"pkg:rpm/", "a"};
      },
      [](Sample& s) { s.element().checksums.clear(); },
      [](Sample& s) { s.element().checksums[0].type = ChecksumType::Sha1; },
      [](Sample& s) { s.element().checksums[0].hex = "ab"; },
      [](Sample& s) { s.element().license = nullptr; },
      [](Sample& s) { s.document.elements[1].license = nullptr; },
      [](Sample& s) { s.element().source_checksums[0].type = ChecksumType::Sha1; },
      [](Sample& s) { s.element().source_checksums[0].hex = "ab"; },
      [](Sample& s) { ++s.element().build_time; },
      [](Sample& s) { s.element().file_kind = FileKind::Archive; },
      [](Sample& s) { s.element().advisories.clear(); },
      [](Sample& s) { ++s.advisory().issued; },
      [](Sample& s) { s.advisory().cves.clear(); },
      [](Sample& s) { s.element().resolves.clear(); },
      [](Sample& s) { s.element().properties.clear(); },
      [](Sample& s) { s.element().properties[0].name = PropertyName::Arch; },
      [](Sample& s) { s.element().properties[0].value = "2"; },
      [](Sample& s) { s.element().document = 0; },
      [](Sample& s) { s.license.ids.clear(); },
      [](Sample& s) { s.license.flags.clear(); },
      [](Sample& s) { s.license.refs.clear(); },
      [](Sample& s) { s.license.refs[0].id += "+"; },
      [](Sample& s) { s.license.refs[0].raw += "+"; },
      [](Sample& s) { s.license.refs[0].comment += "+"; },
      [](Sample& s) { s.license.is_concluded = false; },
      [](Sample& s) { s.creation.distribution.documents += "+"; },
  };
  add_texts<Document>(
      all,
      [](Sample& s) -> Document& { return s.document; },
      {&Document::name, &Document::comment});
  add_texts<Element>(
      all,
      [](Sample& s) -> Element& { return s.element(); },
      {&Element::spdx_id,
       &Element::bom_ref,
       &Element::name,
       &Element::version,
       &Element::file_name,
       &Element::purl,
       &Element::cpe,
       &Element::swid_tag,
       &Element::originator,
       &Element::homepage,
       &Element::vcs,
       &Element::download_location,
       &Element::source_location,
       &Element::source_info,
       &Element::summary,
       &Element::description});
  all.emplace_back([](Sample& s) { s.element().supplier = ""; });
  all.emplace_back([](Sample& s) { s.element().supplier = "Vendor"; });
  add_texts<AdvisoryRef>(
      all,
      [](Sample& s) -> AdvisoryRef& { return s.advisory(); },
      {&AdvisoryRef::id, &AdvisoryRef::url, &AdvisoryRef::comment});
  add_texts<DocumentLink>(
      all,
      [](Sample& s) -> DocumentLink& { return s.document.links[0]; },
      {&DocumentLink::id,
       &DocumentLink::name_space,
       &DocumentLink::sha1,
       &DocumentLink::uuid,
       &DocumentLink::root_spdx_id,
       &DocumentLink::root_bom_ref});
  add_texts<License>(
      all, [](Sample& s) -> License& { return s.license; }, {&License::tag, &License::expression});
  for (const auto party : {&Creation::supplier, &Creation::creator}) {
    add_texts<Party>(
        all,
        [party](Sample& s) -> Party& { return s.creation.*party; },
        {&Party::name, &Party::url, &Party::email});
  }
  add_texts<Creation>(
      all,
      [](Sample& s) -> Creation& { return s.creation; },
      {&Creation::tool, &Creation::version});
  return all;
}

}  // namespace

TEST_CASE("write_facts gives other bytes for every field that is another") {
  const Sample unchanged;
  count_fields(unchanged.document, unchanged.license, unchanged.creation);
  std::set<std::string> seen;
  const std::vector<Alter> all = alterations();
  for (std::size_t i = 0; i != all.size(); ++i) {
    CAPTURE(i);
    Sample sample;
    all[i](sample);
    CHECK(seen.insert(facts_of(sample.document, sample.creation)).second);
  }
}

TEST_CASE("write_facts knows neither the id of the document nor where a licence lies") {
  const Sample one;
  Sample other;
  other.document.uuid = "another";
  const License again = sample_license();
  other.document.elements[1].license = &again;
  CHECK(facts_of(one.document, one.creation) == facts_of(other.document, other.creation));
}

TEST_CASE("write_facts gives a large document in pieces") {
  Sample sample;
  while (sample.document.elements.size() < 2000)
    sample.document.elements.push_back(sample.document.elements[0]);
  std::size_t pieces = 0;
  std::size_t largest = 0;
  write_facts(sample.document, sample.creation, [&](std::string_view piece) {
    ++pieces;
    largest = std::max(largest, piece.size());
  });
  CHECK(pieces > 1);
  CHECK(largest < 70000);
}
