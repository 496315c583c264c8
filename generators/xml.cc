// SPDX-License-Identifier: Apache-2.0
#include "generators/xml.h"

namespace reposbom::generators {
namespace {

constexpr ByteSet kEscapedInText = byte_set("&<>");
// A reader turns white space in an attribute into spaces, unless it is escaped.
constexpr ByteSet kEscapedInAttribute = byte_set("&<>\"\t\n");

std::string_view entity(char byte) {
  switch (byte) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";  // Only "]]>" must not stand in text; this is the simpler rule.
    case '"':
      return "&quot;";
    case '\t':
      return "&#9;";
    default:
      return "&#10;";
  }
}

void append_escaped(Output& output, std::string_view value, const ByteSet& special) {
  output.append_escaped(value, special, [&](std::string_view rest) {
    output.append(entity(rest.front()));
    return 1;
  });
}

}  // namespace

void XmlWriter::declaration() {
  output_.append("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
}

void XmlWriter::begin_element(std::string_view name) {
  open_tag(name);
  open_.push_back(name);
  content_ = Content::Attributes;
}

void XmlWriter::attribute(std::string_view name, std::string_view value) {
  output_.put(' ');
  output_.append(name);
  output_.append("=\"");
  append_escaped(output_, value, kEscapedInAttribute);
  output_.put('"');
}

void XmlWriter::text(std::string_view value) {
  if (value.empty()) return;
  if (content_ == Content::Attributes) output_.put('>');
  content_ = Content::Text;
  append_text(value);
}

void XmlWriter::end_element() {
  const std::string_view name = open_.back();
  open_.pop_back();
  if (content_ == Content::Attributes) {
    output_.append("/>");
  } else {
    if (content_ == Content::Elements) {
      output_.put('\n');
      output_.fill(2 * open_.size(), ' ');
    }
    end_tag(name);
  }
  content_ = Content::Elements;
  if (open_.empty()) output_.put('\n');
}

void XmlWriter::element(std::string_view name, std::string_view value) {
  open_tag(name);
  if (value.empty()) {
    output_.append("/>");
  } else {
    output_.put('>');
    append_text(value);
    end_tag(name);
  }
  content_ = Content::Elements;
}

// "<name", on a line of its own. The outermost one follows the declaration's newline.
void XmlWriter::open_tag(std::string_view name) {
  if (!open_.empty()) {
    output_.append(content_ == Content::Attributes ? ">\n" : "\n");
    output_.fill(2 * open_.size(), ' ');
  }
  output_.put('<');
  output_.append(name);
}

void XmlWriter::end_tag(std::string_view name) {
  output_.append("</");
  output_.append(name);
  output_.put('>');
}

void XmlWriter::append_text(std::string_view value) {
  append_escaped(output_, value, kEscapedInText);
}

void XmlEmitter::begin_document(std::string_view root) {
  writer_.declaration();
  writer_.begin_element(root);
}

}  // namespace reposbom::generators
