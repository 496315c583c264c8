#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Every document of the fixture repositories, in every format: valid by the published schemas where
# the shared folder has them, by rules that no schema holds, and equal in content to the others.
set -euo pipefail
# shellcheck source=support/common.bash
. "$(dirname "$0")/support/common.bash" "$@"
need xmllint
need_python jsonschema yaml

build_fixtures tree
find_schemas
check_documents tree/current --list checked
documents=$(($(count_of documents tree/current/report.json) / 5 + 1))
expect_equal "$documents documents in five formats, 0 wrong" "$(cat stdout)" 'what was checked'
find tree/store tree/current/releases -name '*.cdx.xml' -print0 > all
xargs -0 realpath -z --relative-to . < checked | sort -z > checked.all
xargs -0 realpath -z --relative-to . < all | sort -z | cmp -s - checked.all || fail 'some documents were not checked'
validate_xml < all
