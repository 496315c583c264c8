#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# `show` prints what is published, byte for byte, and describes an RPM that is in no repository;
# `license` converts every tag of the tables; help and version print; a wrong command line exits 1.
set -euo pipefail
# shellcheck source=support/common.bash
. "$(dirname "$0")/support/common.bash" "$@"
need_python jsonschema yaml

# --- show ---------------------------------------------------------------------------------

build_fixtures tree
expect_shown() { # subject format suffix folder/document
  local published=()
  # shellcheck disable=SC2206  # The folder is a pattern.
  published=(tree/current/sets/$4.$3)
  [ -f "${published[0]}" ] || fail "there is no ${published[0]}"
  expect_exit 0 "$reposbom" show "$1" --format "$2" -c "$config"
  [ ! -s stderr ] || fail "show $1 says something"
  cmp -s stdout "${published[0]}" || fail "show $1 is not ${published[0]}"
}
expect_shown quillsh-5.1.8-9.el9.x86_64 spdx-json spdx.json 'q/quillsh/*/quillsh-5.1.8-9.el9.x86_64'
expect_shown quillsh-0:5.1.8-9.el9.x86_64 spdx-xml spdx.xml 'q/quillsh/*/quillsh-5.1.8-9.el9.x86_64'
expect_shown sslforge-libs-1:3.0.7-24.el9.i686 spdx-yaml spdx.yaml \
  's/sslforge/sslforge-3.0.7-24.el9/sslforge-libs-3.0.7-24.el9.i686'
expect_shown sslforge-1:3.0.7-27.el9.src cyclonedx-json cdx.json \
  's/sslforge/sslforge-3.0.7-27.el9/sslforge-3.0.7-27.el9.src'
expect_shown libcinder++-11.4.1-3.1.el9.x86_64 cyclonedx-xml cdx.xml \
  'l/libcinder++/*/libcinder++-11.4.1-3.1.el9.x86_64'
expect_shown otterlog-4.2~beta1^20231112git7a2c1e9-2.el9.src spdx-json spdx.json \
  'o/otterlog/*/otterlog-4.2~beta1^20231112git7a2c1e9-2.el9.src'
expect_shown perlet-version-7:0.99.28-4.el9.x86_64 cyclonedx-json cdx.json \
  'p/perlet/*/perlet-version-0.99.28-4.el9.x86_64'
expect_shown nodule-1:20.12.2-1.module_el9.4.0+112+0a1b2c3d.x86_64 spdx-xml spdx.xml \
  'n/nodule/nodule-20*/nodule-20.12.2-1.module_el9.4.0+112+0a1b2c3d.x86_64'
expect_shown ghostline-0.7.2-5.el9.x86_64 cyclonedx-xml cdx.xml 'g/ghostline/*/ghostline-0.7.2-5.el9.x86_64'

expect_exit 0 "$reposbom" show zephyr-utils-1.0-14.el9.x86_64 \
  --repo "$fixtures/mirror/BaseOS/x86_64/os" --repo "$fixtures/mirror/AppStream/x86_64/os"
expect_refusal 1 'no-such-1-1.noarch' "$reposbom" show no-such-1-1.noarch -c "$config"

# An RPM and an SRPM by themselves. Control characters of their texts would not be XML.
find_schemas
for rpm in "$fixtures"/loose/*.rpm "$fixtures"/mirror/BaseOS/x86_64/os/Packages/perlet-version-*.rpm \
  "$fixtures"/mirror/BaseOS/Source/Packages/sslforge-3.0.7-27*.src.rpm; do
  name=$(basename "$rpm" .rpm)
  for format in spdx-json spdx-xml spdx-yaml cyclonedx-json cyclonedx-xml spdx3-json; do
    expect_exit 0 "$reposbom" show "$rpm" --format "$format" -c "$config"
    suffix=${format/cyclonedx/cdx}
    cp stdout "$name.${suffix/-/.}"
  done
  check_documents "$name"
  expect_exit 0 "$python" "$support/check_spdx3.py" "$name.spdx3.json" "${schema_options[@]}"
  grep -qF "$(sha256sum < "$rpm" | cut -d ' ' -f 1)" "$name.spdx.json" ||
    fail "$name: the digest of the file is not in its document"
done
head -c 3000 "$fixtures"/loose/belltower-*.x86_64.rpm > damaged.rpm
expect_refusal 3 'damaged.rpm' "$reposbom" show damaged.rpm
expect_refusal 1 'absent.rpm' "$reposbom" show absent.rpm

# --- license ------------------------------------------------------------------------------

expect_license() { # tag expression
  expect_exit 0 "$reposbom" license "$1"
  expect_equal "$2" "$(head -n 1 stdout)" "license of '$1'"
  [ "$(wc -l < stdout)" -gt 1 ] || fail "license '$1' does not say why"
}
expect_license 'GPLv2+ and MIT' 'GPL-2.0-or-later AND LicenseRef-Callaway-MIT'
expect_exit 0 "$reposbom" license GPLv2+ and MIT
expect_equal 'GPL-2.0-or-later AND LicenseRef-Callaway-MIT' "$(head -n 1 stdout)" 'a tag in words'
tags=0
while IFS= read -r line; do
  tag=${line%%$'\t'*} expression=$(cut -f 2 <<< "$line")
  case $tag in '' | '#'*) continue ;; esac # An RPM may have no tag, the command must have one.
  expect_license "$tag" "$expression"
  tags=$((tags + 1))
done < <(cat "$source_dir/fixtures/licenses.tsv" && cat "$shared/licenses/golden.tsv" 2> /dev/null)
[ "$tags" -ge 100 ] || fail "only $tags tags were tried"
echo "$tags licence tags convert as the tables say"

# --- help, version, usage -----------------------------------------------------------------

expect_exit 0 "$reposbom" --version
grep -qxE 'reposbom [0-9]+\.[0-9]+\.[0-9]+' stdout || fail 'not a version'
expect_exit 0 "$reposbom" --help
cp stdout overview
for command in build verify disk show license; do
  grep -qE "^  $command " overview || fail "--help does not name $command"
  expect_exit 0 "$reposbom" help $command
  cp stdout help
  expect_exit 0 "$reposbom" $command --help
  cmp -s stdout help || fail "help $command is not $command --help"
  grep -q "^Usage: reposbom $command" stdout || fail "no usage of $command"
  [ -z "$(awk 'length > 80' stdout)" ] || fail "help of $command is wider than 80 columns"
done
for code in 0 1 2 3 4 5 6 75 '130, 143'; do
  grep -qE "^  $code +[A-Z]" overview || fail "--help does not tell of exit code $code"
done

expect_usage_error() { # pattern argument...
  local pattern=$1
  shift
  expect_refusal 1 "$pattern" "$reposbom" "$@"
}
expect_usage_error 'help'
expect_usage_error 'biuld.*build' biuld
expect_usage_error 'repositor' build
expect_usage_error '--outptu.*--output' build repository --outptu tree
expect_usage_error '--jobs.*0' build repository --jobs 0
expect_usage_error '--jobs.*many' build repository --jobs many
expect_usage_error '--log-format.*xml' build repository --log-format xml
expect_usage_error 'PATH' verify
expect_usage_error 'two' verify one two
expect_usage_error '--media' disk -c "$config" -o disk.iso
expect_usage_error '--volume-id' disk -c "$config" --media media -o disk.iso --volume-id 'a b'
expect_usage_error 'NEVRA' show
expect_usage_error 'spdx-jsn.*spdx-json' show name --format spdx-jsn
expect_usage_error 'repositor' show name-1-1.noarch
expect_usage_error 'TAG' license
[ ! -e sbom ] || fail 'a usage error made a tree'
