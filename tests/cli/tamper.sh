#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# `verify` exits 0 on what was published, and 3, naming the file, once a byte of anything is changed,
# a file is missing or added, or the signature is by another key. In an empty keyring.
set -euo pipefail
# shellcheck source=support/common.bash
. "$(dirname "$0")/support/common.bash" "$@"
need openssl

mkdir -m 700 home
export HOME=$PWD/home
unset GNUPGHOME
build_fixtures published
public=$fixtures/keys/sbom-public.asc
certificate=$fixtures/keys/sbom.crt.pem

cp -a published tree
restore() { # path below the tree
  rm -rf "tree/$1"
  cp -a "published/$1" "tree/$1"
}
# With the keys that come with the tree, and with those that came otherwise. A signature that the
# key cannot be about is nothing to it.
expect_untrusted() { # pattern file
  expect_refusal 3 "$1" "$reposbom" verify tree
  case $2 in
    *.p7s) ;;
    *) expect_refusal 3 "$1" "$reposbom" verify tree --key "$public" ;;
  esac
  case $2 in
    *.asc) ;;
    *) expect_refusal 3 "$1" "$reposbom" verify tree --certificate "$certificate" ;;
  esac
}

expect_exit 0 "$reposbom" verify tree
expect_exit 0 "$reposbom" verify tree --key "$public"
expect_exit 0 "$reposbom" verify tree --certificate "$certificate"
expect_exit 0 "$reposbom" verify tree --key "$public" --certificate "$certificate"

run=$(readlink published/current)
set=$(cd published/"$run"/sets/s/sslforge/sslforge-3.0.7-24.el9 && pwd -P)
set=store/${set##*/store/}
changed=0
for file in "$run"/{index.json,changes.csv,diff.json,report.json,report.html} \
  "$run"/releases/almalinux-9.4.{spdx.json,spdx.xml,spdx.yaml,cdx.json,cdx.xml} \
  "$run"/SHA256SUMS{,.asc,.p7s} "$set"/{set.json,SHA256SUMS,SHA256SUMS.asc,SHA256SUMS.p7s} \
  "$set"/sslforge-3.0.7-24.el9.src.{spdx.json,cdx.xml} \
  "$set"/sslforge-libs-3.0.7-24.el9.i686.{spdx.json,spdx.xml,spdx.yaml,cdx.json,cdx.xml}; do
  case $file in
    *.p7s) flip_byte "tree/$file" 100 ;; # in the signature, not in a certificate beside it
    *) flip_byte "tree/$file" ;;
  esac
  name=${file##*/}
  expect_untrusted "${name%%.asc}" "$file"
  restore "$file"
  changed=$((changed + 1))
done
expect_equal 24 "$changed" 'files changed'

for file in "$run"/{index.json,SHA256SUMS} \
  "$set"/{SHA256SUMS,SHA256SUMS.asc,sslforge-3.0.7-24.el9.x86_64.spdx.json}; do
  rm "tree/$file"
  expect_untrusted "${file##*/}" "$file"
  restore "$file"
done
rm "tree/$run/SHA256SUMS.asc"
expect_refusal 3 SHA256SUMS.asc "$reposbom" verify tree --key "$public"
restore "$run/SHA256SUMS.asc"

for file in "$run"/more.json "$run"/releases/more.json "$set"/more.spdx.json; do
  echo '{}' > "tree/$file"
  expect_untrusted "${file##*/}" "$file"
  rm "tree/$file"
done

# The sets of another build in the place of one, whole and well signed.
link=$run/sets/s/sslforge/sslforge-3.0.7-24.el9
other=$(readlink "published/$run/sets/s/sslforge/sslforge-3.0.7-27.el9")
ln -sfn "$other" "tree/$link"
expect_untrusted sslforge-3.0.7-24.el9 "$link"
ln -sfn "$(readlink "published/$link")" "tree/$link"
expect_exit 0 "$reposbom" verify tree --key "$public"

# Another signer: of another kind, and of the same kind with all that it signed.
expect_refusal 3 'SHA256SUMS' "$reposbom" verify tree --key "$fixtures/keys/sbom-rsa-public.asc"
expect_refusal 3 'SHA256SUMS' "$reposbom" verify tree --key "$fixtures/keys/RPM-GPG-KEY-fixtures"
openssl req -x509 -newkey rsa:2048 -nodes -subj '/CN=Fixture SBOM signer' -keyout other.key \
  -out other.pem 2> /dev/null
expect_refusal 3 'SHA256SUMS' "$reposbom" verify tree --certificate other.pem
expect_exit 0 "$reposbom" build -c "$fixtures/reposbom-rsa.yaml" -o forged
expect_exit 0 "$reposbom" verify forged
expect_refusal 3 'SHA256SUMS' "$reposbom" verify forged --key "$public"
expect_refusal 3 'p7s' "$reposbom" verify forged --certificate "$certificate"
expect_exit 0 "$reposbom" verify forged --key "$fixtures/keys/sbom-rsa-public.asc"

# Not signed at all.
rm "tree/$run"/SHA256SUMS.{asc,p7s}
find tree/store -name 'SHA256SUMS.*' -delete
expect_refusal 3 'SHA256SUMS' "$reposbom" verify tree --key "$public"
expect_refusal 3 '' "$reposbom" verify tree

# Nothing to verify, or nothing to verify with, is a wrong command.
expect_refusal 1 'nowhere' "$reposbom" verify nowhere
expect_refusal 1 'home' "$reposbom" verify home
expect_refusal 1 'no.asc' "$reposbom" verify published --key no.asc
expect_refusal 1 'SHA256SUMS' "$reposbom" verify published --key published/current/SHA256SUMS
