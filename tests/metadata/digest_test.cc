// SPDX-License-Identifier: Apache-2.0
#include "metadata/digest.h"

#include <fstream>
#include <thread>
#include <vector>

#include <doctest/doctest.h>
#include <unistd.h>

#include "metadata/error.h"

using namespace reposbom::metadata;

TEST_CASE("digest gives the published values for \"abc\"") {
  CHECK(digest(ChecksumType::Md5, "abc") == "900150983cd24fb0d6963f7d28e17f72");
  CHECK(digest(ChecksumType::Sha1, "abc") == "a9993e364706816aba3e25717850c26c9cd0d89d");
  CHECK(
      digest(ChecksumType::Sha224, "abc") ==
      "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7");
  CHECK(sha256("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(
      digest(ChecksumType::Sha384, "abc") ==
      "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca1"
      "34c825a7");
  CHECK(
      digest(ChecksumType::Sha512, "abc") ==
      "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23"
      "a3feebbd454d4423643ce80e2a9ac94fa54ca49f");
}

TEST_CASE("digest of nothing is that of no bytes") {
  CHECK(sha256("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST_CASE("a Hasher gives the same however the bytes are cut") {
  const std::string bytes(100'000, 'x');
  Hasher hasher(ChecksumType::Sha256);
  for (std::size_t at = 0; at < bytes.size(); at += 777) {
    hasher.update(std::string_view(bytes).substr(at, 777));
  }
  CHECK(hasher.hex() == sha256(bytes));
}

TEST_CASE("a Hasher moved to another name goes on") {
  Hasher first(ChecksumType::Sha1);
  first.update("a");
  Hasher second = std::move(first);
  second.update("bc");
  CHECK(second.hex() == digest(ChecksumType::Sha1, "abc"));
}

TEST_CASE("digest gives the same in many threads") {
  std::vector<std::thread> threads;
  std::vector<std::string> digests(8);
  for (std::size_t i = 0; i < digests.size(); ++i) {
    threads.emplace_back([&digests, i] {
      for (int round = 0; round < 200; ++round)
        digests[i] = sha256("abc");
    });
  }
  for (std::thread& thread : threads)
    thread.join();
  for (const std::string& each : digests)
    CHECK(each == sha256("abc"));
}

TEST_CASE("digest_file reads the whole file") {
  const auto path =
      std::filesystem::temp_directory_path() / ("reposbom-digest-" + std::to_string(::getpid()));
  const std::string bytes(300'000, '\xfe');
  std::ofstream(path, std::ios::binary) << bytes;
  const Checksum checksum = digest_file(ChecksumType::Sha512, path);
  std::filesystem::remove(path);
  CHECK(checksum == Checksum{ChecksumType::Sha512, digest(ChecksumType::Sha512, bytes)});
}

TEST_CASE("digest_file names a file that it cannot read") {
  CHECK_THROWS_WITH_AS(
      digest_file(ChecksumType::Sha256, "/nonexistent/file"),
      "/nonexistent/file: cannot open: No such file or directory",
      reposbom::Error);
  CHECK_THROWS_AS(digest_file(ChecksumType::Sha256, "/"), reposbom::Error);
}

// The first is the example of RFC 4122's errata and of Python's documentation, the second
// is from RFC 9562, appendix A.4.
TEST_CASE("uuid_v5 gives the published values") {
  const char* dns = "6ba7b810-9dad-11d1-80b4-00c04fd430c8";
  CHECK(uuid_v5(dns, "python.org") == "886313e1-3b8a-5372-9b90-0c9aee199e5d");
  CHECK(uuid_v5(dns, "www.example.com") == "2ed6657d-e927-568b-95e1-2665a8aea6a2");
  CHECK(
      uuid_v5("6BA7B810-9DAD-11D1-80B4-00C04FD430C8", "python.org") == uuid_v5(dns, "python.org"));
}

TEST_CASE("uuid_v5 refuses a namespace that is no UUID") {
  for (const char* space :
       {"",
        "6ba7b810",
        "6ba7b810-9dad-11d1-80b4-00c04fd430c",
        "6ba7b810-9dad-11d1-80b4-00c04fd430cg",
        "6ba7b810a9dad-11d1-80b4-00c04fd430c8"}) {
    CAPTURE(space);
    CHECK_THROWS_AS(uuid_v5(space, "x"), reposbom::Error);
  }
}
