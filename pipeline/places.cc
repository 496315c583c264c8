// SPDX-License-Identifier: Apache-2.0
#include "pipeline/places.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <string>
#include <utility>

#include <unistd.h>

#include "metadata/error.h"
#include "metadata/version.h"
#include "pipeline/interrupt.h"
#include "pipeline/secret.h"
#include "pipeline/storage.h"

namespace reposbom::pipeline {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::hours kMonth(30 * 24);

// The first line, which is a secret: it is told nobody.
std::string secret(const std::optional<fs::path>& file) {
  if (!file) return "";
  const Secret text = read_secret(*file, "a password");
  std::string line = text.bytes().substr(0, text.bytes().find_first_of("\r\n"));
  if (line.empty()) throw Error(Cause::Usage, file->string(), "its first line is empty");
  return line;
}

std::string user(const std::optional<fs::path>& file) {
  std::string line = secret(file);
  if (file && line.find(':') == std::string::npos) {
    throw Error(Cause::Usage, file->string(), "its first line must be USER:PASSWORD");
  }
  return line;
}

fs::path existing(const std::optional<fs::path>& file) {
  if (!file) return {};
  if (::access(file->c_str(), R_OK) != 0) {
    throw Error(Cause::Usage, file->string(), "cannot be read");
  }
  return *file;
}

metadata::NetworkOptions options_of(const NetworkSettings& settings) {
  metadata::NetworkOptions options;
  options.user_agent = "reposbom/" + std::string(metadata::kVersion);
  options.proxy = settings.proxy;
  options.proxy_user = user(settings.proxy_user_file);
  options.user = user(settings.user_file);
  options.ca_file = existing(settings.ca_file);
  options.client_certificate = existing(settings.client_certificate);
  options.client_key = existing(settings.client_key);
  options.client_passphrase = secret(settings.client_passphrase_file);
  options.retries = settings.retries.value_or(options.retries);
  options.timeout = settings.timeout.value_or(options.timeout);
  options.stop = [] { return caught_signal() != 0; };
  return options;
}

metadata::Place place_of(
    const Settings& settings,
    const RepositorySettings& repository,
    const std::string& place,
    const Mirrors& mirrors) {
  if (!is_url(place)) return fs::path(place);
  return metadata::Place(metadata::RemotePlace{
      .url = place,
      .mirrors = mirrors.urls,
      .mirrorlist = mirrors.list,
      .network = options_of(repository.network),
      .cache = settings.cache ? settings.cache : default_cache()});
}

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : "";
}

fs::path usual_cache() {
  // systemd separates several by colons; one is ours.
  const std::string given = variable("CACHE_DIRECTORY");
  if (!given.empty()) return given.substr(0, given.find(':'));
  if (::geteuid() == 0) return "/var/cache/reposbom";
  const fs::path xdg = variable("XDG_CACHE_HOME");
  if (xdg.is_absolute()) return xdg / "reposbom";
  const fs::path home = variable("HOME");
  return home.is_absolute() ? home / ".cache/reposbom" : fs::path();
}

}  // namespace

metadata::Place packages_place(const Settings& settings, const RepositorySettings& repository) {
  return place_of(settings, repository, repository.packages, repository.mirrors);
}

metadata::Place sources_place(const Settings& settings, const RepositorySettings& repository) {
  return place_of(settings, repository, repository.sources, repository.source_mirrors);
}

std::optional<fs::path> default_cache() {
  const fs::path folder = usual_cache();
  if (folder.empty()) return std::nullopt;
  if (!metadata::Cache::can_use(folder)) return std::nullopt;
  return folder;
}

void prune_cache(const Settings& settings) {
  const bool is_used = std::any_of(
      settings.repositories.begin(), settings.repositories.end(), [](const auto& repository) {
        return is_url(repository.packages) || is_url(repository.sources);
      });
  const auto folder = settings.cache ? settings.cache : default_cache();
  if (is_used && folder) metadata::Cache(*folder).prune(kMonth);
}

}  // namespace reposbom::pipeline
