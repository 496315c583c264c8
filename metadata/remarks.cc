// SPDX-License-Identifier: Apache-2.0
#include "metadata/remarks.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <string_view>
#include <unordered_set>
#include <utility>

#include "metadata/bundled.h"
#include "metadata/providers.h"

namespace reposbom::metadata {
namespace {

// So many of one kind are still read by people.
constexpr std::size_t kFew = 10;
constexpr std::size_t kNamed = 3;

bool is_kept_elsewhere(const Package& package) {
  return package.arch == "src" || package.arch == "nosrc" || package.name.ends_with("-debuginfo") ||
         package.name.ends_with("-debugsource");
}

// The packages that a stream names and that one repository ought to hold.
std::vector<std::string> expected_artifacts(const ModuleStream& stream) {
  std::vector<std::string> expected;
  for (const std::string& artifact : stream.artifacts) {
    const std::optional<Package> package = parse_nevra(artifact);
    if (!package || !is_kept_elsewhere(*package)) expected.push_back(artifact);
  }
  return expected;
}

}  // namespace

std::string first_of(const std::vector<std::string>& names) {
  std::string text;
  for (std::size_t i = 0; i != std::min(names.size(), kNamed); ++i)
    text += (i == 0 ? "" : ", ") + names[i];
  if (names.size() > kNamed) text += " and " + std::to_string(names.size() - kNamed) + " more";
  return text;
}

void add_alike(
    std::vector<Remark>& remarks,
    std::vector<Remark> alike,
    const std::string& subject,
    const std::string& what) {
  if (alike.size() <= kFew) {
    std::move(alike.begin(), alike.end(), std::back_inserter(remarks));
    return;
  }
  std::sort(alike.begin(), alike.end());
  std::vector<std::string> subjects;
  for (const Remark& remark : alike)
    subjects.push_back(remark.subject);
  remarks.push_back(
      {subject, std::to_string(alike.size()) + " " + what + ": " + first_of(subjects)});
}

void remark_on_modules(const RepositoryContents& contents, std::vector<Remark>& remarks) {
  if (contents.modules.empty()) return;
  std::unordered_set<std::string> held;
  for (const Package& package : contents.packages)
    held.insert(artifact_name(package));
  std::vector<Remark> alike;
  for (const ModuleStream& stream : contents.modules) {
    const std::vector<std::string> expected = expected_artifacts(stream);
    std::vector<std::string> absent;
    std::ranges::copy_if(expected, std::back_inserter(absent), [&](const std::string& artifact) {
      return !held.contains(artifact);
    });
    if (absent.empty()) continue;
    alike.push_back(
        {stream.label(),
         std::to_string(absent.size()) + " of " + std::to_string(expected.size()) +
             " packages that modules.yaml of " + contents.repository.id +
             " names are not in this repository: " + first_of(absent)});
  }
  add_alike(
      remarks,
      std::move(alike),
      contents.repository.id,
      "module streams of modules.yaml name packages that are not in this repository");
}

void remark_on_advisories(const std::vector<std::string>& ids, std::vector<Remark>& remarks) {
  std::vector<Remark> alike;
  for (const std::string& id : ids)
    alike.push_back({id, "the advisory names no package of these repositories"});
  add_alike(
      remarks,
      std::move(alike),
      "updateinfo.xml",
      "advisories name no package of these repositories");
}

void remark_on_bundled(const std::vector<Build>& builds, std::vector<Remark>& remarks) {
  std::vector<Remark> alike;
  for (const Build& build : builds) {
    for (const Package& package : build.packages) {
      for (const Dependency& provide : package.provides) {
        const std::optional<Bundled> bundled = parse_bundled(provide);
        if (!bundled || bundled->well_formed) continue;
        alike.push_back(
            {nevra(package),
             "provides '" + to_string(provide) +
                 "', which names no bundled part: its document says so in these words"});
      }
    }
  }
  add_alike(remarks, std::move(alike), "bundled()", "provides of packages name no bundled part");
}

}  // namespace reposbom::metadata
