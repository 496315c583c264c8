// SPDX-License-Identifier: Apache-2.0
#include "generators/describe_release.h"

#include <string>
#include <utility>

#include "generators/describe_parts.h"
#include "generators/elements.h"

namespace reposbom::generators {
namespace {

using metadata::Build;
using metadata::Catalog;

// Which of the packages of the repositories are in it, for a reader of any format.
std::string contents_comment(const Document& document, const Catalog& catalog) {
  const std::size_t packages = document.elements.size() - 1;
  const std::size_t builds = document.links.size();
  std::string text = " Holds " + counted(packages, "package") + " of " + counted(builds, "build") +
                     ", and which of them needs which.";
  const std::size_t left_out = catalog.builds.size() - builds;
  if (left_out == 0) return text;
  return text + " Left out: " + counted(left_out, "other build") + " of these repositories.";
}

}  // namespace

std::string release_name(const metadata::Distribution& distribution) {
  return distribution.id + (distribution.version.empty() ? "" : "-" + distribution.version);
}

Document describe_release(
    const Catalog& catalog,
    const Creation& creation,
    const std::vector<DocumentLink>& build_documents,
    std::int64_t created) {
  Document document{.kind = DocumentKind::Release};
  document.name = release_name(creation.distribution);
  document.created = creation.time.value_or(created);
  Repositories repositories;
  for (std::size_t i = 0; i != catalog.repositories.size(); ++i)
    repositories.insert(i);
  add(document, product_element(creation));
  Places places;
  for (std::uint32_t b = 0; b != catalog.builds.size(); ++b) {
    if (build_documents[b].uuid.empty()) continue;
    const Build& build = catalog.builds[b];
    const std::size_t link = document.links.size();
    document.links.push_back(build_documents[b]);
    for (std::uint32_t p = 0; p != build.packages.size(); ++p) {
      const std::size_t index = add(
          document, package_element(catalog, build, build.packages[p], creation, Detail::Member));
      document.elements[index].document = link;
      places.emplace(metadata::PackageRef{b, p}, index);
      relate(document, index, RelationshipType::PackageOf, 0);
      document.relationships.push_back({index, RelationshipType::GeneratedFrom, link, true});
    }
  }
  add_graph(document, catalog, places, places.size() == catalog.package_count());
  document.comment = made_from(catalog, repositories) + contents_comment(document, catalog) +
                     graph_comment(document);
  collect_license_refs(document);
  return document;
}

}  // namespace reposbom::generators
