// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <string_view>

#include <fcntl.h>
#include <openssl/evp.h>
#include <sys/stat.h>
#include <unistd.h>

#include "metadata/error.h"
#include "tests/bench/floor_measure.h"

namespace reposbom::bench {
namespace {

// All files get their bytes from one buffer, which stays in the processor's cache.
constexpr std::size_t kBufferSize = std::size_t{256} << 10U;
// What an OpenPGP signature signs is a digest.
constexpr std::size_t kSignedBytes = 32;

// Text that no file system can store as nothing.
std::string make_buffer() {
  std::string buffer(kBufferSize, ' ');
  std::uint32_t state = 1;
  for (char& c : buffer) {
    state = state * 1664525U + 1013904223U;
    c = static_cast<char>('0' + (state >> 25U) % 75U);
  }
  return buffer;
}

// Calls `take` with parts of the buffer that make up `size` bytes.
template <typename Take>
void in_parts(std::string_view buffer, std::uint64_t size, const Take& take) {
  while (size != 0) {
    const std::string_view part = buffer.substr(0, std::min<std::uint64_t>(size, buffer.size()));
    take(part);
    size -= part.size();
  }
}

// Calls `take` with every file of the units that the counter gives to this thread.
template <typename Take>
void each_file(const Model& model, Counter& next, const Take& take) {
  for (std::size_t i = next++; i < model.units.size(); i = next++)
    for (std::size_t k = model.units[i].first; k != model.units[i].last; ++k)
      take(model.files[k]);
}

[[noreturn]] void fail_write(const std::string& path) {
  throw Error(Cause::Output, path, std::strerror(errno));
}

class Folder {
 public:
  explicit Folder(const std::filesystem::path& path)
      : descriptor_(::open(path.c_str(), O_DIRECTORY)) {
    if (descriptor_ < 0) fail_write(path.string());
  }
  ~Folder() { ::close(descriptor_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  void make(const std::string& path) const {
    if (::mkdirat(descriptor_, path.c_str(), 0777) != 0) fail_write(path);
  }

  void write(const ModelFile& model, std::string_view buffer) const {
    const int file =
        ::openat(descriptor_, model.path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (file < 0) fail_write(model.path);
    in_parts(buffer, model.size, [&](std::string_view part) {
      while (!part.empty()) {
        const ssize_t written = ::write(file, part.data(), part.size());
        if (written < 0) fail_write(model.path);
        part.remove_prefix(static_cast<std::size_t>(written));
      }
    });
    if (::close(file) != 0) fail_write(model.path);
  }

  void sync() const {
    if (::syncfs(descriptor_) != 0) fail_write("syncfs");
  }

 private:
  int descriptor_;
};

struct ContextFree {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
struct DigestFree {
  void operator()(EVP_MD* digest) const { EVP_MD_free(digest); }
};
struct KeyFree {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
using Context = std::unique_ptr<EVP_MD_CTX, ContextFree>;

void expect(bool is_right, const std::string& what) {
  if (!is_right) throw Error(Cause::Output, "libcrypto", what + " failed");
}

}  // namespace

Part write_floor(const Model& model, const std::filesystem::path& folder, unsigned threads) {
  const Folder root(folder);
  const std::string buffer = make_buffer();
  return measure("write", [&](Part& part) {
    for (const std::string& inner : model.inner_folders)
      root.make(inner);
    on_threads(threads, [&](Counter& next) {
      for (std::size_t i = next++; i < model.leaf_folders.size(); i = next++)
        root.make(model.leaf_folders[i]);
    });
    on_threads(threads, [&](Counter& next) {
      each_file(model, next, [&](const ModelFile& file) { root.write(file, buffer); });
    });
    part.counts = {
        {"files", model.files.size()},
        {"folders", model.inner_folders.size() + model.leaf_folders.size()},
        {"bytes", model.bytes},
        {"links", model.links}};
  });
}

Part sync_floor(const std::filesystem::path& folder) {
  const Folder root(folder);
  return measure("sync", [&](Part&) { root.sync(); });
}

Part hash_floor(const Model& model, unsigned threads) {
  const std::string buffer = make_buffer();
  const std::unique_ptr<EVP_MD, DigestFree> sha256(EVP_MD_fetch(nullptr, "SHA256", nullptr));
  expect(sha256 != nullptr, "EVP_MD_fetch");
  const auto hash = [&](EVP_MD_CTX* context, std::uint64_t size) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest = {};
    expect(EVP_DigestInit_ex2(context, sha256.get(), nullptr) == 1, "EVP_DigestInit");
    in_parts(buffer, size, [&](std::string_view part) {
      expect(EVP_DigestUpdate(context, part.data(), part.size()) == 1, "EVP_DigestUpdate");
    });
    expect(EVP_DigestFinal_ex(context, digest.data(), nullptr) == 1, "EVP_DigestFinal");
  };
  return measure("hash", [&](Part& part) {
    on_threads(threads, [&](Counter& next) {
      const Context context(EVP_MD_CTX_new());
      each_file(model, next, [&](const ModelFile& file) { hash(context.get(), file.size); });
    });
    part.counts = {{"files", model.files.size()}, {"bytes", model.bytes}};
  });
}

Part sign_floor(const Model& model, unsigned threads) {
  const std::string buffer = make_buffer();
  const std::unique_ptr<EVP_PKEY, KeyFree> key(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
  expect(key != nullptr, "making an Ed25519 key");
  const auto sign = [&](EVP_MD_CTX* context) {
    std::array<unsigned char, 64> signature = {};
    std::size_t size = signature.size();
    const auto* const bytes = reinterpret_cast<const unsigned char*>(buffer.data());
    expect(EVP_MD_CTX_reset(context) == 1, "EVP_MD_CTX_reset");
    expect(
        EVP_DigestSignInit(context, nullptr, nullptr, nullptr, key.get()) == 1,
        "EVP_DigestSignInit");
    expect(
        EVP_DigestSign(context, signature.data(), &size, bytes, kSignedBytes) == 1,
        "EVP_DigestSign");
  };
  return measure("sign", [&](Part& part) {
    on_threads(threads, [&](Counter& next) {
      const Context context(EVP_MD_CTX_new());
      for (std::size_t i = next++; i < model.signatures; i = next++)
        sign(context.get());
    });
    part.counts = {{"signatures", model.signatures}};
  });
}

}  // namespace reposbom::bench
