// SPDX-License-Identifier: Apache-2.0
#include "companion/fetch.h"

#include <algorithm>
#include <exception>
#include <map>
#include <set>
#include <utility>

#include "companion/seen.h"
#include "companion/set_fetch.h"
#include "companion/wanted.h"
#include "metadata/digest.h"
#include "metadata/error.h"
#include "metadata/local_file.h"
#include "metadata/sums.h"
#include "metadata/utc_time.h"

namespace reposbom::companion {
namespace {

using metadata::kSums;
using Texts = std::map<std::string, std::string>;

constexpr std::string_view kNowhere = "no source has a set of its source package";
constexpr std::string_view kNotInSet = "its set has no documents of it in these formats";

std::string run_folder(const std::string& sums_sha256) {
  return "runs/" + sums_sha256;
}

// A run that vouched for sets of the collection before.
Texts read_run(const Collection& collection, const std::string& sums_sha256) {
  Texts texts;
  const auto take = [&](const std::string& name) {
    std::optional<std::string> text =
        collection.read(Side::Final, run_folder(sums_sha256) + "/" + name);
    if (text) texts.emplace(name, *std::move(text));
  };
  take(std::string(kSums));
  for (const std::string_view suffix : {metadata::kOpenPgpSuffix, metadata::kCmsSuffix}) {
    for (std::size_t number = 1; number <= metadata::kMostSigners; ++number)
      take(metadata::signature_name(suffix, number));
  }
  return texts;
}

class Fetcher {
 public:
  Fetcher(const Trust& trust, Collection& collection, const FetchOptions& options)
      : trust_(trust), collection_(collection), options_(options) {}

  FetchReport run(
      const std::vector<metadata::Package>& installed,
      const std::vector<std::string>& sources,
      const std::function<std::unique_ptr<Source>(const std::string&)>& make_source);

 private:
  struct Opened {
    std::map<std::string, std::string> texts = {};
    Vouched vouched = {};
    SeenRun seen = {};
  };

  void learn_newest_sets();
  void fetch_from(Source& source);
  Opened open(Source& source) const;
  void refuse_older(const std::string& name, const Opened& opened) const;
  void keep_run(const std::string& name, const Opened& opened);
  std::vector<SetRequest> requests_of(const Opened& opened) const;
  void take(const std::vector<SetRequest>& requests, SetFetchResult&& result);
  void note(const Source& source, const Error& error);
  void finish(WantedPackages&& rest);

  const Trust& trust_;
  Collection& collection_;
  const FetchOptions& options_;
  FetchReport report_ = {};
  Seen seen_ = {};
  std::map<std::string, std::vector<WantedPackage>> remaining_ = {};  // By path of the set.

  // Sets of which documents came in this run, by the digest of their SHA256SUMS.
  std::map<std::string, std::string> begun_ = {};

  // When the newest run was signed that vouched for a set, by its path and that digest.
  std::map<std::pair<std::string, std::string>, std::int64_t> newest_ = {};
};

// A run that is kept and no longer verifies vouches for nothing; its sets are fetched again.
void Fetcher::learn_newest_sets() {
  const auto text = collection_.read(Side::Final, std::string(kStateFile));
  const std::filesystem::path file = collection_.folder() / kStateFile;
  if (!text && !metadata::is_absent(file)) {
    throw Error(Cause::Output, file.string(), "cannot be read");
  }
  if (!text) return;
  seen_ = parse_seen(*text, file.string());
  for (const auto& [source, run] : seen_) {
    const std::string folder = (collection_.folder() / run_folder(run.sums)).string();
    try {
      for (const auto& [path, digest] :
           trust_.check_run(folder, read_run(collection_, run.sums)).sets) {
        std::int64_t& newest = newest_[{path, digest}];
        newest = std::max(newest, run.time);
      }
    } catch (const Error& error) {
      if (error.cause() != Cause::Untrusted) throw;
    }
  }
}

Fetcher::Opened Fetcher::open(Source& source) const {
  const auto known = seen_.find(source.name());
  Texts kept;
  if (known != seen_.end()) {
    // What was damaged, or signed by a key that is trusted no longer, is asked for anew.
    kept = read_run(collection_, known->second.sums);
    try {
      (void)trust_.check_run(source.name(), kept);
    } catch (const Error& error) {
      if (error.cause() != Cause::Untrusted) throw;
      kept.clear();
    }
  }
  Front front = source.open(kept.empty() ? std::string() : known->second.etag);
  Opened opened{.texts = front.is_unchanged ? std::move(kept) : std::move(front.texts)};
  opened.vouched = trust_.check_run(source.name(), opened.texts);
  opened.seen = {
      .time = opened.vouched.time,
      .sums = metadata::sha256(opened.texts.at(std::string(kSums))),
      .run = front.is_unchanged && front.run.empty() ? known->second.run : front.run,
      .etag = front.is_unchanged ? known->second.etag : front.etag};
  refuse_older(source.name(), opened);
  return opened;
}

// Whoever can answer in the place of a source can give a run that was signed once, too.
void Fetcher::refuse_older(const std::string& name, const Opened& opened) const {
  const auto known = seen_.find(name);
  if (options_.allow_older || known == seen_.end()) return;
  if (opened.seen.time >= known->second.time) return;
  throw Error(
      Cause::Untrusted,
      name,
      "gives a run signed at " + metadata::utc_time(opened.seen.time) + ", older than the one of " +
          metadata::utc_time(known->second.time) +
          " that it gave before; if its publisher went back on purpose, use --allow-older");
}

void Fetcher::keep_run(const std::string& name, const Opened& opened) {
  for (const auto& [file, text] : opened.texts) {
    const std::string path = run_folder(opened.seen.sums) + "/" + file;
    if (!collection_.has(Side::Final, path, metadata::sha256(text))) {
      collection_.write(Side::Final, path, text);
    }
  }
  seen_[name] = opened.seen;
  collection_.write(Side::Final, std::string(kStateFile), write_seen(seen_));
}

// A set that is there and that a newer run vouched for is not exchanged for an older one: a disk
// may be older than what came from the network.
std::vector<SetRequest> Fetcher::requests_of(const Opened& opened) const {
  std::vector<SetRequest> requests;
  for (const auto& [path, packages] : remaining_) {
    const auto vouched = opened.vouched.sets.find(path);
    if (vouched == opened.vouched.sets.end()) continue;
    SetRequest request{path, vouched->second, packages};
    const auto sums = collection_.read(Side::Final, path + "/" + std::string(kSums));
    if (sums) {
      const std::string present = metadata::sha256(*sums);
      const auto newest = newest_.find({path, present});
      const bool is_newer = newest != newest_.end() && newest->second > opened.seen.time;
      if (is_newer && !options_.allow_older) {
        request.sums_sha256 = present;
        request.is_kept = true;
      }
    }
    const auto begun = begun_.find(path);
    if (begun != begun_.end() && begun->second != request.sums_sha256) continue;
    requests.push_back(std::move(request));
  }
  return requests;
}

void Fetcher::take(const std::vector<SetRequest>& requests, SetFetchResult&& result) {
  report_.files += result.files;
  report_.bytes += result.bytes;
  for (std::size_t i = 0; i != requests.size(); ++i) {
    SetOutcome& outcome = result.outcomes[i];
    if (!outcome.is_whole) continue;
    report_.documents += outcome.documents;
    if (outcome.documents != 0) begun_.emplace(requests[i].path, requests[i].sums_sha256);
    if (outcome.absent.empty()) {
      remaining_.erase(requests[i].path);
    } else {
      remaining_[requests[i].path] = std::move(outcome.absent);
    }
  }
  const auto add = [&](Trouble::Kind kind, const std::vector<std::string>& messages) {
    for (const std::string& message : messages)
      report_.troubles.push_back({kind, {}, message});
  };
  add(Trouble::Kind::Untrusted, result.untrusted);
  add(Trouble::Kind::Incomplete, result.incomplete);
  if (result.lost) std::rethrow_exception(result.lost);
}

void Fetcher::fetch_from(Source& source) {
  const Opened opened = open(source);
  keep_run(source.name(), opened);
  const std::vector<SetRequest> requests = requests_of(opened);
  std::vector<std::string> signatures;
  for (const auto& [name, text] : opened.texts) {
    if (name != kSums) signatures.push_back(name);
  }
  take(
      requests,
      fetch_sets(source, requests, signatures, options_.suffixes, collection_, options_.progress));
}

// What ends one source and leaves the others.
void Fetcher::note(const Source& source, const Error& error) {
  Trouble trouble{.subject = error.subject()};
  trouble.message = std::string(error.what()).substr(error.subject().size() + 2);
  if (dynamic_cast<const Refused*>(&error) != nullptr) {
    trouble.kind = Trouble::Kind::Refused;
  } else if (error.cause() == Cause::Untrusted) {
    trouble.kind = Trouble::Kind::Untrusted;
  } else if (error.cause() == Cause::TryAgain) {
    trouble.kind = Trouble::Kind::Unreachable;
  } else {
    throw;
  }
  if (trouble.subject.empty()) trouble.subject = source.name();
  report_.troubles.push_back(std::move(trouble));
}

void Fetcher::finish(WantedPackages&& rest) {
  for (const std::string& nevra : rest.without_source)
    report_.unknown.push_back(nevra + ": RPM does not know its source package");
  for (const auto& [path, packages] : remaining_) {
    const std::string_view reason = begun_.contains(path) ? kNotInSet : kNowhere;
    for (const WantedPackage& package : packages)
      report_.unknown.push_back(package.nevra + ": " + std::string(reason));
  }
  std::ranges::sort(report_.unknown);
  std::string missing;
  for (const std::string& line : report_.unknown)
    missing += line + "\n";
  collection_.write(Side::Final, std::string(kMissingFile), missing);

  std::set<std::string> needed;
  for (const auto& [source, run] : seen_)
    needed.insert(run.sums);
  for (const std::string& run : collection_.runs()) {
    if (!needed.contains(run)) collection_.remove(run_folder(run));
  }
  collection_.finish();
}

FetchReport Fetcher::run(
    const std::vector<metadata::Package>& installed,
    const std::vector<std::string>& sources,
    const std::function<std::unique_ptr<Source>(const std::string&)>& make_source) {
  collection_.lock();
  WantedPackages wanted = wanted_packages(installed);
  report_.packages = installed.size();
  remaining_ = std::move(wanted.sets);
  learn_newest_sets();
  for (const std::string& name : sources) {
    if (remaining_.empty()) break;
    const std::unique_ptr<Source> source = make_source(name);
    try {
      fetch_from(*source);
    } catch (const Error& error) {
      note(*source, error);
    }
  }
  finish(std::move(wanted));
  return std::move(report_);
}

}  // namespace

FetchReport fetch(
    const std::vector<metadata::Package>& installed,
    const std::vector<std::string>& sources,
    const std::function<std::unique_ptr<Source>(const std::string&)>& make_source,
    const Trust& trust,
    Collection& collection,
    const FetchOptions& options) {
  return Fetcher(trust, collection, options).run(installed, sources, make_source);
}

}  // namespace reposbom::companion
