// SPDX-License-Identifier: Apache-2.0
#include "companion/download.h"

#include <cstdlib>
#include <new>
#include <utility>
#include <vector>

#include "metadata/mirrors.h"
#include "metadata/text.h"

namespace reposbom::companion {
namespace {

using metadata::FetchResult;
using metadata::NetworkOptions;
using metadata::set_option;
using State = FetchResult::State;

constexpr long kOk = 200;
constexpr long kPartial = 206;
constexpr long kUnchanged = 304;
constexpr long kFirstError = 400;
constexpr long kProxyWantsUser = 407;
constexpr long kNoSuchRange = 416;
constexpr long kFirstFailure = 500;  // Of the server, which may pass.

// Of what a server says with an error, so much is read, and so much told.
constexpr std::size_t kMostComplaint = 65536;
constexpr std::size_t kMostTold = 200;

// The first line of a text, without what a terminal could take for a command. Nothing of a page of
// HTML.
std::string first_line(const std::string& body) {
  const std::string text = metadata::trimmed(metadata::clean_text(body));
  if (text.starts_with('<')) return "";
  std::string line = metadata::trimmed(text.substr(0, text.find('\n')));
  if (line.size() > kMostTold) line = metadata::clean_text(line.substr(0, kMostTold)) + "…";
  return line;
}

// "sslv3 alert certificate expired" is "certificate expired".
std::string alert_of(const std::string& text) {
  constexpr std::string_view word = "alert ";
  const std::size_t at = text.find(word);
  if (at == std::string::npos) return "";
  const std::string rest = text.substr(at + word.size());
  return rest.substr(0, rest.find_first_of(",:;()"));
}

std::string variable(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? "" : value;
}

// For messages: the proxy that is asked unless the environment has exceptions, as libcurl finds it.
std::string proxy_of(std::string_view url, const NetworkOptions& options) {
  if (options.proxy) return metadata::shown_url(*options.proxy);
  std::vector<const char*> names = {"http_proxy"};
  if (url.starts_with("https:")) names = {"https_proxy", "HTTPS_PROXY"};
  names.insert(names.end(), {"all_proxy", "ALL_PROXY"});
  for (const char* const name : names) {
    const std::string proxy = variable(name);
    if (!proxy.empty()) return metadata::shown_url(proxy);
  }
  return "";
}

// "proxy.example.com" of "http://proxy.example.com:3128"; "2001:db8::1" of "[2001:db8::1]".
std::string host_of(std::string_view proxy) {
  const std::size_t scheme = proxy.find("://");
  if (scheme != std::string_view::npos) proxy.remove_prefix(scheme + 3);
  if (proxy.starts_with('[')) return std::string(proxy.substr(1, proxy.find(']') - 1));
  return std::string(proxy.substr(0, proxy.find_first_of(":/")));
}

// With a proxy, no other name than its own is looked up.
bool is_of_proxy(CURLcode code, const std::string& message, const std::string& proxy) {
  if (proxy.empty()) return false;
  if (code == CURLE_COULDNT_RESOLVE_PROXY || code == CURLE_PROXY) return true;
  const auto says = [&](const std::string& text) {
    return message.find(text) != std::string::npos;
  };
  return says(" " + host_of(proxy) + " port ") || says("Resolving timed out") || says("CONNECT");
}

// A weak one says nothing of single bytes.
bool is_strong(const std::string& etag) {
  return etag.size() > 2 && etag.front() == '"';
}

}  // namespace

Download::Download() : easy_(curl_easy_init()) {
  if (easy_ == nullptr) throw std::bad_alloc();
}

void Download::begin(Wish wish) {
  wish_ = std::move(wish);
  bytes_.clear();
  etag_.clear();
}

bool Download::can_resume() const {
  return !bytes_.empty() && is_strong(etag_);
}

CURL* Download::prepare(const NetworkOptions& options) {
  CURL* const easy = easy_.get();
  fields_ = {};
  complaint_.clear();
  trouble_.clear();
  is_begun_ = false;
  is_too_large_ = false;
  metadata::prepare_transfer(easy, wish_.url, /*user=*/"", options, text_);
  set_option(easy, CURLOPT_FAILONERROR, 0L);  // What the server says of an error is told.
  set_option(easy, CURLOPT_PROXYAUTH, static_cast<long>(CURLAUTH_BASIC | CURLAUTH_DIGEST));
  set_option(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  set_option(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
  set_option(easy, CURLOPT_PIPEWAIT, 1L);  // Rather on a connection that is there.
  set_option(easy, CURLOPT_WRITEFUNCTION, &Download::write);
  set_option(easy, CURLOPT_WRITEDATA, this);
  set_option(easy, CURLOPT_HEADERFUNCTION, &Download::header);
  set_option(easy, CURLOPT_HEADERDATA, this);
  set_option(easy, CURLOPT_PRIVATE, this);
  headers_.reset();
  if (can_resume()) {
    ask_for_the_rest();
  } else {
    bytes_.clear();
    if (!wish_.known_etag.empty()) {
      headers_.reset(curl_slist_append(nullptr, ("If-None-Match: " + wish_.known_etag).c_str()));
    }
  }
  if (headers_ != nullptr) set_option(easy, CURLOPT_HTTPHEADER, headers_.get());
  return easy;
}

void Download::ask_for_the_rest() {
  set_option(easy_.get(), CURLOPT_RANGE, (std::to_string(bytes_.size()) + "-").c_str());
  headers_.reset(curl_slist_append(nullptr, ("If-Range: " + etag_).c_str()));
}

std::size_t Download::write(char* bytes, std::size_t size, std::size_t count, void* self) {
  return static_cast<Download*>(self)->accept({bytes, size * count}) ? size * count : 0;
}

std::size_t Download::header(char* bytes, std::size_t size, std::size_t count, void* self) {
  static_cast<Download*>(self)->read_header({bytes, size * count});
  return size * count;
}

void Download::read_header(std::string_view line) {
  using metadata::header_value;
  if (line.starts_with("HTTP/")) fields_ = {};
  if (const auto etag = header_value(line, "etag")) fields_.etag = *etag;
  if (const auto run = header_value(line, "sbom-run")) fields_.run = *run;
  if (const auto range = header_value(line, "content-range")) {
    fields_.first = metadata::first_of_range(*range);
  }
}

bool Download::accept(std::string_view chunk) {
  if (!is_begun_ && !begin_body()) return false;
  if (status() >= kFirstError) {
    complaint_ += chunk;
    return complaint_.size() < kMostComplaint;
  }
  is_too_large_ = chunk.size() > wish_.limit - bytes_.size();
  if (!is_too_large_) bytes_ += chunk;
  return !is_too_large_;
}

// Another body than the rest that was asked for is a whole one.
bool Download::begin_body() {
  is_begun_ = true;
  const long answer = status();
  if (answer >= kFirstError) return true;
  if (answer == kPartial && !bytes_.empty() && fields_.first == bytes_.size()) return true;
  bytes_.clear();
  etag_ = fields_.etag;
  if (answer == kOk) return true;
  trouble_ = answer == kPartial ? "the server sent other bytes than were asked for"
                                : "the server answers with status " + std::to_string(answer);
  return false;
}

FetchResult Download::judge(CURLcode code, const NetworkOptions& options) {
  if (is_too_large_) {
    return {
        State::Refused,
        Cause::Untrusted,
        "has more than the " + std::to_string(wish_.limit) + " bytes that it may have"};
  }
  const long answer = status();
  if (answer == kNoSuchRange && !bytes_.empty()) {
    bytes_.clear();
    return {State::Failed, Cause::TryAgain, "is another file than it was a moment ago"};
  }
  if (trouble_.empty() && code == CURLE_OK && answer < kFirstError && !is_begun_) begin_body();
  const bool is_unchanged = answer == kUnchanged && !wish_.known_etag.empty();
  if (code == CURLE_OK && is_unchanged) return {};
  if (!trouble_.empty()) return {State::Failed, Cause::TryAgain, trouble_};
  if (code == CURLE_OK && answer < kFirstError) return {};
  FetchResult result = metadata::judge_transfer(easy_.get(), code, text_, options.names);
  const std::string proxy = proxy_of(wish_.url, options);
  if (answer >= kFirstError) {
    explain_answer(result, proxy);
  } else {
    explain_code(result, code, proxy);
  }
  return result;
}

// With the reason that the server has, and who it was.
void Download::explain_answer(FetchResult& result, const std::string& proxy) const {
  const long answer = status();
  long connected = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_HTTP_CONNECTCODE, &connected);
  if (answer == kProxyWantsUser) {
    result.message = "the proxy " + proxy + ": " + result.message;
  } else if (connected >= kFirstError) {
    const bool may_pass = connected >= kFirstFailure;
    result.state = may_pass ? State::Failed : State::Refused;
    result.cause = may_pass ? Cause::TryAgain : Cause::Usage;
    result.is_about_us = false;
    result.message = "the proxy " + proxy + " does not let us through: it answers with status " +
                     std::to_string(connected);
  } else if (result.is_about_us) {
    const std::string said = first_line(complaint_);
    if (!said.empty()) result.message = "the server refuses: " + said;
  }
}

// Besides, with the setting that may be wrong.
void Download::explain_code(FetchResult& result, CURLcode code, const std::string& proxy) const {
  const bool is_https = wish_.url.starts_with("https:");
  const std::string alert = alert_of(result.message);
  if (result.is_about_us && !alert.empty()) {
    result.message = "the server ends the connection: " + alert + "; see 'client_certificate'";
    if (alert == "internal error") {
      result.state = State::Failed;
      result.cause = Cause::TryAgain;
      result.is_about_us = false;
    }
  } else if (code == CURLE_PEER_FAILED_VERIFICATION) {
    result.message = "the server is not trusted: " + result.message + "; see 'ca_file'";
  } else if (code == CURLE_SSL_CACERT_BADFILE) {
    result.message += "; see 'ca_file'";
  } else if (is_of_proxy(code, result.message, proxy)) {
    result.message = "the proxy " + proxy + ": " + result.message + "; see 'proxy'";
  } else if (is_https && (code == CURLE_SEND_ERROR || code == CURLE_RECV_ERROR)) {
    // Its alert comes too late where we were about to send.
    result.message = "the connection ended (" + result.message +
                     "), as it does where a server does not accept 'client_certificate'";
  }
}

Delivery Download::deliver(const FetchResult& result) {
  Delivery delivery{.state = result.state, .run = fields_.run, .message = result.message};
  if (result.state != State::Done) return delivery;
  delivery.is_unchanged = status() == kUnchanged;
  delivery.etag = fields_.etag;
  delivery.bytes = std::move(bytes_);
  bytes_.clear();
  return delivery;
}

}  // namespace reposbom::companion
