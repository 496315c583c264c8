// SPDX-License-Identifier: Apache-2.0
#include "companion/verify.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <system_error>
#include <utility>

#include "companion/document_formats.h"
#include "metadata/digest.h"
#include "metadata/error.h"
#include "metadata/sums.h"

namespace reposbom::companion {
namespace {

namespace fs = std::filesystem;
using metadata::kSums;
using Texts = std::map<std::string, std::string>;

bool is_document(std::string_view name) {
  return std::ranges::any_of(document_formats(), [&](const DocumentFormat& format) {
    return name.find(format.suffix) != std::string_view::npos;
  });
}

class Verifier {
 public:
  Verifier(const Collection& collection, const Trust& trust)
      : collection_(collection), trust_(trust) {}

  CollectionVerification run() {
    for (const std::string& run : collection_.runs())
      check([&] { learn(run); });
    for (const std::string& set : collection_.sets()) {
      check([&] { check_set(set); });
      ++result_.sets;
    }
    return std::move(result_);
  }

 private:
  template <typename Call>
  void check(const Call& call) {
    try {
      call();
    } catch (const Error& error) {
      if (error.cause() != Cause::Untrusted) throw;
      result_.faults.emplace_back(error.what());
    }
  }

  std::string shown(const std::string& name) const {
    return (collection_.folder() / name).string();
  }
  void fault(const std::string& name, const std::string& message) {
    result_.faults.push_back(shown(name) + ": " + message);
  }

  std::set<std::string> names_in(const std::string& folder) const;
  Texts seal_of(const std::string& folder, const std::set<std::string>& names) const;
  void learn(const std::string& run);
  void check_set(const std::string& set);
  void check_file(const std::string& set, const std::string& name, const Listed& listed);

  const Collection& collection_;
  const Trust& trust_;
  std::set<std::pair<std::string, std::string>> vouched_ = {};  // Set and digest of its SHA256SUMS.
  CollectionVerification result_ = {};
};

// Of everything in it, be it a file or not.
std::set<std::string> Verifier::names_in(const std::string& folder) const {
  std::set<std::string> names;
  std::error_code error;
  fs::directory_iterator at(collection_.folder() / folder, error);
  for (; !error && at != fs::directory_iterator(); at.increment(error))
    names.insert(at->path().filename().string());
  if (error) throw Error(Cause::Untrusted, shown(folder), "cannot be read: " + error.message());
  return names;
}

Texts Verifier::seal_of(const std::string& folder, const std::set<std::string>& names) const {
  Texts texts;
  for (const std::string& name : names) {
    if (name != kSums && !metadata::is_signature_name(name)) continue;
    auto text = collection_.read(Side::Final, folder + "/" + name);
    if (text) texts.emplace(name, *std::move(text));
  }
  return texts;
}

void Verifier::learn(const std::string& run) {
  const std::string folder = "runs/" + run;
  for (const auto& [path, digest] :
       trust_.check_run(shown(folder), seal_of(folder, names_in(folder))).sets)
    vouched_.emplace(path, digest);
}

void Verifier::check_set(const std::string& set) {
  const std::set<std::string> names = names_in(set);
  const Texts texts = seal_of(set, names);
  const auto sums = texts.find(std::string(kSums));
  if (sums == texts.end()) {
    fault(set, "has no SHA256SUMS that can be read");
    return;
  }
  // Whom a run vouches for may be signed by an earlier key that is not at hand.
  const bool is_vouched = vouched_.contains({set, metadata::sha256(sums->second)});
  if (!is_vouched && !trust_.is_signed(shown(set), texts)) {
    fault(
        set + "/" + std::string(kSums),
        "is neither signed by a key that is trusted here nor listed by a run that is");
    return;
  }
  const Listed listed = parse_listed(sums->second, shown(set));
  for (const std::string& name : names) {
    if (name != kSums && !metadata::is_signature_name(name)) check_file(set, name, listed);
  }
}

void Verifier::check_file(const std::string& set, const std::string& name, const Listed& listed) {
  const std::string path = set + "/" + name;
  const auto sum = listed.find(name);
  if (sum == listed.end()) {
    fault(path, "is not listed in its SHA256SUMS");
  } else if (!collection_.has(Side::Final, path, sum->second)) {
    fault(path, "is not what its SHA256SUMS says: fetch it again");
  } else if (is_document(name)) {
    ++result_.documents;
  }
}

}  // namespace

CollectionVerification verify_collection(const Collection& collection, const Trust& trust) {
  return Verifier(collection, trust).run();
}

}  // namespace reposbom::companion
