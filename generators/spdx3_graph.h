// SPDX-License-Identifier: Apache-2.0
//
// The graph of an SPDX 3 document while it is written: what its elements have in common. Ids are
// absolute: the namespace of the document, "#", and a local id.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include "generators/json.h"
#include "metadata/package.h"
#include "metadata/text.h"

namespace reposbom::generators {

class Spdx3Graph {
 public:
  // Requires: the emitter outlives the graph.
  Spdx3Graph(const std::string& name_space, JsonEmitter& emitter)
      : base_(name_space + "#"), emitter_(emitter) {}

  // The blank node of the one CreationInfo, which says who made every element, and when.
  static constexpr std::string_view kCreationInfo = "_:creationinfo";

  JsonEmitter& emitter() { return emitter_; }

  std::string iri(std::string_view local_id) const { return base_ + std::string(local_id); }

  void begin(std::string_view type, const std::string& iri) {
    emitter_.begin_item();
    emitter_.text("type", type);
    emitter_.text("spdxId", iri);
    emitter_.text("creationInfo", kCreationInfo);
  }

  void end() {
    emitter_.end_item();
    emitter_.checkpoint();
  }

  void optional(std::string_view key, std::string_view value) {
    if (!value.empty()) emitter_.text(key, value);
  }

  void texts(std::string_view key, std::initializer_list<std::string_view> values) {
    emitter_.begin_list(key);
    for (const std::string_view value : values)
      emitter_.text_item(value);
    emitter_.end_list();
  }

  // An item that is no element: it has a type, and no id.
  void begin_value(std::string_view type) {
    emitter_.begin_item();
    emitter_.text("type", type);
  }

  void hash(const metadata::Checksum& checksum, std::string_view comment = {}) {
    begin_value("Hash");
    optional("comment", comment);
    emitter_.text("algorithm", metadata::ascii_lower(metadata::to_string(checksum.type)));
    emitter_.text("hashValue", checksum.hex);
    emitter_.end_item();
  }

  // A relationship is named after its type and what it comes from, as there is one of each; and
  // after its scope, if that is not the runtime.
  void begin_relationship(
      std::string_view type,
      std::string_view scope,
      std::string_view from_tag,
      const std::string& from_iri) {
    std::string local_id = "SPDXRef-";
    if (!scope.empty() && scope != "runtime") local_id.append(scope).append("-");
    local_id.append(type).append("-").append(from_tag);
    begin(scope.empty() ? "Relationship" : "LifecycleScopedRelationship", iri(local_id));
    emitter_.text("relationshipType", type);
    emitter_.text("from", from_iri);
    optional("scope", scope);
  }

  void relationship(
      std::string_view type,
      std::string_view from_tag,
      const std::string& from_iri,
      std::string_view to,
      std::string_view comment = {}) {
    begin_relationship(type, {}, from_tag, from_iri);
    optional("comment", comment);
    texts("to", {to});
    end();
  }

 private:
  const std::string base_;
  JsonEmitter& emitter_;
};

// "Package-rpm-…" of "SPDXRef-Package-rpm-…".
inline std::string_view tag_of(std::string_view spdx_id) {
  constexpr std::string_view kPrefix = "SPDXRef-";
  if (spdx_id.starts_with(kPrefix)) spdx_id.remove_prefix(kPrefix.size());
  return spdx_id;
}

}  // namespace reposbom::generators
