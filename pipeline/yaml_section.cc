// SPDX-License-Identifier: Apache-2.0
#include "pipeline/yaml_section.h"

#include <charconv>
#include <cstdint>
#include <sstream>
#include <system_error>
#include <utility>

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include "metadata/error.h"
#include "metadata/text.h"
#include "pipeline/secret.h"
#include "pipeline/suggestion.h"

namespace reposbom::pipeline {
namespace {

constexpr std::size_t kMaxSize = std::size_t{1} << 20;
// A configuration is 4 deep; yaml-cpp recurses once for each level, old versions without a limit.
constexpr std::size_t kMaxDepth = 16;
constexpr std::size_t kMaxChildren = 10000;

YamlPlace place_of(const YAML::Mark& mark) {
  if (mark.is_null()) return {};
  return {static_cast<std::size_t>(mark.line) + 1, static_cast<std::size_t>(mark.column) + 1};
}

bool has_control_character(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
  });
}

// Makes the tree from yaml-cpp's events, because its own tree expands nothing but shares aliased
// nodes, keeps the last of two equal keys, and forgets whether a key was there at all.
class Builder final : public YAML::EventHandler {
 public:
  explicit Builder(const YamlSource& source) : source_(source) {}

  YamlNode take() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++documents_ > 1) source_.fail(place_of(mark), "only one YAML document is wanted");
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t /*anchor*/) override {
    add(make(mark, YamlNode::Kind::Null));
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t /*anchor*/) override {
    source_.fail(place_of(mark), "aliases are not supported; write the value out");
  }

  void OnScalar(
      const YAML::Mark& mark,
      const std::string& tag,
      YAML::anchor_t /*anchor*/,
      const std::string& value) override {
    check_tag(mark, tag);
    if (!metadata::is_clean_text(value) || has_control_character(value)) {
      source_.fail(place_of(mark), "text with a control character or bytes that are not UTF-8");
    }
    if (is_key()) return take_key(mark, value);
    YamlNode node = make(mark, YamlNode::Kind::Scalar);
    node.text = value;
    add(std::move(node));
  }

  void OnSequenceStart(
      const YAML::Mark& mark,
      const std::string& tag,
      YAML::anchor_t /*anchor*/,
      YAML::EmitterStyle::value /*style*/) override {
    check_tag(mark, tag);
    descend(mark, YamlNode::Kind::Sequence);
  }

  void OnMapStart(
      const YAML::Mark& mark,
      const std::string& tag,
      YAML::anchor_t /*anchor*/,
      YAML::EmitterStyle::value /*style*/) override {
    check_tag(mark, tag);
    descend(mark, YamlNode::Kind::Map);
  }

  void OnSequenceEnd() override { ascend(); }
  void OnMapEnd() override { ascend(); }

 private:
  // A mapping or list that is not complete; `key` is that of the value that comes.
  struct Frame {
    YamlNode node = {};
    bool has_key = false;
    std::string key = {};
    YamlPlace key_place = {};
  };

  bool is_key() const {
    return !open_.empty() && open_.back().node.kind == YamlNode::Kind::Map && !open_.back().has_key;
  }

  void check_tag(const YAML::Mark& mark, const std::string& tag) const {
    // "?" and "!" are what yaml-cpp says of values without a tag, plain and quoted.
    const bool is_plain = tag.empty() || tag == "?" || tag == "!" || tag == "tag:yaml.org,2002:str";
    if (!is_plain) source_.fail(place_of(mark), "the tag " + in_quotes(tag) + " is not supported");
  }

  void take_key(const YAML::Mark& mark, const std::string& key) {
    Frame& frame = open_.back();
    for (const YamlNode& sibling : frame.node.children) {
      if (sibling.key != key) continue;
      const std::string line = std::to_string(sibling.key_place.line);
      source_.fail(
          place_of(mark),
          "duplicate key " + in_quotes(key) + "; it stands already in line " + line);
    }
    frame.key = key;
    frame.key_place = place_of(mark);
    frame.has_key = true;
  }

  YamlNode make(const YAML::Mark& mark, YamlNode::Kind kind) const {
    if (is_key()) source_.fail(place_of(mark), "a key must be text");
    YamlNode node;
    node.kind = kind;
    node.place = place_of(mark);
    if (open_.empty()) return node;
    const Frame& parent = open_.back();
    if (parent.node.children.size() >= kMaxChildren) source_.fail(node.place, "too many values");
    node.is_item = parent.node.kind == YamlNode::Kind::Sequence;
    node.key = node.is_item ? parent.node.key : parent.key;
    node.key_place = node.is_item ? parent.node.key_place : parent.key_place;
    return node;
  }

  void add(YamlNode node) {
    if (open_.empty()) {
      root_ = std::move(node);
      return;
    }
    open_.back().node.children.push_back(std::move(node));
    open_.back().has_key = false;
  }

  void descend(const YAML::Mark& mark, YamlNode::Kind kind) {
    if (open_.size() >= kMaxDepth) source_.fail(place_of(mark), "nested too deeply");
    open_.push_back({.node = make(mark, kind)});
  }

  void ascend() {
    YamlNode node = std::move(open_.back().node);
    open_.pop_back();
    add(std::move(node));
  }

  const YamlSource& source_;
  std::vector<Frame> open_ = {};
  YamlNode root_ = {};
  std::size_t documents_ = 0;
};

const char* kind_name(YamlNode::Kind kind) {
  switch (kind) {
    case YamlNode::Kind::Null:
      return "nothing";
    case YamlNode::Kind::Scalar:
      return "text";
    case YamlNode::Kind::Sequence:
      return "a list";
    case YamlNode::Kind::Map:
      return "a mapping";
  }
  return "";
}

void check_kind(const YamlNode& node, const YamlSource& source, YamlNode::Kind wanted) {
  if (node.kind == wanted) return;
  if (node.kind == YamlNode::Kind::Null) {
    if (node.key.empty()) source.fail({}, name_of(node) + " is empty");
    source.fail(node.is_item ? node.place : node.key_place, name_of(node) + " has no value");
  }
  source.fail(
      node.place,
      name_of(node) + " must be " + kind_name(wanted) + ", not " + kind_name(node.kind));
}

}  // namespace

void YamlSource::fail(YamlPlace place, const std::string& message) const {
  throw Error(
      Cause::Usage,
      name + ":" + std::to_string(place.line) + ":" + std::to_string(place.column),
      message);
}

YamlNode parse_yaml(const std::string& text, const YamlSource& source) {
  if (text.size() > kMaxSize) source.fail({}, "larger than a configuration can be (1 MiB)");
  // yaml-cpp takes the end of the file for a missing quote; the end of the document it does not.
  std::istringstream stream(text + (text.ends_with('\n') ? "...\n" : "\n...\n"));
  Builder builder(source);
  try {
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const YAML::Exception& problem) {
    const bool is_unclosed = problem.msg == YAML::ErrorMsg::DOC_IN_SCALAR;
    source.fail(
        place_of(problem.mark),
        "not valid YAML: " + (is_unclosed ? "a quote is not closed before this" : problem.msg));
  }
  return builder.take();
}

std::string name_of(const YamlNode& node) {
  if (node.key.empty()) return "the configuration";
  return (node.is_item ? "an entry of " : "") + in_quotes(node.key);
}

const std::string& text_of(const YamlNode& node, const YamlSource& source) {
  check_kind(node, source, YamlNode::Kind::Scalar);
  if (node.text.empty()) source.fail(node.place, name_of(node) + " must not be empty");
  return node.text;
}

bool flag_of(const YamlNode& node, const YamlSource& source) {
  const std::string& text = text_of(node, source);
  if (text != "true" && text != "false") fail_value(node, source, "true or false");
  return text == "true";
}

std::size_t count_of(const YamlNode& node, const YamlSource& source) {
  const std::string& text = text_of(node, source);
  std::uint32_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc() || end != text.data() + text.size()) {
    fail_value(node, source, "a whole number");
  }
  return count;
}

const std::vector<YamlNode>& items_of(const YamlNode& node, const YamlSource& source) {
  check_kind(node, source, YamlNode::Kind::Sequence);
  if (node.children.empty()) source.fail(node.place, name_of(node) + " must not be empty");
  return node.children;
}

std::filesystem::path path_of(const YamlNode& node, const YamlSource& source) {
  return (source.folder / text_of(node, source)).lexically_normal();
}

namespace {

std::string file_name_of(const YamlNode& node, const YamlSource& source) {
  const std::string& name = text_of(node, source);
  if (!metadata::is_safe_file_name(name)) fail_value(node, source, "the name of a file");
  return name;
}

struct Credential {
  std::string name = {};
};
constexpr std::array<YamlKey<Credential>, 1> kCredentialKeys = {{
    {"credential", into<&Credential::name, file_name_of>, kRequired},
}};

}  // namespace

std::filesystem::path secret_path_of(const YamlNode& node, const YamlSource& source) {
  if (node.kind != YamlNode::Kind::Map) return path_of(node, source);
  return credential_file(read_section(node, source, kCredentialKeys).name);
}

void check_keys(
    const YamlNode& node, const YamlSource& source, const std::vector<std::string_view>& known) {
  check_kind(node, source, YamlNode::Kind::Map);
  for (const YamlNode& child : node.children) {
    if (std::find(known.begin(), known.end(), child.key) != known.end()) continue;
    source.fail(
        child.key_place,
        "unknown key " + in_quotes(child.key) + "; " + suggestion(child.key, known));
  }
}

void fail_value(const YamlNode& node, const YamlSource& source, const std::string& wanted) {
  source.fail(node.place, name_of(node) + " must be " + wanted + ", not " + in_quotes(node.text));
}

void fail_missing(const YamlNode& node, const YamlSource& source, std::string_view key) {
  source.fail(node.place, name_of(node) + " needs the key " + in_quotes(key));
}

}  // namespace reposbom::pipeline
