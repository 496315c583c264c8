// SPDX-License-Identifier: Apache-2.0
//
// A streaming XML parser driven by a table: which element, in which state, leads
// to which state. libxml2's SAX2 parser lives here. Elements that the table does
// not name are skipped with all they hold; namespaces are ignored, so that
// <license> and <rpm:license> are the same. A document type is refused, hence no
// entities, no network; depth and text length are limited. Only UTF-8 is read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace reposbom::metadata {

// In state `from`, element `element` leads to state `to` until it ends. The document itself is
// state 0. With `text`, the text directly inside is kept for the handler.
struct XmlRule {
  int from = 0;
  const char* element = "";
  int to = 0;
  bool text = false;
};

class XmlParser;

// The element that begins or ends; valid during the call only.
class XmlNode {
 public:
  // At the beginning: the value of the attribute of that local name, empty if it is absent.
  std::string_view attribute(const char* local_name) const;

  // At the end: the text inside, if the rule asked for it.
  std::string_view text() const;

  // Throws Error with the document's name, the line and `message`.
  [[noreturn]] void fail(const std::string& message) const;

 private:
  friend class XmlParser;
  XmlNode(const XmlParser& parser, const unsigned char** attributes, int count)
      : parser_(parser), attributes_(attributes), count_(count) {}

  const XmlParser& parser_;
  const unsigned char** attributes_;
  int count_;
};

// Called with the state that an element led to. May throw.
struct XmlHandler {
  std::function<void(int state, const XmlNode&)> begin = {};
  std::function<void(int state, const XmlNode&)> end = {};
};

class XmlParser {
 public:
  // `subject` names the document in errors.
  XmlParser(std::string subject, std::span<const XmlRule> rules, XmlHandler handler);
  ~XmlParser();
  XmlParser(const XmlParser&) = delete;
  XmlParser& operator=(const XmlParser&) = delete;

  // The next bytes, cut anywhere. Throws Error if they are no well-formed XML.
  void feed(std::string_view bytes);

  // No more bytes will come. Throws Error if the document is not complete.
  void finish();

 private:
  friend class XmlNode;
  struct Sax;  // libxml2's side of this class.

  void begin(const char* local_name, const unsigned char** attributes, int count);
  void end();
  void characters(std::string_view text);
  void parse(std::string_view bytes, bool last);
  const XmlRule* rule_for(const char* local_name) const;
  [[noreturn]] void fail(const std::string& message) const;

  std::string subject_;
  std::vector<XmlRule> rules_ = {};      // By state.
  std::vector<std::size_t> first_ = {};  // Of each state, in rules_; one more at the end.
  XmlHandler handler_;
  std::vector<int> states_ = {0};
  std::size_t skipped_ = 0;  // Depth inside an element that no rule names.
  bool started_ = false;     // Some bytes have come.
  bool collecting_ = false;
  std::string text_ = {};
  std::string problem_ = {};        // What libxml2 found wrong.
  std::exception_ptr thrown_ = {};  // By the handler: must not cross libxml2's frames.
  std::unique_ptr<Sax> sax_;
};

// The whole number that an element or attribute holds, as in " 1342470895.73": without the space
// around it and the fraction that old createrepo wrote. Nothing if it is none, or does not fit.
std::optional<std::int64_t> parse_number(std::string_view text);

}  // namespace reposbom::metadata
