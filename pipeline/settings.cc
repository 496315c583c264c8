// SPDX-License-Identifier: Apache-2.0
#include "pipeline/settings.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>

#include "metadata/error.h"
#include "pipeline/suggestion.h"

namespace reposbom::pipeline {
namespace {

// 0.29 % of 10,000 is 28.999… in binary, and 29 to everybody else.
constexpr double kRounding = 1e-9;

// Parts of a place that are the same for every repository of a mirror.
constexpr std::array<std::string_view, 14> kCommonParts = {
    "os",
    "Packages",
    "repodata",
    "tree",
    "x86_64",
    "x86_64_v2",
    "aarch64",
    "ppc64le",
    "s390x",
    "riscv64",
    "i686",
    "i386",
    "noarch",
    "repo"};

bool says_something(std::string_view part) {
  const bool is_version = part.find_first_not_of("0123456789.") == std::string_view::npos;
  const bool is_common =
      std::find(kCommonParts.begin(), kCommonParts.end(), part) != kCommonParts.end();
  return !is_version && !is_common;
}

bool is_alphanumeric(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 && static_cast<unsigned char>(c) < 0x80;
}

// What a URL names behind "scheme://": host and path, without query and fragment.
std::string_view host_and_path(std::string_view place) {
  const std::size_t scheme = place.find("://");
  if (scheme == std::string_view::npos) return place;
  place.remove_prefix(scheme + 3);
  place = place.substr(0, place.find_first_of("?#"));
  const std::string_view authority = place.substr(0, place.find('/'));
  const std::size_t user = authority.rfind('@');
  if (user != std::string_view::npos) place.remove_prefix(user + 1);
  return place;
}

std::string_view telling_part(std::string_view place) {
  std::string_view rest = host_and_path(place);
  while (!rest.empty()) {
    const std::size_t slash = rest.rfind('/');
    const std::string_view part = slash == std::string_view::npos ? rest : rest.substr(slash + 1);
    if (!part.empty() && says_something(part)) return part;
    rest = slash == std::string_view::npos ? std::string_view() : rest.substr(0, slash);
  }
  return "repository";
}

std::string id_for(std::string_view place) {
  std::string id(telling_part(place).substr(0, 100));
  for (char& c : id) {
    if (!is_alphanumeric(c) && c != '.' && c != '_') c = '-';
  }
  if (!is_alphanumeric(id.front())) id.insert(0, "repository");
  return id;
}

bool has_id(const std::vector<RepositorySettings>& repositories, const std::string& id) {
  return std::any_of(
      repositories.begin(), repositories.end(), [&](const RepositorySettings& repository) {
        return repository.id == id;
      });
}

std::string unique_id(
    const std::string& id,
    const std::vector<RepositorySettings>& others,
    const std::vector<RepositorySettings>& known) {
  std::string candidate = id;
  for (std::size_t number = 2; has_id(others, candidate) || has_id(known, candidate); ++number) {
    candidate = id + "-" + std::to_string(number);
  }
  return candidate;
}

const RepositorySettings* find_place(
    const std::vector<RepositorySettings>& repositories, const std::string& packages) {
  for (const RepositorySettings& repository : repositories) {
    if (repository.packages == packages) return &repository;
  }
  return nullptr;
}

}  // namespace

metadata::Distribution apply(
    const DistributionSettings& configured, metadata::Distribution from_tag) {
  metadata::Distribution result = std::move(from_tag);
  if (configured.id && *configured.id != result.id) {
    const metadata::Distribution known = metadata::distribution_from_id(*configured.id);
    result.id = known.id;
    result.name = known.name;
    result.purl.name_space = known.purl.name_space;
  }
  if (configured.version) result.version = *configured.version;
  if (configured.id || configured.version) {
    result.purl.distro = result.id;
    if (!result.version.empty()) result.purl.distro += "-" + result.major();
  }
  if (configured.name) result.name = *configured.name;
  if (configured.cpe) result.cpe = *configured.cpe;
  if (configured.purl_namespace) result.purl.name_space = *configured.purl_namespace;
  if (configured.purl_distro) result.purl.distro = *configured.purl_distro;
  if (configured.documents) result.documents = *configured.documents;
  return result;
}

std::size_t Quantity::of(std::size_t whole) const {
  const double share = is_percent ? value * static_cast<double>(whole) / 100 : value;
  return static_cast<std::size_t>(std::floor(share + kRounding));
}

std::optional<std::string> repository_place(
    std::string_view text, const std::filesystem::path& folder) {
  std::string place(text);
  if (!is_url(text)) {
    if (text.find("://") != std::string_view::npos) return std::nullopt;
    place = (folder / place).lexically_normal().string();
  }
  while (place.size() > 1 && place.back() == '/')
    place.pop_back();
  return place;
}

bool has_credentials(std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return false;
  url.remove_prefix(scheme + 3);
  return url.substr(0, url.find_first_of("/?#")).find('@') != std::string_view::npos;
}

void complete_published(RepositorySettings& repository) {
  const auto is_public = [](const std::string& place) {
    return is_url(place) && !has_credentials(place) &&
           place.find_first_of("?#") == std::string::npos;
  };
  if (repository.published.empty() && is_public(repository.packages)) {
    repository.published = repository.packages;
  }
  if (repository.sources_published.empty() && is_public(repository.sources)) {
    repository.sources_published = repository.sources;
  }
}

const std::vector<std::filesystem::path>& source_keys_of(const RepositorySettings& repository) {
  return repository.source_keys ? *repository.source_keys : repository.keys;
}

bool is_unverified(const RepositorySettings& repository) {
  const bool has_sources = !repository.sources.empty();
  return repository.keys.empty() || (has_sources && source_keys_of(repository).empty());
}

std::vector<generators::Format> default_formats() {
  std::vector<generators::Format> formats;
  for (const generators::FormatRow& row : generators::formats()) {
    if (row.by_default) formats.push_back(row.format);
  }
  return formats;
}

std::vector<RepositorySettings> repositories_for(
    const std::vector<std::string>& places, const std::vector<RepositorySettings>& known) {
  std::vector<RepositorySettings> repositories;
  for (const std::string& text : places) {
    const auto place = repository_place(text, std::filesystem::current_path());
    if (!place) {
      throw Error(Cause::Usage, text, "must be a directory or a URL of http:// or https://");
    }
    if (find_place(repositories, *place) != nullptr) {
      throw Error(Cause::Usage, text, "is named twice");
    }
    const RepositorySettings* configured = find_place(known, *place);
    if (configured != nullptr) {
      repositories.push_back(*configured);
      continue;
    }
    RepositorySettings repository;
    repository.id = unique_id(id_for(*place), repositories, known);
    repository.packages = *place;
    complete_published(repository);
    repositories.push_back(std::move(repository));
  }
  return repositories;
}

Settings settings_for(const std::vector<std::string>& repositories) {
  Settings settings;
  settings.repositories = repositories_for(repositories, {});
  settings.formats = default_formats();
  return settings;
}

}  // namespace reposbom::pipeline
