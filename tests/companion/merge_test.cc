// SPDX-License-Identifier: Apache-2.0
#include "companion/merge.h"

#include <map>
#include <set>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "generators/json_reader.h"
#include "metadata/sums.h"
#include "tests/support/fetched_set.h"
#include "tests/support/rpm_machine.h"

using namespace reposbom::companion;
using namespace reposbom::tests;
using reposbom::Cause;
using reposbom::generators::Format;
using reposbom::generators::JsonObject;
using reposbom::generators::read_json;

namespace {

using Texts = std::vector<std::string>;

constexpr const char* kAlma =
    "ID=almalinux\nNAME=AlmaLinux\nVERSION_ID=9.4\nCPE_NAME=cpe:/o:almalinux:almalinux:9\n";

std::vector<fs::path> installed() {
  return {
      fixture_rpm("BaseOS", "quillsh-5.1.8-9.el9.x86_64"),
      fixture_rpm("BaseOS", "horizonc-2.34-100.el9.x86_64"),
      fixture_rpm("BaseOS", "zephyr-utils-1.0-14.el9.x86_64")};
}

const fs::path& quillsh() {
  static const fs::path rpm = installed()[0];
  return rpm;
}

struct Merged {
  MergeSummary summary = {};
  std::string text = {};
};

Merged merge_to(const MergeRequest& request) {
  Merged merged;
  merged.summary = merge(request, [&](std::string_view bytes) { merged.text += bytes; });
  return merged;
}

// A component of a CycloneDX document.
struct Component {
  std::string nevra = {};
  std::string supplier = {};
  std::string license = {};
  std::string link = {};  // BOM-Link to its build document.
  std::string note = {};  // Why nothing was published of it.
};

struct Bom {
  std::string root = {};  // "name version".
  std::string timestamp = {};
  std::map<std::string, Component> components = {};         // By name.
  std::map<std::string, std::set<std::string>> needs = {};  // Names by name.
  std::string unknown = {};  // Of how many packages the dependencies are not known.
};

Component read_component(const JsonObject& json) {
  Component component;
  std::map<std::string, std::string> parts;
  json.each("properties", [&](const JsonObject& property) {
    parts[property.text("name")] = property.text("value");
  });
  component.nevra =
      json.text("name") + "-" + json.text("version") + "." + parts["almalinux:package:arch"];
  component.note = parts["package:rpm:rpmdatabase"];
  component.license = parts["package:rpm:license"];
  json.object("supplier", [&](const JsonObject& each) { component.supplier = each.text("name"); });
  json.each("externalReferences", [&](const JsonObject& each) {
    if (each.text("type") == "bom") component.link = each.text("url");
  });
  return component;
}

Bom read_bom(const std::string& text) {
  Bom bom;
  read_json(text, "document", [&](const JsonObject& json) {
    std::map<std::string, std::string> names;
    json.object("metadata", [&](const JsonObject& each) {
      bom.timestamp = each.text("timestamp");
      each.object("component", [&](const JsonObject& root) {
        bom.root = root.text("name") + " " + root.text("version");
      });
    });
    json.each("components", [&](const JsonObject& each) {
      names[each.text("bom-ref")] = each.text("name");
      bom.components[each.text("name")] = read_component(each);
    });
    json.each("dependencies", [&](const JsonObject& each) {
      for (const std::string& ref : each.texts("dependsOn"))
        bom.needs[names[each.text("ref")]].insert(names[ref]);
    });
    json.each("compositions", [&](const JsonObject& each) {
      const std::size_t count = each.texts("dependencies").size();
      if (each.text("aggregate") == "unknown") bom.unknown += std::to_string(count);
    });
  });
  return bom;
}

MergeRequest request_for(const RpmMachine& machine, const TemporaryFolder& fetched) {
  return {
      .installed = {.root = machine.root()},
      .folder = fetched.path(),
      .format = Format::CyclonedxJson,
      .version = "1.0"};
}

}  // namespace

TEST_CASE("fixtures: merge has exactly what is installed, and says what was published of it") {
  if (!RpmMachine::is_possible()) return;
  const RpmMachine machine(installed());
  write_bytes(machine.root() / "etc/os-release", kAlma);
  const TemporaryFolder fetched;
  write_fetched_set(fetched.path(), {quillsh()});
  const auto [summary, text] = merge_to(request_for(machine, fetched));
  CHECK(summary.document_name == "almalinux-9.4-machine");
  CHECK(summary.packages == 3);
  CHECK(summary.published == 1);
  const std::string reason = "no SBOM of its build was fetched";
  CHECK(
      summary.others ==
      Texts{
          "horizonc-2.34-100.el9.x86_64: " + reason, "zephyr-utils-1.0-14.el9.x86_64: " + reason});
  CHECK(summary.refused.empty());

  Bom bom = read_bom(text);
  CHECK(bom.root == "almalinux 9.4");
  Texts nevras;
  for (const auto& [name, component] : bom.components)
    nevras.push_back(component.nevra);
  CHECK(nevras == machine.query("%{NEVRA}"));
  CHECK(bom.components["quillsh"].note.empty());
  CHECK(bom.components["quillsh"].link.starts_with("urn:cdx:"));
  CHECK(bom.components["horizonc"].note == reason);
  CHECK(bom.components["horizonc"].link.empty());
  CHECK(bom.components["horizonc"].license.starts_with("LGPLv2+ and LGPLv2+ with exceptions"));
  CHECK(bom.components["horizonc"].supplier == "AlmaLinux");
  CHECK(bom.needs["quillsh"] == std::set<std::string>{"horizonc"});
  CHECK(bom.unknown.empty());
}

TEST_CASE("fixtures: merge tells a rebuilt package from the published one of its name") {
  if (!RpmMachine::is_possible()) return;
  const RpmMachine machine({quillsh()});
  for (std::string reposbom::metadata::HeaderFacts::*digest :
       {&reposbom::metadata::HeaderFacts::sig_md5,
        &reposbom::metadata::HeaderFacts::sha256_header,
        &reposbom::metadata::HeaderFacts::payload_sha256}) {
    const TemporaryFolder fetched;
    write_fetched_set(fetched.path(), {quillsh()}, [&](auto& package) {
      REQUIRE_FALSE((package.header.*digest).empty());
      (package.header.*digest).back() ^= 1;
    });
    const MergeSummary summary = merge_to(request_for(machine, fetched)).summary;
    CHECK(summary.published == 0);
    CHECK(
        summary.others ==
        Texts{"quillsh-5.1.8-9.el9.x86_64: an SBOM was published for another package of this name: "
              "its digests differ"});
  }
  // Where the repository did not tell, the name decides.
  const TemporaryFolder fetched;
  write_fetched_set(fetched.path(), {quillsh()}, [](auto& package) { package.header = {}; });
  CHECK(merge_to(request_for(machine, fetched)).summary.published == 1);
}

TEST_CASE("fixtures: merge names a package that the set of its build does not have") {
  if (!RpmMachine::is_possible()) return;
  const RpmMachine machine({fixture_rpm("BaseOS", "quillsh-doc-5.1.8-9.el9.noarch")});
  const TemporaryFolder fetched;
  write_fetched_set(fetched.path(), {quillsh()});
  CHECK(
      merge_to(request_for(machine, fetched)).summary.others ==
      Texts{"quillsh-doc-5.1.8-9.el9.noarch: the SBOM of its build does not describe it"});
}

TEST_CASE(
    "fixtures: merge of a list knows no dependencies, and the system from what was published") {
  const TemporaryFolder fetched;
  write_fetched_set(fetched.path(), {quillsh()});
  write_bytes(
      fetched / "list",
      "quillsh-5.1.8-9.el9.x86_64 quillsh-5.1.8-9.el9.src.rpm\n"
      "local-tool-2-1.noarch (none)\n");
  const auto [summary, text] = merge_to(
      {.installed = {.list_file = fetched / "list"},
       .folder = fetched.path(),
       .format = Format::CyclonedxJson,
       .document_name = "web1",
       .version = "1.0"});
  CHECK(summary.document_name == "web1");
  CHECK(summary.published == 1);
  CHECK(summary.others == Texts{"local-tool-2-1.noarch: no SBOM of its build was fetched"});
  Bom bom = read_bom(text);
  CHECK(bom.root == "almalinux 9");
  CHECK(bom.needs["quillsh"].empty());
  CHECK(bom.unknown == "2");
  CHECK(bom.components["local-tool"].supplier.empty());
  CHECK(bom.components["quillsh"].supplier == "AlmaLinux");
}

TEST_CASE("fixtures: merge gives the same bytes twice, dated by its newest fact") {
  if (!RpmMachine::is_possible()) return;
  const RpmMachine machine(installed());
  const TemporaryFolder fetched;
  write_fetched_set(fetched.path(), {quillsh()});
  for (const auto& row : reposbom::generators::formats()) {
    MergeRequest request = request_for(machine, fetched);
    request.format = row.format;
    CHECK(merge_to(request).text == merge_to(request).text);
  }
  MergeRequest request = request_for(machine, fetched);
  const std::string text = merge_to(request).text;
  std::string built = "0";
  for (const std::string& time : machine.query("%{BUILDTIME}"))
    built = std::max(built, time);
  CHECK(read_bom(text).timestamp == reposbom::generators::utc_time(std::stoll(built)));
  request.source_date_epoch = 1'800'000'000;
  CHECK(read_bom(merge_to(request).text).timestamp == "2027-01-15T08:00:00Z");
}

TEST_CASE("fixtures: merge uses no set that is not what its SHA256SUMS says") {
  if (!RpmMachine::is_possible()) return;
  const RpmMachine machine({quillsh()});
  const auto refusal = [&](const auto& damage_set) {
    const TemporaryFolder fetched;
    const fs::path set = write_fetched_set(fetched.path(), {quillsh()});
    damage_set(set);
    const Thrown thrown = thrown_by([&] { merge_to(request_for(machine, fetched)); });
    CHECK(thrown.cause == Cause::Untrusted);
    CHECK(thrown.says(set.string()));
    return thrown.message;
  };
  CHECK(
      refusal([](const fs::path& set) { damage(set / "set.json"); })
          .ends_with("set.json: was changed: it is not what SHA256SUMS says; remove the folder and "
                     "fetch it again"));
  refusal([](const fs::path& set) { fs::remove(set / "SHA256SUMS"); });
  refusal([](const fs::path& set) { fs::remove(set / "set.json"); });
  refusal([](const fs::path& set) {
    write_bytes(set / "set.json", "{\"build\": \"other-1-1\"}");
    seal_set(set);
  });
}

TEST_CASE("merge wants a folder with what was fetched") {
  const TemporaryFolder empty;
  const Thrown thrown = thrown_by([&] { merge_to({.folder = empty.path()}); });
  CHECK(thrown.cause == Cause::Usage);
  CHECK(thrown.says(empty.path().string() + ": holds no SBOMs"));
}
