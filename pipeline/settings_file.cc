// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <charconv>
#include <cstdint>
#include <system_error>
#include <utility>

#include "pipeline/settings.h"
#include "pipeline/settings_network.h"
#include "pipeline/settings_signing.h"
#include "pipeline/storage.h"
#include "pipeline/suggestion.h"
#include "pipeline/tree.h"
#include "pipeline/yaml_section.h"

namespace reposbom::pipeline {
namespace {

using generators::Party;
using Node = YamlNode;
using Source = YamlSource;

constexpr std::size_t kLongestToken = 100;
constexpr std::int64_t kDay = 86400;

// Names that become parts of file names, purls and ids.
std::string token_of(const Node& node, const Source& source) {
  const std::string& text = text_of(node, source);
  const auto is_fine = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
  };
  const bool starts_well = text.front() != '.' && text.front() != '-' && text.front() != '_';
  if (!starts_well || !std::all_of(text.begin(), text.end(), is_fine)) {
    fail_value(node, source, "of letters, digits, '.', '_' and '-', a letter or digit first");
  }
  if (text.size() > kLongestToken) source.fail(node.place, name_of(node) + " is too long");
  return text;
}

std::string without_slashes(std::string text) {
  while (!text.empty() && text.back() == '/')
    text.pop_back();
  return text;
}

// A URL that is written into documents.
std::string public_url_of(const Node& node, const Source& source) {
  const std::string& text = text_of(node, source);
  if (!is_url(text)) {
    fail_value(node, source, "a URL of http:// or https://");
  }
  if (has_credentials(text)) {
    source.fail(node.place, name_of(node) + " is published and must not have a user or password");
  }
  return text;
}

// One that others are made from by adding to it.
std::string base_url_of(const Node& node, const Source& source) {
  const std::string url = public_url_of(node, source);
  if (url.find_first_of("?#") != std::string::npos) {
    source.fail(node.place, name_of(node) + " must have no '?' or '#', as others are made from it");
  }
  return without_slashes(url);
}

std::string cpe_of(const Node& node, const Source& source) {
  const std::string& text = text_of(node, source);
  const bool is_cpe = text.starts_with("cpe:/o:") || text.starts_with("cpe:2.3:o:");
  if (!is_cpe || text.find(' ') != std::string::npos) {
    fail_value(
        node, source, "the CPE of an operating system, such as cpe:/o:almalinux:almalinux:9");
  }
  return text;
}

std::string email_of(const Node& node, const Source& source) {
  const std::string& text = text_of(node, source);
  const std::size_t at = text.find('@');
  const bool is_email = at != std::string::npos && at > 0 && at + 1 < text.size() &&
                        text.find('@', at + 1) == std::string::npos &&
                        text.find_first_of(" <>()") == std::string::npos;
  if (!is_email) {
    fail_value(node, source, "an address");
  }
  return text;
}

std::string place_of(const Node& node, const Source& source) {
  const auto place = repository_place(text_of(node, source), source.folder);
  if (!place) {
    fail_value(node, source, "a directory or a URL of http:// or https://");
  }
  return *place;
}

std::vector<std::filesystem::path> paths_of(const Node& node, const Source& source) {
  std::vector<std::filesystem::path> paths;
  for (const Node& item : items_of(node, source))
    paths.push_back(path_of(item, source));
  return paths;
}

// [] is said of what would have some otherwise.
std::vector<std::filesystem::path> perhaps_paths_of(const Node& node, const Source& source) {
  const bool is_empty = node.kind == Node::Kind::Sequence && node.children.empty();
  return is_empty ? std::vector<std::filesystem::path>() : paths_of(node, source);
}

std::size_t runs_of(const Node& node, const Source& source) {
  const std::size_t runs = count_of(node, source);
  if (runs == 0) source.fail(node.place, name_of(node) + " must be 1 or more");
  return runs;
}

// "0", "12", "5%", "0.5%".
Quantity quantity_of(const Node& node, const Source& source) {
  const std::string& text = text_of(node, source);
  if (!text.ends_with('%')) {
    std::uint32_t count = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (error == std::errc() && end == text.data() + text.size()) {
      return {.value = static_cast<double>(count), .is_percent = false};
    }
  } else if (text.size() > 1 && text.front() != '-') {
    const char* last = text.data() + text.size() - 1;
    double percent = 0;
    const auto [end, error] = std::from_chars(text.data(), last, percent, std::chars_format::fixed);
    if (error == std::errc() && end == last && percent >= 0 && percent <= 100) {
      return {.value = percent, .is_percent = true};
    }
  }
  fail_value(node, source, "a count or a percentage from 0% to 100%");
}

// "all", "3", "180d", "26w", "2y".
std::variant<KeepAll, KeepCount, KeepAge> superseded_of(const Node& node, const Source& source) {
  const std::string& text = text_of(node, source);
  if (text == "all") return KeepAll{};
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  if (error == std::errc()) {
    if (unit.empty()) return KeepCount{number};
    if (unit == "d") return KeepAge{kDay * number};
    if (unit == "w") return KeepAge{kDay * 7 * number};
    if (unit == "y") return KeepAge{kDay * 365 * number};
  }
  fail_value(
      node, source, "'all', a count, or an age in days, weeks or years such as 180d, 26w or 1y");
}

std::vector<generators::Format> formats_of(const Node& node, const Source& source) {
  std::vector<std::string_view> names;
  for (const generators::FormatRow& row : generators::formats())
    names.push_back(row.name);
  std::vector<generators::Format> formats;
  for (const Node& item : items_of(node, source)) {
    const std::string& name = text_of(item, source);
    const auto format = generators::format_by_name(name);
    if (!format) {
      source.fail(item.place, "unknown format " + in_quotes(name) + "; " + suggestion(name, names));
    }
    if (std::find(formats.begin(), formats.end(), *format) != formats.end()) {
      source.fail(item.place, "the format " + in_quotes(name) + " is named twice");
    }
    formats.push_back(*format);
  }
  std::sort(formats.begin(), formats.end());
  return formats;
}

Compression compression_of(const Node& node, const Source& source) {
  const std::string& name = text_of(node, source);
  for (const CompressionRow& row : compressions()) {
    if (row.name == name) return row.compression;
  }
  fail_value(node, source, "none, gzip or zstd");
}

// What is told of RPM files beyond the digest that repodata has of them.
bool sha512_of(const Node& node, const Source& source) {
  const std::vector<Node>& items = items_of(node, source);
  for (const Node& item : items) {
    if (text_of(item, source) != "sha512") {
      fail_value(item, source, "sha512: repodata tells the SHA-256, and no other is used");
    }
  }
  return true;  // A list is never empty.
}

template <auto& Keys>
auto section_of(const Node& node, const Source& source) {
  return read_section(node, source, Keys);
}

struct Purl {
  std::optional<std::string> name_space = {};
  std::optional<std::string> distro = {};
};
constexpr std::array<YamlKey<Purl>, 2> kPurlKeys = {{
    {"namespace", into<&Purl::name_space, token_of>},
    {"distro", into<&Purl::distro, token_of>},
}};
void read_purl(DistributionSettings& distribution, const Node& node, const Source& source) {
  Purl purl = read_section(node, source, kPurlKeys);
  distribution.purl_namespace = std::move(purl.name_space);
  distribution.purl_distro = std::move(purl.distro);
}

constexpr std::array<YamlKey<DistributionSettings>, 6> kDistributionKeys = {{
    {"id", into<&DistributionSettings::id, token_of>},
    {"name", into<&DistributionSettings::name, text_of>},
    {"version", into<&DistributionSettings::version, token_of>},
    {"cpe", into<&DistributionSettings::cpe, cpe_of>},
    {"purl", read_purl},
    {"documents", into<&DistributionSettings::documents, base_url_of>},
}};
constexpr std::array<YamlKey<Party>, 3> kPartyKeys = {{
    {"name", into<&Party::name, text_of>, kRequired},
    {"url", into<&Party::url, public_url_of>},
    {"email", into<&Party::email, email_of>},
}};
// `sources` is a place, or a place with how much of the source packages is read.
struct Sources {
  std::string packages = {};
  Mirrors mirrors = {};
  bool specs = false;
  std::optional<std::vector<std::filesystem::path>> keys = {};
};
constexpr std::array<YamlKey<Sources>, 4> kSourcesKeys = {{
    {"packages", into<&Sources::packages, place_of>, kRequired},
    {"mirrors", into<&Sources::mirrors, read_mirrors>},
    {"specs", into<&Sources::specs, flag_of>},
    {"keys", into<&Sources::keys, perhaps_paths_of>},
}};
void read_sources(RepositorySettings& repository, const Node& node, const Source& source) {
  if (node.kind != Node::Kind::Map) {
    repository.sources = place_of(node, source);
    return;
  }
  Sources sources = read_section(node, source, kSourcesKeys);
  check_mirrors(sources.mirrors, sources.packages, node, source);
  repository.sources = std::move(sources.packages);
  repository.source_mirrors = std::move(sources.mirrors);
  repository.specs = sources.specs;
  repository.source_keys = std::move(sources.keys);
}

constexpr std::array<YamlKey<RepositorySettings>, 8> kRepositoryKeys = {{
    {"id", into<&RepositorySettings::id, token_of>, kRequired},
    {"packages", into<&RepositorySettings::packages, place_of>, kRequired},
    {"mirrors", into<&RepositorySettings::mirrors, read_mirrors>},
    {"sources", read_sources},
    {"published", into<&RepositorySettings::published, base_url_of>},
    {"sources_published", into<&RepositorySettings::sources_published, base_url_of>},
    {"keys", into<&RepositorySettings::keys, paths_of>},
    {"network", into<&RepositorySettings::network, read_network>},
}};
constexpr std::array<YamlKey<Keep>, 2> kKeepKeys = {{
    {"runs", into<&Keep::runs, runs_of>},
    {"superseded", into<&Keep::superseded, superseded_of>},
}};
constexpr std::array<YamlKey<Limits>, 2> kLimitsKeys = {{
    {"failures", into<&Limits::failures, quantity_of>},
    {"shrink", into<&Limits::shrink, quantity_of>},
}};
constexpr std::array<YamlKey<DiskSettings>, 2> kDiskKeys = {{
    {"client", into<&DiskSettings::client, path_of>},
    {"url", into<&DiskSettings::url, base_url_of>},
}};

std::vector<RepositorySettings> repositories_of(const Node& node, const Source& source) {
  std::vector<RepositorySettings> repositories;
  for (const Node& item : items_of(node, source)) {
    RepositorySettings repository = read_section(item, source, kRepositoryKeys);
    for (const RepositorySettings& other : repositories) {
      if (other.id == repository.id) {
        source.fail(
            item.place, "a repository with the id " + in_quotes(other.id) + " stands above");
      }
      if (other.packages == repository.packages) {
        source.fail(item.place, "these are also the packages of " + in_quotes(other.id));
      }
    }
    check_mirrors(repository.mirrors, repository.packages, item, source);
    complete_published(repository);
    repositories.push_back(std::move(repository));
  }
  return repositories;
}

constexpr std::array<YamlKey<Settings>, 17> kSettingsKeys = {{
    {"distribution", into<&Settings::distribution, section_of<kDistributionKeys>>},
    {"supplier", into<&Settings::supplier, section_of<kPartyKeys>>},
    {"creator", into<&Settings::creator, section_of<kPartyKeys>>},
    {"repositories", into<&Settings::repositories, repositories_of>},
    {"network", into<&Settings::network, read_network>},
    {"cache", into<&Settings::cache, path_of>},
    {"formats", into<&Settings::formats, formats_of>},
    {"digests", into<&Settings::sha512, sha512_of>},
    {"files", into<&Settings::files, flag_of>},
    {"signing", into<&Settings::signing, read_signing>},
    {"keep", into<&Settings::keep, section_of<kKeepKeys>>},
    {"limits", into<&Settings::limits, section_of<kLimitsKeys>>},
    {"disk", into<&Settings::disk, section_of<kDiskKeys>>},
    {"output", into<&Settings::output, path_of>},
    {"metrics", into<&Settings::metrics, path_of>},
    {"compress", into<&Settings::compress, compression_of>},
    {"sha256_files", into<&Settings::sha256_files, flag_of>},
}};

}  // namespace

Settings read_settings(
    const std::filesystem::path& file, const std::vector<std::string>& repositories) {
  const Source source{
      .name = file.string(), .folder = std::filesystem::absolute(file).parent_path()};
  const Node root = parse_yaml(read_file(file), source);
  Settings settings = read_section(root, source, kSettingsKeys);
  if (settings.formats.empty()) settings.formats = default_formats();
  settings.output = source.folder / settings.output;
  if (!repositories.empty()) {
    settings.repositories = repositories_for(repositories, settings.repositories);
  } else if (settings.repositories.empty()) {
    fail_missing(root, source, "repositories");
  }
  for (RepositorySettings& repository : settings.repositories)
    repository.network = over(std::move(repository.network), settings.network);
  return settings;
}

}  // namespace reposbom::pipeline
