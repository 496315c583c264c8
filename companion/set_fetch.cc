// SPDX-License-Identifier: Apache-2.0
#include "companion/set_fetch.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "companion/document_formats.h"
#include "metadata/digest.h"
#include "metadata/error.h"
#include "metadata/sums.h"

namespace reposbom::companion {
namespace {

using metadata::kSums;

constexpr std::string_view kSetIndex = "set.json";
constexpr std::uint64_t kLargestSums = std::uint64_t{64} << 20U;
constexpr std::uint64_t kLargestSignature = std::uint64_t{1} << 20U;

// One set on its way.
struct Passage {
  Side side = Side::Final;               // Where its files go.
  std::optional<std::string> sums = {};  // The content of its SHA256SUMS, once it is verified.
  std::size_t outstanding = 0;           // Files that were asked for and have not come.
  bool is_planned = false;               // All that is wanted of it was asked for.
  bool is_failed = false;
};

// What a request was for.
struct Errand {
  std::size_t set = 0;
  std::string name = {};    // In the set.
  std::string sha256 = {};  // Empty for a signature, which nothing vouches for.
};

class SetFetcher {
 public:
  SetFetcher(
      Source& source,
      const std::vector<SetRequest>& requests,
      const std::vector<std::string>& suffixes,
      const Collection& collection)
      : source_(source),
        requests_(requests),
        suffixes_(suffixes),
        collection_(collection),
        passages_(requests.size()) {
    result_.outcomes.resize(requests.size());
  }

  void find_known_sets();
  void ask_for_sums(const std::vector<std::string>& signatures);
  void ask_for_files();
  void read(const std::function<void(std::size_t, std::size_t)>& progress);
  void lose(std::exception_ptr error) { result_.lost = std::move(error); }
  void finish();
  SetFetchResult result() { return std::move(result_); }

 private:
  std::string name_of(std::size_t set, std::string_view file) const {
    return requests_[set].path + "/" + std::string(file);
  }
  void ask(std::size_t set, std::string name, std::string sha256, std::uint64_t limit);
  void want(std::size_t set, const std::string& name, const std::string& sha256);
  void plan_files(std::size_t set, const Listed& listed);
  void take(const Errand& errand, Answer&& answer);
  void fail(std::size_t set, std::vector<std::string>& list, const std::string& message);

  Source& source_;
  const std::vector<SetRequest>& requests_;
  const std::vector<std::string>& suffixes_;
  const Collection& collection_;
  std::vector<Passage> passages_;
  std::vector<Request> asked_ = {};
  std::vector<Errand> errands_ = {};  // Beside them.
  SetFetchResult result_ = {};
};

// A set of which the same SHA256SUMS is there is gone on with; another is begun anew.
void SetFetcher::find_known_sets() {
  for (std::size_t i = 0; i != requests_.size(); ++i) {
    for (const Side side : {Side::Final, Side::Staged}) {
      std::optional<std::string> sums = collection_.read(side, name_of(i, kSums));
      if (!sums || metadata::sha256(*sums) != requests_[i].sums_sha256) continue;
      passages_[i].side = side;
      passages_[i].sums = std::move(sums);
      break;
    }
  }
}

void SetFetcher::ask(std::size_t set, std::string name, std::string sha256, std::uint64_t limit) {
  asked_.push_back({name_of(set, name), limit});
  errands_.push_back({set, std::move(name), std::move(sha256)});
  ++passages_[set].outstanding;
}

void SetFetcher::ask_for_sums(const std::vector<std::string>& signatures) {
  for (std::size_t i = 0; i != requests_.size(); ++i) {
    Passage& passage = passages_[i];
    if (passage.sums && passage.side == Side::Final) continue;
    if (!passage.sums) {
      collection_.drop_set(requests_[i].path);
      passage.side = Side::Staged;
      ask(i, std::string(kSums), requests_[i].sums_sha256, kLargestSums);
    }
    for (const std::string& signature : signatures) {
      if (!collection_.read(Side::Staged, name_of(i, signature)))
        ask(i, signature, {}, kLargestSignature);
    }
  }
}

void SetFetcher::want(std::size_t set, const std::string& name, const std::string& sha256) {
  const std::string path = name_of(set, name);
  const Side side = passages_[set].side;
  if (collection_.has(side, path, sha256)) return;
  if (side == Side::Staged && collection_.has(Side::Final, path, sha256)) {
    collection_.stage_copy(path);
    return;
  }
  ask(set, name, sha256, kLargestFile);
}

void SetFetcher::plan_files(std::size_t set, const Listed& listed) {
  SetOutcome& outcome = result_.outcomes[set];
  bool has_any = false;
  for (const WantedPackage& package : requests_[set].packages) {
    std::size_t documents = 0;
    for (const std::string& suffix : suffixes_) {
      for (const std::string_view compression : {"", ".gz", ".zst"}) {
        const std::string name = package.stem + suffix + std::string(compression);
        const auto found = listed.find(name);
        if (found == listed.end()) continue;
        const bool is_kept = requests_[set].is_kept;
        if (is_kept && !collection_.has(Side::Final, name_of(set, name), found->second)) continue;
        ++documents;
        want(set, name, found->second);
      }
    }
    if (documents == 0) outcome.absent.push_back(package);
    has_any |= documents != 0;
    outcome.documents += documents;
  }
  const auto index = listed.find(std::string(kSetIndex));
  if (has_any && !requests_[set].is_kept && index != listed.end())
    want(set, index->first, index->second);
}

void SetFetcher::ask_for_files() {
  asked_.clear();
  errands_.clear();
  for (std::size_t i = 0; i != requests_.size(); ++i) {
    if (!passages_[i].sums) continue;
    try {
      plan_files(i, parse_listed(*passages_[i].sums, source_.name() + "/" + requests_[i].path));
      passages_[i].is_planned = true;
    } catch (const Error& error) {
      if (error.cause() != Cause::Untrusted) throw;
      fail(i, result_.untrusted, error.what());
    }
  }
}

void SetFetcher::fail(std::size_t set, std::vector<std::string>& list, const std::string& message) {
  passages_[set].is_failed = true;
  list.push_back(message);
}

void SetFetcher::take(const Errand& errand, Answer&& answer) {
  Passage& passage = passages_[errand.set];
  const std::string path = name_of(errand.set, errand.name);
  const std::string subject = source_.name() + "/" + path;
  const bool is_signature = errand.sha256.empty();
  if (is_signature && answer.state == Answer::State::Absent) {
    --passage.outstanding;
    return;
  }
  if (answer.state == Answer::State::Absent) {
    fail(errand.set, result_.incomplete, subject + ": is not there, though it is listed");
    return;
  }
  if (answer.state == Answer::State::Failed) {
    fail(errand.set, result_.incomplete, subject + ": " + answer.message);
    return;
  }
  if (!is_signature) {
    const std::string found = metadata::sha256(answer.bytes);
    if (found != errand.sha256) {
      fail(
          errand.set,
          result_.untrusted,
          subject + ": is not what was signed: its SHA-256 is " + found + ", not " + errand.sha256);
      return;
    }
  }
  collection_.write(passage.side, path, answer.bytes);
  --passage.outstanding;  // Not before: a file that could not be written whole is none.
  ++result_.files;
  result_.bytes += answer.bytes.size();
  if (errand.name == kSums) passage.sums = std::move(answer.bytes);
}

void SetFetcher::read(const std::function<void(std::size_t, std::size_t)>& progress) {
  std::size_t done = 0;
  source_.read(asked_, [&](std::size_t index, Answer&& answer) {
    take(errands_[index], std::move(answer));
    if (progress) progress(++done, asked_.size());
  });
}

void SetFetcher::finish() {
  for (std::size_t i = 0; i != requests_.size(); ++i) {
    const Passage& passage = passages_[i];
    SetOutcome& outcome = result_.outcomes[i];
    outcome.is_whole = passage.is_planned && passage.outstanding == 0 && !passage.is_failed;
    if (!outcome.is_whole || passage.side != Side::Staged) continue;
    if (outcome.documents != 0) {
      collection_.finish_set(requests_[i].path);
    } else {
      collection_.drop_set(requests_[i].path);
    }
  }
}

}  // namespace

SetFetchResult fetch_sets(
    Source& source,
    const std::vector<SetRequest>& requests,
    const std::vector<std::string>& signatures,
    const std::vector<std::string>& suffixes,
    const Collection& collection,
    const std::function<void(std::size_t, std::size_t)>& progress) {
  SetFetcher fetcher(source, requests, suffixes, collection);
  fetcher.find_known_sets();
  fetcher.ask_for_sums(signatures);
  try {
    fetcher.read({});
    fetcher.ask_for_files();
    fetcher.read(progress);
  } catch (const Error&) {
    fetcher.lose(std::current_exception());
  }
  fetcher.finish();
  return fetcher.result();
}

}  // namespace reposbom::companion
