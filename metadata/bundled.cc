// SPDX-License-Identifier: Apache-2.0

#include "metadata/bundled.h"

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <utility>

#include "metadata/purl.h"
#include "metadata/text.h"

namespace reposbom::metadata {

namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_alphanumeric(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// A name as registries have them: letters, digits and these.
bool is_name(std::string_view text, std::string_view others) {
  return !text.empty() && std::ranges::all_of(text, [&](char c) {
    return is_alphanumeric(c) || others.find(c) != std::string_view::npos;
  });
}

// Components of a path, none of them empty.
bool is_path(std::string_view text) {
  return is_name(text, "-._~/+!@$") && !text.starts_with('/') && !text.ends_with('/') &&
         text.find("//") == std::string_view::npos;
}

// What the parts of a name are in its ecosystem. Each function answers nothing if the name cannot
// be of that ecosystem; the version is filled in later.
using Component = std::optional<std::pair<std::string, PurlParts>>;

std::pair<std::string_view, std::string_view> split_last(std::string_view text, char separator) {
  const std::size_t at = text.rfind(separator);
  if (at == std::string_view::npos) return {{}, text};
  return {text.substr(0, at), text.substr(at + 1)};
}

Component named(std::string_view name, PurlParts parts) {
  return std::pair(std::string(name), std::move(parts));
}

// The purl definition asks for lower case. The first component of a module's path is a host name;
// without a dot it is the standard library's.
Component golang(std::string_view path) {
  const auto [name_space, name] = split_last(path, '/');
  const std::string_view host = path.substr(0, path.find('/'));
  if (!is_path(path) || host.find('.') == std::string_view::npos) return std::nullopt;
  return named(
      path, {.type = "golang", .name_space = ascii_lower(name_space), .name = ascii_lower(name)});
}

Component npm(std::string_view full_name) {
  const auto [scope, name] = split_last(full_name, '/');
  const bool is_scoped = full_name.starts_with('@');
  if (is_scoped != !scope.empty() || !is_name(name, "-._~")) return std::nullopt;
  if (is_scoped && !is_name(scope.substr(1), "-._~")) return std::nullopt;
  return named(
      full_name, {.type = "npm", .name_space = ascii_lower(scope), .name = ascii_lower(name)});
}

// "name/feature": a package states each feature of a crate that it was built with.
Component cargo(std::string_view crate) {
  const std::string_view name = crate.substr(0, crate.find('/'));
  if (!is_name(name, "-_")) return std::nullopt;
  return named(name, {.type = "cargo", .name = std::string(name)});
}

// "name[extra]". PEP 503: runs of -_. are one dash, letters are in lower case.
Component pypi(std::string_view distribution) {
  const std::string_view name = distribution.substr(0, distribution.find('['));
  if (!is_name(name, "-._") || !is_alphanumeric(name.front()) || !is_alphanumeric(name.back())) {
    return std::nullopt;
  }
  std::string normalised;
  for (const char c : ascii_lower(name)) {
    if (is_alphanumeric(c)) {
      normalised += c;
    } else if (normalised.back() != '-') {
      normalised += '-';
    }
  }
  return named(name, {.type = "pypi", .name = std::move(normalised)});
}

Component gem(std::string_view name) {
  if (!is_name(name, "-._")) return std::nullopt;
  return named(name, {.type = "gem", .name = std::string(name)});
}

// "group:artifact". Longer coordinates name a packaging or an old version: left as they are.
Component maven(std::string_view coordinates) {
  const auto [group, artifact] = split_last(coordinates, ':');
  if (!is_name(group, "-._") || !is_name(artifact, "-._")) return std::nullopt;
  return named(
      coordinates,
      {.type = "maven", .name_space = std::string(group), .name = std::string(artifact)});
}

Component composer(std::string_view full_name) {
  const auto [vendor, name] = split_last(full_name, '/');
  if (!is_name(vendor, "-._") || !is_name(name, "-._")) return std::nullopt;
  return named(
      full_name,
      {.type = "composer", .name_space = ascii_lower(vendor), .name = ascii_lower(name)});
}

// "python", "python3", "python3.11", then "dist" or "-".
bool is_python(std::string_view word, std::string_view end) {
  constexpr std::string_view python = "python";
  if (!word.starts_with(python) || !word.ends_with(end) ||
      word.size() < python.size() + end.size()) {
    return false;
  }
  const auto version = word.substr(python.size(), word.size() - python.size() - end.size());
  return std::ranges::all_of(version, [](char c) { return is_digit(c) || c == '.'; });
}

// "word(name)".
Component virtual_provide(std::string_view word, std::string_view name) {
  if (word == "golang") return golang(name);
  if (word == "npm" || word == "nodejs") return npm(name);
  if (word == "crate") return cargo(name);
  if (word == "rubygem") return gem(name);
  if (word == "mvn") return maven(name);
  if (word == "php-composer") return composer(name);
  if (is_python(word, "dist")) return pypi(name);
  return std::nullopt;
}

// "prefix-name", as the RPM of that part would be called.
Component package_name(std::string_view text) {
  const std::size_t dash = text.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const std::string_view prefix = text.substr(0, dash);
  const std::string_view name = text.substr(dash + 1);
  if (prefix == "nodejs") return npm(name);
  if (prefix == "rubygem") return gem(name);
  if (is_python(prefix, "")) return pypi(name);
  return std::nullopt;
}

// Perl modules stay generic: purl's cpan names distributions and their authors, and neither is
// known. So do "js-..." and Ansible collections, which no registry is stated for.
Component recognise(std::string_view text) {
  const std::size_t open = text.find('(');
  if (open != std::string_view::npos) {
    if (!text.ends_with(')')) return std::nullopt;
    return virtual_provide(text.substr(0, open), text.substr(open + 1, text.size() - open - 2));
  }
  if (auto component = package_name(text)) return component;
  return text.find(':') == std::string_view::npos ? std::nullopt : maven(text);
}

// The bracket that closes the one at `open`, or npos.
std::size_t closing_bracket(std::string_view text, std::size_t open) {
  int depth = 0;
  for (std::size_t at = open; at < text.size(); ++at) {
    if (text[at] == '(') ++depth;
    if (text[at] == ')' && --depth == 0) return at;
  }
  return std::string_view::npos;
}

// Semantic versions have a dash before a pre-release; RPM versions cannot, and have a tilde there.
std::string upstream_version(std::string_view evr, const std::string& type) {
  const std::size_t colon = evr.find(':');
  if (colon != std::string_view::npos && std::ranges::all_of(evr.substr(0, colon), is_digit)) {
    evr.remove_prefix(colon + 1);
  }
  std::string version(evr);
  if (type == "cargo" || type == "npm" || type == "golang") {
    std::ranges::replace(version, '~', '-');
  }
  return version;
}

}  // namespace

std::optional<Bundled> parse_bundled(const Dependency& provide) {
  constexpr std::string_view word = "bundled";
  const std::string_view whole = provide.name;
  if (!whole.starts_with(word) || whole.size() == word.size()) return std::nullopt;
  const char next = whole[word.size()];
  if (next != '(' && next != '-') return std::nullopt;

  Bundled bundled = {};
  std::string_view text = whole.substr(word.size() + 1);
  bundled.well_formed = true;
  if (next == '(') {
    const std::size_t close = closing_bracket(whole, word.size());
    bundled.well_formed = close == whole.size() - 1;
    if (close != std::string_view::npos) text = text.substr(0, close - word.size() - 1);
  } else {
    bundled.well_formed = std::ranges::count(text, '(') == std::ranges::count(text, ')');
  }
  if (text.empty()) {
    bundled.well_formed = false;
    text = whole;
  }

  Component component = bundled.well_formed ? recognise(text) : std::nullopt;
  if (!component) component = named(text, {.type = "generic", .name = std::string(text)});
  PurlParts& parts = component->second;
  if (provide.comparison == Comparison::Equal) {
    parts.version = upstream_version(provide.evr, parts.type);
  } else if (provide.comparison != Comparison::None) {
    bundled.well_formed = false;
  }
  bundled.name = std::move(component->first);
  bundled.version = parts.version;
  bundled.ecosystem = parts.type;
  bundled.purl = to_string(parts);
  return bundled;
}

}  // namespace reposbom::metadata
