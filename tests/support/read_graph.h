// SPDX-License-Identifier: Apache-2.0
//
// An SPDX 3 document read back, for tests to ask: what is of a type, what has an id, what a
// relationship leads to. Ids are told without the document's namespace, "#SPDXRef-Sbom".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>
#include <rapidjson/document.h>

#include "generators/document.h"
#include "generators/formats.h"

namespace reposbom::tests {

class ReadGraph {
 public:
  ReadGraph(const generators::Document& document, const generators::Creation& creation)
      : name_space_(generators::document_namespace(document, creation)) {
    json_.Parse(render(document, creation, generators::Format::Spdx3Json).c_str());
    REQUIRE_FALSE(json_.HasParseError());
  }

  const rapidjson::Document& json() const { return json_; }
  auto objects() const { return json_["@graph"].GetArray(); }

  std::string local(const std::string& iri) const {
    return iri.starts_with(name_space_ + "#") ? iri.substr(name_space_.size()) : iri;
  }

  // Empty if there is no such key; ids without the namespace.
  std::string text(const rapidjson::Value& object, const char* key) const {
    const auto member = object.FindMember(key);
    return member == object.MemberEnd() ? "" : local(member->value.GetString());
  }

  std::vector<std::string> texts(const rapidjson::Value& object, const char* key) const {
    std::vector<std::string> texts;
    const auto member = object.FindMember(key);
    if (member == object.MemberEnd()) return texts;
    for (const rapidjson::Value& each : member->value.GetArray())
      texts.push_back(local(each.GetString()));
    return texts;
  }

  std::vector<const rapidjson::Value*> all(std::string_view type) const {
    std::vector<const rapidjson::Value*> found;
    for (const rapidjson::Value& object : objects()) {
      if (text(object, "type") == type) found.push_back(&object);
    }
    return found;
  }

  const rapidjson::Value& only(std::string_view type) const {
    const auto found = all(type);
    REQUIRE_MESSAGE(found.size() == 1, found.size() << " of " << type);
    return *found.front();
  }

  const rapidjson::Value& element(const std::string& id) const {
    for (const rapidjson::Value& object : objects()) {
      if (text(object, "spdxId") == id) return object;
    }
    FAIL("no element " << id);
    return json_;
  }

  // That of a package.
  const rapidjson::Value& relationship(std::string_view type, const std::string& from) const {
    for (const rapidjson::Value& object : objects()) {
      if (text(object, "relationshipType") == type && text(object, "from") == from) return object;
    }
    FAIL("nothing " << type << " from " << from);
    return json_;
  }

  std::vector<std::string> ends(std::string_view type, const std::string& from) const {
    return texts(relationship(type, from), "to");
  }

  std::vector<std::string> statements(const std::string& subject) const {
    std::vector<std::string> statements;
    for (const rapidjson::Value* annotation : all("Annotation")) {
      CHECK(text(*annotation, "annotationType") == "other");
      if (text(*annotation, "subject") == subject) {
        statements.push_back(text(*annotation, "statement"));
      }
    }
    return statements;
  }

 private:
  std::string name_space_;
  rapidjson::Document json_;
};

inline std::string keys_of(const rapidjson::Value& object) {
  std::string keys;
  for (const auto& member : object.GetObject())
    keys += std::string(keys.empty() ? "" : " ") + member.name.GetString();
  return keys;
}

}  // namespace reposbom::tests
