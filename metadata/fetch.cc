// SPDX-License-Identifier: Apache-2.0
#include "metadata/fetch.h"

#include <algorithm>
#include <mutex>
#include <utility>
#include <vector>

#include "metadata/mirrors.h"
#include "metadata/transfer.h"

namespace reposbom::metadata {
namespace {

constexpr long kOk = 200;
constexpr long kPartial = 206;
constexpr long kNoSuchRange = 416;

// The bytes of one transfer on their way to whom they are for.
class Body {
 public:
  Body(CURL* easy, const FetchRequest& request, const Fetcher::Take& take)
      : easy_(easy), request_(request), take_(take) {}

  std::uint64_t most() const { return request_.most; }
  bool is_complete() const { return complete_; }
  bool is_too_big() const { return too_big_; }
  bool is_unwanted() const { return is_unwanted_; }
  const std::string& trouble() const { return trouble_; }

  static std::size_t write(char* bytes, std::size_t size, std::size_t count, void* self) {
    const bool go_on = static_cast<Body*>(self)->accept({bytes, size * count});
    return go_on ? size * count : 0;
  }

  // A new status line begins another answer.
  static std::size_t header(char* bytes, std::size_t size, std::size_t count, void* self) {
    const std::string_view line(bytes, size * count);
    auto& first = static_cast<Body*>(self)->served_from_;
    if (line.starts_with("HTTP/")) first.reset();
    if (const auto range = header_value(line, "content-range")) first = first_of_range(*range);
    return line.size();
  }

 private:
  bool accept(std::string_view chunk) {
    if (!is_begun_ && !begin()) return false;
    const std::size_t skipped =
        static_cast<std::size_t>(std::min<std::uint64_t>(skip_, chunk.size()));
    skip_ -= skipped;
    chunk.remove_prefix(skipped);
    const std::uint64_t room = request_.most - taken_;
    if (chunk.size() > room) {
      // A server that knows no ranges sends on; that is cut off.
      (request_.is_range ? complete_ : too_big_) = true;
      if (!request_.is_range) return false;
      chunk = chunk.substr(0, static_cast<std::size_t>(room));
    }
    taken_ += chunk.size();
    is_unwanted_ = !chunk.empty() && !take_(chunk);
    return !is_unwanted_ && !complete_;
  }

  bool begin() {
    is_begun_ = true;
    long code = 0;
    curl_easy_getinfo(easy_, CURLINFO_RESPONSE_CODE, &code);
    if (code == kPartial && request_.is_range && served_from_ == request_.first) return true;
    skip_ = request_.first;
    if (code == kOk) return true;
    trouble_ = code == kPartial ? "the server sent other bytes than were asked for"
                                : "the server answers with status " + std::to_string(code);
    return false;
  }

  CURL* easy_;
  const FetchRequest& request_;
  const Fetcher::Take& take_;
  std::optional<std::uint64_t> served_from_ = {};
  std::uint64_t skip_ = 0;
  std::uint64_t taken_ = 0;
  bool is_begun_ = false;
  bool complete_ = false;
  bool too_big_ = false;
  bool is_unwanted_ = false;
  std::string trouble_ = {};
};

// One connection, or several that libcurl keeps open, in the hands of one thread at a time. A multi
// handle with a single transfer, because it can be waited for in small steps.
struct Connection {
  Multi multi{curl_multi_init()};
  Easy easy{curl_easy_init()};
  CurlText text = {};

  Connection() {
    if (multi == nullptr || easy == nullptr) throw std::bad_alloc();
  }

  void prepare(const FetchRequest& request, const NetworkOptions& options);
  CURLcode perform(const NetworkOptions& options);
  FetchResult judge(CURLcode code, const Body& body, const SettingNames& names) const;
};

void Connection::prepare(const FetchRequest& request, const NetworkOptions& options) {
  prepare_transfer(easy.get(), request.url, request.user, options, text);
  if (request.is_range) {
    const std::uint64_t last = request.first + request.most - 1;
    set_option(
        easy.get(),
        CURLOPT_RANGE,
        (std::to_string(request.first) + "-" + std::to_string(last)).c_str());
  }
}

// In steps, so that it ends soon after it is told to.
CURLcode Connection::perform(const NetworkOptions& options) {
  curl_multi_add_handle(multi.get(), easy.get());
  int running = 1;
  CURLMcode state = CURLM_OK;
  bool is_stopped = false;
  while (running != 0 && state == CURLM_OK && !is_stopped) {
    state = curl_multi_perform(multi.get(), &running);
    is_stopped = options.stop && options.stop();
    if (running == 0 || state != CURLM_OK || is_stopped) break;
    state =
        curl_multi_poll(multi.get(), nullptr, 0, static_cast<int>(options.tick.count()), nullptr);
  }
  CURLcode result = CURLE_FAILED_INIT;
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi.get(), &left)) {
    if (message->msg == CURLMSG_DONE) result = message->data.result;
  }
  curl_multi_remove_handle(multi.get(), easy.get());
  return is_stopped ? CURLE_ABORTED_BY_CALLBACK : result;
}

FetchResult Connection::judge(CURLcode code, const Body& body, const SettingNames& names) const {
  using State = FetchResult::State;
  if (body.is_complete()) return {};
  if (body.is_too_big()) {
    return {
        State::Refused,
        Cause::Untrusted,
        "has more than the " + std::to_string(body.most()) + " bytes that it may have: refused"};
  }
  if (body.is_unwanted()) {
    return {State::Refused, Cause::Output, "cannot be kept: is the disk full?"};
  }
  if (!body.trouble().empty()) return {State::Failed, Cause::TryAgain, body.trouble()};
  if (code == CURLE_OK) return {};
  if (status_of(easy.get()) == kNoSuchRange) return {};  // The file ends before: no byte of it.
  return judge_transfer(easy.get(), code, text, names);
}

}  // namespace

struct Fetcher::Connections {
  std::mutex mutex = {};
  std::vector<std::unique_ptr<Connection>> idle = {};

  std::unique_ptr<Connection> take() {
    const std::scoped_lock lock(mutex);
    if (idle.empty()) return std::make_unique<Connection>();
    std::unique_ptr<Connection> connection = std::move(idle.back());
    idle.pop_back();
    return connection;
  }

  void give_back(std::unique_ptr<Connection> connection) {
    const std::scoped_lock lock(mutex);
    idle.push_back(std::move(connection));
  }
};

Fetcher::Fetcher(NetworkOptions options)
    : options_(std::move(options)), connections_(std::make_unique<Connections>()) {
  start_libcurl();
}

Fetcher::~Fetcher() = default;

FetchResult Fetcher::fetch(const FetchRequest& request, const Take& take) {
  if (request.is_range && request.most == 0) return {};
  std::unique_ptr<Connection> connection = connections_->take();
  connection->prepare(request, options_);
  CURL* easy = connection->easy.get();
  Body body(easy, request, take);
  set_option(easy, CURLOPT_WRITEFUNCTION, &Body::write);
  set_option(easy, CURLOPT_WRITEDATA, &body);
  set_option(easy, CURLOPT_HEADERFUNCTION, &Body::header);
  set_option(easy, CURLOPT_HEADERDATA, &body);
  const HeaderList headers(
      request.is_fresh ? curl_slist_append(nullptr, "Cache-Control: no-cache") : nullptr);
  if (headers != nullptr) set_option(easy, CURLOPT_HTTPHEADER, headers.get());
  const CURLcode code = connection->perform(options_);
  FetchResult result = connection->judge(code, body, options_.names);
  connections_->give_back(std::move(connection));
  if (options_.stop && options_.stop()) {
    throw Error(Cause::Interrupted, shown_url(request.url), "interrupted; nothing was published");
  }
  return result;
}

}  // namespace reposbom::metadata
