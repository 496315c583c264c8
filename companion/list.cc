// SPDX-License-Identifier: Apache-2.0
#include "companion/list.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <system_error>
#include <utility>

#include "companion/document_formats.h"
#include "companion/wanted.h"

namespace reposbom::companion {
namespace {

namespace fs = std::filesystem;

bool is_document_of(const std::string& name, const std::string& stem) {
  return std::ranges::any_of(document_formats(), [&](const DocumentFormat& format) {
    return is_document_file(name, stem, format.suffix);
  });
}

// What the last fetch said of packages that no source had: reasons by NEVRA.
std::map<std::string, std::string> reasons(const Collection& collection) {
  std::map<std::string, std::string> found;
  const std::string text =
      collection.read(Side::Final, std::string(kMissingFile)).value_or(std::string());
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string line = text.substr(at, end - at);
    at = end + 1;
    // A NEVRA has a colon of its own, but no blank behind it.
    const std::size_t colon = line.find(": ");
    if (colon != std::string::npos) found.emplace(line.substr(0, colon), line.substr(colon + 2));
  }
  return found;
}

}  // namespace

std::vector<ListedPackage> list_packages(
    const std::vector<metadata::Package>& installed, const Collection& collection) {
  std::map<std::string, std::vector<std::string>> documents;  // By NEVRA.
  for (const auto& [set, packages] : wanted_packages(installed).sets) {
    std::error_code error;
    fs::directory_iterator at(collection.folder() / set, error);
    for (; !error && at != fs::directory_iterator(); at.increment(error)) {
      const std::string name = at->path().filename().string();
      for (const WantedPackage& package : packages) {
        if (is_document_of(name, package.stem))
          documents[package.nevra].push_back(set + "/" + name);
      }
    }
  }
  const std::map<std::string, std::string> missing = reasons(collection);
  std::vector<ListedPackage> list;
  list.reserve(installed.size());
  for (const metadata::Package& package : installed) {
    ListedPackage one{.nevra = metadata::nevra(package)};
    const auto found = documents.find(one.nevra);
    if (found != documents.end()) {
      one.documents = found->second;
      std::ranges::sort(one.documents);
    } else {
      const auto reason = missing.find(one.nevra);
      one.reason = reason == missing.end() ? "not fetched yet" : reason->second;
    }
    list.push_back(std::move(one));
  }
  return list;
}

std::string redistribution_notice() {
  return "The SBOMs are dedicated to the public domain under CC0-1.0\n"
         "(https://creativecommons.org/publicdomain/zero/1.0/): you may copy, change and hand "
         "them\n"
         "on, to customers and auditors as well, without asking. The licences of the packages\n"
         "themselves stand in their SBOMs.\n";
}

}  // namespace reposbom::companion
