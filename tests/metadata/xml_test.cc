// SPDX-License-Identifier: Apache-2.0
#include "metadata/xml.h"

#include <limits>
#include <stdexcept>

#include <doctest/doctest.h>

#include "metadata/error.h"

using namespace reposbom::metadata;
using reposbom::Error;

namespace {

enum State : int { Document, Root, Item, Name };

constexpr XmlRule kRules[] = {
    {Document, "root", Root},
    {Root, "item", Item},
    {Item, "name", Name, true},
};

// What the handler saw: "+state(attribute id)" and "-state(text)".
class Log {
 public:
  void feed(std::string_view bytes) { parser_.feed(bytes); }

  std::string finish() {
    parser_.finish();
    return text_;
  }

 private:
  std::string text_ = {};
  XmlParser parser_{
      "test.xml",
      kRules,
      {.begin =
           [this](int state, const XmlNode& node) {
             text_ += "+" + std::to_string(state) + "(" + std::string(node.attribute("id")) + ")";
           },
       .end =
           [this](int state, const XmlNode& node) {
             text_ += "-" + std::to_string(state) + "(" + std::string(node.text()) + ")";
           }}};
};

std::string log(std::string_view xml) {
  Log log;
  log.feed(xml);
  return log.finish();
}

}  // namespace

TEST_CASE("XmlParser follows the table and tells attributes and text") {
  CHECK(
      log("<root><item id='7'><name>bash</name></item></root>") == "+1()+2(7)+3()-3(bash)-2()-1()");
}

TEST_CASE("XmlParser gives the same however the bytes are cut") {
  const std::string xml =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<root><item id='\xc3\xa9&amp;'>"
      "<name>\xe2\x82\xac &lt;&#65;<![CDATA[<&>]]></name></item></root>\n";
  const std::string whole = log(xml);
  CHECK(whole == "+1()+2(\xc3\xa9&)+3()-3(\xe2\x82\xac <A<&>)-2()-1()");
  for (const std::size_t size : {1U, 2U, 3U, 7U}) {
    Log parts;
    for (std::size_t at = 0; at < xml.size(); at += size)
      parts.feed(xml.substr(at, size));
    CHECK(parts.finish() == whole);
  }
}

TEST_CASE("XmlParser resolves predefined entities and character references alone") {
  CHECK(
      log("<root><item "
          "id='&quot;&#x20AC;&lt;&amp;amp;'><name>&gt;&apos;&#10;</name></item></root>") ==
      "+1()+2(\"\xe2\x82\xac<&amp;)+3()-3(>'\n)-2()-1()");
  CHECK_THROWS_AS(log("<root>&nbsp;</root>"), Error);
}

TEST_CASE("XmlParser skips what the table does not name, with all it holds") {
  CHECK(
      log("<root><other><item id='1'/></other>text<item id='2'><x><name>no</name></x>"
          "<name>y<b>no</b>es</name></item></root>") == "+1()+2(2)+3()-3(yes)-2()-1()");
}

TEST_CASE("XmlParser ignores namespaces, prefixed, default or undeclared") {
  const std::string expected = "+1()+2(1)-2()-1()";
  CHECK(log("<root><item id='1'/></root>") == expected);
  CHECK(log("<root xmlns='http://a'><item id='1'/></root>") == expected);
  CHECK(log("<a:root xmlns:a='http://a'><a:item id='1'/></a:root>") == expected);
  CHECK(log("<root><rpm:item rpm:id='1'/></root>") == expected);
}

TEST_CASE("XmlParser reads UTF-8 alone, with or without a byte order mark") {
  CHECK(log("\xef\xbb\xbf<root/>") == "+1()-1()");
  CHECK(log("<?xml version='1.0' encoding='ISO-8859-1'?><root/>") == "+1()-1()");
  CHECK_THROWS_AS(log(std::string("\xff\xfe<\0r\0/\0>\0", 10)), Error);
  CHECK_THROWS_AS(log(std::string("<\0r\0o\0o\0t\0/\0>\0", 14)), Error);
  CHECK_THROWS_AS(log("<?xml version='1.0' encoding='ISO-8859-1'?><root>caf\xe9</root>"), Error);
  CHECK_THROWS_AS(log("<?xml version='1.0' encoding='UTF-7'?><root>+ADw-</root"), Error);
}

TEST_CASE("XmlParser refuses a document type, and so every entity") {
  CHECK_THROWS_WITH_AS(
      log("<?xml version='1.0'?>\n<!DOCTYPE root [<!ENTITY a 'ha'><!ENTITY b '&a;&a;'>]>\n"
          "<root>&b;</root>"),
      "test.xml: line 2: a document type (<!DOCTYPE root>) is not allowed",
      Error);
  CHECK_THROWS_AS(log("<!DOCTYPE root SYSTEM 'file:///etc/passwd'><root><item/></root>"), Error);
  CHECK_THROWS_AS(
      log("<!DOCTYPE root [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><root>&x;</root>"), Error);
}

TEST_CASE("XmlParser refuses another root element") {
  CHECK_THROWS_WITH_AS(
      log("<html><root/></html>"), "test.xml: line 1: unexpected root element <html>", Error);
}

TEST_CASE("XmlParser names the line of what is not well-formed") {
  try {
    log("<root>\n<item>\n</root>\n");
    FAIL("accepted");
  } catch (const Error& error) {
    CHECK(error.subject() == "test.xml");
    CHECK(std::string(error.what()).starts_with("test.xml: line 3: "));
    CHECK(error.cause() == reposbom::Cause::Untrusted);
  }
}

TEST_CASE("XmlParser refuses a document that ends too early") {
  for (const char* xml :
       {"", " ", "<", "<root", "<root>", "<root><item/>", "<root><item><name>ba", "<root></root"}) {
    CAPTURE(xml);
    CHECK_THROWS_AS(log(xml), Error);
  }
}

TEST_CASE("XmlParser refuses what XML does not allow") {
  for (const char* xml :
       {"<root/><root/>",
        "<root/>more",
        "<root a='1' a='2'/>",
        "<root a=1/>",
        "<root>\x01</root>",
        "<root>&#7;</root>",
        "<root>\xff\xfe</root>",
        "<root>&undefined;</root>",
        "not XML at all"}) {
    CAPTURE(xml);
    CHECK_THROWS_AS(log(xml), Error);
  }
}

TEST_CASE("XmlParser limits depth") {
  std::string deep = "<root>";
  for (int i = 0; i < 100; ++i)
    deep += "<x>";
  CHECK_THROWS_WITH_AS(log(deep), "test.xml: line 1: elements are nested too deeply", Error);
}

TEST_CASE("XmlParser limits text and attributes, but allows long descriptions") {
  const std::string long_text(1'000'000, 'x');
  const std::string too_long(1'100'000, 'x');
  CHECK_NOTHROW(log("<root><item><name>" + long_text + "</name></item></root>"));
  CHECK_NOTHROW(log("<root><item id='" + long_text + "'/></root>"));
  CHECK_NOTHROW(log("<root><item>" + too_long + "</item></root>"));  // Nobody wants it.
  CHECK_THROWS_AS(log("<root><item><name>" + too_long + "</name></item></root>"), Error);
  CHECK_THROWS_AS(log("<root><item id='" + too_long + "'/></root>"), Error);
}

TEST_CASE("XmlParser limits the attributes of an element, however the bytes are cut") {
  const auto element = [](int count) {
    std::string xml = "<root><item";
    for (int i = 0; i < count; ++i)
      xml += " a" + std::to_string(i) + (i % 2 == 0 ? "='>'" : "=\"'\"");
    return xml + "/></root>";
  };
  CHECK(log(element(256)) == "+1()+2()-2()-1()");
  const std::string many = element(257);
  for (const std::size_t size : {many.size(), std::size_t{1}, std::size_t{100}}) {
    Log parts;
    CHECK_THROWS_WITH_AS(
        [&] {
          for (std::size_t at = 0; at < many.size(); at += size)
            parts.feed(many.substr(at, size));
        }(),
        "test.xml: line 1: an element has too many attributes",
        Error);
  }
}

TEST_CASE("XmlParser counts no quotes outside of tags") {
  std::string quotes;
  for (int i = 0; i < 5000; ++i)
    quotes += " \"x\"";
  for (const std::string& xml :
       {"<root>" + quotes + "</root>",
        "<root><!--" + quotes + "--></root>",
        "<root><![CDATA[" + quotes + "]]></root>",
        "<?xml version='1.0'?><?x " + quotes + "?><root/>"}) {
    CHECK(log(xml) == "+1()-1()");
  }
  std::string items = "<root>";
  for (int i = 0; i < 1000; ++i)
    items += "<item id='1'/>";
  CHECK_NOTHROW(log(items + "</root>"));
}

// libxml2 would compare each attribute with every other, for minutes.
TEST_CASE("XmlParser refuses a megabyte of attributes at once") {
  std::string xml = "<root ";
  for (int i = 0; i < 100'000; ++i)
    xml += "a" + std::to_string(i) + "='' ";
  CHECK_THROWS_AS(log(xml + "/>"), Error);
}

TEST_CASE("XmlParser lets through what the handler throws") {
  XmlParser parser(
      "x", kRules, {.begin = [](int, const XmlNode&) { throw std::out_of_range("mine"); }});
  CHECK_THROWS_AS(parser.feed("<root><item/></root>"), std::out_of_range);
}

TEST_CASE("XmlNode::fail names document and line") {
  XmlParser parser("x.xml", kRules, {.begin = [](int state, const XmlNode& node) {
                     if (state == Item) node.fail("bad item");
                   }});
  CHECK_THROWS_WITH_AS(parser.feed("<root>\n\n<item/></root>"), "x.xml: line 3: bad item", Error);
}

TEST_CASE("parse_number reads whole numbers as repodata writes them") {
  CHECK(parse_number("1736761560") == 1736761560);
  CHECK(parse_number(" 1342470895.73\n") == 1342470895);
  CHECK(parse_number("-1") == -1);
  CHECK(parse_number("0") == 0);
  CHECK(parse_number("9223372036854775807") == std::numeric_limits<std::int64_t>::max());
  for (const char* text :
       {"", " ", "x", "1x", "0x10", "1.5.2", "1.x", "1 2", "9223372036854775808"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_number(text));
  }
}
