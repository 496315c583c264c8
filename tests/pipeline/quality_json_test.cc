// SPDX-License-Identifier: Apache-2.0
#include "pipeline/quality_json.h"

#include <string>

#include <doctest/doctest.h>
#include <rapidjson/document.h>

#include "tests/support/published_tree.h"
#include "tests/support/quality_samples.h"

using namespace reposbom::pipeline;
using namespace reposbom::tests;
using reposbom::generators::Format;

TEST_CASE("QualityJson writes documents with their findings, then totals and reasons") {
  const TemporaryFolder folder;
  FileStorage storage;
  const std::string good = good_document(Format::CyclonedxJson);
  QualityTotals totals;
  QualityJson report(folder / "quality.json", storage);
  for (const DocumentQuality& document :
       {check_quality(good, "good", kSigned),
        check_quality(altered(good, "/components/1/version", ""), "bad", kSigned)}) {
    totals.add(document);
    report.add(document);
  }
  report.finish(totals);

  rapidjson::Document json;
  json.Parse(read_bytes(folder / "quality.json").c_str());
  REQUIRE_FALSE(json.HasParseError());
  const auto& bad = json["documents"][1];
  CHECK(std::string(bad["path"].GetString()) == "bad");
  CHECK(std::string(bad["format"].GetString()) == "CycloneDX 1.6");
  CHECK(std::string(bad["kind"].GetString()) == "package");
  CHECK(bad["hasDependencies"].IsTrue());
  CHECK(std::string(bad["scores"][0]["standard"].GetString()) == "ntia-2021");
  CHECK(bad["scores"][0]["answered"].GetInt() == 6);
  CHECK(bad["scores"][0]["asked"].GetInt() == 7);
  CHECK(bad["scores"][0]["missing"].GetInt() == 1);
  const auto& finding = bad["findings"][0];
  CHECK(std::string(finding["standard"].GetString()) == "ntia-2021");
  CHECK(std::string(finding["element"].GetString()) == "version");
  CHECK(std::string(finding["answer"].GetString()) == "missing");
  CHECK(std::string(finding["reason"].GetString()) == "absent");
  REQUIRE(finding["components"].Size() == 1);
  CHECK(std::string(finding["components"][0].GetString())
            .starts_with("pkg:rpm/almalinux/sslforge-libs@"));
  const auto& total = json["totals"][1];
  CHECK(total["standards"][0]["documents"].GetInt() == 2);
  CHECK(total["standards"][0]["full"].GetInt() == 1);
  CHECK(std::string(total["elements"][2]["element"].GetString()) == "version");
  CHECK(total["elements"][2]["documents"]["missing"].GetInt() == 1);
  CHECK(std::string(json["reasons"][0]["id"].GetString()) == "absent");
}
