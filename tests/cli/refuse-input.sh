#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Input that is broken, hostile or not trusted, and a wrong configuration: the exit code that is
# promised, one line that names what is wrong, and no tree where none was, or the tree as it was.
set -euo pipefail
# shellcheck source=support/common.bash
. "$(dirname "$0")/support/common.bash" "$@"

expect_exit 0 "$source_dir/fixtures/make-broken" broken "$fixtures/mirror/AppStream/x86_64/os"
build_fixtures published
cp -a published standing

# A refusal leaves nothing behind, neither where nothing was nor where something stands.
expect_refused_build() { # code pattern option...
  local code=$1 pattern=$2
  shift 2
  expect_refusal "$code" "$pattern" "$reposbom" build "$@" -o new
  [ ! -e new ] || fail "a refused build made a tree: build $*"
  expect_refusal "$code" "$pattern" "$reposbom" build "$@" -o standing
  expect_same_tree published standing
}

# --- repositories ---------------------------------------------------------------------------

# What the message must name: the file, and the line where there is one.
declare -A names=(
  [repodata-missing]='repodata-missing: .*repodata/repomd.xml'
  [repomd-missing]='repomd-missing: .*repodata/repomd.xml'
  [repomd-malformed]='repodata/repomd.xml: line [0-9]+: '
  [repomd-without-primary]='repodata/repomd.xml: .*primary'
  [repomd-part-escape]='repodata/repomd.xml: line 11: .*\.\./'
  [repomd-checksum-wrong]='repodata/primary.xml.gz: .*[0-9a-f]{64}.*[0-9a-f]{64}'
  [repomd-checksum-type-unknown]='repodata/repomd.xml: line [0-9]+: .*crc32'
  [repomd-signature-missing]='repodata/repomd.xml: .*repomd.xml.asc'
  [repomd-signature-wrong]='repodata/repomd.xml(.asc)?: .*signature'
  [primary-absent]='repodata/primary.xml.gz: '
  [primary-truncated]='repodata/primary.xml.gz: '
  [primary-truncated-checksum-right]='repodata/primary.xml.gz: '
  [primary-xml-truncated-checksum-right]='repodata/primary.xml.gz: line [0-9]+: '
  [primary-not-gzip]='repodata/primary.xml.gz: '
  [primary-control-character]='repodata/primary.xml.gz: line 9: '
  [primary-entity-bomb]='repodata/primary.xml.gz: line 2: '
  [primary-external-entity]='repodata/primary.xml.gz: line 2: '
  [primary-deep]='repodata/primary.xml.gz: line [0-9]+: .*deep'
  [modules-malformed]='repodata/modules.yaml.gz: line [0-9]+: '
  [updateinfo-malformed]='repodata/updateinfo.xml.gz: line [0-9]+: '
  [path-escape]='\.\./\.\./tmp/evil'
  [name-too-long]='aaaaaaaaaa.*-6.0-1.el9.noarch'
)

# Its configuration has the key only where a signature is what is wrong.
configure() { # folder [limits]
  local keys=
  case $1 in *signature*) keys="keys: [$fixtures/keys/RPM-GPG-KEY-fixtures]" ;; esac
  cat > "$1.yaml" <<END
repositories:
  - id: broken
    packages: broken/$1
    $keys
${2:-}
END
}

rows=0
while IFS=$'\t' read -r folder code _; do
  configure "$folder"
  if [ "$code" -eq 0 ]; then
    expect_exit 0 "$reposbom" build -c "$folder.yaml" -o sound
    expect_exit 0 "$reposbom" verify sound
    rm -rf sound
  else
    expect_refused_build "$code" "${names[$folder]}" -c "$folder.yaml" --allow-shrink
    [ "$(wc -c < stderr)" -lt 1000 ] || fail "$folder: a message of $(wc -c < stderr) bytes"
  fi
  rows=$((rows + 1))
done < <(grep -v '^#' "$source_dir/fixtures/broken.tsv")
expect_equal "$(find broken -mindepth 1 -maxdepth 1 -type d | wc -l)" "$rows" 'broken repositories'

# Packages that cannot be described are a failure each: within the limit the rest is published.
configure path-escape 'limits: {failures: 2}'
expect_exit 2 "$reposbom" build -c path-escape.yaml -o partly
grep -qF '../../tmp/evil-6.0-1.el9.noarch' stderr || fail 'the failure is not named'
expect_equal 2 "$(count_of failures partly/current/report.json)" 'failures in the report'
grep -qF '"subject": "../../tmp/evil-6.0-1.el9.noarch"' partly/current/report.json ||
  fail 'the report does not name the failure'
expect_exit 0 "$reposbom" verify partly
expect_equal '' "$(find . -name '*evil*')" 'files of a package that was refused'
configure path-escape 'limits: {failures: 1}'
expect_refused_build 5 'evil' -c path-escape.yaml --allow-shrink

# --- repositories that shrank, a tree that is in use ------------------------------------------

# The fixtures' tree held 154 packages; AppStream alone is a third of that.
own_config | sed '/id: almalinux-9-baseos/,/keys:/d' > half.yaml
expect_refusal 5 'shrink' "$reposbom" build -c half.yaml -o standing
expect_same_tree published standing
expect_exit 0 "$reposbom" build -c half.yaml -o half
expect_exit 6 "$reposbom" build -c half.yaml -o standing --check --allow-shrink
expect_same_tree published standing

exec 9< standing/.lock
flock 9
expect_refusal 75 'standing' "$reposbom" build -c half.yaml -o standing --allow-shrink
exec 9<&-
expect_same_tree published standing

# --- configuration and keys -------------------------------------------------------------------

expect_refusal 1 'missing.yaml' "$reposbom" build -c missing.yaml
own_config > own.yaml
with() { # sed-expression: own.yaml changed by it
  sed "$1" own.yaml > changed.yaml
  ! cmp -s own.yaml changed.yaml || fail "nothing changed by $1"
}
with 's/^supplier:/suplier:/'
expect_refused_build 1 'changed.yaml:8:1: .*suplier.*supplier' -c changed.yaml
with 's/published:/publishd:/'
expect_refused_build 1 'changed.yaml:14:5: .*publishd.*published' -c changed.yaml
with 's/^formats: \[spdx-json/formats: [spdx-jsn/'
expect_refused_build 1 'changed.yaml:[0-9]+:11: .*spdx-jsn' -c changed.yaml
with 's/^output:/output: [/'
expect_refused_build 1 'changed.yaml:[0-9]+' -c changed.yaml
with 's,mirror/BaseOS/x86_64,mirror/Nowhere,'
expect_refused_build 1 'mirror/Nowhere' -c changed.yaml
with 's/RPM-GPG-KEY-fixtures/absent/'
expect_refused_build 1 'keys/absent' -c changed.yaml
with 's/RPM-GPG-KEY-fixtures/sbom-public.asc/'
expect_refused_build 3 'BaseOS/.*repomd.xml: .*key' -c changed.yaml

with 's/sbom-secret.asc/absent.asc/'
expect_refused_build 1 'keys/absent.asc' -c changed.yaml
with 's/sbom.key.pem/absent.pem/'
expect_refused_build 1 'keys/absent.pem' -c changed.yaml
with 's/sbom-secret.asc/sbom-public.asc/'
expect_refused_build 1 'sbom-public.asc' -c changed.yaml
echo 'not a key' > not-a-key
with 's,key: .*sbom-secret.asc,key: not-a-key,'
expect_refused_build 1 'not-a-key' -c changed.yaml
with 's,key: .*sbom.key.pem,key: not-a-key,'
expect_refused_build 1 'not-a-key' -c changed.yaml
if [ "$(id -u)" -ne 0 ]; then
  (umask 777 && : > unreadable)
  with 's,key: .*sbom-secret.asc,key: unreadable,'
  expect_refused_build 1 'unreadable' -c changed.yaml
fi
echo 'not it' > wrong-pass
with 's,passphrase_file: .*/pass,passphrase_file: wrong-pass,'
expect_refused_build 4 'passphrase' -c changed.yaml
