// SPDX-License-Identifier: Apache-2.0
//
// The configuration: any YAML gives settings that a run can use, or an Error
// about the command line or the configuration.
#include <algorithm>
#include <set>

#include "pipeline/settings.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/scratch_file.h"

using namespace reposbom;
using fuzz::require;

namespace {

void check(const pipeline::RepositorySettings& repository) {
  require(metadata::is_safe_file_name(repository.id), "an id is a plain name", repository.id);
  for (const std::string* place : {&repository.packages, &repository.sources}) {
    const bool is_place = place->empty() || place->starts_with('/') || pipeline::is_url(*place);
    require(is_place, "a place is an absolute directory or a URL", *place);
  }
  require(!repository.packages.empty(), "a repository has a place");
  for (const std::string* url : {&repository.published, &repository.sources_published}) {
    require(url->empty() || pipeline::is_url(*url), "what is published has a URL", *url);
    require(!pipeline::has_credentials(*url), "no password is published", *url);
  }
  for (const auto& key : repository.keys)
    require(key.is_absolute(), "a key's path is absolute", key.string());
}

void check(const pipeline::Quantity& quantity) {
  require(quantity.value >= 0, "no limit is negative");
  require(!quantity.is_percent || quantity.value <= 100, "no share is more than the whole");
  require(!quantity.is_percent || quantity.of(1000) <= 1000, "no share is more than the whole");
}

void check(const pipeline::Settings& settings) {
  std::set<std::string> ids;
  require(!settings.repositories.empty(), "there is a repository");
  for (const pipeline::RepositorySettings& repository : settings.repositories) {
    check(repository);
    require(ids.insert(repository.id).second, "ids are unique", repository.id);
  }
  require(!settings.formats.empty(), "there is a format");
  require(std::ranges::is_sorted(settings.formats), "formats have their order");
  check(settings.limits.failures);
  check(settings.limits.shrink);
  require(settings.keep.runs >= 1, "one run is kept");
  if (const auto* age = std::get_if<pipeline::KeepAge>(&settings.keep.superseded))
    require(age->seconds >= 0, "no age is negative");
  require(settings.output.is_absolute(), "the output's path is absolute");
  for (const auto* party : {&settings.supplier, &settings.creator}) {
    fuzz::require_clean(party->name);
    require(party->url.empty() || pipeline::is_url(party->url), "a party's URL", party->url);
  }
  const auto tag = metadata::distribution_from_tag("cpe:/o:almalinux:almalinux:9", "AlmaLinux 9");
  fuzz::require_clean(pipeline::apply(settings.distribution, tag).documents);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const fuzz::ScratchFile file(fuzz::bytes_of(data, size));
  (void)fuzz::accepts([&] { check(pipeline::read_settings(file.path())); }, Cause::Usage);
  return 0;
}
