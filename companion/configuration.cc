// SPDX-License-Identifier: Apache-2.0
#include "companion/configuration.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <functional>
#include <system_error>

#include "metadata/error.h"
#include "metadata/local_file.h"
#include "metadata/text.h"

namespace reposbom::companion {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kBlanks = " \t\r";
constexpr unsigned kMostSeconds = 3600;
constexpr unsigned kMostRetries = 100;
constexpr unsigned kMostConnections = 64;

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

// One line of the file, for those who read its value.
struct Line {
  std::string subject = {};  // "FILE:LINE".
  std::string_view key = {};
  std::string_view value = {};
  fs::path folder = {};

  [[noreturn]] void fail(const std::string& message) const {
    throw Error(Cause::Usage, subject, "'" + std::string(key) + "': " + message);
  }

  fs::path path() const { return (folder / value).lexically_normal(); }

  unsigned number(unsigned least, unsigned most) const {
    unsigned number = 0;
    const char* const end = value.data() + value.size();
    const auto [at, error] = std::from_chars(value.data(), end, number);
    if (error == std::errc() && at == end && number >= least && number <= most) return number;
    fail(
        "is to be a number from " + std::to_string(least) + " to " + std::to_string(most) +
        ", not '" + std::string(value) + "'");
  }
};

bool is_url(std::string_view text) {
  return text.starts_with("https://") || text.starts_with("http://");
}

// What the file says for the first time takes the place of the default.
class Reader {
 public:
  explicit Reader(Configuration& configuration) : to_(configuration) {}

  void take(const Line& line) {
    const auto row = std::ranges::find(kRows, line.key, &Row::key);
    if (row == kRows.end()) line.fail("no such key; there are " + all_keys());
    if (line.value.empty()) line.fail("has no value");
    bool& is_set = set_.at(static_cast<std::size_t>(row - kRows.begin()));
    if (is_set && !row->is_list) line.fail("is there twice");
    const bool is_first = !is_set;
    is_set = true;
    row->read(to_, line, is_first);
  }

 private:
  struct Row {
    std::string_view key;
    bool is_list;
    void (*read)(Configuration&, const Line&, bool is_first);
  };

  static std::string all_keys() {
    std::string text;
    for (const Row& row : kRows)
      text += (text.empty() ? "" : ", ") + std::string(row.key);
    return text;
  }

  static void source(Configuration& to, const Line& line, bool /*is_first*/) {
    to.sources.push_back(is_url(line.value) ? std::string(line.value) : line.path().string());
  }
  static void format(Configuration& to, const Line& line, bool is_first) {
    if (is_first) to.formats.clear();
    to.formats.emplace_back(line.value);
  }
  static void proxy(Configuration& to, const Line& line, bool /*is_first*/) {
    to.proxy = line.value == "none" ? std::string() : std::string(line.value);
  }

  static constexpr std::array<Row, 12> kRows = {
      {{"source", true, &source},
       {"format", true, &format},
       {"output", false, [](auto& to, const Line& line, bool) { to.output = line.path(); }},
       {"key", true, [](auto& to, const Line& line, bool) { to.keys.push_back(line.path()); }},
       {"proxy", false, &proxy},
       {"proxy_user_file",
        false,
        [](auto& to, const Line& line, bool) { to.proxy_user_file = line.path(); }},
       {"ca_file", false, [](auto& to, const Line& line, bool) { to.ca_file = line.path(); }},
       {"client_certificate",
        false,
        [](auto& to, const Line& line, bool) { to.client_certificate = line.path(); }},
       {"client_key", false, [](auto& to, const Line& line, bool) { to.client_key = line.path(); }},
       {"timeout",
        false,
        [](auto& to, const Line& line, bool) {
          to.timeout = std::chrono::seconds(line.number(1, kMostSeconds));
        }},
       {"retries",
        false,
        [](auto& to, const Line& line, bool) { to.retries = line.number(0, kMostRetries); }},
       {"connections", false, [](auto& to, const Line& line, bool) {
          to.connections = line.number(1, kMostConnections);
        }}}};

  Configuration& to_;
  std::array<bool, kRows.size()> set_ = {};
};

// Everything in the folder with one of these endings, in the order of names.
std::vector<fs::path> files_in(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code error;
  for (fs::directory_iterator at(folder, error); !error && at != fs::directory_iterator();
       at.increment(error)) {
    const fs::path extension = at->path().extension();
    if (extension == ".asc" || extension == ".gpg" || extension == ".pem" || extension == ".crt") {
      files.push_back(at->path());
    }
  }
  std::ranges::sort(files);
  return files;
}

}  // namespace

fs::path settings_folder(const fs::path& file) {
  return file.parent_path() / "sbomget";
}

Configuration parse_configuration(std::string_view text, const fs::path& file) {
  Configuration configuration;
  configuration.file = file;
  Reader reader(configuration);
  std::size_t number = 0;
  while (!text.empty()) {
    ++number;
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view content = trimmed(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (content.empty() || content.front() == '#') continue;
    Line line{
        .subject = file.string() + ":" + std::to_string(number), .folder = file.parent_path()};
    const std::size_t equals = content.find('=');
    if (equals == std::string_view::npos) {
      throw Error(Cause::Usage, line.subject, "is not 'key = value'");
    }
    line.key = trimmed(content.substr(0, equals));
    line.value = trimmed(content.substr(equals + 1));
    reader.take(line);
  }
  return configuration;
}

Configuration read_configuration(const fs::path& file, bool is_default) {
  Configuration configuration;
  configuration.file = file;
  if (!is_default || !metadata::is_absent(file)) {
    configuration = parse_configuration(metadata::read_file(file), file);
  }
  const fs::path settings = settings_folder(file);
  if (configuration.keys.empty()) configuration.keys = files_in(settings / "keys");
  std::error_code ignored;
  if (configuration.client_certificate.empty() && fs::exists(settings / "client.pem", ignored)) {
    configuration.client_certificate = settings / "client.pem";
    configuration.client_key = settings / "client.key";
  }
  return configuration;
}

}  // namespace reposbom::companion
