// SPDX-License-Identifier: Apache-2.0
//
// URLs of a repository and of its mirrors as text, and how long to wait before a
// server is asked again. Nothing here uses the network.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace reposbom::metadata {

// An http:// or https:// URL with a host, and nothing that a URL cannot have.
bool is_url(std::string_view text);

// The URL of a file below a base. A query of the base (a token, say) is kept; what a path cannot
// have is percent-encoded, and so is '+', which some stores take for a space.
std::string join_url(std::string_view base, std::string_view href);

// A URL as it may stand in messages: without user and password, query and fragment.
std::string shown_url(std::string_view url);

// Whether both are the same scheme, host and port: who may be told the password of the other.
bool is_same_server(std::string_view url, std::string_view other);

// The base URLs of a mirror list: one a line, in its order, each once. Comments ('#') and lines of
// other protocols are passed over. Throws Error (Cause::Untrusted) if none is left.
std::vector<std::string> parse_mirrorlist(std::string_view text, const std::string& subject);

// How long to wait after so many rounds (1 or more) in which every mirror failed: half a second,
// doubled each round up to half a minute; longer if a server said so, up to a minute.
std::chrono::milliseconds retry_delay(unsigned rounds, std::chrono::seconds retry_after);

}  // namespace reposbom::metadata
