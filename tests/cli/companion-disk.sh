#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# `disk` writes, from an installation ISO or a folder like one, the sets of its packages and of all
# other builds of the same sources, as an image that bsdtar and xorriso read, that is the same on
# every run, and that verify.sh and `verify` find whole, or not whole once a byte is changed.
set -euo pipefail
# shellcheck source=support/common.bash
. "$(dirname "$0")/support/common.bash" "$@"
need bsdtar xorriso gpgv openssl
at_exit() { chmod -R u+w "$work"; }

own_config > own.yaml
expect_exit 0 "$reposbom" build -c own.yaml
write_disk() { # media output option...
  local media=$1 output=$2
  shift 2
  expect_exit 0 "$reposbom" disk -c own.yaml --media "$media" -o "$output" "$@"
  [ ! -s stderr ] || fail "disk $output says something"
}
write_disk "$fixtures/media.iso" disk.iso
write_disk "$fixtures/media.iso" again.iso
cmp disk.iso again.iso || fail 'two disks of the same differ'
write_disk "$fixtures/media" folder.iso

# --- what is on it ------------------------------------------------------------------------

for name in disk folder; do
  mkdir $name
  bsdtar -xf $name.iso -C $name
done
expect_exit 0 xorriso -osirrox on -indev disk.iso -extract / by-xorriso
chmod -R u+w by-xorriso
list_tree disk | sed 's/ 555 / 755 /; s/ 444 / 644 /' > list.disk
list_tree by-xorriso | sed 's/ 555 / 755 /; s/ 444 / 644 /' > list.xorriso
diff <(grep -E '^[0-9a-f]{64} ' list.disk) <(grep -E '^[0-9a-f]{64} ' list.xorriso) > differences ||
  fail "bsdtar and xorriso read different files: $(head -n 5 differences)"
diff -r disk/sets folder/sets > differences || fail "ISO and folder differ: $(head -n 5 differences)"

# packages.tsv: nevra, source RPM, SHA-256, path. The sources of what is on the media, then every
# build in the mirror that is of one of them.
build_sources() { # source RPM names to build and name
  sed -E 's/^((.*)-[^-]*-[^-]*)\.src\.rpm$/\1\t\2/'
}
find "$fixtures/media" -name '*.rpm' -printf '/%f\n' > on-media
grep -F -f on-media "$fixtures/packages.tsv" | cut -f 2 | sort -u | build_sources > media-builds
grep -P '\tmirror/[^\t]*/x86_64/os/' "$fixtures/packages.tsv" | cut -f 2 | sort -u | build_sources |
  awk -F '\t' 'NR == FNR {on_media[$2]; next} $2 in on_media {
    print "sets/" substr($2, 1, 1) "/" $2 "/" $1}' media-builds - | sort > expected
(cd disk && find sets -mindepth 3 -maxdepth 3 | sort) > seen
cmp -s expected seen || fail "sets on the disk: $(diff expected seen)"
for update in s/sslforge/sslforge-3.0.7-27.el9 t/tzlore/tzlore-20240202-1.el9; do
  ! grep -qF "${update##*/}" media-builds || fail "$update is on the media"
  [ -d "disk/sets/$update" ] || fail "$update, an update, is not on the disk"
done
[ ! -e disk/sets/g/gopherline ] || fail 'gopherline is on the disk, but not on the media'
while read -r set; do
  diff -r "disk/$set" "tree/current/$set" > differences || fail "$set: $(head -n 5 differences)"
done < expected
for file in README.txt README.ja.txt verify.sh install.sh LICENSE.txt index.json media.txt \
  guide/{index.html,ja.html,guide.txt,guide.ja.txt} SHA256SUMS{,.asc,.p7s}; do
  [ -s "disk/$file" ] || fail "no $file on the disk"
done
for file in README.ja.txt LICENSE.txt guide/guide.ja.txt guide/ja.html; do
  iconv -f UTF-8 -t ISO-2022-JP disk/$file > /dev/null || fail "$file is not Japanese"
done
for file in client sources.txt; do
  [ ! -e disk/$file ] || fail "$file, which nobody has configured, is on the disk"
done

# Both kinds of long names, and the checksum that installation media have.
expect_exit 0 xorriso -indev disk.iso -toc
cat stdout stderr > toc
grep -qE '^ISO offers +: Rock_Ridge Joliet$' toc || fail 'not both of Rock Ridge and Joliet'
if command -v checkisomd5 > /dev/null; then
  for name in disk folder; do
    expect_exit 0 checkisomd5 $name.iso
  done
  cp disk.iso damaged.iso
  flip_byte damaged.iso
  expect_exit 1 checkisomd5 damaged.iso
  rm damaged.iso
fi

write_disk "$fixtures/media" named.iso --volume-id SBOM_TEST
expect_exit 0 xorriso -indev named.iso -pvd_info
grep -qE '^Volume Id +: SBOM_TEST$' stdout || fail 'the volume id is not what was asked for'

# --- whole, or not ------------------------------------------------------------------------

mkdir -m 700 home
export HOME=$PWD/home
public=$fixtures/keys/sbom-public.asc
certificate=$fixtures/keys/sbom.crt.pem
for key in '' "$public" "$certificate"; do
  expect_exit 0 sh disk/verify.sh ${key:+"$key"}
  (cd / && sh "$work/disk/verify.sh" ${key:+"$key"} > /dev/null) || fail 'not from another folder'
done
expect_exit 3 sh disk/verify.sh "$fixtures/keys/sbom-rsa-public.asc"
expect_exit 0 "$reposbom" verify disk.iso
expect_exit 0 "$reposbom" verify disk --key "$public" --certificate "$certificate"
expect_exit 0 "$reposbom" verify disk.iso --key "$public"
expect_exit 0 "$reposbom" verify disk.iso --certificate "$certificate"
expect_refusal 3 'SHA256SUMS' "$reposbom" verify disk.iso --key "$fixtures/keys/sbom-rsa-public.asc"

# As it is when mounted: nothing on it can be written.
if unshare --mount --map-root-user true 2> /dev/null; then
  expect_exit 0 unshare --mount --map-root-user sh -c \
    'mount --bind disk disk && mount -o remount,bind,ro disk && ! touch disk/x && sh disk/verify.sh'
fi

chmod -R u+w disk
cp -a disk sound
set=sets/s/sslforge/sslforge-3.0.7-27.el9
for file in index.json media.txt README.ja.txt SHA256SUMS SHA256SUMS.asc $set/set.json \
  $set/SHA256SUMS $set/sslforge-3.0.7-27.el9.src.cdx.xml $set/sslforge-libs-3.0.7-27.el9.i686.spdx.yaml; do
  flip_byte "disk/$file"
  expect_exit 3 sh disk/verify.sh
  grep -q '^FAILED' stdout || fail "verify.sh does not say that $file is changed"
  expect_exit 3 "$reposbom" verify disk
  cp -p "sound/$file" "disk/$file"
done
rm disk/$set/sslforge-3.0.7-27.el9.x86_64.cdx.json
expect_exit 3 sh disk/verify.sh
cp -p sound/$set/sslforge-3.0.7-27.el9.x86_64.cdx.json disk/$set/
echo '{}' > disk/$set/more.cdx.json
expect_exit 3 sh disk/verify.sh
rm disk/$set/more.cdx.json
expect_exit 0 sh disk/verify.sh

# A byte of a document in the image itself.
at=$(grep -abo 'Tools and libraries for encrypted' disk.iso | head -n 1 | cut -d : -f 1)
printf 'F' | dd of=again.iso bs=1 seek="$at" conv=notrunc status=none
expect_refusal 3 'again.iso/.*: was changed' "$reposbom" verify again.iso

# --- refused ------------------------------------------------------------------------------

mkdir empty
expect_refusal 1 'empty' "$reposbom" disk -c own.yaml --media empty -o refused.iso
expect_refusal 1 'absent.iso' "$reposbom" disk -c own.yaml --media absent.iso -o refused.iso
expect_refusal 4 'absent/refused.iso' "$reposbom" disk -c own.yaml --media "$fixtures/media" \
  -o absent/refused.iso
document=tree/current/$set/sslforge-3.0.7-27.el9.src.spdx.json
flip_byte "$document"
expect_refusal 3 'sslforge-3.0.7-27.el9.src.spdx.json' "$reposbom" disk -c own.yaml \
  --media "$fixtures/media" -o refused.iso
expect_equal '' "$(find . -maxdepth 1 -name '*refused*')" 'images of a disk that was refused'
