// SPDX-License-Identifier: Apache-2.0
#include "companion/https_source.h"

#include <array>
#include <ctime>
#include <utility>
#include <vector>

#include "companion/certificate.h"
#include "companion/downloads.h"
#include "metadata/local_file.h"
#include "metadata/mirrors.h"
#include "metadata/sums.h"
#include "metadata/text.h"
#include "metadata/version.h"

namespace reposbom::companion {
namespace {

using State = metadata::FetchResult::State;

// SHA256SUMS of a run has a line for each source package.
constexpr std::uint64_t kLargestSums = 256U << 20U;
constexpr std::uint64_t kLargestSignature = 1U << 20U;

// Two signers of a kind, so that one key can take the place of another.
constexpr std::size_t kSigners = 2;

std::string proxy_user(const std::filesystem::path& file) {
  if (file.empty()) return "";
  const std::string text = metadata::read_file(file);
  std::string line = text.substr(0, text.find_first_of("\r\n"));
  if (line.find(':') != std::string::npos) return line;
  throw Error(Cause::Usage, file.string(), "its first line is to be USER:PASSWORD");
}

// libcurl takes what has no scheme for http.
void check_proxy(const Configuration& configuration) {
  const std::string& proxy = configuration.proxy.value_or("");
  if (proxy.empty()) return;
  const std::string url = proxy.find("://") == std::string::npos ? "http://" + proxy : proxy;
  if (metadata::is_url(url)) return;
  throw Error(
      Cause::Usage,
      configuration.file.string(),
      "'proxy' is to be http://HOST:PORT, not '" + metadata::shown_url(proxy) + "'");
}

metadata::NetworkOptions options_of(
    const Configuration& configuration, const std::function<bool()>& stop) {
  metadata::NetworkOptions options;
  options.user_agent = "sbomget/" + std::string(metadata::kVersion);
  options.proxy = configuration.proxy;
  options.proxy_user = proxy_user(configuration.proxy_user_file);
  options.ca_file = configuration.ca_file;
  options.client_certificate = configuration.client_certificate;
  options.client_key = configuration.client_key;
  options.retries = configuration.retries;
  options.timeout = configuration.timeout;
  options.stop = stop;
  options.names = {
      .user_file = "",
      .proxy_user_file = "proxy_user_file",
      .client_certificate = "client_certificate"};
  return options;
}

Answer answer_of(Delivery&& delivery) {
  Answer answer;
  switch (delivery.state) {
    case State::Done:
      answer.bytes = std::move(delivery.bytes);
      break;
    case State::Absent:
      answer.state = Answer::State::Absent;
      break;
    default:
      answer.state = Answer::State::Failed;
      answer.message = std::move(delivery.message);
  }
  return answer;
}

class HttpsSource final : public Source {
 public:
  HttpsSource(
      std::string url,
      const Configuration& configuration,
      const std::function<bool()>& stop,
      const Pace& pace)
      : url_(std::move(url)),
        name_(metadata::shown_url(url_)),
        downloads_(name_, options_of(configuration, stop), configuration.connections, pace) {}

  const std::string& name() const override { return name_; }
  Front open(const std::string& known_etag) override;
  void read(std::span<const Request> requests, const Take& take) override;

 private:
  Delivery read_sums(const std::string& known_etag);
  void read_signatures(Front& front);
  std::string url_of(const std::string& path) const {
    return metadata::join_url(url_, prefix_ + path);
  }

  std::string url_;
  std::string name_;
  std::string prefix_ = {};  // "runs/NAME/" once the server has named it.
  Downloads downloads_;
};

Front HttpsSource::open(const std::string& known_etag) {
  const metadata::NetworkOptions& options = downloads_.options();
  if (url_.starts_with("https://") && !options.client_certificate.empty()) {
    check_certificate(options.client_certificate, options.client_key, std::time(nullptr));
  }
  prefix_.clear();
  Delivery sums = read_sums(known_etag);
  // Without the name of the run, what follows could be of another.
  if (sums.is_unchanged && sums.run.empty()) sums = read_sums({});
  if (!sums.run.empty()) prefix_ = "runs/" + sums.run + "/";
  if (sums.is_unchanged) return {.is_unchanged = true};
  Front front{.run = std::move(sums.run), .etag = std::move(sums.etag)};
  front.texts.emplace(metadata::kSums, std::move(sums.bytes));
  read_signatures(front);
  return front;
}

Delivery HttpsSource::read_sums(const std::string& known_etag) {
  const std::string sums(metadata::kSums);
  Delivery front;
  downloads_.run(
      1,
      [&](std::size_t) {
        return Wish{.url = url_of(sums), .limit = kLargestSums, .known_etag = known_etag};
      },
      [&](std::size_t, Delivery&& delivery) { front = std::move(delivery); });
  if (front.state == State::Failed) throw Error(Cause::TryAgain, name_, front.message);
  if (front.state != State::Done) {
    throw Error(Cause::Untrusted, metadata::shown_url(url_of(sums)), front.message);
  }
  if (!front.run.empty() && !metadata::is_safe_file_name(front.run)) {
    throw Error(Cause::Untrusted, name_, "names a run with a name that no file can have");
  }
  return front;
}

void HttpsSource::read_signatures(Front& front) {
  std::vector<std::string> names;
  for (const std::string_view suffix : {metadata::kOpenPgpSuffix, metadata::kCmsSuffix}) {
    for (std::size_t number = 1; number <= kSigners; ++number)
      names.push_back(metadata::signature_name(suffix, number));
  }
  downloads_.run(
      names.size(),
      [&](std::size_t index) {
        return Wish{.url = url_of(names[index]), .limit = kLargestSignature};
      },
      [&](std::size_t index, Delivery&& delivery) {
        if (delivery.state == State::Absent) return;
        if (delivery.state != State::Done) {
          throw Error(
              delivery.state == State::Failed ? Cause::TryAgain : Cause::Untrusted,
              metadata::shown_url(url_of(names[index])),
              delivery.message);
        }
        front.texts.emplace(names[index], std::move(delivery.bytes));
      });
}

void HttpsSource::read(std::span<const Request> requests, const Take& take) {
  downloads_.run(
      requests.size(),
      [&](std::size_t index) {
        return Wish{.url = url_of(requests[index].path), .limit = requests[index].limit};
      },
      [&](std::size_t index, Delivery&& delivery) { take(index, answer_of(std::move(delivery))); });
}

}  // namespace

std::unique_ptr<Source> https_source(
    std::string url,
    const Configuration& configuration,
    const std::function<bool()>& stop,
    const Pace& pace) {
  if (!metadata::is_url(url)) {
    throw Error(Cause::Usage, metadata::shown_url(url), "is not a URL of http:// or https://");
  }
  check_proxy(configuration);
  return std::make_unique<HttpsSource>(std::move(url), configuration, stop, pace);
}

}  // namespace reposbom::companion
