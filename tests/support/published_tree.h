// SPDX-License-Identifier: Apache-2.0
//
// A published tree written by hand: its documents are any text, but its digests,
// links, indexes and signatures are real. And the keys for that, made with gpg and
// openssl once for all tests.
#pragma once

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "metadata/digest.h"
#include "metadata/error.h"
#include "pipeline/signers.h"
#include "pipeline/tree.h"

namespace reposbom::tests {

namespace fs = std::filesystem;

inline std::string read_bytes(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  REQUIRE(stream);
  return {std::istreambuf_iterator<char>(stream), {}};
}

inline void write_bytes(const fs::path& file, const std::string& bytes) {
  fs::create_directories(file.parent_path());
  std::ofstream stream(file, std::ios::binary);
  stream << bytes;
  REQUIRE(stream.flush());
}

// Changes the last byte of a file.
inline void damage(const fs::path& file) {
  std::string bytes = read_bytes(file);
  REQUIRE(!bytes.empty());
  bytes.back() = bytes.back() == 'x' ? 'y' : 'x';
  write_bytes(file, bytes);
}

class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (fs::temp_directory_path() / "reposbom-test-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    folder_ = name;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const fs::path& path() const { return folder_; }
  fs::path operator/(const std::string& name) const { return folder_ / name; }

 private:
  fs::path folder_ = {};
};

inline std::string quoted(const fs::path& path) {
  return "'" + path.string() + "'";
}

// The exit code of a shell command; what it prints goes to `output`.
struct Ran {
  int code = -1;
  std::string output = {};
};
inline Ran run_shell(const std::string& command) {
  const TemporaryFolder folder;
  const std::string line =
      "{ " + command + "\n} >" + quoted(folder / "output") + " 2>&1 </dev/null";
  const int status = std::system(line.c_str());
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, read_bytes(folder / "output")};
}

inline bool has_programs(const std::string& names) {
  return run_shell("for name in " + names + "; do command -v \"$name\" || exit 1; done").code == 0;
}

// Secret keys and their public halves: "first" and "second" (OpenPGP), "first" and "second"
// (X.509).
class TestKeys {
 public:
  // Null where gpg or openssl is missing; the test then says so.
  static const TestKeys* find() {
    static const bool is_possible = has_programs("gpg gpgconf gpgv openssl");
    static const std::unique_ptr<TestKeys> keys(is_possible ? new TestKeys : nullptr);
    if (keys == nullptr) MESSAGE("skipped: no gpg, gpgv or openssl");
    return keys.get();
  }

  // Runs after doctest's end, so without its checks.
  ~TestKeys() {
    const std::string home = "GNUPGHOME=" + quoted(folder_.path());
    (void)std::system((home + " gpgconf --kill all >/dev/null 2>&1").c_str());
  }

  fs::path openpgp(const std::string& name) const { return folder_ / (name + ".asc"); }
  fs::path certificate(const std::string& name) const { return folder_ / (name + ".crt.pem"); }

  std::unique_ptr<pipeline::Signer> openpgp_signer(const std::string& name) const {
    return pipeline::make_openpgp_signer(folder_ / (name + ".secret.asc"), std::nullopt);
  }
  std::unique_ptr<pipeline::Signer> cms_signer(const std::string& name) const {
    return pipeline::make_cms_signer(folder_ / (name + ".key.pem"), certificate(name));
  }

 private:
  TestKeys() {
    for (const std::string name : {"first", "second"}) {
      const Ran made = run_shell(
          "cd " + quoted(folder_.path()) + " && export GNUPGHOME=$PWD && name=" + name +
          " && gpg='gpg --batch --quiet --faked-system-time 20200101T000000"
          " --pinentry-mode loopback --passphrase='"
          " && $gpg --quick-gen-key $name ed25519 sign never"
          " && $gpg --armor --output $name.secret.asc --export-secret-keys $name"
          " && $gpg --armor --output $name.asc --export $name"
          " && openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=$name"
          " -keyout $name.key.pem -out $name.crt.pem");
      INFO(made.output);
      REQUIRE(made.code == 0);
    }
  }

  TemporaryFolder folder_ = {};
};

// A package of a set. Its documents are "<nvra>.spdx.json" and "<nvra>.cdx.json".
struct TestPackage {
  std::string nevra = {};
  std::string stem = {};  // NEVRA if empty.
  std::string pkgid = {};
  pipeline::State state = pipeline::State::Current;
};

class PublishedTree {
 public:
  using Signers = pipeline::Signers;

  static constexpr std::int64_t kTime = 1717977600;  // 2024-06-10

  explicit PublishedTree(Signers signers = {}) : signers_(std::move(signers)) {}

  fs::path path() const { return folder_ / "tree"; }
  fs::path run() const { return path() / "runs" / run_; }
  const Signers& signers() const { return signers_; }

  // The folder of a set in the store, by the name of its build.
  fs::path set(const std::string& build) const {
    return path() / pipeline::store_path(sets_.at(build).digest);
  }

  // `source` is the name of the source package; `content` goes into each document.
  void add_set(
      const std::string& source,
      const std::string& build,
      const std::vector<TestPackage>& packages,
      const std::string& content = "A document") {
    const std::string digest = metadata::sha256(build + content);
    const fs::path folder = path() / pipeline::store_path(digest);
    std::vector<std::string> stems = {build + ".src"};
    for (const TestPackage& package : packages) {
      const std::string stem = package.stem.empty() ? package.nevra : package.stem;
      stems.push_back(stem);
      index_.packages.push_back(
          {.nevra = package.nevra,
           .arch = "x86_64",
           .pkgid = package.pkgid,
           .stem = stem,
           .build = build,
           .source_name = source,
           .set = digest,
           .uuid = digest.substr(0, 36),
           .state = package.state,
           .time = kTime});
    }
    for (const std::string& stem : stems) {
      for (const std::string& suffix : kSuffixes)
        write_bytes(folder / (stem + suffix), content + " of " + stem + suffix + "\n");
    }
    write_bytes(folder / "set.json", "{\"signatures\": " + std::to_string(signers_.size()) + "}\n");
    seal(folder, names_in(folder));
    sets_[build] = {source, digest};
  }

  // Makes a run of all sets so far, and makes it the current one.
  void publish(const std::string& name = "20240610T000000Z", std::int64_t time = kTime) {
    run_ = name;
    std::vector<std::string> names = {"index.json", "releases/almalinux-9.4.spdx.json"};
    index_.run = name;
    index_.distribution = "almalinux-9.4";
    index_.suffixes = kSuffixes;
    write_bytes(run() / "index.json", pipeline::write_index(index_));
    write_bytes(run() / names[1], "The release of run " + name + "\n");
    for (const auto& [build, set] : sets_) {
      const fs::path link = metadata::set_path(set.source, build);
      fs::create_directories((run() / link).parent_path());
      fs::create_symlink(pipeline::set_link_target(set.digest), run() / link);
      names.push_back((link / "SHA256SUMS").string());
    }
    seal(run(), names, time);
    for (const pipeline::PublicKeyFile& key : pipeline::public_key_files(signers_))
      write_bytes(path() / "keys" / key.name, key.bytes);
    fs::remove(path() / "current");
    fs::create_symlink(fs::path("runs") / name, path() / "current");
  }

  // Writes SHA256SUMS over the named files and signs it.
  void seal(
      const fs::path& folder, std::vector<std::string> names, std::int64_t time = kTime) const {
    std::sort(names.begin(), names.end());
    std::vector<metadata::Sum> sums;
    for (const std::string& name : names)
      sums.push_back({metadata::sha256(read_bytes(folder / name)), name});
    const std::string text = metadata::write_sums(sums);
    write_bytes(folder / "SHA256SUMS", text);
    const std::vector<std::string> signatures = pipeline::signature_names(signers_);
    for (std::size_t i = 0; i != signatures.size(); ++i)
      write_bytes(folder / signatures[i], signers_[i]->sign(text, time));
  }

 private:
  inline static const std::vector<std::string> kSuffixes = {".spdx.json", ".cdx.json"};

  struct Set {
    std::string source = {};
    std::string digest = {};
  };

  static std::vector<std::string> names_in(const fs::path& folder) {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder))
      names.push_back(entry.path().filename().string());
    return names;
  }

  TemporaryFolder folder_ = {};
  Signers signers_;
  std::string run_ = {};
  pipeline::Index index_ = {};
  std::map<std::string, Set> sets_ = {};
};

// What a call throws; `message` is empty if nothing.
struct Thrown {
  std::optional<Cause> cause = {};
  std::string message = {};

  bool says(const std::string& text) const { return message.find(text) != std::string::npos; }
};
template <class Call>
Thrown thrown_by(const Call& call) {
  try {
    call();
  } catch (const Error& error) {
    return {error.cause(), error.what()};
  }
  return {};
}

}  // namespace reposbom::tests
