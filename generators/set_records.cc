// SPDX-License-Identifier: Apache-2.0
#include "generators/set_records.h"

#include <utility>

namespace reposbom::generators {

SetRecords read_set_records(std::string_view set_json, const std::string& subject) {
  SetRecords records;
  read_json(set_json, subject, [&](const JsonObject& json) {
    records.build = json.text("build");
    records.time = json.number("time");
    json.object("document", [&](const JsonObject& link) { records.link = read_link(link); });
    json.each("packages", [&](const JsonObject& package) {
      PackageRecord record{.nevra = package.text("nevra"), .stem = package.text("documents")};
      package.object(
          "element", [&](const JsonObject& element) { record.record = read_record(element); });
      records.packages.push_back(std::move(record));
    });
  });
  return records;
}

DocumentLink read_link(const JsonObject& json) {
  return {
      .id = json.text("id"),
      .name_space = json.text("namespace"),
      .sha1 = json.text("sha1"),
      .uuid = json.text("uuid"),
      .root_spdx_id = json.text("spdxId"),
      .root_bom_ref = json.text("bomRef")};
}

}  // namespace reposbom::generators
