// SPDX-License-Identifier: Apache-2.0
//
// The demonstration authority of companion/server, made once for all tests: a server's
// certificate for 127.0.0.1 and those of clients.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include <doctest/doctest.h>

#include "tests/support/published_tree.h"

namespace reposbom::tests {

class DemoCa {
 public:
  // Null where openssl is missing; the test then says so.
  static const DemoCa* find() {
    static const bool has_openssl = has_programs("openssl");
    static const std::unique_ptr<DemoCa> authority(has_openssl ? new DemoCa : nullptr);
    if (authority == nullptr) MESSAGE("skipped: no openssl");
    return authority.get();
  }

  fs::path file(const std::string& name) const { return folder_ / name; }
  fs::path certificate(const std::string& client) const { return client_file(client, ".pem"); }
  fs::path key(const std::string& client) const { return client_file(client, ".key"); }
  fs::path client_file(const std::string& client, const std::string& suffix) const {
    return folder_ / ("clients/" + client + suffix);
  }

 private:
  // alice may ask, late has expired; stranger is of another authority.
  DemoCa() {
    const std::string tool =
        quoted(fs::path(REPOSBOM_SOURCE_DIR) / "companion/server/make-demo-ca");
    const Ran made = run_shell(
        "cd " + quoted(folder_.path()) + " && " + tool + " . && " + tool + " . --client alice && " +
        tool + " . --client late 20210101000000Z && " + tool + " other && " + tool +
        " other --client stranger && mv other/clients/* clients/" +
        " && cat server.pem server.key >both.pem");
    INFO(made.output);
    REQUIRE(made.code == 0);
  }

  TemporaryFolder folder_ = {};
};

}  // namespace reposbom::tests
