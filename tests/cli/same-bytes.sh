#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# One thread and eight, and two runs, give the same bytes, signatures included; a run over what is
# published already touches nothing.
set -euo pipefail
# shellcheck source=support/common.bash
. "$(dirname "$0")/support/common.bash" "$@"

build_fixtures one --jobs 1
build_fixtures eight --jobs 8
expect_same_tree one eight
build_fixtures again --jobs 8
expect_same_tree eight again

# From other folders, under another clock's zone and with the repositories named by another path.
mkdir elsewhere
cp -R "$fixtures/." elsewhere/
(
  export TZ=Asia/Tokyo HOME=/nonexistent
  cd elsewhere
  expect_exit 0 "$reposbom" build -c reposbom.yaml
)
expect_same_tree one elsewhere/sbom

# Nothing changed: no file or folder is written, moved or touched.
list_inodes() {
  find one -printf '%P %i %y %m %s %T@ %C@\n' | sort
}
list_inodes > before
sleep 0.1
build_fixtures one
list_inodes > after
cmp -s before after || fail "a run that changes nothing touched: $(diff before after | head -n 5)"
expect_silence

# Every set rendered again and compared with what is published.
expect_exit 0 "$reposbom" build -c "$config" -o one --check

# SOURCE_DATE_EPOCH dates everything, and is the only thing that does.
SOURCE_DATE_EPOCH=1700000000 build_fixtures dated --jobs 8
SOURCE_DATE_EPOCH=1700000000 build_fixtures dated-again --jobs 1
expect_same_tree dated dated-again
expect_equal runs/20231114T221320Z "$(readlink dated/current)" 'the run that is dated'
grep -rL --include '*.spdx.json' '"created": "2023-11-14T22:13:20Z"' dated/store > otherwise || :
expect_equal 0 "$(wc -l < otherwise)" 'documents that are dated otherwise'
