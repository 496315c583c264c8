// SPDX-License-Identifier: Apache-2.0
#include "metadata/xml.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <new>

#include <libxml/SAX2.h>
#include <libxml/parser.h>
#include <libxml/parserInternals.h>

#include "metadata/error.h"

namespace reposbom::metadata {
namespace {

// Far above what real repodata has (7 deep; descriptions of some 100 KiB), far below harm.
constexpr std::size_t kMaxDepth = 64;
constexpr std::size_t kMaxText = std::size_t{1} << 20;
constexpr std::size_t kMaxFeed = std::size_t{1} << 20;
constexpr std::size_t kMaxAttributes = 256;
constexpr std::size_t kShortSpan =
    1024;  // No room for too many attributes: 'a=""' and a blank each.
constexpr std::string_view kSpace = " \t\r\n";
constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

#if LIBXML_VERSION >= 21200
using XmlErrorPointer = const xmlError*;
#else
using XmlErrorPointer = xmlError*;
#endif

struct FreeContext {
  void operator()(xmlParserCtxt* context) const { xmlFreeParserCtxt(context); }
};

const char* chars(const xmlChar* text) {
  return reinterpret_cast<const char*>(text);  // xmlChar is UTF-8 in unsigned bytes.
}

// Most names differ in their first letter: this is the hottest comparison of the whole reading.
bool same(const char* left, const char* right) {
  return *left == *right && std::strcmp(left, right) == 0;
}

// Counts the attributes of a tag before libxml2 sees it: it compares each with all before it, so
// that a tag of a megabyte, of which many fit into a small compressed file, would cost minutes.
class AttributeCount {
 public:
  // Whether every tag up to the end of these bytes, cut anywhere, has few enough.
  bool accept(std::string_view bytes) {
    while (!bytes.empty()) {
      const std::size_t end = std::min(bytes.find('<'), bytes.size());
      const bool is_whole = where_ == Where::Begin && end != bytes.size();
      if (!(is_whole && end < kShortSpan) && !accept_span(bytes.substr(0, end))) return false;
      bytes.remove_prefix(end);
      if (bytes.empty()) break;
      where_ = Where::Begin;
      values_ = 0;
      bytes.remove_prefix(1);
    }
    return true;
  }

 private:
  enum class Where { Text, Begin, Tag, Value };

  // What stands between one '<' and the next, or a part of it.
  bool accept_span(std::string_view span) {
    for (const char c : span) {
      switch (where_) {
        case Where::Text:
          return true;
        case Where::Begin:  // Of a comment, CDATA or an instruction there is nothing to count.
          where_ = c == '!' || c == '?' ? Where::Text : Where::Tag;
          break;
        case Where::Tag:
          if (c == '>') where_ = Where::Text;
          if (c != '"' && c != '\'') break;
          quote_ = c;
          where_ = Where::Value;
          break;
        case Where::Value:
          if (c != quote_) break;
          where_ = Where::Tag;
          if (++values_ > kMaxAttributes) return false;
          break;
      }
    }
    return true;
  }

  Where where_ = Where::Text;
  char quote_ = '"';
  std::size_t values_ = 0;
};

}  // namespace

struct XmlParser::Sax {
  std::unique_ptr<xmlParserCtxt, FreeContext> context;
  AttributeCount attributes = {};

  int line() const { return xmlSAX2GetLineNumber(context.get()); }

  // Runs one callback; what it throws waits until libxml2 has returned.
  template <typename Call>
  static void guard(void* user, Call call) {
    auto& parser = *static_cast<XmlParser*>(user);
    if (parser.thrown_) return;
    try {
      call(parser);
    } catch (...) {
      parser.thrown_ = std::current_exception();
      xmlStopParser(parser.sax_->context.get());
    }
  }

  static void start_element(
      void* user,
      const xmlChar* local_name,
      const xmlChar* /*prefix*/,
      const xmlChar* /*uri*/,
      int /*namespace_count*/,
      const xmlChar** /*namespaces*/,
      int attribute_count,
      int /*defaulted*/,
      const xmlChar** attributes) {
    guard(user, [&](XmlParser& parser) {
      parser.begin(chars(local_name), attributes, attribute_count);
    });
  }

  static void end_element(
      void* user,
      const xmlChar* /*local_name*/,
      const xmlChar* /*prefix*/,
      const xmlChar* /*uri*/) {
    guard(user, [](XmlParser& parser) { parser.end(); });
  }

  static void text(void* user, const xmlChar* bytes, int size) {
    guard(user, [&](XmlParser& parser) {
      parser.characters({chars(bytes), static_cast<std::size_t>(size)});
    });
  }

  // Comes before anything inside <!DOCTYPE …> is read, so no entity is ever declared.
  static void document_type(
      void* user, const xmlChar* name, const xmlChar* /*external*/, const xmlChar* /*system*/) {
    guard(user, [&](XmlParser& parser) {
      parser.fail(std::string("a document type (<!DOCTYPE ") + chars(name) + ">) is not allowed");
    });
  }

  static void problem(void* user, XmlErrorPointer error) {
    auto& parser = *static_cast<XmlParser*>(user);
    if (error == nullptr || error->level != XML_ERR_FATAL || !parser.problem_.empty()) return;
    parser.problem_ = "line " + std::to_string(error->line) + ": ";
    parser.problem_ += error->message != nullptr ? error->message : "not well-formed XML";
    while (parser.problem_.ends_with('\n'))
      parser.problem_.pop_back();
  }
};

std::string_view XmlNode::attribute(const char* local_name) const {
  // libxml2 gives five pointers each: local name, prefix, URI, begin and end of the value.
  for (int i = 0; i < count_; ++i) {
    const unsigned char* const* found = attributes_ + std::ptrdiff_t{5} * i;
    if (!same(local_name, chars(found[0]))) continue;
    const auto size = static_cast<std::size_t>(found[4] - found[3]);
    if (size > kMaxText) fail(std::string("attribute ") + local_name + " is too long");
    return {chars(found[3]), size};
  }
  return {};
}

std::string_view XmlNode::text() const {
  return parser_.text_;
}

void XmlNode::fail(const std::string& message) const {
  parser_.fail(message);
}

XmlParser::XmlParser(std::string subject, std::span<const XmlRule> rules, XmlHandler handler)
    : subject_(std::move(subject)),
      rules_(rules.begin(), rules.end()),
      handler_(std::move(handler)),
      sax_(std::make_unique<Sax>()) {
  std::ranges::stable_sort(rules_, {}, &XmlRule::from);
  int last = 0;
  for (const XmlRule& rule : rules_)
    last = std::max({last, rule.from, rule.to});
  for (int state = 0; state <= last + 1; ++state) {
    const auto first = std::ranges::lower_bound(rules_, state, {}, &XmlRule::from);
    first_.push_back(static_cast<std::size_t>(first - rules_.begin()));
  }

  xmlInitParser();
  xmlSAXHandler table{};
  table.initialized = XML_SAX2_MAGIC;
  table.startElementNs = Sax::start_element;
  table.endElementNs = Sax::end_element;
  table.characters = Sax::text;
  table.cdataBlock = Sax::text;
  table.internalSubset = Sax::document_type;
  table.serror = Sax::problem;
  sax_->context.reset(xmlCreatePushParserCtxt(&table, this, nullptr, 0, nullptr));
  if (sax_->context == nullptr) throw std::bad_alloc();
  // NOENT gives "&amp;" in attributes as "&" instead of "&#38;"; other entities cannot exist here.
  // Repodata is UTF-8; libxml2's converters from other encodings would report to stderr only.
  constexpr int options = XML_PARSE_NONET | XML_PARSE_NOENT | XML_PARSE_IGNORE_ENC;
  if (xmlCtxtUseOptions(sax_->context.get(), options) != 0 ||
      xmlSwitchEncoding(sax_->context.get(), XML_CHAR_ENCODING_UTF8) != 0) {
    fail("libxml2 does not know the options");
  }
}

XmlParser::~XmlParser() = default;

void XmlParser::feed(std::string_view bytes) {
  if (!started_ && bytes.starts_with(kByteOrderMark)) bytes.remove_prefix(kByteOrderMark.size());
  started_ = started_ || !bytes.empty();
  while (!bytes.empty()) {
    const std::string_view part = bytes.substr(0, kMaxFeed);
    if (!sax_->attributes.accept(part)) fail("an element has too many attributes");
    parse(part, /*last=*/false);
    bytes.remove_prefix(part.size());
  }
}

void XmlParser::finish() {
  parse({}, /*last=*/true);
}

void XmlParser::parse(std::string_view bytes, bool last) {
  const int code = xmlParseChunk(
      sax_->context.get(), bytes.data(), static_cast<int>(bytes.size()), last ? 1 : 0);
  if (thrown_) std::rethrow_exception(thrown_);
  if (!problem_.empty()) throw Error(Cause::Untrusted, subject_, problem_);
  if (code == XML_ERR_NO_MEMORY) throw std::bad_alloc();
  if (last && (states_.size() != 1 || skipped_ != 0)) fail("the document ends too early");
}

void XmlParser::begin(const char* local_name, const unsigned char** attributes, int count) {
  if (states_.size() + skipped_ > kMaxDepth) fail("elements are nested too deeply");
  const XmlRule* rule = skipped_ == 0 ? rule_for(local_name) : nullptr;
  if (rule == nullptr) {
    if (states_.size() == 1) fail(std::string("unexpected root element <") + local_name + ">");
    ++skipped_;
    return;
  }
  states_.push_back(rule->to);
  collecting_ = rule->text;
  text_.clear();
  if (handler_.begin) handler_.begin(rule->to, XmlNode(*this, attributes, count));
}

void XmlParser::end() {
  if (skipped_ > 0) {
    --skipped_;
    return;
  }
  const int state = states_.back();
  states_.pop_back();
  if (handler_.end) handler_.end(state, XmlNode(*this, nullptr, 0));
  collecting_ = false;
  text_.clear();
}

void XmlParser::characters(std::string_view text) {
  if (!collecting_ || skipped_ > 0) return;
  if (text.size() > kMaxText - text_.size()) fail("text is too long");
  text_ += text;
}

const XmlRule* XmlParser::rule_for(const char* local_name) const {
  const auto state = static_cast<std::size_t>(states_.back());
  for (std::size_t i = first_[state]; i < first_[state + 1]; ++i) {
    if (same(local_name, rules_[i].element)) return &rules_[i];
  }
  return nullptr;
}

void XmlParser::fail(const std::string& message) const {
  throw Error(Cause::Untrusted, subject_, "line " + std::to_string(sax_->line()) + ": " + message);
}

std::optional<std::int64_t> parse_number(std::string_view text) {
  const std::size_t first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return std::nullopt;
  text = text.substr(first, text.find_last_not_of(kSpace) + 1 - first);
  const char* end = text.data() + text.size();
  std::int64_t number = 0;
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc()) return std::nullopt;
  const bool fraction = stop != end && *stop == '.' &&
                        std::all_of(stop + 1, end, [](char c) { return c >= '0' && c <= '9'; });
  if (stop != end && !fraction) return std::nullopt;
  return number;
}

}  // namespace reposbom::metadata
