// SPDX-License-Identifier: Apache-2.0
#include "metadata/fetch.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <mutex>
#include <utility>
#include <vector>

#include <curl/curl.h>

#include "metadata/mirrors.h"
#include "metadata/text.h"

namespace reposbom::metadata {
namespace {

constexpr long kMostRedirects = 5;
// A transfer that is slower than this for as long as the timeout stands still.
constexpr long kSlowestBytesPerSecond = 256;
constexpr long kOk = 200;
constexpr long kPartial = 206;
constexpr long kNoSuchRange = 416;

struct FreeEasy {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
struct FreeMulti {
  void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
};
struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

template <typename Value>
void set(CURL* easy, CURLoption option, Value value) {
  if (const CURLcode code = curl_easy_setopt(easy, option, value); code != CURLE_OK) {
    throw Error(Cause::Usage, "libcurl", curl_easy_strerror(code));
  }
}

void set_file(CURL* easy, CURLoption option, const std::filesystem::path& file) {
  if (!file.empty()) set(easy, option, file.c_str());
}

void set_text(CURL* easy, CURLoption option, const std::string& text) {
  if (!text.empty()) set(easy, option, text.c_str());
}

void set_protocols(CURL* easy, bool only_https) {
#if LIBCURL_VERSION_NUM >= 0x075500
  set(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  set(easy, CURLOPT_REDIR_PROTOCOLS_STR, only_https ? "https" : "http,https");
#else
  constexpr long kBoth = CURLPROTO_HTTP | CURLPROTO_HTTPS;
  set(easy, CURLOPT_PROTOCOLS, kBoth);
  set(easy, CURLOPT_REDIR_PROTOCOLS, only_https ? static_cast<long>(CURLPROTO_HTTPS) : kBoth);
#endif
}

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

  // "Content-Range: bytes 0-9076/10953". A new status line begins another answer.
  static std::size_t header(char* bytes, std::size_t size, std::size_t count, void* self) {
    constexpr std::string_view kName = "content-range: bytes ";
    const std::string_view line(bytes, size * count);
    auto& first = static_cast<Body*>(self)->served_from_;
    if (line.starts_with("HTTP/")) first.reset();
    if (ascii_lower(line.substr(0, kName.size())) == kName) {
      std::uint64_t number = 0;
      const char* begin = line.data() + kName.size();
      if (std::from_chars(begin, line.data() + line.size(), number).ec == std::errc()) {
        first = number;
      }
    }
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

struct StatusRow {
  long status;
  FetchResult::State state;
  Cause cause;
  const char* message;
};

// Other statuses from 400 to 499 are refusals, all from 500 failures.
constexpr std::array kStatuses = {
    StatusRow{404, FetchResult::State::Absent, Cause::Untrusted, "there is no such file"},
    StatusRow{410, FetchResult::State::Absent, Cause::Untrusted, "there is no such file any more"},
    StatusRow{
        401,
        FetchResult::State::Refused,
        Cause::Usage,
        "the server wants a user and password, or does not know these: see 'network.user_file'"},
    StatusRow{
        403,
        FetchResult::State::Refused,
        Cause::Usage,
        "the server forbids it: see 'network.client_certificate' and 'network.user_file'"},
    StatusRow{
        407,
        FetchResult::State::Refused,
        Cause::Usage,
        "the proxy wants a user and password, or does not know these: see "
        "'network.proxy_user_file'"},
    StatusRow{408, FetchResult::State::Failed, Cause::TryAgain, "the server gave up waiting"},
    StatusRow{425, FetchResult::State::Failed, Cause::TryAgain, "the server says: too early"},
    StatusRow{
        429, FetchResult::State::Failed, Cause::TryAgain, "the server says: too many requests"},
};

FetchResult result_of_status(long status) {
  const auto row = std::ranges::find(kStatuses, status, &StatusRow::status);
  if (row != kStatuses.end()) return {row->state, row->cause, row->message};
  const std::string message = "the server answers with status " + std::to_string(status);
  if (status >= 400 && status < 500) {
    return {FetchResult::State::Refused, Cause::Untrusted, message};
  }
  return {FetchResult::State::Failed, Cause::TryAgain, message};
}

struct CodeRow {
  CURLcode code;
  Cause cause;
  const char* message;  // libcurl's own if null.
};

// What no repetition makes better.
constexpr std::array kRefusals = {
    CodeRow{
        CURLE_UNSUPPORTED_PROTOCOL,
        Cause::Untrusted,
        "redirects to another protocol than http and https, or from https to http: refused"},
    CodeRow{CURLE_TOO_MANY_REDIRECTS, Cause::Untrusted, "redirects more than 5 times: refused"},
    CodeRow{CURLE_URL_MALFORMAT, Cause::Usage, nullptr},
    CodeRow{CURLE_PEER_FAILED_VERIFICATION, Cause::Untrusted, nullptr},
    CodeRow{CURLE_SSL_CACERT_BADFILE, Cause::Usage, nullptr},
    CodeRow{CURLE_SSL_CERTPROBLEM, Cause::Usage, nullptr},
    CodeRow{CURLE_SSL_ISSUER_ERROR, Cause::Untrusted, nullptr},
    CodeRow{CURLE_SSL_CIPHER, Cause::Usage, nullptr},
};

// One connection, or several that libcurl keeps open, in the hands of one thread at a time. A multi
// handle with a single transfer, because it can be waited for in small steps.
struct Connection {
  std::unique_ptr<CURLM, FreeMulti> multi{curl_multi_init()};
  std::unique_ptr<CURL, FreeEasy> easy{curl_easy_init()};
  std::array<char, CURL_ERROR_SIZE> error = {};

  Connection() {
    if (multi == nullptr || easy == nullptr) throw std::bad_alloc();
  }

  void prepare(const FetchRequest& request, const NetworkOptions& options);
  CURLcode perform(const NetworkOptions& options);
  FetchResult judge(CURLcode code, const Body& body) const;
};

void Connection::prepare(const FetchRequest& request, const NetworkOptions& options) {
  CURL* handle = easy.get();
  curl_easy_reset(handle);
  error = {};
  set(handle, CURLOPT_URL, request.url.c_str());
  set_protocols(handle, request.url.starts_with("https://"));
  set(handle, CURLOPT_NOSIGNAL, 1L);
  set(handle, CURLOPT_ERRORBUFFER, error.data());
  set(handle, CURLOPT_USERAGENT, options.user_agent.c_str());
  set(handle, CURLOPT_FOLLOWLOCATION, 1L);
  set(handle, CURLOPT_MAXREDIRS, kMostRedirects);
  set(handle, CURLOPT_FAILONERROR, 1L);
  set(handle, CURLOPT_TCP_KEEPALIVE, 1L);
  const auto seconds = static_cast<long>(options.timeout.count());
  set(handle, CURLOPT_CONNECTTIMEOUT, seconds);
  set(handle, CURLOPT_LOW_SPEED_TIME, seconds);
  set(handle, CURLOPT_LOW_SPEED_LIMIT, kSlowestBytesPerSecond);
  if (options.proxy) set(handle, CURLOPT_PROXY, options.proxy->c_str());
  set_text(handle, CURLOPT_PROXYUSERPWD, options.proxy_user);
  set_text(handle, CURLOPT_USERPWD, request.user);
  set_file(handle, CURLOPT_CAINFO, options.ca_file);
  set_file(handle, CURLOPT_SSLCERT, options.client_certificate);
  set_file(
      handle,
      CURLOPT_SSLKEY,
      options.client_key.empty() ? options.client_certificate : options.client_key);
  set_text(handle, CURLOPT_KEYPASSWD, options.client_passphrase);
  if (request.is_range) {
    const std::uint64_t last = request.first + request.most - 1;
    set(handle,
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

FetchResult Connection::judge(CURLcode code, const Body& body) const {
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
  long status = 0;
  curl_easy_getinfo(easy.get(), CURLINFO_HTTP_CONNECTCODE, &status);
  if (status < 400) curl_easy_getinfo(easy.get(), CURLINFO_RESPONSE_CODE, &status);
  if (status == kNoSuchRange) return {};  // The file ends before: no byte of it.
  if (status >= 400) {
    FetchResult result = result_of_status(status);
    curl_off_t seconds = 0;
    curl_easy_getinfo(easy.get(), CURLINFO_RETRY_AFTER, &seconds);
    result.retry_after = std::chrono::seconds(std::clamp<curl_off_t>(seconds, 0, 86400));
    return result;
  }
  const std::string text = error[0] != '\0' ? error.data() : curl_easy_strerror(code);
  const auto row = std::ranges::find(kRefusals, code, &CodeRow::code);
  if (row != kRefusals.end()) {
    return {State::Refused, row->cause, row->message != nullptr ? row->message : clean_text(text)};
  }
  // A server that wants a certificate says so in an alert, in TLS 1.3 after the handshake.
  if (text.find("alert") != std::string::npos) {
    return {
        State::Refused,
        Cause::Usage,
        "the server ended the connection (" + clean_text(text) +
            "): see 'network.client_certificate'"};
  }
  return {State::Failed, Cause::TryAgain, clean_text(text)};
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
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
}

Fetcher::~Fetcher() = default;

FetchResult Fetcher::fetch(const FetchRequest& request, const Take& take) {
  if (request.is_range && request.most == 0) return {};
  std::unique_ptr<Connection> connection = connections_->take();
  connection->prepare(request, options_);
  CURL* easy = connection->easy.get();
  Body body(easy, request, take);
  set(easy, CURLOPT_WRITEFUNCTION, &Body::write);
  set(easy, CURLOPT_WRITEDATA, &body);
  set(easy, CURLOPT_HEADERFUNCTION, &Body::header);
  set(easy, CURLOPT_HEADERDATA, &body);
  const std::unique_ptr<curl_slist, FreeList> headers(
      request.is_fresh ? curl_slist_append(nullptr, "Cache-Control: no-cache") : nullptr);
  if (headers != nullptr) set(easy, CURLOPT_HTTPHEADER, headers.get());
  const CURLcode code = connection->perform(options_);
  FetchResult result = connection->judge(code, body);
  connections_->give_back(std::move(connection));
  if (options_.stop && options_.stop()) {
    throw Error(Cause::Interrupted, shown_url(request.url), "interrupted; nothing was published");
  }
  return result;
}

}  // namespace reposbom::metadata
