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

mkdir mirror
cp -R "$shared/data/repos/pgdg15-el8/repodata" mirror/
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

configure "$fixtures/keys/RPM-GPG-KEY-fixtures"
expect_refusal 3 'repodata/repomd.xml: .*key' "$reposbom" build -c signed.yaml -o tree
[ ! -e tree ] || fail 'a tree was made'

configure "$key"
flip_byte mirror/repodata/repomd.xml
expect_refusal 3 'repodata/repomd.xml: .*signature' "$reposbom" build -c signed.yaml -o tree
[ ! -e tree ] || fail 'a tree was made'
