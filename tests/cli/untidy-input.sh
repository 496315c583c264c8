#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Metadata that is sound but says odd things: the run succeeds, the report has a line for each thing
# that could not be used, nothing else is lost, and every document is valid.
set -euo pipefail
# shellcheck source=support/common.bash
. "$(dirname "$0")/support/common.bash" "$@"
need xmllint
need_python jsonschema yaml

expect_exit 0 "$source_dir/fixtures/make-broken" broken "$fixtures/mirror/AppStream/x86_64/os"
cat > untidy.yaml <<END
repositories:
  - {id: untidy, packages: broken/untidy}
output: tree
END
expect_exit 0 "$reposbom" build -c untidy.yaml
expect_silence
report=tree/current/report.json
expect_equal 0 "$(count_of failures $report)" failures

named=$(sed -n 's/^ *"nevra": "\(aZ09._+-b-.*\)",$/\1/p' tree/current/index.json)
[ -n "$named" ] || fail 'the package with every letter that names have is gone'
expect_remark $report "$named" "provides 'bundled()'"
expect_remark $report "$named" "provides 'bundled(npm(left-pad)'"
expect_remark $report ALBA-2024:9999 'the advisory names no package'
expect_remark $report nodule:18:9040020240312131341:rhel9 '1 of 5 packages'

# What could be used, is: the part of unknown version, the tag, and the text around the controls.
document=$(find -L tree/current/sets -name 'aZ09._+-b-*.spdx.json')
expect_equal 1 "$(grep -cF '"pkg:generic/zlib"' "$document")" 'parts of unknown version'
expect_equal 1 "$(grep -cE '"RPM License tag: .{1736}; flags: ' "$document")" 'tags of 1,736 letters'
expect_equal 1 "$(grep -cE '"description": "From .* to the end"' "$document")" descriptions
expect_equal 1 "$(grep -cF '"comment": "malformedbundled: bundled()"' "$document")" \
  'malformed provides that the document tells'

find_schemas
check_documents tree/current --list checked
validate_xml < checked
expect_exit 0 "$reposbom" verify tree
