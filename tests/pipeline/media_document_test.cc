// SPDX-License-Identifier: Apache-2.0
#include "pipeline/media_document.h"

#include <map>
#include <string>

#include <doctest/doctest.h>

#include "generators/formats.h"
#include "generators/json_reader.h"
#include "pipeline/compressed.h"
#include "tests/support/tiny_run.h"

using namespace reposbom::pipeline;
using namespace reposbom::tests;
using reposbom::generators::Format;
using reposbom::generators::InventoryDocument;
using reposbom::generators::JsonObject;
using reposbom::generators::read_json;

namespace {

DiskSelection select(const TinyRun& run, const Media& media) {
  return select_sets(run.tree(), media, {});
}

std::string render_as(const TinyRun& run, const Media& media, Format format) {
  const auto creation = creation_of_media(run.settings, media, {});
  const InventoryDocument described = describe_media(media, select(run, media), creation);
  return render(described.document, creation, format);
}

// What a CycloneDX document says of each package, by name: its digest and BOM-Link.
std::map<std::string, std::string> told(const std::string& json) {
  std::map<std::string, std::string> components;
  read_json(json, "document", [&](const JsonObject& bom) {
    bom.each("components", [&](const JsonObject& component) {
      std::string& facts = components[component.text("name")];
      component.each("hashes", [&](const JsonObject& hash) { facts += hash.text("content"); });
      component.each("externalReferences", [&](const JsonObject& reference) {
        if (reference.text("type") == "bom") facts += " " + reference.text("url");
      });
      for (const char* key : {"version", "description", "purl", "publisher"})
        facts += " " + component.text(key);
    });
  });
  return components;
}

fs::path write_media(const TinyRun& run, const std::vector<TinyPackage>& packages) {
  TinyRepository media(run.folder() / "media");
  media.write(packages, 1'690'000'000);
  return media.path();
}

}  // namespace

TEST_CASE("describe_media says of a package what the release document says of it") {
  TinyRun run;
  run.repository.write(two_builds());
  run.build();
  const Media media = read_media(write_media(run, two_builds()));
  const std::string suffix = ".cdx.json";
  const auto release = told(read_bytes(run.run() / "releases/almalinux-9.cdx.json"));
  CHECK(release.size() == 3);
  CHECK(told(render_as(run, media, Format::CyclonedxJson)) == release);
}

TEST_CASE("describe_media knows packages that have left the repositories, and none besides") {
  TinyRun run;
  run.repository.write({{.name = "hello", .needs = {"world"}}, {.name = "world"}});
  run.build();
  const auto before = told(read_bytes(run.run() / "releases/almalinux-9.cdx.json"));
  run.repository.write(
      {{.name = "hello", .version = "2.0", .needs = {"world"}}, {.name = "world"}}, 1'720'000'000);
  run.build({.allow_shrink = true});
  const Media media =
      read_media(write_media(run, {{.name = "hello", .needs = {"world"}}, {.name = "stranger"}}));
  const DiskSelection selection = select(run, media);
  const auto creation = creation_of_media(run.settings, media, {});
  const InventoryDocument described = describe_media(media, selection, creation);
  const auto found = told(render(described.document, creation, Format::CyclonedxJson));
  REQUIRE(found.size() == 2);
  CHECK(found.at("hello") == before.at("hello"));
  CHECK(found.at("stranger").find("urn:cdx:") == std::string::npos);
  CHECK(described.document.links.size() == 1);
  // "world" is not on the media: nothing leads there.
  CHECK(described.document.compositions.back().dependencies.size() == 1);
}

TEST_CASE("describe_media is named and dated by the media, and the same twice") {
  TinyRun run;
  run.repository.write(two_builds());
  run.build();
  const fs::path folder = write_media(run, two_builds());
  write_bytes(folder / ".discinfo", "1714737600.000000\n9.2\nx86_64\n");
  Media media = read_media(folder);
  const auto creation = creation_of_media(run.settings, media, {});
  CHECK(creation.distribution.version == "9.2");
  const auto document = describe_media(media, select(run, media), creation).document;
  CHECK(document.name == "almalinux-9.2-media");
  CHECK(document.created == 1714737600);
  CHECK(document.root().version == "9.2");
  const auto files = render_media(media, select(run, media), creation);
  CHECK(files.size() == 2);
  CHECK(files.contains("releases/almalinux-9.2-media.spdx.json"));
  CHECK(files == render_media(read_media(folder), select(run, media), creation));
  media.label = "Alma Linux/../9";
  CHECK(describe_media(media, select(run, media), creation).document.name == "Alma-Linux-..-9");
}

TEST_CASE("a disk is of one mind with sets whose documents are compressed otherwise") {
  TinyRun run;
  run.repository.write({{.name = "hello"}});
  run.build();
  run.repository.write({{.name = "hello", .version = "2.0"}}, 1'720'000'000);
  run.settings.compress = Compression::Zstd;
  run.build({.allow_shrink = true});
  const Media media = read_media(write_media(run, {{.name = "hello"}}));
  const DiskSelection selection = select(run, media);
  CHECK(selection.index.packages.size() == 2);
  CHECK(selection.packages == 1);
  CHECK(selection.missing.empty());

  // The document of the media is compressed as the run's are.
  const auto creation = creation_of_media(run.settings, media, {});
  const auto files = render_media(media, selection, creation);
  const std::string name = "releases/almalinux-9-media.spdx.json.zst";
  REQUIRE(files.size() == 2);
  REQUIRE(files.contains(name));
  CHECK(unpack(files.at(name), name) == render_as(run, media, Format::SpdxJson));
}

TEST_CASE("creation_of_media takes the version of the configuration where the media tells none") {
  TinyRun run;
  run.settings.distribution.version = "9.4";
  Media media{.release = "AlmaLinux 9"};
  CHECK(creation_of_media(run.settings, media, {}).distribution.version == "9.4");
  media.release = "9.2";
  CHECK(creation_of_media(run.settings, media, {}).distribution.version == "9.2");
  CHECK(creation_of_media(run.settings, media, 5).time == 5);
}
