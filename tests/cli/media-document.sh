#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# The document of a media on its companion disk, and as `show` prints it: exactly the packages of the
# ISO, linked to the documents of their builds; valid in every format; the same on every run; and
# missed by `verify` and verify.sh once a byte of it is changed.
set -euo pipefail
# shellcheck source=support/common.bash
. "$(dirname "$0")/support/common.bash" "$@"
need bsdtar xmllint
need_python jsonschema yaml
find_schemas

own_config > own.yaml
expect_exit 0 "$reposbom" build -c own.yaml
unpack_disk() { # media folder
  expect_exit 0 "$reposbom" disk -c own.yaml --media "$1" -o "$2.iso"
  mkdir "$2"
  bsdtar -xf "$2.iso" -C "$2"
  chmod -R u+w "$2"
}
check_media() { # folder what-is-expected
  expect_exit 0 "$python" "$support/check_media.py" "$1" "$fixtures/media"
  expect_equal "$2" "$(cat stdout)" "the document of $1"
}
packages=$(find "$fixtures/media" -name '*.rpm' -exec sha256sum {} + | cut -d ' ' -f 1 | sort -u | wc -l)

# --- what it says -------------------------------------------------------------------------

unpack_disk "$fixtures/media.iso" disk
check_media disk "$packages packages, $packages published"
name=AlmaLinux-9-4-x86_64-dvd
for suffix in spdx.json spdx.xml spdx.yaml cdx.json cdx.xml; do
  [ -s "disk/releases/$name.$suffix" ] || fail "no releases/$name.$suffix on the disk"
done
grep -qF "releases/$name.*" disk/media.txt || fail 'media.txt does not name the document'
check_documents "disk/releases/$name"
printf '%s\0' "disk/releases/$name.cdx.xml" | validate_xml
image=$(sha256sum < "$fixtures/media.iso" | cut -d ' ' -f 1)
for file in "releases/$name.spdx.json" "releases/$name.cdx.xml" media.txt; do
  grep -qF "$image" "disk/$file" || fail "the digest of the image is not in $file"
done

# A folder has no label and no digest; all else is the same.
unpack_disk "$fixtures/media" folder
check_media folder "$packages packages, $packages published"
check_documents folder/releases/almalinux-9.4-media
! grep -qF "$image" folder/releases/*.cdx.json || fail 'a folder has the digest of an image'

# --- the same, without a disk -------------------------------------------------------------

for format in spdx-json:spdx.json spdx-xml:spdx.xml spdx-yaml:spdx.yaml \
  cyclonedx-json:cdx.json cyclonedx-xml:cdx.xml; do
  expect_exit 0 "$reposbom" show "$fixtures/media.iso" -c own.yaml --format "${format%:*}"
  cmp -s stdout "disk/releases/$name.${format#*:}" || fail "show does not print ${format#*:}"
done
expect_refusal 1 '--config' "$reposbom" show "$fixtures/media.iso"
expect_refusal 1 'absent.iso' "$reposbom" show absent.iso -c own.yaml

# --- changed ------------------------------------------------------------------------------

expect_exit 0 "$reposbom" verify disk
expect_exit 0 "$reposbom" verify disk.iso
expect_exit 0 sh disk/verify.sh
flip_byte "disk/releases/$name.cdx.json"
expect_refusal 3 "releases/$name.cdx.json: was changed" "$reposbom" verify disk
expect_exit 3 sh disk/verify.sh
grep -q "^releases/$name.cdx.json: FAILED" stdout || fail 'verify.sh does not name the document'

# --- packages that have left the mirror, and packages that the tree never knew -------------

# The next run describes one source package only; what is published of the others is retained.
rm -rf disk disk.iso folder folder.iso
expect_exit 0 "$reposbom" build -c own.yaml --only sslforge --allow-shrink
unpack_disk "$fixtures/media.iso" disk
check_media disk "$packages packages, $packages published"

rm -rf tree disk disk.iso
expect_exit 0 "$reposbom" build -c own.yaml --only 'sslforge-3.0.7-24*'
unpack_disk "$fixtures/media.iso" disk
published=$(find "$fixtures/media" -name 'sslforge*.rpm' | wc -l)
check_media disk "$packages packages, $published published"
expect_equal $((packages - published)) "$(wc -l < disk/missing.txt)" 'packages in missing.txt'
check_documents "disk/releases/$name"
printf '%s\0' "disk/releases/$name.cdx.xml" | validate_xml
