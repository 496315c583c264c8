#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# `build` describes every package and build of the fixture repositories, signs every set with both
# keys, and leaves what coreutils, gpgv and openssl can verify without this program.
set -euo pipefail
# shellcheck source=support/common.bash
. "$(dirname "$0")/support/common.bash" "$@"
need gpgv openssl sha256sum

build_fixtures tree
run=tree/current

# packages.tsv: nevra, source RPM, SHA-256, path.
in_mirror() {
  grep -P '\tmirror/[^\t]*/x86_64/os/' "$fixtures/packages.tsv"
}
records=$(in_mirror | wc -l)
packages=$(in_mirror | cut -f 1,3 | sort -u | wc -l)
builds=$(in_mirror | cut -f 2 | sort -u | wc -l)
without_source=$(in_mirror | cut -f 1-3 | sort -u | cut -f 2 |
  grep -cvxFf <(grep -P '\tmirror/[^\t]*/Source/' "$fixtures/packages.tsv" | sed 's,.*/,,'))
expect_equal "$records" "$(count_of records $run/report.json)" records
expect_equal "$packages" "$(count_of packages $run/report.json)" packages
expect_equal "$builds" "$(count_of builds $run/report.json)" builds
expect_equal "$builds" "$(count_of setsWritten $run/report.json)" 'sets written'
expect_equal "$without_source" "$(count_of packagesWithoutSource $run/report.json)" \
  'packages without source'
expect_equal $((5 * (packages + builds))) "$(count_of documents $run/report.json)" documents
expect_equal $((2 * (builds + 1))) "$(count_of signatures $run/report.json)" signatures
expect_equal 0 "$(count_of failures $run/report.json)" failures

# The path of every document follows from what an installed package says of itself.
in_mirror | while IFS=$'\t' read -r _ source _ path; do
  build=${source%.src.rpm} nvra=${path##*/} name=${source%-*-*}
  for suffix in spdx.json spdx.xml spdx.yaml cdx.json cdx.xml; do
    for document in "${nvra%.rpm}" "$build.src"; do
      [ -s "$run/sets/${name:0:1}/$name/$build/$document.$suffix" ] ||
        fail "no $document.$suffix of $build"
    done
  done
done
for file in index.json changes.csv report.json report.html diff.json releases/almalinux-9.4.cdx.xml; do
  [ -s "$run/$file" ] || fail "no $file in the run"
done
expect_equal "$builds" "$(grep -c '  sets/' $run/SHA256SUMS)" 'sets in SHA256SUMS of the run'
expect_equal "$builds" "$(find tree/store -mindepth 2 -maxdepth 2 -type d | wc -l)" 'sets in the store'

expect_exit 0 "$reposbom" verify tree
expect_exit 0 "$reposbom" verify "$run"
expect_exit 0 "$reposbom" verify "$run/sets/s/sslforge/sslforge-3.0.7-24.el9" \
  --key "$fixtures/keys/sbom-public.asc" --certificate "$fixtures/keys/sbom.crt.pem"

# With stock tools alone, and an empty keyring: the run, then each set by itself.
mkdir -m 700 home
export HOME=$PWD/home
keyring=$PWD/tree/keys/reposbom.gpg
verify_with_stock_tools() { # folder
  (
    cd "$1" && sha256sum --check --strict --quiet SHA256SUMS &&
      gpgv --keyring "$keyring" SHA256SUMS.asc SHA256SUMS &&
      openssl cms -verify -binary -inform DER -in SHA256SUMS.p7s -content SHA256SUMS \
        -CAfile "$fixtures/keys/sbom.crt.pem" -purpose any -out /dev/null
  )
}
expect_exit 0 verify_with_stock_tools "$run"
for set in tree/store/*/*/; do
  expect_exit 0 verify_with_stock_tools "$set"
done

# A set lists all that is in it; nothing of the run is unlisted.
for folder in "$run" tree/store/*/*; do
  (cd "$folder" && find . -type f ! -name 'SHA256SUMS*' -printf '%P\n' | sort) > files
  cut -c 67- "$folder/SHA256SUMS" | grep -v '^sets/' | sort > listed
  cmp -s files listed || fail "$folder: $(diff files listed)"
done
