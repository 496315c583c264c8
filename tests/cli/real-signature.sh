#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# A real repository signed by its publisher: built when a key that is given has signed repomd.xml,
# refused with nothing written when it is another, or when one byte of repomd.xml is changed.
set -euo pipefail
# shellcheck source=support/common.bash
. "$(dirname "$0")/support/common.bash" "$@"
need_shared data/repos/pgdg15-el8/repodata/repomd.xml.asc
need_shared data/keys/postgresql/PGDG-RPM-GPG-KEY-RHEL

# Of the packages that repodata lists, those at hand: each is signed by its publisher too.
cp -R "$shared/data/repos/pgdg15-el8" mirror
chmod -R u+w mirror
configure() { # key
  cat > signed.yaml <<END
distribution: {id: rocky, version: "8.10"}
repositories:
  - {id: pgdg15, packages: mirror, keys: [$1]}
END
}
key=$(realpath "$shared/data/keys/postgresql/PGDG-RPM-GPG-KEY-RHEL")
configure "$key"
expect_exit 0 "$reposbom" build -c signed.yaml -o sound
expect_exit 0 "$reposbom" verify sound
rpms=$(find mirror -name '*.rpm' | wc -l)
[ "$rpms" -gt 5 ] || fail "only $rpms packages at hand"
grep -qE "\"signed\": $rpms,?$" sound/current/report.json || fail "not $rpms good signatures of packages"

configure "$fixtures/keys/RPM-GPG-KEY-fixtures"
expect_refusal 3 'repodata/repomd.xml: .*key' "$reposbom" build -c signed.yaml -o tree
[ ! -e tree ] || fail 'a tree was made'

configure "$key"
flip_byte mirror/repodata/repomd.xml
expect_refusal 3 'repodata/repomd.xml: .*signature' "$reposbom" build -c signed.yaml -o tree
[ ! -e tree ] || fail 'a tree was made'
