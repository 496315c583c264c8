// SPDX-License-Identifier: Apache-2.0
//
// What all transfers with libcurl have in common, one at a time (fetch.h) or many at
// once: how a handle is prepared, and what it means that one has ended. For their
// implementations alone, as it includes libcurl.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <curl/curl.h>

#include "metadata/destroyer.h"
#include "metadata/fetch.h"

namespace reposbom::metadata {

using Easy = std::unique_ptr<CURL, Destroyer<curl_easy_cleanup>>;
using Multi = std::unique_ptr<CURLM, Destroyer<curl_multi_cleanup>>;
using HeaderList = std::unique_ptr<curl_slist, Destroyer<curl_slist_free_all>>;
using CurlText = std::array<char, CURL_ERROR_SIZE>;

// To be called before anything else of libcurl, as often as one likes.
void start_libcurl();

template <typename Value>
void set_option(CURL* easy, CURLoption option, Value value) {
  if (const CURLcode code = curl_easy_setopt(easy, option, value); code != CURLE_OK) {
    throw Error(Cause::Usage, "libcurl", curl_easy_strerror(code));
  }
}

// Forgets what the handle was used for, but for its connections. Where `text` is libcurl says what
// went wrong; `user` is "USER:PASSWORD" or empty.
void prepare_transfer(
    CURL* easy,
    const std::string& url,
    const std::string& user,
    const NetworkOptions& options,
    CurlText& text);

// 0 if there was none. Of the proxy, if that ended it.
long status_of(CURL* easy);

// What it means that a transfer has failed, by its status and else by libcurl's code and text.
FetchResult judge_transfer(
    CURL* easy, CURLcode code, const CurlText& text, const SettingNames& names);

// The value of a line of headers if it has that name, in lower case; without the end of the line.
std::optional<std::string_view> header_value(std::string_view line, std::string_view name);

// The first byte of "bytes 0-9076/10953".
std::optional<std::uint64_t> first_of_range(std::string_view content_range);

}  // namespace reposbom::metadata
