// SPDX-License-Identifier: Apache-2.0
#include "companion/fetch.h"

#include <doctest/doctest.h>

#include "companion/local_sources.h"
#include "companion/verify.h"
#include "tests/support/published_tree.h"
#include "tests/support/sample_disk.h"

namespace fs = std::filesystem;
using namespace reposbom::companion;
using namespace reposbom::tests;
using reposbom::Cause;
using reposbom::Error;
namespace metadata = reposbom::metadata;

namespace {

const std::string kBash = "sets/b/bash/bash-5.1.8-9.el9/";
const std::string kGzip = "sets/g/gzip/gzip-1.12-1.el9/";
const std::string kSpdx = "bash-5.1.8-9.el9.x86_64.spdx.json";

metadata::Package installed(const std::string& nevra, const std::string& source) {
  metadata::Package package = *metadata::parse_nevra(nevra);
  package.source_rpm = source;
  return package;
}

std::vector<metadata::Package> two_packages() {
  return {
      installed("bash-5.1.8-9.el9.x86_64", "bash-5.1.8-9.el9.src.rpm"),
      installed("gzip-1.12-1.el9.x86_64", "gzip-1.12-1.el9.src.rpm")};
}

// Notes what is asked for, and can change or end what is answered.
class WatchedSource : public Source {
 public:
  struct Watch {
    std::vector<std::string> asked = {};
    std::size_t answers = 1000;  // Then the source is lost.
    std::function<void(const std::string& path, Answer&)> change = {};
  };

  WatchedSource(std::unique_ptr<Source> source, Watch& watch)
      : source_(std::move(source)), watch_(watch) {}

  const std::string& name() const override { return source_->name(); }
  Front open(const std::string& etag) override { return source_->open(etag); }
  void read(std::span<const Request> requests, const Take& take) override {
    source_->read(requests, [&](std::size_t i, Answer&& answer) {
      if (watch_.answers-- == 0) throw Error(Cause::TryAgain, name(), "the cable was cut");
      watch_.asked.push_back(requests[i].path);
      if (watch_.change) watch_.change(requests[i].path, answer);
      take(i, std::move(answer));
    });
  }

 private:
  std::unique_ptr<Source> source_;
  Watch& watch_;
};

// A tree, a collection and the first of the test keys, which is trusted.
struct Place {
  explicit Place(const TestKeys& of)
      : keys(of), tree(signers_of(of)), trust({of.openpgp("first")}) {
    fill_sample_tree(tree);
  }

  FetchReport fetch(
      const std::vector<metadata::Package>& packages,
      const std::vector<std::string>& sources,
      const FetchOptions& options = {.suffixes = {".spdx.json"}}) {
    watch.asked.clear();
    Collection collection(output());
    const auto make = [&](const std::string& name) {
      std::unique_ptr<Source> source =
          name.ends_with(".iso") ? image_source(name) : folder_source(name);
      return std::make_unique<WatchedSource>(std::move(source), watch);
    };
    return reposbom::companion::fetch(packages, sources, make, trust, collection, options);
  }
  FetchReport fetch() { return fetch(two_packages(), {tree.path()}); }

  fs::path output() const { return folder / "sbom"; }
  bool has(const std::string& path) const { return fs::exists(output() / path); }
  std::vector<std::string> faults() const {
    return verify_collection(Collection(output()), trust).faults;
  }

  const TestKeys& keys;
  PublishedTree tree;
  Trust trust;
  TemporaryFolder folder = {};
  WatchedSource::Watch watch = {};
};

std::string told(const FetchReport& report) {
  std::string text;
  for (const Trouble& trouble : report.troubles)
    text += trouble.subject + ": " + trouble.message + "\n";
  return text;
}

}  // namespace

TEST_CASE("fetch takes what is installed and nothing else, and nothing twice") {
  const TestKeys* const keys = TestKeys::find();
  if (keys == nullptr) return;
  Place place(*keys);
  const FetchReport report = place.fetch();
  CAPTURE(told(report));
  CHECK(report.troubles.empty());
  CHECK(report.unknown.empty());
  CHECK(report.packages == 2);
  CHECK(report.documents == 2);
  CHECK(report.files == 2 * 5);  // A document, set.json, SHA256SUMS and its two signatures.
  CHECK(read_bytes(place.output() / kBash / kSpdx) == "A document of " + kSpdx + "\n");
  CHECK(place.has(kBash + "set.json"));
  CHECK_FALSE(place.has(kBash + "bash-5.1.8-9.el9.x86_64.cdx.json"));
  CHECK_FALSE(place.has(kBash + "bash-5.1.8-9.el9.src.spdx.json"));
  CHECK_FALSE(place.has("sets/z"));
  CHECK(place.faults().empty());

  CHECK(place.fetch().files == 0);
  CHECK(place.watch.asked.empty());
  // Another format is fetched into the set that is there.
  const FetchReport other =
      place.fetch(two_packages(), {place.tree.path()}, {.suffixes = {".cdx.json", ".spdx.json"}});
  CHECK(other.files == 2);
  CHECK(other.documents == 4);
  CHECK(place.faults().empty());
}

TEST_CASE("fetch names what no source knows, and why") {
  const TestKeys* const keys = TestKeys::find();
  if (keys == nullptr) return;
  Place place(*keys);
  const FetchReport report = place.fetch(
      {installed("bash-5.1.8-9.el9.x86_64", "bash-5.1.8-9.el9.src.rpm"),
       installed("bash-doc-5.1.8-9.el9.x86_64", "bash-5.1.8-9.el9.src.rpm"),
       installed("local-1-1.noarch", "local-1-1.src.rpm"),
       installed("odd-1-1.noarch", "(none)"),
       installed("worse-1-1.noarch", "../worse-1-1.src.rpm")},
      {place.tree.path()});
  CHECK(report.documents == 1);
  CHECK(
      report.unknown ==
      std::vector<std::string>{
          "bash-doc-5.1.8-9.el9.x86_64: its set has no documents of it in these formats",
          "local-1-1.noarch: no source has a set of its source package",
          "odd-1-1.noarch: RPM does not know its source package",
          "worse-1-1.noarch: RPM does not know its source package"});
  CHECK(report.troubles.empty());
}

TEST_CASE("fetch refuses a document that was changed, and keeps the others") {
  const TestKeys* const keys = TestKeys::find();
  if (keys == nullptr) return;
  Place place(*keys);
  damage(place.tree.set("bash-5.1.8-9.el9") / kSpdx);
  const FetchReport report = place.fetch();
  REQUIRE(report.troubles.size() == 1);
  CHECK(report.troubles[0].kind == Trouble::Kind::Untrusted);
  CHECK(contains(told(report), kBash + kSpdx + ": is not what was signed: its SHA-256 is "));
  CHECK_FALSE(place.has(kBash));
  CHECK(place.has(kGzip));
  CHECK(report.unknown.size() == 1);
  CHECK(place.faults().empty());
}

TEST_CASE("fetch refuses a set in the place of another, though each is signed") {
  const TestKeys* const keys = TestKeys::find();
  if (keys == nullptr) return;
  Place place(*keys);
  const fs::path link = place.tree.run() / "sets/b/bash/bash-5.1.8-9.el9";
  fs::remove(link);
  fs::create_symlink(fs::read_symlink(place.tree.run() / "sets/b/bash/bash-5.1.8-6.el9"), link);
  const FetchReport report = place.fetch();
  REQUIRE(report.troubles.size() == 1);
  CHECK(report.troubles[0].kind == Trouble::Kind::Untrusted);
  CHECK(contains(told(report), "bash-5.1.8-9.el9/SHA256SUMS: is not what was signed"));
  CHECK_FALSE(place.has(kBash));
}

TEST_CASE("fetch refuses a run that another key signed, that nobody signed, or that was changed") {
  const TestKeys* const keys = TestKeys::find();
  if (keys == nullptr) return;
  Place place(*keys);
  SUBCASE("by another") {
    place.trust = Trust({keys->openpgp("second")});
  }
  SUBCASE("by another certificate") {
    place.trust = Trust({keys->certificate("second")});
  }
  SUBCASE("by nobody") {
    for (const char* name : {"SHA256SUMS.asc", "SHA256SUMS.p7s"})
      fs::remove(place.tree.run() / name);
  }
  SUBCASE("changed") {
    std::string sums = read_bytes(place.tree.run() / "SHA256SUMS");
    sums.replace(0, 4, "0000");
    write_bytes(place.tree.run() / "SHA256SUMS", sums);
  }
  const FetchReport report = place.fetch();
  CAPTURE(told(report));
  REQUIRE(report.troubles.size() == 1);
  CHECK(report.troubles[0].kind == Trouble::Kind::Untrusted);
  CHECK(contains(told(report), "SHA256SUMS"));
  CHECK(report.files == 0);
  CHECK_FALSE(place.has("sets"));
}

TEST_CASE("fetch trusts a certificate alone as well") {
  const TestKeys* const keys = TestKeys::find();
  if (keys == nullptr) return;
  Place place(*keys);
  place.trust = Trust({keys->certificate("first")});
  CHECK(place.fetch().documents == 2);
  CHECK(place.faults().empty());
}

TEST_CASE("fetch refuses to go back to an older run, unless it is told to") {
  const TestKeys* const keys = TestKeys::find();
  if (keys == nullptr) return;
  Place place(*keys);
  const std::int64_t now = PublishedTree::kTime;
  place.tree.add_set("bash", "bash-5.1.8-9.el9", {{.nevra = "bash-5.1.8-9.el9.x86_64"}}, "New");
  place.tree.publish("20250101T000000Z", now + 1000);
  CHECK(place.fetch().documents == 2);
  CHECK(read_bytes(place.output() / kBash / kSpdx).starts_with("New"));

  fs::remove(place.tree.path() / "current");
  fs::create_symlink("runs/20240610T000000Z", place.tree.path() / "current");
  const FetchReport report = place.fetch();
  REQUIRE(report.troubles.size() == 1);
  CHECK(report.troubles[0].kind == Trouble::Kind::Untrusted);
  CHECK(
      contains(told(report), "gives a run signed at 2024-06-10T00:00:00Z, older than the one of"));
  CHECK(read_bytes(place.output() / kBash / kSpdx).starts_with("New"));

  const FetchReport back = place.fetch(
      two_packages(), {place.tree.path()}, {.suffixes = {".spdx.json"}, .allow_older = true});
  CHECK(back.troubles.empty());
  CHECK(read_bytes(place.output() / kBash / kSpdx).starts_with("A document"));
  CHECK(place.fetch().troubles.empty());
}

TEST_CASE("fetch exchanges a set that was made anew as a whole, and fetches only that") {
  const TestKeys* const keys = TestKeys::find();
  if (keys == nullptr) return;
  Place place(*keys);
  const FetchOptions both{.suffixes = {".spdx.json", ".cdx.json"}};
  const std::string cyclonedx = kBash + "bash-5.1.8-9.el9.x86_64.cdx.json";
  CHECK(place.fetch(two_packages(), {place.tree.path()}, both).documents == 4);
  place.tree.add_set("bash", "bash-5.1.8-9.el9", {{.nevra = "bash-5.1.8-9.el9.x86_64"}}, "New");
  place.tree.publish("20250101T000000Z", PublishedTree::kTime + 1);

  // As long as one of its files is not right, the old set stays.
  place.watch.change = [&](const std::string& path, Answer& answer) {
    if (path == cyclonedx) answer.bytes += " ";
  };
  FetchReport report = place.fetch(two_packages(), {place.tree.path()}, both);
  CHECK(report.troubles.size() == 1);
  CHECK(read_bytes(place.output() / kBash / kSpdx).starts_with("A document"));
  CHECK(place.faults().empty());
  place.watch.change = {};

  // What had come is not fetched again.
  report = place.fetch(two_packages(), {place.tree.path()}, both);
  CHECK(report.troubles.empty());
  REQUIRE(place.watch.asked.size() == 1);
  CHECK(place.watch.asked[0] == cyclonedx);
  CHECK(read_bytes(place.output() / kBash / kSpdx).starts_with("New"));
  CHECK(read_bytes(place.output() / cyclonedx).starts_with("New"));
  CHECK(place.faults().empty());
}

TEST_CASE("fetch goes on where it was cut off") {
  const TestKeys* const keys = TestKeys::find();
  if (keys == nullptr) return;
  Place place(*keys);
  std::size_t fetched = 0;
  for (std::size_t answers = 0; answers != 4; ++answers) {
    place.watch.answers = 3;
    const FetchReport report = place.fetch();
    fetched += report.files;
    if (report.troubles.empty()) break;
    CHECK(report.troubles[0].kind == Trouble::Kind::Unreachable);
    CHECK(place.faults().empty());
  }
  CHECK(fetched == 10);
  CHECK(place.has(kBash + kSpdx));
  CHECK(place.has(kGzip));
}

TEST_CASE("fetch reads a companion disk, mounted or in its image, and after it the next source") {
  const TestKeys* const keys = TestKeys::find();
  if (keys == nullptr) return;
  if (!has_programs("bsdtar")) {
    MESSAGE("skipped: no bsdtar");
    return;
  }
  Place place(*keys);
  const fs::path image = place.folder / "disk.iso";
  make_disk(place.tree, image);
  std::string disk = image.string();
  SUBCASE("image") {}
  SUBCASE("mounted") {
    unpack(image, place.folder / "disk");
    disk = (place.folder / "disk").string();
  }
  // The disk has all of bash and nothing of gzip.
  FetchReport report = place.fetch(two_packages(), {disk});
  CAPTURE(told(report));
  CHECK(report.troubles.empty());
  CHECK(report.documents == 1);
  CHECK(report.unknown.size() == 1);
  CHECK(place.has(kBash + kSpdx));
  CHECK(place.faults().empty());

  report = place.fetch(two_packages(), {disk, place.tree.path()});
  CHECK(report.unknown.empty());
  CHECK(report.documents == 2);
  for (const std::string& path : place.watch.asked)
    CHECK(path.starts_with(kGzip));

  // What is not there is passed over, and told.
  report = place.fetch(two_packages(), {(place.folder / "none").string(), place.tree.path()});
  CHECK(report.unknown.empty());
  REQUIRE(report.troubles.size() == 1);
  CHECK(report.troubles[0].kind == Trouble::Kind::Unreachable);
}

TEST_CASE("fetch does not exchange a set for that of an older disk") {
  const TestKeys* const keys = TestKeys::find();
  if (keys == nullptr) return;
  Place place(*keys);
  const fs::path image = place.folder / "disk.iso";
  make_disk(place.tree, image);
  place.tree.add_set("bash", "bash-5.1.8-9.el9", {{.nevra = "bash-5.1.8-9.el9.x86_64"}}, "New");
  place.tree.publish("20250101T000000Z", PublishedTree::kTime + 1000);
  CHECK(place.fetch().documents == 2);

  FetchReport report = place.fetch(two_packages(), {image.string()});
  CHECK(report.documents == 1);
  CHECK(report.files == 0);
  CHECK(read_bytes(place.output() / kBash / kSpdx).starts_with("New"));
  // Another format of it has to come from where it is from.
  report =
      place.fetch(two_packages(), {image.string(), place.tree.path()}, {.suffixes = {".cdx.json"}});
  CHECK(report.troubles.empty());
  CHECK(report.unknown.empty());
  CHECK(place.has(kBash + "bash-5.1.8-9.el9.x86_64.cdx.json"));
  CHECK(place.faults().empty());
}

TEST_CASE("verify_collection finds what was changed, added or is signed by nobody") {
  const TestKeys* const keys = TestKeys::find();
  if (keys == nullptr) return;
  Place place(*keys);
  place.fetch();
  const auto expect = [&](const std::string& text) {
    const std::vector<std::string> faults = place.faults();
    REQUIRE(faults.size() == 1);
    CAPTURE(faults[0]);
    CHECK(contains(faults[0], text));
  };
  const fs::path set = place.output() / kBash;
  SUBCASE("changed") {
    damage(set / kSpdx);
    expect(kSpdx + ": is not what its SHA256SUMS says");
  }
  SUBCASE("added") {
    write_bytes(set / "bash-5.1.8-9.el9.i686.spdx.json", "more");
    expect("i686.spdx.json: is not listed");
  }
  SUBCASE("robbed") {
    fs::remove(set / "SHA256SUMS");
    expect("has no SHA256SUMS");
  }
  SUBCASE("alone") {
    fs::remove_all(place.output() / "runs");
    CHECK(place.faults().empty());  // A set is signed itself.
    fs::remove(set / "SHA256SUMS.asc");
    expect("SHA256SUMS: is neither signed by a key that is trusted here nor listed");
  }
  SUBCASE("run") {
    const fs::path runs = place.output() / "runs";
    damage(fs::directory_iterator(runs)->path() / "SHA256SUMS");
    expect("SHA256SUMS.asc: ");
  }
}

TEST_CASE("a collection that is in use is left alone") {
  const TestKeys* const keys = TestKeys::find();
  if (keys == nullptr) return;
  Place place(*keys);
  Collection other(place.output());
  other.lock();
  const Thrown thrown = thrown_by([&] { place.fetch(); });
  CHECK(thrown.cause == Cause::TryAgain);
  CHECK(thrown.says("another sbomget is writing there"));
}

TEST_CASE("a file that cannot be written whole spoils no set that is there") {
  const TestKeys* const keys = TestKeys::find();
  if (keys == nullptr) return;
  Place place(*keys);
  CHECK(place.fetch().documents == 2);
  place.tree.add_set("bash", "bash-5.1.8-9.el9", {{.nevra = "bash-5.1.8-9.el9.x86_64"}}, "New");
  place.tree.publish("20250101T000000Z", PublishedTree::kTime + 1);
  place.watch.change = [&](const std::string& path, Answer&) {
    if (path.ends_with(kSpdx)) fs::create_directories(place.output() / ".partial" / path);
  };
  CHECK(thrown_by([&] { place.fetch(); }).cause == Cause::Output);
  CHECK(read_bytes(place.output() / kBash / kSpdx).starts_with("A document"));
  CHECK(place.faults().empty());

  place.watch.change = {};
  fs::remove_all(place.output() / ".partial" / kBash / kSpdx);
  CHECK(place.fetch().troubles.empty());
  CHECK(read_bytes(place.output() / kBash / kSpdx).starts_with("New"));
}

TEST_CASE("a signature that did not come is asked for again, one that is not there is not missed") {
  const TestKeys* const keys = TestKeys::find();
  if (keys == nullptr) return;
  Place place(*keys);
  place.watch.change = [](const std::string& path, Answer& answer) {
    if (path == kBash + "SHA256SUMS.asc") answer = {Answer::State::Failed, {}, "broken off"};
    if (path == kGzip + "SHA256SUMS.asc") answer = {Answer::State::Absent, {}, {}};
  };
  const FetchReport report = place.fetch();
  REQUIRE(report.troubles.size() == 1);
  CHECK(report.troubles[0].kind == Trouble::Kind::Incomplete);
  CHECK_FALSE(place.has(kBash));
  CHECK(place.has(kGzip));
  place.watch.change = {};
  CHECK(place.fetch().troubles.empty());
  CHECK(place.has(kBash + "SHA256SUMS.asc"));
}

TEST_CASE("a run that was kept and damaged is asked for again") {
  const TestKeys* const keys = TestKeys::find();
  if (keys == nullptr) return;
  Place place(*keys);
  CHECK(place.fetch().documents == 2);
  const fs::path run = fs::directory_iterator(place.output() / "runs")->path();
  SUBCASE("changed") {
    damage(run / "SHA256SUMS");
  }
  SUBCASE("without signatures") {
    fs::remove(run / "SHA256SUMS.asc");
    fs::remove(run / "SHA256SUMS.p7s");
  }
  CHECK(place.fetch().troubles.empty());
  CHECK(place.faults().empty());
  CHECK(fs::exists(run / "SHA256SUMS.asc"));
}

TEST_CASE("what a disk links to elsewhere is not read") {
  const TestKeys* const keys = TestKeys::find();
  if (keys == nullptr) return;
  Place place(*keys);
  const fs::path secret = place.folder / "secret";
  write_bytes(secret, "of root alone");
  const fs::path set = place.tree.set("bash-5.1.8-9.el9");
  for (const fs::path& file : {set / "SHA256SUMS.p7s", place.tree.run() / "SHA256SUMS.p7s"}) {
    fs::remove(file);
    fs::create_symlink(secret, file);
  }
  place.trust = Trust({keys->openpgp("first")});
  CHECK(place.fetch().troubles.empty());
  for (const auto& entry : fs::recursive_directory_iterator(place.output())) {
    CAPTURE(entry.path());
    if (entry.is_regular_file()) CHECK(read_bytes(entry.path()) != "of root alone");
  }
}

TEST_CASE("a set by an earlier key is good as long as a run vouches for it") {
  const TestKeys* const keys = TestKeys::find();
  if (keys == nullptr) return;
  Place place(*keys);
  const fs::path set = place.tree.set("bash-5.1.8-9.el9");
  write_bytes(
      set / "SHA256SUMS.asc",
      keys->openpgp_signer("second")->sign(read_bytes(set / "SHA256SUMS"), PublishedTree::kTime));
  place.trust = Trust({keys->openpgp("first")});
  CHECK(place.fetch().troubles.empty());
  CHECK(place.faults().empty());
}
