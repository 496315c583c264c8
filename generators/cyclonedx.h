// SPDX-License-Identifier: Apache-2.0
//
// Document -> CycloneDX 1.6. JSON goes through an emitter; XML, whose shape
// differs, is a writer of its own. What stands where is decided once, in layout().
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "generators/document.h"
#include "generators/emitter.h"
#include "generators/xml.h"

namespace reposbom::generators {

// JSON. The caller calls emitter.finish().
template <Emitter E>
void write_cyclonedx(const Document& document, const Creation& creation, E& emitter);

// XML. The caller calls writer.finish().
void write_cyclonedx_xml(const Document& document, const Creation& creation, XmlWriter& writer);

// The elements of a document by their place in a BOM; numbers are indexes into its elements.
struct CyclonedxLayout {
  std::vector<std::size_t> ancestors =
      {};                                 // Pedigree of the root: source package, upstream sources.
  std::vector<std::size_t> patches = {};  // Pedigree of the root, and inside it.
  std::vector<std::size_t> nested = {};   // Inside the root: patches and bundled components.
  std::vector<std::size_t> components = {};  // Beside the root.

  struct Dependencies {
    std::size_t ref = 0;
    std::vector<std::size_t> depends_on = {};
    std::vector<std::size_t> provides = {};
  };
  // Of the root, of what depends on something, and of what is known to depend on nothing.
  std::vector<Dependencies> dependencies = {};
};
CyclonedxLayout layout(const Document& document);

// A URL of an element with its kind, as both syntaxes list them.
struct ExternalReference {
  std::string_view type = {};
  std::string url = {};
  std::string comment = {};
  std::vector<metadata::Checksum> hashes = {};
};
std::vector<ExternalReference> external_references(
    const Document& document, const Element& element);

// A licence as CycloneDX 1.6 can say it: ids, each once declared and once concluded; or one
// expression. Empty where nothing is known.
struct LicenseChoice {
  std::vector<std::string> ids = {};
  std::string expression = {};
  std::string_view expression_acknowledgement = {};
};
LicenseChoice license_choice(const Element& element);

// What an RPM's advisories, or a source package's changelog, resolved, as one release note:
// CycloneDX has room for one. Nothing is resolved, and there is no title, where there is none to
// write.
struct ReleaseNote {
  std::string title = {};
  std::string timestamp = {};
  std::vector<std::string> resolves = {};
};
ReleaseNote release_note(const Element& element);

std::string_view component_type(Role role);

// When what a document says was learnt: after the build, or where it is in use.
std::string_view lifecycle_phase(DocumentKind kind);

// Whether the supplier is also who made it: of packages and products, not of what they hold.
bool is_built_here(const Element& element);
std::string_view to_string(Aggregate aggregate);

// "SHA-256" and the like, as CycloneDX spells them; empty for those it does not know.
std::string_view hash_name(metadata::ChecksumType type);

// Whether CycloneDX knows any of them.
bool has_hashes(const std::vector<metadata::Checksum>& checksums);

}  // namespace reposbom::generators
