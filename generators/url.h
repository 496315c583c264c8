// SPDX-License-Identifier: Apache-2.0
//
// URLs that the standards' validators accept.
#pragma once

#include <string>
#include <string_view>

namespace reposbom::generators {

// A URL tag as an absolute http, https, ftp or git URL whose host ends in a top-level domain;
// scheme and host are in lower case, bytes that no URL may carry percent-encoded. Empty if the text
// is not such a URL.
std::string web_url(std::string_view text);

// A VCS tag as the URL of a repository: "git+https://host/path[@commit]" as SPDX 2.3 clause 7.7 has
// it, or a plain URL; empty if it is neither.
std::string vcs_url(std::string_view text);

// The path `href` below `base`, percent-encoded; empty if the base is.
std::string url_below(std::string_view base, std::string_view href);

}  // namespace reposbom::generators
