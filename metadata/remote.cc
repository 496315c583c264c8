// SPDX-License-Identifier: Apache-2.0
#include "metadata/remote.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <thread>
#include <utility>

#include <unistd.h>

#include "metadata/digest.h"
#include "metadata/local_file.h"
#include "metadata/mirrors.h"

namespace reposbom::metadata {
namespace {

using State = FetchResult::State;

constexpr std::uint64_t kLargestMirrorlist = 1U << 20U;
// A file that is nowhere must not be asked for at hundreds of servers.
constexpr std::size_t kMostBases = 12;

}  // namespace

std::string complaint(const Wanted& wanted, std::uint64_t size, const std::string& checksum) {
  if (wanted.size != 0 && wanted.size != size) {
    return "has " + std::to_string(size) + " bytes, " + wanted.witness + " says " +
           std::to_string(wanted.size);
  }
  if (!wanted.checksum || wanted.checksum->hex == checksum) return "";
  return "its " + std::string(to_string(wanted.checksum->type)) + " is " + checksum + ", " +
         wanted.witness + " says " + wanted.checksum->hex;
}

// One file on its way, which may begin anew at another server.
struct Remote::Transfer {
  const std::string href;
  FetchRequest request;  // Without URL and user.
  Copy copy = Copy::Any;
  std::function<bool()> begin;  // Throws away what came before.
  Fetcher::Take take;
  std::function<FetchResult()> judge = [] { return FetchResult{}; };  // What has arrived.
};

// What was tried for one file so far.
struct Remote::Search {
  std::vector<std::string> bases = {};  // That may still have it.
  bool is_first_round = true;
  bool is_found = false;
  std::chrono::seconds retry_after{0};
  std::optional<Error> failure = {};  // The last that may pass.
  std::optional<Error> refusal = {};  // The first that will not.
};

Remote::Remote(RemotePlace place)
    : place_(std::move(place)),
      fetcher_(place_.network),
      has_all_bases_(place_.mirrorlist.empty()) {
  bases_.push_back(place_.url);
  bases_.insert(bases_.end(), place_.mirrors.begin(), place_.mirrors.end());
  if (place_.cache) cache_.emplace(*place_.cache);
}

std::string Remote::name_of(const std::string& href) const {
  return shown_url(href.empty() ? place_.url : join_url(place_.url, href));
}

bool Remote::is_proven() const {
  return place_.url.starts_with("https://");
}

std::vector<std::string> Remote::bases(Copy copy) const {
  const std::scoped_lock lock(mutex_);
  return copy == Copy::Same ? std::vector<std::string>{remembered_} : bases_;
}

// Those of the mirror list that were not there before; nothing once it was read. Where the
// repository's own server proves who it is, mirrors that do not are passed over.
std::vector<std::string> Remote::more_bases() const {
  {
    const std::scoped_lock lock(mutex_);
    if (has_all_bases_) return {};
  }
  const std::vector<std::string> listed =
      parse_mirrorlist(read_mirrorlist(), shown_url(place_.mirrorlist));
  const std::scoped_lock lock(mutex_);
  if (has_all_bases_) return {};
  std::vector<std::string> more;
  for (const std::string& base : listed) {
    const bool is_fit = !is_proven() || base.starts_with("https://");
    const bool is_known = std::ranges::find(bases_, base) != bases_.end();
    if (is_fit && !is_known && bases_.size() + more.size() < kMostBases) more.push_back(base);
  }
  bases_.insert(bases_.end(), more.begin(), more.end());
  has_all_bases_ = true;
  return more;
}

std::string Remote::read_mirrorlist() const {
  std::string text;
  if (!is_url(place_.mirrorlist)) {
    std::ifstream stream(place_.mirrorlist, std::ios::binary);
    if (!stream) throw Error(Cause::Usage, place_.mirrorlist, "cannot read this mirror list");
    text.assign(std::istreambuf_iterator<char>(stream), {});
    return text;
  }
  const FetchResult result = fetcher_.fetch(
      {.url = place_.mirrorlist,
       .user = is_same_server(place_.mirrorlist, place_.url) ? place_.network.user : "",
       .most = kLargestMirrorlist},
      [&](std::string_view chunk) {
        text += chunk;
        return true;
      });
  if (result.state == State::Done) return text;
  throw Error(result.cause, shown_url(place_.mirrorlist), "mirror list: " + result.message);
}

void Remote::prefer(const std::string& base, Copy copy) const {
  const std::scoped_lock lock(mutex_);
  if (copy == Copy::First) remembered_ = base;
  const auto found = std::ranges::find(bases_, base);
  if (found != bases_.end()) std::rotate(bases_.begin(), found, std::next(found));
}

void Remote::wait(std::chrono::milliseconds time) const {
  const auto end = std::chrono::steady_clock::now() + time;
  while (std::chrono::steady_clock::now() < end) {
    if (place_.network.stop && place_.network.stop()) {
      throw Error(Cause::Interrupted, name_of(""), "interrupted; nothing was published");
    }
    std::this_thread::sleep_for(place_.network.tick);
  }
}

FetchResult Remote::try_one(Transfer& transfer, const std::string& base) const {
  FetchRequest request = transfer.request;
  request.url = join_url(base, transfer.href);
  // A mirror is somebody else, who must not learn the password.
  if (is_same_server(base, place_.url)) request.user = place_.network.user;
  if (!transfer.begin()) return {State::Refused, Cause::Output, "cannot be kept"};
  const FetchResult result = fetcher_.fetch(request, transfer.take);
  return result.state == State::Done ? transfer.judge() : result;
}

// One round. Those that will never give it are not asked again.
void Remote::try_all(Transfer& transfer, Search& search) const {
  search.failure.reset();
  std::vector<std::string> rest;
  for (std::size_t i = 0;; ++i) {
    if (i == search.bases.size() && search.is_first_round && transfer.copy != Copy::Same) {
      const std::vector<std::string> more = more_bases();
      search.bases.insert(search.bases.end(), more.begin(), more.end());
    }
    if (i == search.bases.size()) break;
    const std::string& base = search.bases[i];
    const FetchResult result = try_one(transfer, base);
    if (result.state == State::Done) {
      search.is_found = true;
      if (i != 0 || transfer.copy == Copy::First) prefer(base, transfer.copy);
      return;
    }
    const Error error(result.cause, shown_url(join_url(base, transfer.href)), result.message);
    if (result.state == State::Refused && !search.refusal) search.refusal = error;
    if (result.state != State::Failed) continue;
    search.failure = error;
    search.retry_after = std::max(search.retry_after, result.retry_after);
    rest.push_back(base);
  }
  search.bases = std::move(rest);
  search.is_first_round = false;
}

bool Remote::get(Transfer& transfer) const {
  Search search{.bases = bases(transfer.copy)};
  for (unsigned round = 0; round <= place_.network.retries; ++round) {
    if (round != 0) wait(retry_delay(round, search.retry_after));
    search.retry_after = {};
    try_all(transfer, search);
    if (search.is_found) return true;
    if (search.bases.empty()) break;
  }
  if (search.failure) throw Error(*search.failure);
  if (search.refusal) throw Error(*search.refusal);
  return false;
}

Remote::Transfer Remote::collect(
    const std::string& href, const FetchRequest& request, std::string& bytes) {
  return {
      .href = href,
      .request = request,
      .begin =
          [&bytes] {
            bytes.clear();
            return true;
          },
      .take =
          [&bytes](std::string_view chunk) {
            bytes += chunk;
            return true;
          }};
}

std::optional<std::string> Remote::read(const Wanted& wanted) const {
  const bool is_kept = cache_ && wanted.checksum;
  const auto check = [&](const std::string& bytes) {
    return complaint(
        wanted, bytes.size(), wanted.checksum ? digest(wanted.checksum->type, bytes) : "");
  };
  if (is_kept) {
    auto bytes = cache_->read(Kept::Part, *wanted.checksum);
    if (bytes && check(*bytes).empty()) return bytes;
  }
  std::string bytes;
  const FetchRequest request{
      .most = wanted.size != 0 ? wanted.size : wanted.limit, .is_fresh = wanted.copy != Copy::Any};
  Transfer transfer = collect(wanted.href, request, bytes);
  transfer.copy = wanted.copy;
  transfer.judge = [&]() -> FetchResult {
    const std::string wrong = check(bytes);
    if (wrong.empty()) return {};
    // A body that ends too early may be an accident; another one is another file.
    const bool is_short = wanted.size > bytes.size();
    return {is_short ? State::Failed : State::Refused, Cause::Untrusted, wrong};
  };
  if (!get(transfer)) return std::nullopt;
  if (is_kept) cache_->write(Kept::Part, *wanted.checksum, bytes);
  return bytes;
}

std::optional<std::string> Remote::read_range(
    const std::string& href, std::uint64_t first, std::uint64_t count) const {
  std::string bytes;
  Transfer transfer = collect(href, {.first = first, .most = count, .is_range = true}, bytes);
  if (!get(transfer)) return std::nullopt;
  return bytes;
}

bool Remote::download(const Wanted& wanted, int file) const {
  std::uint64_t size = 0;
  std::optional<Hasher> hasher;
  Transfer transfer{
      .href = wanted.href,
      .request = {.most = wanted.size != 0 ? wanted.size : wanted.limit},
      .begin =
          [&] {
            size = 0;
            hasher.emplace(wanted.checksum ? wanted.checksum->type : ChecksumType::Sha256);
            return ::ftruncate(file, 0) == 0 && ::lseek(file, 0, SEEK_SET) == 0;
          },
      .take =
          [&](std::string_view chunk) {
            size += chunk.size();
            hasher->update(chunk);
            return write_all(file, chunk);
          },
      .judge = [&]() -> FetchResult {
        const std::string wrong = complaint(wanted, size, hasher->hex());
        if (wrong.empty()) return {};
        return {size < wanted.size ? State::Failed : State::Refused, Cause::Untrusted, wrong};
      }};
  return get(transfer);
}

}  // namespace reposbom::metadata
