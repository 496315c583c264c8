#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# The format that is off by default, SPDX 3: every document of the fixture repositories, with lists of
# files, is valid by the published schema and says what the others say; and asking for it changes no
# other byte.
set -euo pipefail
# shellcheck source=support/common.bash
. "$(dirname "$0")/support/common.bash" "$@"
need_python jsonschema yaml
need_shared schemas/spdx-3.0.1.schema.json

{
  own_config | sed '/^formats:/d'
  printf 'digests: [sha512]\nfiles: true\n'
} > default.yaml
expect_exit 0 "$reposbom" build -c default.yaml
mv tree without
{
  cat default.yaml
  echo 'formats: [spdx-json, spdx-xml, spdx-yaml, cyclonedx-json, cyclonedx-xml, spdx3-json]'
} > six.yaml
expect_exit 0 "$reposbom" build -c six.yaml
expect_silence

documents_of() { # tree
  (cd "$1/current" && find -L sets releases \( -name '*.spdx.*' -o -name '*.cdx.*' \) -print0 |
    sort -z | xargs -0 sha256sum)
}
[ -z "$(find -L without/current -name '*.spdx3.json')" ] || fail 'SPDX 3 was written unasked'
documents_of without > without.sums
documents_of tree > tree.sums
cmp -s without.sums tree.sums || fail "other bytes: $(diff without.sums tree.sums | head -n 10)"
expect_exit 0 "$reposbom" verify tree --key "$fixtures/keys/sbom-public.asc"

files=$(find -L tree/current/sets tree/current/releases -name '*.spdx3.json' | wc -l)
expect_exit 0 "$python" "$support/check_spdx3.py" tree/current --schemas "$shared/schemas"
expect_equal "$files SPDX 3 documents, 0 wrong" "$(cat stdout)" 'what was checked'
expect_equal "$(find -L tree/current/sets tree/current/releases -name '*.spdx.json' | wc -l)" \
  "$files" 'documents in SPDX 3 and in SPDX 2.3'
expect_equal "$(count_of documents tree/current/report.json)" "$((6 * (files - 1)))" documents

package=$(find -L tree/current/sets -name '*.x86_64.spdx3.json' -print -quit)
expect_exit 0 "$reposbom" show "$(basename "$package" .spdx3.json)" -c six.yaml --format spdx3-json
cmp -s stdout "$package" || fail "show gives other bytes than $package"
