#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# A tree over HTTP is one that SBOM importers can poll: changes.csv names every document of the run
# with its time, each can be fetched by the name joined to the base, and DOCUMENT.sha256 is its digest.
set -euo pipefail
# shellcheck source=support/common.bash
. "$(dirname "$0")/support/common.bash" "$@"
need_python http.server

build_fixtures plain
{ own_config && echo 'sha256_files: true'; } > own.yaml
expect_exit 0 "$reposbom" build -c own.yaml
expect_silence
expect_exit 0 "$reposbom" verify tree --key "$fixtures/keys/sbom-public.asc"
documents=$(count_of documents tree/current/report.json)
expect_equal "$(count_of documents plain/current/report.json)" "$documents" 'documents'
packages=$(count_of packages tree/current/report.json)

expect_exit 0 "$python" "$support/import_changes.py" tree
expect_equal "$((5 * packages)) documents" "$(cat stdout)" 'what an importer has fetched'

# Stock tools read them too; without the option there are none; and each is sealed.
for set in tree/store/*/*/; do
  (cd "$set" && sha256sum --check --strict --quiet -- *.sha256) || fail "digests of $set"
done
expect_equal "$documents" "$(find tree/store -name '*.sha256' | wc -l)" 'digests'
expect_equal '' "$(find plain/store -name '*.sha256')" 'digests that nobody asked for'
file=$(find tree/store -name '*.spdx.json.sha256' ! -name '*.src.*' | sort | head -n 1)
flip_byte "$file" "$(stat -c %s "$file")"
expect_exit 1 "$python" "$support/import_changes.py" tree
expect_refusal 3 "$(basename "${file//[+^]/.}")" "$reposbom" verify tree
