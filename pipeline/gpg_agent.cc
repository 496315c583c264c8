// SPDX-License-Identifier: Apache-2.0
#include "pipeline/gpg_agent.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <mutex>
#include <sstream>
#include <string_view>
#include <utility>

#include <assuan.h>
#include <fcntl.h>
#include <gpg-error.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "generators/document.h"
#include "metadata/error.h"

namespace reposbom::pipeline {
namespace {

constexpr const char* kAgent = "gpg-agent";
constexpr std::size_t kFields = 20;

// --- programs of GnuPG ----------------------------------------------------------------

std::string read_all(int descriptor) {
  std::string bytes;
  std::array<char, 4096> buffer = {};
  for (;;) {
    const ssize_t count = ::read(descriptor, buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return bytes;
    bytes.append(buffer.data(), static_cast<std::size_t>(count));
  }
}

[[noreturn]] void fail_to_run(const std::string& program, int error) {
  throw Error(
      Cause::Usage,
      program,
      std::string("cannot be run: ") + std::strerror(error) + "; keys of 'gpg' need GnuPG");
}

// What a program prints, if it ends well. What it complains of is told in our words.
std::optional<std::string> output_of(std::vector<std::string> words) {
  std::vector<char*> arguments;
  for (std::string& word : words)
    arguments.push_back(word.data());
  arguments.push_back(nullptr);
  std::array<int, 2> ends = {};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) fail_to_run(words[0], errno);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  pid_t child = 0;
  const int failed =
      ::posix_spawnp(&child, arguments[0], &actions, nullptr, arguments.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  ::close(ends[1]);
  std::string output = failed == 0 ? read_all(ends[0]) : "";
  ::close(ends[0]);
  if (failed != 0) fail_to_run(words[0], failed);
  int status = -1;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) return std::nullopt;
  return output;
}

std::vector<std::string> command(
    const std::string& program,
    const std::filesystem::path& homedir,
    std::initializer_list<std::string> rest) {
  std::vector<std::string> words = {program};
  if (!homedir.empty()) words.insert(words.end(), {"--homedir", homedir.string()});
  words.insert(words.end(), rest);
  return words;
}

std::string name_of(const std::string& fingerprint) {
  return "gpg key " + fingerprint;
}

// --- its listing of keys --------------------------------------------------------------

std::vector<std::string> fields_of(const std::string& line) {
  std::vector<std::string> fields;
  std::istringstream stream(line);
  for (std::string field; std::getline(stream, field, ':');)
    fields.push_back(field);
  fields.resize(std::max(fields.size(), kFields));
  return fields;
}

std::int64_t number_of(const std::string& text) {
  std::int64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

// A "sec" or "ssb" line with the "fpr" and "grp" lines below it (doc/DETAILS of GnuPG):
//
//   sec:u:255:22:01D9B5A47D3C5E8F:1700000000:1800000000::u:::scESC:::+::ed25519:::0:
//   fpr:::::::::0123456789ABCDEF0123456789ABCDEF01234567:
//   grp:::::::::89ABCDEF0123456789ABCDEF0123456789ABCDEF:
struct Listed {
  std::vector<std::string> fields = {};
  std::string fingerprint = {};
  std::string keygrip = {};

  bool is_primary() const { return fields[0] == "sec"; }
  bool is_valid() const { return fields[1] != "e" && fields[1] != "r" && fields[1] != "i"; }
  bool is_here() const { return fields[14] != "#"; }  // The secret is, or a card that has it.
  bool can_sign() const { return fields[11].find('s') != std::string::npos; }
  std::int64_t created() const { return number_of(fields[5]); }
  std::int64_t expires() const { return number_of(fields[6]); }  // 0: never.
};

std::vector<Listed> parse_listing(const std::string& listing) {
  std::vector<Listed> keys;
  std::istringstream lines(listing);
  for (std::string line; std::getline(lines, line);) {
    std::vector<std::string> fields = fields_of(line);
    if (fields[0] == "sec" || (fields[0] == "ssb" && !keys.empty()))
      keys.push_back({.fields = std::move(fields)});
    else if (!keys.empty() && fields[0] == "fpr")
      keys.back().fingerprint = fields[9];
    else if (!keys.empty() && fields[0] == "grp")
      keys.back().keygrip = fields[9];
  }
  return keys;
}

// As gpg chooses: the newest subkey that can, else the primary key.
const Listed* choose(const std::vector<Listed>& keys) {
  const Listed* chosen = nullptr;
  for (const Listed& key : keys) {
    if (!key.is_valid() || !key.is_here() || !key.can_sign()) continue;
    const bool is_better =
        chosen == nullptr || chosen->is_primary() || key.created() > chosen->created();
    if (is_better) chosen = &key;
  }
  return chosen;
}

[[noreturn]] void fail_without_key(const std::string& name) {
  throw Error(Cause::Usage, name, "gpg has no such secret key; is it that of another 'homedir'?");
}

void check_primary(const Listed& primary, const std::string& name) {
  if (primary.fields[1] == "r") throw Error(Cause::Output, name, "is revoked");
  if (primary.fields[1] == "e") {
    throw Error(
        Cause::Output, name, "expired on " + generators::utc_time(primary.expires()).substr(0, 10));
  }
  if (!primary.is_valid()) throw Error(Cause::Output, name, "is not valid");
}

// --- the agent --------------------------------------------------------------------------

void start_libassuan() {
  static std::once_flag once;
  std::call_once(once, [] {
    ::gpgrt_check_version(nullptr);
    ::assuan_set_gpg_err_source(GPG_ERR_SOURCE_USER_1);
  });
}

// Writing to an agent that has ended is an error here, not the signal that ends the process.
class NoBrokenPipes {
 public:
  NoBrokenPipes() {
    ::sigemptyset(&pipe_);
    ::sigaddset(&pipe_, SIGPIPE);
    ::pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
  }
  ~NoBrokenPipes() {
    constexpr timespec at_once = {};
    if (::sigismember(&before_, SIGPIPE) == 1) return;
    while (::sigtimedwait(&pipe_, nullptr, &at_once) == SIGPIPE) {
    }
    ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }
  NoBrokenPipes(const NoBrokenPipes&) = delete;
  NoBrokenPipes& operator=(const NoBrokenPipes&) = delete;

 private:
  sigset_t pipe_ = {};
  sigset_t before_ = {};
};

gpg_error_t append(void* output, const void* data, std::size_t size) {
  static_cast<std::string*>(output)->append(static_cast<const char*>(data), size);
  return 0;
}

[[noreturn]] void fail_expression() {
  throw Error(Cause::Output, kAgent, "answers with what is no signature");
}

// "3:abc" at the beginning of `rest`.
std::string take_atom(std::string_view& rest) {
  std::size_t size = 0;
  const char* const end = rest.data() + rest.size();
  const auto [at, error] = std::from_chars(rest.data(), end, size);
  if (error != std::errc() || at == end || *at != ':') fail_expression();
  rest.remove_prefix(static_cast<std::size_t>(at + 1 - rest.data()));
  if (rest.size() < size) fail_expression();
  std::string atom(rest.substr(0, size));
  rest.remove_prefix(size);
  return atom;
}

void take(std::string_view& rest, char c) {
  if (!rest.starts_with(c)) fail_expression();
  rest.remove_prefix(1);
}

}  // namespace

GpgKey parse_gpg_key(const std::string& listing, const std::string& fingerprint) {
  const std::string name = name_of(fingerprint);
  const std::vector<Listed> keys = parse_listing(listing);
  if (keys.empty()) fail_without_key(name);
  const Listed& primary = keys.front();
  check_primary(primary, name);
  const Listed* const signing = choose(keys);
  if (signing == nullptr || signing->keygrip.empty()) {
    throw Error(
        Cause::Output,
        name,
        "cannot sign: the key is for other uses, or its signing subkeys are expired, revoked or "
        "not here");
  }
  GpgKey key{
      .primary = primary.fingerprint,
      .fingerprint = signing->fingerprint,
      .keygrip = signing->keygrip,
      .algorithm = static_cast<int>(number_of(signing->fields[3])),
      .curve = signing->fields[16],
      .bits = signing->fields[2],
      .created = std::max(primary.created(), signing->created())};
  for (const std::int64_t end : {primary.expires(), signing->expires()}) {
    if (end != 0 && (!key.expires || end < *key.expires)) key.expires = end;
  }
  return key;
}

GpgKey find_gpg_key(const std::string& fingerprint, const std::filesystem::path& homedir) {
  const auto listing = output_of(command(
      "gpg",
      homedir,
      {"--batch", "--with-colons", "--with-keygrip", "--list-secret-keys", "--", fingerprint}));
  if (!listing) fail_without_key(name_of(fingerprint));
  GpgKey key = parse_gpg_key(*listing, fingerprint);
  const auto exported = output_of(command(
      "gpg",
      homedir,
      {"--batch", "--export-options", "export-minimal", "--export", "--", key.primary}));
  const auto socket = output_of(command("gpgconf", homedir, {"--list-dirs", "agent-socket"}));
  if (!exported || exported->empty() || !socket) {
    throw Error(Cause::Output, name_of(fingerprint), "gpg does not give its public key");
  }
  key.public_key = *exported;
  key.socket = socket->substr(0, socket->find('\n'));
  return key;
}

std::vector<std::string> parse_agent_signature(std::string_view expression) {
  take(expression, '(');
  if (take_atom(expression) != "sig-val") fail_expression();
  take(expression, '(');
  take_atom(expression);  // The algorithm.
  std::vector<std::string> numbers;
  while (expression.starts_with('(')) {
    take(expression, '(');
    take_atom(expression);  // "r" or "s".
    numbers.push_back(take_atom(expression));
    take(expression, ')');
  }
  if (numbers.empty()) fail_expression();
  return numbers;
}

struct GpgAgent::Connection {
  std::string fingerprint = {};
  std::string keygrip = {};
  assuan_context_t context = nullptr;

  explicit Connection(const GpgKey& key) : fingerprint(key.fingerprint), keygrip(key.keygrip) {}
  ~Connection() {
    const NoBrokenPipes quiet;  // It says good-bye.
    ::assuan_release(context);
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void send(const std::string& line, std::string* answer = nullptr) const {
    const NoBrokenPipes quiet;
    const gpg_error_t error = ::assuan_transact(
        context,
        line.c_str(),
        answer == nullptr ? nullptr : append,
        answer,
        nullptr,
        nullptr,
        nullptr,
        nullptr);
    if (error != 0) fail(error);
  }

  [[noreturn]] void fail(gpg_error_t error) const {
    const gpg_err_code_t code = ::gpg_err_code(error);
    const std::string reason = ::gpg_strerror(error);
    if (code != GPG_ERR_NO_PIN_ENTRY && code != GPG_ERR_NO_PASSPHRASE) {
      throw Error(Cause::Output, kAgent, "does not sign with key " + fingerprint + ": " + reason);
    }
    throw Error(
        Cause::Output,
        kAgent,
        "key " + fingerprint +
            " is locked, and nobody is asked for its passphrase: give it to the agent beforehand, "
            "with gpg-preset-passphrase --preset " +
            keygrip + " (" + reason + ")");
  }
};

GpgAgent::GpgAgent(const GpgKey& key) : connection_(std::make_unique<Connection>(key)) {
  start_libassuan();
  gpg_error_t error = ::assuan_new(&connection_->context);
  if (error == 0) {
    error = ::assuan_socket_connect(
        connection_->context, key.socket.c_str(), ASSUAN_INVALID_PID, /*flags=*/0);
  }
  if (error != 0) {
    throw Error(
        Cause::Output, kAgent, "cannot be reached at " + key.socket + ": " + ::gpg_strerror(error));
  }
  connection_->send("OPTION pinentry-mode=error");
}

GpgAgent::~GpgAgent() = default;

std::vector<std::string> GpgAgent::sign(const std::string& sha256) {
  connection_->send("SIGKEY " + connection_->keygrip);
  connection_->send("SETHASH --hash=sha256 " + sha256);
  std::string expression;
  connection_->send("PKSIGN", &expression);
  return parse_agent_signature(expression);
}

}  // namespace reposbom::pipeline
