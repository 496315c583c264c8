// SPDX-License-Identifier: Apache-2.0
#include "metadata/modules.h"

#include <cstdint>
#include <sstream>
#include <utility>

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include "metadata/archive.h"
#include "metadata/error.h"
#include "metadata/text.h"

namespace reposbom::metadata {
namespace {

// RHEL's largest is some 4 MB. It is in memory whole, several times for a moment.
constexpr std::uint64_t kMaxUnpacked = std::uint64_t{64} << 20;
// Longer keys are none of those that are read, and would be copied for every value below them.
constexpr std::size_t kLongestKey = 64;
// Real files are 8 deep; yaml-cpp recurses once for each level, old versions without a limit.
constexpr std::size_t kMaxDepth = 64;

struct Field {
  const char* path;
  std::string ModuleStream::*field;
};

// ---
// document: modulemd
// version: 2
// data:
//   name: mariadb
//   stream: "10.11"
//   version: 920240126110506
//   context: rhel9
//   arch: x86_64
//   …
//   artifacts:
//     rpms:
//     - galera-0:26.4.16-1.module_el9+889+f05dabc4.x86_64
// ...
constexpr Field kFields[] = {
    {"/data/name", &ModuleStream::name},
    {"/data/stream", &ModuleStream::stream},
    {"/data/version", &ModuleStream::version},
    {"/data/context", &ModuleStream::context},
    {"/data/arch", &ModuleStream::arch},
};
constexpr const char* kKind = "/document";
constexpr const char* kArtifacts = "/data/artifacts/rpms/-";

// Takes the few fields from yaml-cpp's events as they pass, so that a file of megabytes is never
// a tree in memory and an alias cannot multiply anything.
class Reader final : public YAML::EventHandler {
 public:
  explicit Reader(std::string subject) : subject_(std::move(subject)) {}

  std::vector<ModuleStream> take() { return std::move(streams_); }

  void OnDocumentStart(const YAML::Mark& mark) override {
    // At a ',' outside of a list, yaml-cpp stays and finds one empty document after the other.
    if (mark.pos == document_) fail(mark, "no YAML value begins like this");
    document_ = mark.pos;
    frames_.clear();
    kind_.clear();
    stream_ = {};
  }

  void OnDocumentEnd() override {
    const bool usable = kind_ == "modulemd" && !stream_.name.empty() && !stream_.stream.empty();
    if (usable) streams_.push_back(std::exchange(stream_, {}));
  }

  void OnNull(const YAML::Mark& /*mark*/, YAML::anchor_t /*anchor*/) override { pass(""); }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t /*anchor*/) override {
    if (is_key()) return pass("");
    const std::string here = path();
    for (const Field& field : kFields)
      refuse_alias(mark, here == field.path);
    refuse_alias(mark, here == kKind || here == kArtifacts);
    refuse_alias(
        mark, here == "/data" || here == "/data/artifacts" || here == "/data/artifacts/rpms");
    pass("");
  }

  void OnScalar(
      const YAML::Mark& /*mark*/,
      const std::string& /*tag*/,
      YAML::anchor_t /*anchor*/,
      const std::string& value) override {
    if (!is_key()) read(value);
    pass(value);
  }

  void OnSequenceStart(
      const YAML::Mark& mark,
      const std::string& /*tag*/,
      YAML::anchor_t /*anchor*/,
      YAML::EmitterStyle::value /*style*/) override {
    descend(mark, {.is_map = false, .at_key = false, .key = "-"});
  }

  void OnMapStart(
      const YAML::Mark& mark,
      const std::string& /*tag*/,
      YAML::anchor_t /*anchor*/,
      YAML::EmitterStyle::value /*style*/) override {
    descend(mark, {.is_map = true, .at_key = true});
  }

  void OnSequenceEnd() override { frames_.pop_back(); }
  void OnMapEnd() override { frames_.pop_back(); }

  [[noreturn]] void fail(const YAML::Mark& mark, const std::string& message) const {
    throw Error(
        Cause::Untrusted, subject_, "line " + std::to_string(mark.line + 1) + ": " + message);
  }

 private:
  // An open mapping or sequence; `key` is that of the value which comes or is being read.
  struct Frame {
    bool is_map = false;
    bool at_key = false;
    std::string key = {};
  };

  bool is_key() const { return !frames_.empty() && frames_.back().at_key; }

  // "/data/artifacts/rpms/-", of the value at hand.
  std::string path() const {
    std::string path;
    for (const Frame& frame : frames_)
      path += "/" + frame.key;
    return path;
  }

  // One node went by, as the key or the value of the mapping around it.
  void pass(const std::string& node) {
    if (frames_.empty() || !frames_.back().is_map) return;
    Frame& frame = frames_.back();
    if (frame.at_key) frame.key = node.size() <= kLongestKey ? node : "";
    frame.at_key = !frame.at_key;
  }

  void descend(const YAML::Mark& mark, Frame frame) {
    if (frames_.size() >= kMaxDepth) fail(mark, "nested too deeply");
    pass("");
    frames_.push_back(std::move(frame));
  }

  void read(const std::string& value) {
    if (frames_.size() > 4) return;  // Nothing that matters is deeper.
    const std::string here = path();
    if (here == kArtifacts) return stream_.artifacts.push_back(clean_text(value));
    if (here == kKind) kind_ = value;
    for (const Field& field : kFields) {
      if (here == field.path) stream_.*field.field = clean_text(value);
    }
  }

  void refuse_alias(const YAML::Mark& mark, bool refused) const {
    if (refused) fail(mark, "an alias for " + path() + " is not supported");
  }

  std::string subject_;
  std::vector<ModuleStream> streams_ = {};
  int document_ = -1;  // Where it begins.
  std::vector<Frame> frames_ = {};
  std::string kind_ = {};
  ModuleStream stream_ = {};
};

}  // namespace

std::string ModuleStream::label() const {
  std::string label = name + ":" + stream + ":" + version + ":" + context;
  label.erase(label.find_last_not_of(':') + 1);
  return label;
}

std::vector<ModuleStream> read_modules(
    std::string_view file_bytes, const std::string& subject, Hasher* content) {
  std::istringstream text(decompress(file_bytes, subject, kMaxUnpacked, content));
  Reader reader(subject);
  try {
    YAML::Parser parser(text);
    while (parser.HandleNextDocument(reader)) {
    }
  } catch (const YAML::Exception& problem) {
    reader.fail(problem.mark, problem.msg);
  }
  return reader.take();
}

}  // namespace reposbom::metadata
