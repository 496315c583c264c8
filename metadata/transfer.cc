// SPDX-License-Identifier: Apache-2.0
#include "metadata/transfer.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <filesystem>
#include <mutex>
#include <system_error>

#include "metadata/text.h"

namespace reposbom::metadata {
namespace {

constexpr long kMostRedirects = 5;
// A transfer that is slower than this for as long as the timeout stands still.
constexpr long kSlowestBytesPerSecond = 256;

void set_file(CURL* easy, CURLoption option, const std::filesystem::path& file) {
  if (!file.empty()) set_option(easy, option, file.c_str());
}

void set_text(CURL* easy, CURLoption option, const std::string& text) {
  if (!text.empty()) set_option(easy, option, text.c_str());
}

void set_protocols(CURL* easy, bool only_https) {
#if LIBCURL_VERSION_NUM >= 0x075500
  set_option(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  set_option(easy, CURLOPT_REDIR_PROTOCOLS_STR, only_https ? "https" : "http,https");
#else
  constexpr long kBoth = CURLPROTO_HTTP | CURLPROTO_HTTPS;
  set_option(easy, CURLOPT_PROTOCOLS, kBoth);
  set_option(
      easy, CURLOPT_REDIR_PROTOCOLS, only_https ? static_cast<long>(CURLPROTO_HTTPS) : kBoth);
#endif
}

using Name = std::string SettingNames::*;

struct StatusRow {
  long status;
  FetchResult::State state;
  Cause cause;
  const char* message;
  Name setting = nullptr;  // That may be wrong.
  Name other = nullptr;
};

// Other statuses from 400 to 499 are refusals, all from 500 failures.
constexpr std::array kStatuses = {
    StatusRow{404, FetchResult::State::Absent, Cause::Untrusted, "there is no such file"},
    StatusRow{410, FetchResult::State::Absent, Cause::Untrusted, "there is no such file any more"},
    StatusRow{
        401,
        FetchResult::State::Refused,
        Cause::Usage,
        "the server wants a user and password, or does not know these",
        &SettingNames::user_file},
    StatusRow{
        403,
        FetchResult::State::Refused,
        Cause::Usage,
        "the server forbids it",
        &SettingNames::client_certificate,
        &SettingNames::user_file},
    StatusRow{
        407,
        FetchResult::State::Refused,
        Cause::Usage,
        "the proxy wants a user and password, or does not know these",
        &SettingNames::proxy_user_file},
    StatusRow{408, FetchResult::State::Failed, Cause::TryAgain, "the server gave up waiting"},
    StatusRow{425, FetchResult::State::Failed, Cause::TryAgain, "the server says: too early"},
    StatusRow{
        429, FetchResult::State::Failed, Cause::TryAgain, "the server says: too many requests"},
};

// ": see 'a' and 'b'", of those that the program has.
std::string hint(const SettingNames& names, Name setting, Name other = nullptr) {
  std::string text;
  for (const Name name : {setting, other}) {
    if (name == nullptr || (names.*name).empty()) continue;
    text += (text.empty() ? ": see '" : " and '") + names.*name + "'";
  }
  return text;
}

FetchResult result_of_status(long status, const SettingNames& names) {
  const auto row = std::ranges::find(kStatuses, status, &StatusRow::status);
  if (row != kStatuses.end()) {
    FetchResult result{row->state, row->cause, row->message};
    result.message += hint(names, row->setting, row->other);
    result.is_about_us = row->state == FetchResult::State::Refused;
    return result;
  }
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

}  // namespace

void start_libcurl() {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
}

void prepare_transfer(
    CURL* easy,
    const std::string& url,
    const std::string& user,
    const NetworkOptions& options,
    CurlText& text) {
  curl_easy_reset(easy);
  text = {};
  set_option(easy, CURLOPT_URL, url.c_str());
  set_protocols(easy, url.starts_with("https://"));
  set_option(easy, CURLOPT_NOSIGNAL, 1L);
  set_option(easy, CURLOPT_ERRORBUFFER, text.data());
  set_option(easy, CURLOPT_USERAGENT, options.user_agent.c_str());
  set_option(easy, CURLOPT_FOLLOWLOCATION, 1L);
  set_option(easy, CURLOPT_MAXREDIRS, kMostRedirects);
  set_option(easy, CURLOPT_FAILONERROR, 1L);
  set_option(easy, CURLOPT_TCP_KEEPALIVE, 1L);
  const auto seconds = static_cast<long>(options.timeout.count());
  set_option(easy, CURLOPT_CONNECTTIMEOUT, seconds);
  set_option(easy, CURLOPT_LOW_SPEED_TIME, seconds);
  set_option(easy, CURLOPT_LOW_SPEED_LIMIT, kSlowestBytesPerSecond);
  if (options.proxy) set_option(easy, CURLOPT_PROXY, options.proxy->c_str());
  set_text(easy, CURLOPT_PROXYUSERPWD, options.proxy_user);
  set_text(easy, CURLOPT_USERPWD, user);
  set_file(easy, CURLOPT_CAINFO, options.ca_file);
  set_file(easy, CURLOPT_SSLCERT, options.client_certificate);
  set_file(
      easy,
      CURLOPT_SSLKEY,
      options.client_key.empty() ? options.client_certificate : options.client_key);
  set_text(easy, CURLOPT_KEYPASSWD, options.client_passphrase);
}

long status_of(CURL* easy) {
  long status = 0;
  curl_easy_getinfo(easy, CURLINFO_HTTP_CONNECTCODE, &status);
  if (status < 400) curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
  return status;
}

FetchResult judge_transfer(
    CURL* easy, CURLcode code, const CurlText& text, const SettingNames& names) {
  using State = FetchResult::State;
  if (const long status = status_of(easy); status >= 400) {
    FetchResult result = result_of_status(status, names);
    curl_off_t seconds = 0;
    curl_easy_getinfo(easy, CURLINFO_RETRY_AFTER, &seconds);
    result.retry_after = std::chrono::seconds(std::clamp<curl_off_t>(seconds, 0, 86400));
    return result;
  }
  const std::string reason =
      clean_text(text.front() != '\0' ? text.data() : curl_easy_strerror(code));
  const auto row = std::ranges::find(kRefusals, code, &CodeRow::code);
  if (row != kRefusals.end()) {
    FetchResult result{State::Refused, row->cause, row->message != nullptr ? row->message : reason};
    result.is_about_us = code == CURLE_SSL_CERTPROBLEM;
    return result;
  }
  // A server that wants a certificate says so in an alert, in TLS 1.3 after the handshake.
  if (reason.find("alert") != std::string::npos) {
    FetchResult result{
        State::Refused,
        Cause::Usage,
        "the server ended the connection (" + reason + ")" +
            hint(names, &SettingNames::client_certificate)};
    result.is_about_us = true;
    return result;
  }
  return {State::Failed, Cause::TryAgain, reason};
}

std::optional<std::string_view> header_value(std::string_view line, std::string_view name) {
  if (line.size() <= name.size() || line[name.size()] != ':') return std::nullopt;
  if (ascii_lower(line.substr(0, name.size())) != name) return std::nullopt;
  line.remove_prefix(name.size() + 1);
  const std::size_t first = line.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return std::string_view();
  return line.substr(first, line.find_last_not_of(" \t\r\n") - first + 1);
}

std::optional<std::uint64_t> first_of_range(std::string_view content_range) {
  constexpr std::string_view unit = "bytes ";
  if (ascii_lower(content_range.substr(0, unit.size())) != unit) return std::nullopt;
  content_range.remove_prefix(unit.size());
  std::uint64_t first = 0;
  const char* const end = content_range.data() + content_range.size();
  if (std::from_chars(content_range.data(), end, first).ec != std::errc()) return std::nullopt;
  return first;
}

}  // namespace reposbom::metadata
