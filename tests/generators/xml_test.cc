// SPDX-License-Identifier: Apache-2.0
#include "generators/xml.h"

#include <iterator>
#include <memory>
#include <random>
#include <string>
#include <string_view>

#include <doctest/doctest.h>
#include <libxml/parser.h>
#include <libxml/tree.h>
#include <libxml/xmlwriter.h>

using reposbom::generators::XmlEmitter;
using reposbom::generators::XmlWriter;

namespace {

// For the comparison with xmlTextWriter, which escapes more than it must where there are
// quotes in text or other than ASCII in attributes.
constexpr const char* kTextPieces[] = {"a", " ", "&", "<", ">", "]]>", "\n", "\t", "'", "é😀"};
constexpr const char* kAttributePieces[] = {"a", " ", "&", "<", ">", "\"", "\n", "\t", "'"};

struct Deleter {
  void operator()(xmlDoc* document) const { xmlFreeDoc(document); }
  void operator()(xmlBuffer* buffer) const { xmlBufferFree(buffer); }
  void operator()(xmlTextWriter* writer) const { xmlFreeTextWriter(writer); }
  void operator()(xmlChar* text) const { xmlFree(text); }
};

const xmlChar* as_xml(const std::string& text) {
  return reinterpret_cast<const xmlChar*>(text.c_str());
}

std::string take(xmlChar* text) {
  const std::unique_ptr<xmlChar, Deleter> owner(text);
  REQUIRE(owner != nullptr);
  return reinterpret_cast<const char*>(owner.get());
}

// Drives XmlWriter and xmlTextWriter through the same random document.
class Twins {
 public:
  explicit Twins(unsigned seed) : random_(seed) {
    REQUIRE(theirs_ != nullptr);
    accept(xmlTextWriterSetIndent(theirs_.get(), 1));
    accept(xmlTextWriterSetIndentString(theirs_.get(), as_xml("  ")));
    accept(xmlTextWriterStartDocument(theirs_.get(), nullptr, "UTF-8", nullptr));
    ours_.declaration();
    write_element(0);
    accept(xmlTextWriterEndDocument(theirs_.get()));
    ours_.finish();
  }

  const std::string& ours() const { return out_; }
  std::string theirs() const {
    return reinterpret_cast<const char*>(xmlBufferContent(buffer_.get()));
  }

 private:
  static void accept(int result) { REQUIRE(result >= 0); }

  std::string text() {
    std::string text;
    for (auto left = random_() % 6; left > 0; --left)
      text += kTextPieces[random_() % std::size(kTextPieces)];
    return text;
  }
  std::string ascii() {
    std::string text;
    for (auto left = random_() % 6; left > 0; --left)
      text += kAttributePieces[random_() % std::size(kAttributePieces)];
    return text;
  }

  void write_leaf() {
    const std::string value = text();
    ours_.element("leaf", value);
    accept(xmlTextWriterStartElement(theirs_.get(), as_xml("leaf")));
    if (!value.empty()) accept(xmlTextWriterWriteString(theirs_.get(), as_xml(value)));
    accept(xmlTextWriterEndElement(theirs_.get()));
  }

  void write_attribute(const char* name) {
    const std::string value = ascii();
    ours_.attribute(name, value);
    accept(xmlTextWriterWriteAttribute(theirs_.get(), as_xml(name), as_xml(value)));
  }

  void write_text() {
    const std::string value = text();
    ours_.text(value);
    if (!value.empty()) accept(xmlTextWriterWriteString(theirs_.get(), as_xml(value)));
  }

  void write_element(int depth) {
    ours_.begin_element("branch");
    accept(xmlTextWriterStartElement(theirs_.get(), as_xml("branch")));
    if (random_() % 2 == 0) write_attribute("one");
    if (random_() % 3 == 0) write_attribute("two");
    if (depth > 0 && random_() % 4 == 0) {
      write_text();
    } else {
      for (auto left = random_() % 5; left > 0; --left) {
        if (depth < 5 && random_() % 2 == 0) {
          write_element(depth + 1);
        } else {
          write_leaf();
        }
      }
    }
    ours_.end_element();
    accept(xmlTextWriterEndElement(theirs_.get()));
  }

  std::mt19937 random_;
  std::string out_;
  XmlWriter ours_ = XmlWriter(out_);
  std::unique_ptr<xmlBuffer, Deleter> buffer_{xmlBufferCreate()};
  std::unique_ptr<xmlTextWriter, Deleter> theirs_{xmlNewTextWriterMemory(buffer_.get(), 0)};
};

}  // namespace

TEST_CASE("XmlEmitter repeats a list's name as the tag of each item") {
  std::string out;
  XmlEmitter xml(out);
  xml.begin_document("Document");
  xml.text("SPDXID", "SPDXRef-DOCUMENT");
  xml.begin_object("creationInfo");
  xml.begin_list("creators");
  xml.text_item("Tool: x-1.0");
  xml.text_item("Organization: A & B");
  xml.end_list();
  xml.end_object();
  xml.begin_list("packages");
  xml.begin_item();
  xml.boolean("filesAnalyzed", false);
  xml.begin_list("checksums");
  xml.begin_item();
  xml.text("algorithm", "SHA256");
  xml.end_item();
  xml.end_list();
  xml.number("size", -7);
  xml.end_item();
  xml.begin_item();
  xml.text("name", "");
  xml.end_item();
  xml.end_list();
  xml.end_document();
  xml.finish();
  CHECK(out == R"(<?xml version="1.0" encoding="UTF-8"?>
<Document>
  <SPDXID>SPDXRef-DOCUMENT</SPDXID>
  <creationInfo>
    <creators>Tool: x-1.0</creators>
    <creators>Organization: A &amp; B</creators>
  </creationInfo>
  <packages>
    <filesAnalyzed>false</filesAnalyzed>
    <checksums>
      <algorithm>SHA256</algorithm>
    </checksums>
    <size>-7</size>
  </packages>
  <packages>
    <name/>
  </packages>
</Document>
)");
}

TEST_CASE("XmlWriter keeps text on the line of its tags and closes empty elements at once") {
  std::string out;
  XmlWriter xml(out);
  xml.declaration();
  xml.begin_element("bom");
  xml.attribute("xmlns", "http://cyclonedx.org/schema/bom/1.6");
  xml.attribute("version", "1");
  xml.begin_element("hash");
  xml.attribute("alg", "SHA-256");
  xml.text("05dc");
  xml.text("1b80");
  xml.end_element();
  xml.begin_element("dependency");
  xml.attribute("ref", "a");
  xml.end_element();
  xml.begin_element("components");
  xml.text("");
  xml.end_element();
  xml.end_element();
  xml.finish();
  CHECK(out == R"(<?xml version="1.0" encoding="UTF-8"?>
<bom xmlns="http://cyclonedx.org/schema/bom/1.6" version="1">
  <hash alg="SHA-256">05dc1b80</hash>
  <dependency ref="a"/>
  <components/>
</bom>
)");
}

TEST_CASE("XmlWriter's attributes and text come back from libxml2 as they went in") {
  const std::string value =
      "  \"<a href='x'>&amp;</a>\" ]]> \n\ttab \u0085 \u2028 \x7F \uFEFF ü 😀 \n ";
  std::string out;
  XmlWriter xml(out);
  xml.declaration();
  xml.begin_element("root");
  xml.attribute("value", value);
  xml.text(value);
  xml.end_element();
  xml.finish();
  const std::unique_ptr<xmlDoc, Deleter> document(xmlReadMemory(
      out.data(), static_cast<int>(out.size()), "test.xml", nullptr, XML_PARSE_NONET));
  REQUIRE(document != nullptr);
  xmlNode* root = xmlDocGetRootElement(document.get());
  REQUIRE(root != nullptr);
  CHECK(take(xmlGetProp(root, as_xml("value"))) == value);
  CHECK(take(xmlNodeGetContent(root)) == value);
}

TEST_CASE("XmlWriter writes byte for byte what libxml2's xmlTextWriter writes") {
  for (unsigned seed = 0; seed < 500; ++seed) {
    const Twins twins(seed);
    CHECK(twins.ours() == twins.theirs());
  }
}
