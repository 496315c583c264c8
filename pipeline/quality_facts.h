// SPDX-License-Identifier: Apache-2.0
//
// What a published SPDX 2.3 or CycloneDX 1.6 JSON document says, as far as the
// standards of quality_rules.h ask for it: read from where each format has it, so
// that a rule need not know the format. A text that is absent is empty; NOASSERTION
// stays what it is.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace reposbom::pipeline {

enum class QualityFormat { Spdx, Cyclonedx };

// What a component is; told by its id, which describe.h gives.
enum class ComponentKind { Package, SourcePackage, Source, Patch, Bundled, OperatingSystem };

// Where it stands.
enum class ComponentPlace {
  Root,      // What the document describes.
  Beside,    // Of the list of packages or components.
  Inside,    // Nested in the root. SPDX has no such place: these are beside there.
  Ancestor,  // In the pedigree of the root.
};

struct HashFact {
  std::string algorithm = {};
  std::string value = {};
};

// A party that is turned to: by e-mail, or else by URL.
struct PartyFact {
  std::string name = {};
  std::string contact = {};
};

struct ReferenceFact {
  std::string url = {};
  std::vector<HashFact> hashes = {};
};

struct ComponentFacts {
  ComponentKind kind = ComponentKind::Package;
  ComponentPlace place = ComponentPlace::Beside;
  std::string id = {};  // SPDXID or bom-ref.
  std::string name = {};
  std::string version = {};
  PartyFact supplier = {};
  PartyFact producer = {};  // SPDX's originator, CycloneDX's manufacturer.
  std::string purl = {};
  std::string cpe = {};
  std::string file_name = {};
  std::vector<HashFact> hashes = {};
  std::string declared = {};  // Licence expressions.
  std::string concluded = {};
  std::string license_tag = {};     // As the RPM has it.
  ReferenceFact distribution = {};  // Where the component can be had.
  ReferenceFact source = {};        // Where its source can.
  std::string executable = {};      // These three as BSI TR-03183-2 names their values.
  std::string archive = {};
  std::string structured = {};
  std::string effective_license = {};
  std::string security_txt = {};  // Its URL.
  bool is_not_included = false;   // The source package names the file without holding it.
  bool has_completeness = false;  // A composition says how complete its parts or needs are.
};

struct DocumentFacts {
  QualityFormat format = QualityFormat::Spdx;
  std::string format_name = {};
  std::string format_version = {};
  std::string uri = {};      // documentNamespace, or serialNumber.
  std::int64_t version = 0;  // Of the document; SPDX has none.
  std::string created = {};
  std::string context = {};  // In what phase it was made.
  PartyFact author = {};     // Who made it; a tool is not meant.
  std::string tool = {};
  std::string tool_version = {};
  bool has_vulnerabilities = false;
  std::vector<ComponentFacts> components = {};
  std::size_t root = 0;                // Index; components.size() if nothing is described.
  std::size_t root_relations = 0;      // Listed components that it includes, needs or is made into.
  bool says_no_dependencies = false;   // SPDX: "DEPENDS_ON NONE".
  bool has_root_dependencies = false;  // CycloneDX: an entry in dependencies, be it empty.
  bool has_completeness = false;       // A composition speaks of the whole document.

  const ComponentFacts* described() const {
    return root < components.size() ? &components[root] : nullptr;
  }
};

// Throws Error (Cause::Untrusted) if the bytes are no JSON, or neither of the two formats.
DocumentFacts read_quality_facts(std::string_view json, const std::string& subject);

}  // namespace reposbom::pipeline
